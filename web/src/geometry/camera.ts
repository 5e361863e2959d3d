/**
 * World points to pixels and back. Camera frame: x right, y down, z forward. Pixel (0, 0) is the
 * centre of the top-left pixel, so an image covers [-0.5, width - 0.5) × [-0.5, height - 0.5).
 * The twin of src/groundplane/geometry/cameras.py; both are held to tests/golden/lenses.json.
 */

import { LENS_MODELS, type Coefficients, type LensModel } from "./lens";
import * as quat from "./quat";
import { transform, type Transform } from "./transform";
import { cross, dot, length, normalise, type Vec2, type Vec3 } from "./vec";

/**
 * Intrinsics as the manifest spells them. `skew` is K[0, 1] in pixels; fx, fy, cx, cy and skew are
 * those of the calibration and are divided by `scale_factor` (0 means 1).
 */
export interface Lens {
  readonly model: string;
  readonly fx_px: number;
  readonly fy_px: number;
  readonly cx_px: number;
  readonly cy_px: number;
  readonly skew: number;
  readonly scale_factor: number;
  readonly width_px: number;
  readonly height_px: number;
  readonly coefficients: Readonly<Record<string, number>>;
}

/** A placed lens, made ready for many points. `fx` … `skew` are pixels of the stored image. */
export interface Camera {
  readonly lens: Lens;
  readonly worldFromCamera: Transform;
  readonly model: LensModel;
  readonly k: Coefficients;
  readonly fieldRad: number;
  /** Nothing farther from the axis than this can reach the picture; at most the lens's field. */
  readonly pictureRad: number;
  /** Of a picture that goes round; null otherwise. */
  readonly round: Round | null;
  readonly cameraFromWorld: quat.Matrix3;
  readonly fx: number;
  readonly fy: number;
  readonly cx: number;
  readonly cy: number;
  readonly skew: number;
}

export interface Round {
  /** The azimuth atan2(X, Z) of the picture's middle; the seam is opposite. */
  readonly middleRad: number;
  /** A whole turn in pixels, negative where fx is. */
  readonly turnPx: number;
  /** Nothing with a larger |Y| / √(X² + Z²) can reach the picture. */
  readonly steepest: number;
}

export interface ProjectedPoint {
  readonly u: number;
  readonly v: number;
  /** The camera's z in metres. */
  readonly depthM: number;
  /** It lies on the picture. */
  readonly visible: boolean;
}

export interface Ray {
  readonly origin: Vec3;
  /** Length 1. */
  readonly direction: Vec3;
}

/** As in cameras.py: in units of the focal length, far below a millionth of a pixel. */
const CONVERGED = 1e-9;
const BORDER_SAMPLES = 16;
/** Keeps clipped ends inside the field, where they have an image. */
const FIELD_SLACK = 1 - 1e-6;

/** Throws a RangeError for a camera model without a formula. */
export function makeCamera(lens: Lens, worldFromCamera: Transform): Camera {
  const model = LENS_MODELS[lens.model];
  if (model === undefined) {
    const known = Object.keys(LENS_MODELS).sort().join(", ");
    throw new RangeError(`The camera model "${lens.model}" is not known; known are: ${known}.`);
  }
  const shrunk = lens.scale_factor === 0 ? 1 : lens.scale_factor;
  const named = model.coefficients.map((name) => lens.coefficients[name] ?? 0);
  const round = roundOf(lens, model, shrunk);
  const k = round === null ? named : [...named, round.middleRad];
  const pose = transform(worldFromCamera.rotation, worldFromCamera.translation);
  const camera: Camera = {
    lens,
    worldFromCamera: pose,
    model,
    k,
    fieldRad: model.fieldRad(k),
    pictureRad: Math.PI,
    round,
    cameraFromWorld: quat.toMatrix(quat.conjugate(pose.rotation)),
    fx: lens.fx_px / shrunk,
    fy: lens.fy_px / shrunk,
    cx: lens.cx_px / shrunk,
    cy: lens.cy_px / shrunk,
    skew: lens.skew / shrunk,
  };
  // The back of a picture that goes round may be in its middle.
  return round === null ? { ...camera, pictureRad: pictureRadOf(camera) } : camera;
}

