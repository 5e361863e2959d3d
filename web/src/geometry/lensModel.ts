/** What a lens model is, and the solvers that models share. */

import type { Vec2, Vec3 } from "./vec";

export type Coefficients = readonly number[];

/** The image plane is in units of the focal length. */
export interface LensModel {
  readonly coefficients: readonly string[];
  /**
   * The angle from the optical axis up to which the radius grows; nothing beyond is visible.
   * Infinity where the model sees all round.
   */
  fieldRad(k: Coefficients): number;
  /**
   * A camera-frame point inside the field, to the image plane, written into out[0], out[1]: NaN
   * where the model has no image of it all the same.
   */
  distort(x: number, y: number, z: number, k: Coefficients, out: Float64Array): void;
  /** A direction with this image: a best guess (any length) that the caller checks. */
  undistort(plane: Vec2, k: Coefficients): Vec3;
  /**
   * Of a plane whose x is an azimuth, the same again after 2π: how steep, as |Y| / √(X² + Z²), what
   * it shows at height y is. One more coefficient then follows the named ones: the azimuth of the
   * picture's middle, opposite to which the picture is cut open.
   */
  readonly steepness?: (y: number) => number;
}

export const NEWTON_STEPS = 12;
const BISECTIONS = 40;

/** Where a function that grows on (0, upper) takes the wanted value; else an end. */
export function bisect(growing: (x: number) => number, wanted: number, upper: number): number {
  let [low, high] = [0, upper];
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (growing(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** ∂u/∂x, ∂u/∂y, ∂v/∂x, ∂v/∂y. */
export type Slopes = readonly [number, number, number, number];

/** The point whose bent image is the wanted one, from a start nearby. */
export function newton(
  bend: (x: number, y: number, out: Float64Array) => void,
  slopes: (x: number, y: number) => Slopes,
  wanted: Vec2,
  start: Vec2,
): Vec2 {
  let [x, y] = start;
  const bent = new Float64Array(2);
  for (let step = 0; step < NEWTON_STEPS; step++) {
    bend(x, y, bent);
    const [xx, xy, yx, yy] = slopes(x, y);
    const offX = bent[0]! - wanted[0];
    const offY = bent[1]! - wanted[1];
    const determinant = xx * yy - xy * yx;
    x -= (yy * offX - xy * offY) / determinant;
    y -= (xx * offY - yx * offX) / determinant;
  }
  return [x, y];
}

/** Once for each list of coefficients, which is a camera's own. */
export function kept<T extends object>(make: (k: Coefficients) => T): (k: Coefficients) => T {
  const made = new WeakMap<Coefficients, T>();
  return (k) => {
    let known = made.get(k);
    if (known === undefined) made.set(k, (known = make(k)));
    return known;
  };
}
