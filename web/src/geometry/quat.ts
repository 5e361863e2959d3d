/**
 * Rotations as unit quaternions (w, x, y, z); q and -q are the same rotation.
 * The twin of src/groundplane/geometry/rotations.py; both are held to tests/golden/rotations.json.
 */

import type { Vec3 } from "./vec";

export type Quat = readonly [number, number, number, number];
/** Rows of a matrix that acts on columns. */
export type Matrix3 = readonly [Vec3, Vec3, Vec3];

export const IDENTITY: Quat = [1, 0, 0, 0];

/** Below this angle (radians, in quaternion space) the chord is the arc to the last bit. */
const CHORD_IS_ARC_RAD = 1e-8;

/** The same quaternion at length 1, sign kept. Throws a RangeError when no rotation is meant. */
export function normalise(q: Quat): Quat {
  const largest = Math.max(Math.abs(q[0]), Math.abs(q[1]), Math.abs(q[2]), Math.abs(q[3]));
  if (!(largest > 0 && largest < Infinity)) {
    throw new RangeError(`no rotation is meant by the quaternion ${q.join(", ")}`);
  }
  // Divided by the largest first, so that squaring neither overflows nor vanishes.
  const [w, x, y, z] = scaled(q, 1 / largest);
  return scaled([w, x, y, z], 1 / Math.hypot(w, x, y, z));
}

/** The inverse rotation of a unit quaternion. */
export const conjugate = (q: Quat): Quat => [q[0], -q[1], -q[2], -q[3]];

/** Hamilton product: first b, then a. */
export function multiply(a: Quat, b: Quat): Quat {
  return [
    a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
    a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
    a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
    a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
  ];
}

/** Turn a point by a unit quaternion: v + 2w(u × v) + 2u × (u × v). */
export function rotate(q: Quat, v: Vec3): Vec3 {
  const [w, x, y, z] = q;
  const tx = 2 * (y * v[2] - z * v[1]);
  const ty = 2 * (z * v[0] - x * v[2]);
  const tz = 2 * (x * v[1] - y * v[0]);
  return [
    v[0] + w * tx + y * tz - z * ty,
    v[1] + w * ty + z * tx - x * tz,
    v[2] + w * tz + x * ty - y * tx,
  ];
}

export function toMatrix(q: Quat): Matrix3 {
  const [w, x, y, z] = q;
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
}

/** The unit quaternion, w ≥ 0, of a rotation matrix (Shepperd's method, exact near half turns). */
export function fromMatrix(m: Matrix3): Quat {
  const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = m;
  // Candidate k holds 4 q_k q_j for every j; the one with the largest square loses no digits.
  const candidates: readonly (readonly [number, Quat])[] = [
    [1 + xx + yy + zz, [1 + xx + yy + zz, zy - yz, xz - zx, yx - xy]],
    [1 + xx - yy - zz, [zy - yz, 1 + xx - yy - zz, yx + xy, xz + zx]],
    [1 - xx + yy - zz, [xz - zx, yx + xy, 1 - xx + yy - zz, zy + yz]],
    [1 - xx - yy + zz, [yx - xy, xz + zx, zy + yz, 1 - xx - yy + zz]],
  ];
  const [, best] = candidates.reduce((a, b) => (b[0] > a[0] ? b : a));
  const q = normalise(best);
  return q[0] < 0 ? scaled(q, -1) : q;
}

/** A turn by the right-hand rule about an axis of any length but 0. */
export function fromAxisAngle(axis: Vec3, angleRad: number): Quat {
  const sine = Math.sin(angleRad / 2) / Math.hypot(axis[0], axis[1], axis[2]);
  return [Math.cos(angleRad / 2), sine * axis[0], sine * axis[1], sine * axis[2]];
}

/** A left turn about +z; 0 keeps +x where it is. */
export const fromYaw = (yawRad: number): Quat => [
  Math.cos(yawRad / 2),
  0,
  0,
  Math.sin(yawRad / 2),
];

/** Direction in (-π, π] in which the rotated +x axis points on the ground; 0 is world +x. */
export function yawOf(q: Quat): number {
  const [w, x, y, z] = q;
  return Math.atan2(2 * (x * y + w * z), 1 - 2 * (y * y + z * z));
}

/** Radians in [0, π] by which one rotation must turn to become the other. */
export function angleBetween(a: Quat, b: Quat): number {
  const apart = norm(combined(a, 1, b, -1));
  const together = norm(combined(a, 1, b, 1));
  return 4 * Math.atan2(Math.min(apart, together), Math.max(apart, together));
}

/**
 * From a (fraction 0) to b (fraction 1) at constant speed along the shorter arc. A difference of
 * exactly half a turn has two shortest arcs; the one that the signs given imply is taken.
 */
export function slerp(a: Quat, b: Quat, fraction: number): Quat {
  const aligned = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
  const near = aligned < 0 ? scaled(b, -1) : b;
  // The arccosine of the dot product would lose half the digits of small angles.
  const angleRad = 2 * Math.atan2(norm(combined(a, 1, near, -1)), norm(combined(a, 1, near, 1)));
  if (angleRad < CHORD_IS_ARC_RAD) return normalise(combined(a, 1 - fraction, near, fraction));
  const weightA = Math.sin((1 - fraction) * angleRad);
  const weightB = Math.sin(fraction * angleRad);
  return normalise(combined(a, weightA, near, weightB));
}

const norm = (q: Quat): number => Math.hypot(q[0], q[1], q[2], q[3]);
const scaled = (q: Quat, by: number): Quat => [q[0] * by, q[1] * by, q[2] * by, q[3] * by];

function combined(a: Quat, weightA: number, b: Quat, weightB: number): Quat {
  return [
    a[0] * weightA + b[0] * weightB,
    a[1] * weightA + b[1] * weightB,
    a[2] * weightA + b[2] * weightB,
    a[3] * weightA + b[3] * weightB,
  ];
}
