/**
 * Lenses that bend a plane: pinhole, OpenCV's rational model, and the unit sphere of Mei. The twin of
 * src/groundplane/geometry/lenses/perspective.py, which names the sources.
 */

import { bisect, kept, newton, type Coefficients, type LensModel, type Slopes } from "./lensModel";
import { evaluate, firstSignChange } from "./polynomial";
import type { Vec2, Vec3 } from "./vec";

/** tan² of a hundred millionth of a radian less than 90°: what folds only beyond never does. */
const WIDEST_SQUARE = 1e16;

export const PINHOLE: LensModel = {
  coefficients: [],
  fieldRad: () => Math.PI / 2,
  distort(x, y, z, _k, out) {
    out[0] = x / z;
    out[1] = y / z;
  },
  undistort: ([x, y]) => [x, y, 1],
};

/** The radial part is top / bottom of s = r²; lx, ly shift the plane after the radius is taken. */
interface Terms {
  readonly top: readonly number[];
  readonly bottom: readonly number[];
  readonly p1: number;
  readonly p2: number;
  readonly lx: number;
  readonly ly: number;
}

const brownTerms = kept((k: Coefficients): Terms => {
  const [k1, k2, p1, p2, k3, k4, k5, k6, lx, ly] = k as readonly [...Ten];
  return { top: [1, k1, k2, k3], bottom: [1, k4, k5, k6], p1, p2, lx, ly };
});

export const BROWN_CONRADY: LensModel = {
  coefficients: ["k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6", "lx", "ly"],
  fieldRad: (k) => Math.atan(Math.sqrt(widestSquare(brownTerms(k), WIDEST_SQUARE))),
  distort: (x, y, z, k, out) => bend(x / z, y / z, brownTerms(k), out),
  undistort(plane, k) {
    const [x, y] = unbend(plane, brownTerms(k), BROWN_CONRADY.fieldRad(k));
    return [x, y, 1];
  },
};

/** k3 and k4 carry OpenCV's series 1 + k1 s + k2 s² on. */
const omniTerms = kept((k: Coefficients): Terms => {
  const [k1, k2, k3, k4, p1, p2, , lx, ly] = k as readonly [...Nine];
  return { top: [1, k1, k2, k3, k4], bottom: [1], p1, p2, lx, ly };
});

/** Onto the unit sphere, whose centre is xi in front of the plane's eye. */
export const OMNIDIRECTIONAL: LensModel = {
  coefficients: ["k1", "k2", "k3", "k4", "p1", "p2", "xi", "lx", "ly"],
  fieldRad: (k) => omniWidest(k).fieldRad,
  distort(x, y, z, k, out) {
    const below = z + k[6]! * Math.sqrt(x * x + y * y + z * z);
    bend(x / below, y / below, omniTerms(k), out);
  },
  undistort(plane, k): Vec3 {
    const xi = k[6]!;
    const [x, y] = unbend(plane, omniTerms(k), Math.atan(Math.sqrt(omniWidest(k).square)));
    const cosine = sphereCosine(x * x + y * y, xi);
    return [x * (cosine + xi), y * (cosine + xi), cosine];
  },
};

const omniWidest = kept((k: Coefficients) => {
  const xi = k[6]!;
  const sphere = sphereLimit(xi);
  const folded = widestSquare(omniTerms(k), Math.min(sphere.square, WIDEST_SQUARE));
  return folded === Infinity
    ? sphere
    : { fieldRad: Math.acos(sphereCosine(folded, xi)), square: folded };
});

/** Where sin θ / (cos θ + xi) stops growing: its slope has the sign of 1 + xi cos θ. */
function sphereLimit(xi: number): { fieldRad: number; square: number } {
  if (xi <= -1) return { fieldRad: 0, square: 0 };
  if (xi <= 1) return { fieldRad: Math.acos(-xi), square: Infinity };
  return { fieldRad: Math.acos(-1 / xi), square: 1 / (xi * xi - 1) };
}

/** cos θ of the direction whose image has the radius √s; NaN where there is none. */
const sphereCosine = (s: number, xi: number): number =>
  (xi + Math.sqrt(1 + (1 - xi * xi) * s)) / (1 + s) - xi;

type Nine = [number, number, number, number, number, number, number, number, number];
type Ten = [...Nine, number];

/** r N/D grows while N D + 2 s (N' D - N D') > 0, s = r², and until D is 0. */
function widestSquare({ top, bottom }: Terms, upper: number): number {
  const growth = new Array<number>(top.length + bottom.length - 1).fill(0);
  top.forEach((a, i) => {
    bottom.forEach((b, j) => {
      growth[i + j]! += a * b * (1 + 2 * (i - j));
    });
  });
  return Math.min(firstSignChange(growth, upper), firstSignChange(bottom, upper));
}

function bend(x: number, y: number, terms: Terms, out: Float64Array): void {
  const { p1, p2, lx, ly } = terms;
  const s = x * x + y * y;
  const gain = evaluate(terms.top, s) / evaluate(terms.bottom, s);
  const mx = x + lx;
  const my = y + ly;
  out[0] = mx * gain + 2 * p1 * mx * my + p2 * (s + 2 * mx * mx);
  out[1] = my * gain + p1 * (s + 2 * my * my) + 2 * p2 * mx * my;
}

function bendSlopes(x: number, y: number, terms: Terms): Slopes {
  const { top, bottom, p1, p2, lx, ly } = terms;
  const s = x * x + y * y;
  const below = evaluate(bottom, s);
  const gain = evaluate(top, s) / below;
  const slope = (evaluate(derivative(top), s) - gain * evaluate(derivative(bottom), s)) / below;
  const mx = x + lx;
  const my = y + ly;
  return [
    gain + 2 * x * mx * slope + 2 * p1 * my + p2 * (2 * x + 4 * mx),
    2 * y * mx * slope + 2 * p1 * mx + 2 * p2 * y,
    2 * x * my * slope + 2 * p1 * x + 2 * p2 * my,
    gain + 2 * y * my * slope + p1 * (2 * y + 4 * my) + 2 * p2 * mx,
  ];
}

const derivative = (k: readonly number[]): number[] => k.map((c, power) => power * c).slice(1);

/** Radial part by bisection, then Newton's method on all of it. */
function unbend(plane: Vec2, terms: Terms, widestRad: number): Vec2 {
  const startX = plane[0] - terms.lx;
  const startY = plane[1] - terms.ly;
  const bentRadius = Math.hypot(startX, startY);
  const radius = (angle: number): number => {
    const r = Math.tan(angle);
    return (r * evaluate(terms.top, r * r)) / evaluate(terms.bottom, r * r);
  };
  const angle = bisect(radius, bentRadius, widestRad);
  const shrink = bentRadius > 0 ? Math.tan(angle) / bentRadius : 1;
  return newton(
    (x, y, out) => bend(x, y, terms, out),
    (x, y) => bendSlopes(x, y, terms),
    plane,
    [startX * shrink, startY * shrink],
  );
}
