/**
 * Lenses whose radius is a polynomial of the angle from the optical axis, which comes from atan2, so
 * that fields over 180° work. The twin of src/groundplane/geometry/lenses/angular.py, which names
 * the sources.
 */

import {
  bisect,
  kept,
  newton,
  NEWTON_STEPS,
  type Coefficients,
  type LensModel,
  type Slopes,
} from "./lensModel";
import { evaluate, firstSignChange } from "./polynomial";
import type { Vec2, Vec3 } from "./vec";

/** The radius is θ g(w), g = Σ terms[i] w^i with terms[0] = 1, where w is θ to the power. */
interface Gain {
  readonly power: 1 | 2;
  readonly terms: readonly number[];
}

/** 1 + k1 θ² + k2 θ⁴ + … of as many coefficients. */
const even =
  (count: number) =>
  (k: Coefficients): Gain => ({ power: 2, terms: [1, ...k.slice(0, count)] });

/** 1 + k2 θ² + k3 θ³ + k4 θ⁴; k1 has a place and no use, as in Scale's package. */
const equidistant = (k: Coefficients): Gain => ({ power: 1, terms: [1, 0, ...k.slice(1)] });

interface Ready extends Gain {
  /** d(θ g)/dθ as a polynomial of w. */
  readonly growth: readonly number[];
  readonly fieldRad: number;
}

function ready({ power, terms }: Gain): Ready {
  const growth = terms.map((term, index) => (power * index + 1) * term);
  const least = firstSignChange(growth, Math.PI ** power) ** (1 / power);
  return { power, terms, growth, fieldRad: Math.min(least, Math.PI) };
}

const wOf = (angle: number, { power }: Gain): number => (power === 2 ? angle * angle : angle);
const radiusAt = (angle: number, gain: Gain): number =>
  angle * evaluate(gain.terms, wOf(angle, gain));

function radial(x: number, y: number, z: number, gain: Gain, out: Float64Array): void {
  const offAxis = Math.sqrt(x * x + y * y);
  // On the axis the direction in the plane is undefined and the radius is 0.
  const stretch = offAxis === 0 ? 0 : radiusAt(Math.atan2(offAxis, z), gain) / offAxis;
  out[0] = x * stretch;
  out[1] = y * stretch;
}

function unradial(plane: Vec2, gain: Ready): Vec3 {
  const radius = Math.hypot(plane[0], plane[1]);
  let angle = bisect((candidate) => radiusAt(candidate, gain), radius, gain.fieldRad);
  for (let step = 0; step < NEWTON_STEPS; step++) {
    angle -= (radiusAt(angle, gain) - radius) / evaluate(gain.growth, wOf(angle, gain));
  }
  return fromAngle(plane, radius, angle);
}

function fromAngle(plane: Vec2, radius: number, angle: number): Vec3 {
  if (radius === 0) return [0, 0, 1];
  const sideways = Math.sin(angle) / radius;
  return [plane[0] * sideways, plane[1] * sideways, Math.cos(angle)];
}

function plain(coefficients: readonly string[], gain: (k: Coefficients) => Gain): LensModel {
  const of = kept((k) => ready(gain(k)));
  return {
    coefficients,
    fieldRad: (k) => of(k).fieldRad,
    distort: (x, y, z, k, out) => radial(x, y, z, of(k), out),
    undistort: (plane, k) => unradial(plane, of(k)),
  };
}

const FOUR = ["k1", "k2", "k3", "k4"];
const SIX = [...FOUR, "k5", "k6"];

/** OpenCV's. */
export const FISHEYE = plain(FOUR, even(4));
/** Kannala and Brandt's own series; Scale's package takes the arctangent twice. */
export const MOD_KANNALA = plain(FOUR, even(4));
export const MOD_EQUI_FISH = plain(FOUR, equidistant);

/** Tangential, thin prism and shift on the plane that the radial part made. */
interface Extra {
  readonly px: number;
  readonly py: number;
  readonly prism: readonly [number, number, number, number];
  readonly dx: number;
  readonly dy: number;
}

function prism(x: number, y: number, extra: Extra, out: Float64Array): void {
  const { px, py, dx, dy } = extra;
  const [s1, s2, s3, s4] = extra.prism;
  const s = x * x + y * y;
  const both = 2 * (px * x + py * y);
  out[0] = x + both * x + s * (px + s1 + s * s2) + dx;
  out[1] = y + both * y + s * (py + s3 + s * s4) + dy;
}

