/**
 * Lens models, each one entry of LENS_MODELS: OpenCV's formulas, as in
 * src/groundplane/geometry/cameras.py, which says more about fields and folds.
 */

import { firstSignChange } from "./polynomial";
import type { Vec2, Vec3 } from "./vec";

export type Coefficients = readonly number[];

/** The image plane is in units of the focal length. */
export interface LensModel {
  readonly coefficients: readonly string[];
  /** The angle from the optical axis up to which the radius grows; nothing beyond is visible. */
  fieldRad(k: Coefficients): number;
  /** A camera-frame point inside the field, to the image plane, written into out[0], out[1]. */
  distort(x: number, y: number, z: number, k: Coefficients, out: Float64Array): void;
  /** A direction with this image: a best guess (any length) that the caller checks. */
  undistort(plane: Vec2, k: Coefficients): Vec3;
}

const NEWTON_STEPS = 12;
const BISECTIONS = 40;
/** tan² of 89.9°: a polynomial that only folds beyond is as good as one that never does. */
const WIDEST_SQUARE = Math.tan((89.9 * Math.PI) / 180) ** 2;

const PINHOLE: LensModel = {
  coefficients: [],
  fieldRad: () => Math.PI / 2,
  distort(x, y, z, _k, out) {
    out[0] = x / z;
    out[1] = y / z;
  },
  undistort: ([x, y]) => [x, y, 1],
};

/** OpenCV's rational model; lx, ly shift the plane after the radius is taken (formats.md 3.4). */
const BROWN_CONRADY: LensModel = {
  coefficients: ["k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6", "lx", "ly"],
  fieldRad: brownFieldRad,
  distort: (x, y, z, k, out) => brownBend(x / z, y / z, k, out),
  undistort: brownUndistort,
};

/** OpenCV's fisheye, the angle from atan2 so that fields over 180° work. */
const FISHEYE: LensModel = {
  coefficients: ["k1", "k2", "k3", "k4"],
  /** θ g(θ²) grows while 1 + 3 k1 t + 5 k2 t² + 7 k3 t³ + 9 k4 t⁴ > 0, t = θ². */
  fieldRad(k) {
    const growth = [1, ...k.map((coefficient, index) => (2 * index + 3) * coefficient)];
    return Math.min(Math.sqrt(firstSignChange(growth, Math.PI ** 2)), Math.PI);
  },
  distort(x, y, z, k, out) {
    const offAxis = Math.sqrt(x * x + y * y);
    // On the axis the direction in the plane is undefined and the radius is 0.
    const stretch = offAxis === 0 ? 0 : fisheyeRadius(Math.atan2(offAxis, z), k) / offAxis;
    out[0] = x * stretch;
    out[1] = y * stretch;
  },
  undistort(plane, k) {
    const radius = Math.hypot(plane[0], plane[1]);
    if (radius === 0) return [0, 0, 1];
    const upper = FISHEYE.fieldRad(k);
    let angle = bisect((candidate) => fisheyeRadius(candidate, k), radius, upper);
    for (let step = 0; step < NEWTON_STEPS; step++) {
      angle -= (fisheyeRadius(angle, k) - radius) / fisheyeGrowth(angle, k);
    }
    const sideways = Math.sin(angle) / radius;
    return [plane[0] * sideways, plane[1] * sideways, Math.cos(angle)];
  },
};

export const LENS_MODELS: Readonly<Record<string, LensModel>> = {
  pinhole: PINHOLE,
  brown_conrady: BROWN_CONRADY,
  fisheye: FISHEYE,
};

/** r g(r²) with g = N/D grows while N D + 2 s (N' D - N D') > 0, s = r², and until D is 0. */
function brownFieldRad(k: Coefficients): number {
  const [k1, k2, , , k3, k4, k5, k6] = k as readonly [...Ten];
  const top = [1, k1, k2, k3];
  const bottom = [1, k4, k5, k6];
  const growth = new Array<number>(7).fill(0);
  top.forEach((a, i) => {
    bottom.forEach((b, j) => {
      growth[i + j]! += a * b * (1 + 2 * (i - j));
    });
  });
  const least = Math.min(
    firstSignChange(growth, WIDEST_SQUARE),
    firstSignChange(bottom, WIDEST_SQUARE),
  );
  return Math.atan(Math.sqrt(least));
}

