/**
 * Rigid transforms between named frames, target first: worldFromCamera takes points written in the
 * camera frame and writes them in the world frame. The twin of src/groundplane/geometry/transforms.py.
 */

import * as quat from "./quat";
import { add, lerp, scale, subtract, type Vec3 } from "./vec";

/** x_target = R x_source + t; the rotation is a unit quaternion, t metres of the target frame. */
export interface Transform {
  readonly rotation: quat.Quat;
  readonly translation: Vec3;
}

export const IDENTITY: Transform = { rotation: quat.IDENTITY, translation: [0, 0, 0] };

/** Normalises the quaternion. Throws a RangeError when it means no rotation. */
export const transform = (rotation: quat.Quat, translation: Vec3): Transform => ({
  rotation: quat.normalise(rotation),
  translation,
});

export const apply = (t: Transform, point: Vec3): Vec3 =>
  add(quat.rotate(t.rotation, point), t.translation);

/** A target-frame point written in the source frame. Exact far from the origin too. */
export const applyInverse = (t: Transform, point: Vec3): Vec3 =>
  quat.rotate(quat.conjugate(t.rotation), subtract(point, t.translation));

export function inverse(t: Transform): Transform {
  const rotation = quat.conjugate(t.rotation);
  return { rotation, translation: scale(quat.rotate(rotation, t.translation), -1) };
}

/** compose(aFromB, bFromC) = aFromC. */
export const compose = (a: Transform, b: Transform): Transform => ({
  rotation: quat.normalise(quat.multiply(a.rotation, b.rotation)),
  translation: apply(a, b.translation),
});

/** Translation along the straight line, rotation along the shorter arc. */
export const interpolate = (a: Transform, b: Transform, fraction: number): Transform => ({
  rotation: quat.slerp(a.rotation, b.rotation, fraction),
  translation: lerp(a.translation, b.translation, fraction),
});