function prismSlopes(x: number, y: number, extra: Extra): Slopes {
  const { px, py } = extra;
  const [s1, s2, s3, s4] = extra.prism;
  const s = x * x + y * y;
  const alongX = 2 * (px + s1 + 2 * s * s2);
  const alongY = 2 * (py + s3 + 2 * s * s4);
  return [
    1 + 4 * px * x + 2 * py * y + x * alongX,
    2 * py * x + y * alongX,
    2 * px * y + x * alongY,
    1 + 4 * py * y + 2 * px * x + y * alongY,
  ];
}

/** Six radial coefficients first, θ (1 + k1 θ² + … + k6 θ¹²), then the others. */
function withPrism(
  coefficients: readonly string[],
  extraOf: (rest: readonly number[]) => Extra,
): LensModel {
  const of = kept((k) => ({ gain: ready(even(6)(k)), extra: extraOf(k.slice(6)) }));
  return {
    coefficients,
    fieldRad: (k) => of(k).gain.fieldRad,
    distort(x, y, z, k, out) {
      const { gain, extra } = of(k);
      radial(x, y, z, gain, out);
      prism(out[0]!, out[1]!, extra, out);
    },
    undistort(plane, k) {
      const { gain, extra } = of(k);
      const straight = newton(
        (x, y, out) => prism(x, y, extra, out),
        (x, y) => prismSlopes(x, y, extra),
        plane,
        [plane[0] - extra.dx, plane[1] - extra.dy],
      );
      return unradial(straight, gain);
    },
  };
}

/** Project Aria's FisheyeRadTanThinPrism: its p1 belongs to x, where OpenCV's belongs to y. */
export const FISHEYE_RAD_TAN_PRISM = withPrism(
  [...SIX, "p1", "p2", "s1", "s2", "s3", "s4"],
  ([p1 = 0, p2 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0]) => {
    return { px: p1, py: p2, prism: [s1, s2, s3, s4], dx: 0, dy: 0 };
  },
);

/** OpenCV's tangential terms, p2 with x; the shift moves the finished plane. */
export const FISHEYE_RADIAL_CUSTOM = withPrism(
  [...SIX, "p1", "p2", "dcx", "dcy"],
  ([p1 = 0, p2 = 0, dx = 0, dy = 0]) => ({ px: p2, py: p1, prism: [0, 0, 0, 0], dx, dy }),
);

/** In radians, had the lens no bends: far outside any field, since the polynomial bends it back. */
const MOST_PLAIN_RAD = 4 * Math.PI;

interface Ftheta {
  readonly fieldRad: number;
  readonly radius: number;
  readonly slope: readonly number[];
}

const fthetaOf = kept((k): Ftheta => {
  const [k1, k2] = [k[0]!, k[1]!];
  const slope = k.map((coefficient, power) => power * coefficient).slice(1);
  if (k2 <= 0) return { fieldRad: 0, radius: 0, slope };
  const upper = MOST_PLAIN_RAD / k2;
  const beyond = [k1 - Math.PI, ...k.slice(1)];
  const radius = Math.min(firstSignChange(slope, upper), firstSignChange(beyond, upper), upper);
  return { fieldRad: Math.min(evaluate(k, radius), Math.PI), radius, slope };
});

/** NVIDIA's: the angle is a polynomial of the radius. */
export const FTHETA: LensModel = {
  coefficients: [...FOUR, "k5"],
  fieldRad: (k) => fthetaOf(k).fieldRad,
  distort(x, y, z, k, out) {
    const offAxis = Math.sqrt(x * x + y * y);
    const angle = Math.atan2(offAxis, z);
    // A constant term leaves out a disc (k1 > 0) or begins with a ring (k1 < 0).
    const radius = angle < k[0]! ? NaN : fthetaRadius(angle, k);
    out[0] = offAxis === 0 ? 0 * radius : (x * radius) / offAxis;
    out[1] = offAxis === 0 ? 0 * radius : (y * radius) / offAxis;
  },
  undistort(plane, k) {
    const radius = Math.hypot(plane[0], plane[1]);
    const angle = radius <= fthetaOf(k).radius ? evaluate(k, radius) : NaN;
    return fromAngle(plane, radius, angle);
  },
};

/** Newton's method, kept between two radii that have the wanted one between them. */
function fthetaRadius(angle: number, k: Coefficients): number {
  const { radius: widest, slope } = fthetaOf(k);
  let [low, high] = [0, widest];
  let radius = Math.min(Math.max(0, (angle - k[0]!) / k[1]!), widest);
  for (let step = 0; step < 60; step++) {
    const off = evaluate(k, radius) - angle;
    if (off > 0) high = radius;
    else low = radius;
    const next = radius - off / evaluate(slope, radius);
    const safe = next >= low && next <= high ? next : (low + high) / 2;
    if (safe === radius || Math.abs(safe - radius) < 1e-15 * widest) return safe;
    radius = safe;
  }
  return radius;
}
