/**
 * Pictures that go round: the plane's x is the azimuth about the camera's y axis, within half a turn
 * of the picture's middle. The twin of src/groundplane/geometry/lenses/panoramas.py.
 */

import type { Coefficients, LensModel } from "./lensModel";
import type { Vec3 } from "./vec";

const TURN_RAD = 2 * Math.PI;
/** What rounding may do to a pixel on the seam itself. */
const SLACK = 1 + 1e-12;

function azimuth(x: number, z: number, k: Coefficients): number {
  const middle = k.at(-1)!;
  const angle = Math.atan2(x, z);
  return angle - TURN_RAD * Math.floor((angle - middle) / TURN_RAD + 0.5);
}

/** The azimuth itself, or NaN where the picture has been once round. */
const withinTheTurn = (x: number, k: Coefficients): number =>
  Math.abs(x - k.at(-1)!) <= Math.PI * SLACK ? x : NaN;

/** On the y axis every azimuth is as good as another. */
const aroundAxis = (x: number, z: number): number => Math.sqrt(x * x + z * z) || NaN;

/** The height on a cylinder of radius 1. */
export const CYLINDRICAL: LensModel = {
  coefficients: [],
  fieldRad: () => Infinity,
  distort(x, y, z, k, out) {
    const around = aroundAxis(x, z);
    out[0] = around > 0 ? azimuth(x, z, k) : NaN;
    out[1] = y / around;
  },
  undistort([x, y], k): Vec3 {
    const angle = withinTheTurn(x, k);
    return [Math.sin(angle), y, Math.cos(angle)];
  },
  steepness: Math.abs,
};

/** The angle above or below the horizon. */
export const EQUIRECTANGULAR: LensModel = {
  coefficients: [],
  fieldRad: () => Infinity,
  distort(x, y, z, k, out) {
    const around = aroundAxis(x, z);
    out[0] = around > 0 ? azimuth(x, z, k) : NaN;
    out[1] = Math.atan2(y, around);
  },
  undistort([x, y], k): Vec3 {
    const angle = withinTheTurn(x, k);
    const down = Math.abs(y) <= Math.PI / 2 ? y : NaN;
    const level = Math.cos(down);
    return [level * Math.sin(angle), Math.sin(down), level * Math.cos(angle)];
  },
  steepness: (y) => Math.tan(Math.min(Math.abs(y), Math.PI / 2)),
};