/** Lines end this near to straight up and down, where every azimuth is the same direction. */
const STEEPEST = Math.tan((89.99 * Math.PI) / 180);

function roundOf(lens: Lens, { steepness }: LensModel, shrunk: number): Round | null {
  if (steepness === undefined) return null;
  const { fx_px, fy_px, cx_px, cy_px, width_px, height_px } = lens;
  const heights = [-0.5, height_px - 0.5].map((v) => (v * shrunk - cy_px) / fy_px);
  return {
    middleRad: (((width_px - 1) / 2) * shrunk - cx_px) / fx_px,
    turnPx: (2 * Math.PI * fx_px) / shrunk,
    steepest: Math.min(STEEPEST, 1.1 * Math.max(...heights.map(steepness))),
  };
}

/** The same pixel of a picture that goes round, in the turn in which it is nearest to another. */
export const nearestTurn = ({ round }: Camera, u: number, toU: number): number =>
  round === null ? u : u - round.turnPx * Math.round((u - toU) / round.turnPx);

const MOST_LENSES = 1_000;
const pictureRads = new Map<string, number>();

/** Kept by lens: reading its border takes a thousand steps, and each picture of a scene has a pose. */
function pictureRadOf(camera: Camera): number {
  const lens = JSON.stringify(camera.lens);
  const known = pictureRads.get(lens);
  if (known !== undefined) return known;
  if (pictureRads.size >= MOST_LENSES) pictureRads.clear();
  const widest = pictureRad(camera);
  pictureRads.set(lens, widest);
  return widest;
}

/**
 * Project one world point into out[at], out[at + 1]; false and NaN when the lens has no image of
 * it. Allocates nothing. The point may still lie beside the picture: see `onPicture`.
 */
export function projectInto(
  camera: Camera,
  x: number,
  y: number,
  z: number,
  out: Float64Array,
  at = 0,
): boolean {
  const [rx, ry, rz] = camera.cameraFromWorld;
  const [ox, oy, oz] = camera.worldFromCamera.translation;
  const dx = x - ox;
  const dy = y - oy;
  const dz = z - oz;
  return projectCameraPointInto(
    camera,
    rx[0] * dx + rx[1] * dy + rx[2] * dz,
    ry[0] * dx + ry[1] * dy + ry[2] * dz,
    rz[0] * dx + rz[1] * dy + rz[2] * dz,
    out,
    at,
  );
}

const plane = new Float64Array(2);

/** `projectInto` for a point in the camera frame. */
export function projectCameraPointInto(
  camera: Camera,
  x: number,
  y: number,
  z: number,
  out: Float64Array,
  at = 0,
): boolean {
  const offAxis = Math.sqrt(x * x + y * y);
  // A point in the camera's centre has an angle of 0 and no direction.
  const hasImage = Math.atan2(offAxis, z) < camera.fieldRad && (offAxis !== 0 || z !== 0);
  if (!hasImage) {
    out[at] = out[at + 1] = NaN;
    return false;
  }
  camera.model.distort(x, y, z, camera.k, plane);
  const u = camera.fx * plane[0]! + camera.skew * plane[1]! + camera.cx;
  out[at] = u;
  out[at + 1] = Number.isNaN(u) ? NaN : camera.fy * plane[1]! + camera.cy;
  return !Number.isNaN(u);
}

export function onPicture(camera: Camera, u: number, v: number): boolean {
  const { width_px, height_px } = camera.lens;
  return u >= -0.5 && u < width_px - 0.5 && v >= -0.5 && v < height_px - 0.5;
}

const pixel = new Float64Array(2);

/** Null when the lens has no image of the point: behind it, or where its polynomial folds back. */
export function projectPoint(camera: Camera, point: Vec3): ProjectedPoint | null {
  if (!projectInto(camera, point[0], point[1], point[2], pixel)) return null;
  const [u, v] = [pixel[0]!, pixel[1]!];
  return { u, v, depthM: toCamera(camera, point)[2], visible: onPicture(camera, u, v) };
}