type Ten = [number, number, number, number, number, number, number, number, number, number];

function brownBend(x: number, y: number, k: Coefficients, out: Float64Array): void {
  const [, , p1, p2, , , , , lx, ly] = k as readonly [...Ten];
  const s = x * x + y * y;
  const gain = brownGain(s, k);
  const mx = x + lx;
  const my = y + ly;
  out[0] = mx * gain + 2 * p1 * mx * my + p2 * (s + 2 * mx * mx);
  out[1] = my * gain + p1 * (s + 2 * my * my) + 2 * p2 * mx * my;
}

function brownGain(s: number, k: Coefficients): number {
  const [k1, k2, , , k3, k4, k5, k6] = k as readonly [...Ten];
  return (1 + s * (k1 + s * (k2 + s * k3))) / (1 + s * (k4 + s * (k5 + s * k6)));
}

function brownGainSlope(s: number, k: Coefficients): number {
  const [k1, k2, , , k3, k4, k5, k6] = k as readonly [...Ten];
  const bottom = 1 + s * (k4 + s * (k5 + s * k6));
  const topSlope = k1 + s * (2 * k2 + s * 3 * k3);
  const bottomSlope = k4 + s * (2 * k5 + s * 3 * k6);
  return (topSlope - brownGain(s, k) * bottomSlope) / bottom;
}

/** Radial part by bisection, then Newton's method on all of it. */
function brownUndistort(plane: Vec2, k: Coefficients): Vec3 {
  const [, , p1, p2, , , , , lx, ly] = k as readonly [...Ten];
  const startX = plane[0] - lx;
  const startY = plane[1] - ly;
  const distortedRadius = Math.hypot(startX, startY);
  const radius = (angle: number): number => {
    const r = Math.tan(angle);
    return r * brownGain(r * r, k);
  };
  const angle = bisect(radius, distortedRadius, brownFieldRad(k));
  const shrink = distortedRadius > 0 ? Math.tan(angle) / distortedRadius : 1;
  let x = startX * shrink;
  let y = startY * shrink;
  const bent = new Float64Array(2);
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const s = x * x + y * y;
    const gain = brownGain(s, k);
    const slope = brownGainSlope(s, k);
    brownBend(x, y, k, bent);
    const offX = bent[0]! - plane[0];
    const offY = bent[1]! - plane[1];
    const mx = x + lx;
    const my = y + ly;
    const xx = gain + 2 * x * mx * slope + 2 * p1 * my + p2 * (2 * x + 4 * mx);
    const xy = 2 * y * mx * slope + 2 * p1 * mx + 2 * p2 * y;
    const yx = 2 * x * my * slope + 2 * p1 * x + 2 * p2 * my;
    const yy = gain + 2 * y * my * slope + p1 * (2 * y + 4 * my) + 2 * p2 * mx;
    const determinant = xx * yy - xy * yx;
    x -= (yy * offX - xy * offY) / determinant;
    y -= (xx * offY - yx * offX) / determinant;
  }
  return [x, y, 1];
}

function fisheyeRadius(angle: number, k: Coefficients): number {
  const t = angle * angle;
  return angle * (1 + t * (k[0]! + t * (k[1]! + t * (k[2]! + t * k[3]!))));
}

function fisheyeGrowth(angle: number, k: Coefficients): number {
  const t = angle * angle;
  return 1 + t * (3 * k[0]! + t * (5 * k[1]! + t * (7 * k[2]! + t * 9 * k[3]!)));
}

/** Where a function that grows on (0, upper) takes the wanted value; else an end. */
function bisect(growing: (x: number) => number, wanted: number, upper: number): number {
  let [low, high] = [0, upper];
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (growing(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