/** Many world points, xyz after xyz, into uv after uv; NaN where there is no image. */
export function projectPoints(camera: Camera, xyz: Float64Array, uv: Float64Array): void {
  for (let row = 0; 3 * row < xyz.length; row++) {
    projectInto(camera, xyz[3 * row]!, xyz[3 * row + 1]!, xyz[3 * row + 2]!, uv, 2 * row);
  }
}

/** The world ray through a pixel; null where no direction has that image. */
export function unproject(camera: Camera, u: number, v: number): Ray | null {
  const direction = unprojectDirection(camera, u, v);
  if (direction === null) return null;
  const { rotation, translation } = camera.worldFromCamera;
  return { origin: translation, direction: quat.rotate(rotation, direction) };
}

/**
 * The tangent of the angle between the rays through a pixel and through one `px` beside it, to that
 * side which has one; null where neither has, or the pixel itself.
 *
 * The focal length tells it in the middle of a pinhole's picture only, and of a lens whose
 * polynomial is in pixels (fx = 1) not even there.
 */
export function tangentBeside(camera: Camera, u: number, v: number, px: number): number | null {
  const through = unprojectDirection(camera, u, v);
  const beside = unprojectDirection(camera, u + px, v) ?? unprojectDirection(camera, u - px, v);
  if (through === null || beside === null) return null;
  return length(cross(through, beside)) / dot(through, beside);
}

/** `unproject` in the camera frame: a unit direction. */
export function unprojectDirection(camera: Camera, u: number, v: number): Vec3 | null {
  const y = (v - camera.cy) / camera.fy;
  const wanted: Vec2 = [(u - camera.cx - camera.skew * y) / camera.fx, y];
  const direction = normalise(camera.model.undistort(wanted, camera.k));
  const offAxisRad = Math.atan2(Math.hypot(direction[0], direction[1]), direction[2]);
  if (!(offAxisRad < camera.fieldRad)) return null;
  camera.model.distort(direction[0], direction[1], direction[2], camera.k, plane);
  const offX = plane[0]! - wanted[0];
  const turned = camera.round === null ? 0 : 2 * Math.PI * Math.round(offX / (2 * Math.PI));
  const error = Math.max(Math.abs(offX - turned), Math.abs(plane[1]! - wanted[1]));
  const scale = 1 + Math.max(Math.abs(wanted[0]), Math.abs(wanted[1]));
  return error / scale < CONVERGED ? direction : null;
}

/** A world point in the camera frame. */
export function toCamera(camera: Camera, point: Vec3): Vec3 {
  const [rx, ry, rz] = camera.cameraFromWorld;
  const [ox, oy, oz] = camera.worldFromCamera.translation;
  const dx = point[0] - ox;
  const dy = point[1] - oy;
  const dz = point[2] - oz;
  return [
    rx[0] * dx + rx[1] * dy + rx[2] * dz,
    ry[0] * dx + ry[1] * dy + ry[2] * dz,
    rz[0] * dx + rz[1] * dy + rz[2] * dz,
  ];
}

/** The widest angle on the border, and a tenth more for what lies between the samples. */
function pictureRad(camera: Camera): number {
  const { width_px, height_px } = camera.lens;
  const limit = Math.min(camera.fieldRad, Math.PI - 1e-3) * FIELD_SLACK;
  let widest = 0;
  for (let sample = 0; sample <= BORDER_SAMPLES; sample++) {
    const u = (sample / BORDER_SAMPLES) * width_px - 0.5;
    const v = (sample / BORDER_SAMPLES) * height_px - 0.5;
    const border: Vec2[] = [
      [u, -0.5],
      [u, height_px - 0.5],
      [-0.5, v],
      [width_px - 0.5, v],
    ];
    for (const [borderU, borderV] of border) {
      const direction = unprojectDirection(camera, borderU, borderV);
      if (direction === null) return limit;
      const angle = Math.atan2(Math.hypot(direction[0], direction[1]), direction[2]);
      widest = Math.max(widest, angle);
    }
  }
  return Math.min(widest * 1.1, limit);
}
