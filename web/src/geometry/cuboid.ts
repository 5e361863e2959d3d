/**
 * Boxes in space. The twin of src/groundplane/geometry/cuboids.py, with what a pointer needs.
 *
 *            6--------7
 *           /|       /|      z
 *          4--------5 |      |  y        corner k: bit 0 of k chooses the end along the box's x,
 *          | 2------|-3      | /         bit 1 along y, bit 2 along z
 *          |/       |/       |/
 *          0--------1        +---- x     (front; yaw 0 is world +x)
 */

import * as quat from "./quat";
import { applyInverse } from "./transform";
import { add, scale, subtract, type Vec3 } from "./vec";

/** `centre` world metres; `size` metres: length along its own x, width along y, height along z. */
export interface Cuboid {
  readonly centre: Vec3;
  readonly size: Vec3;
  readonly rotation: quat.Quat;
}

export type Axis = 0 | 1 | 2;
export type Face = "front" | "back" | "left" | "right" | "top" | "bottom";

export interface FaceInfo {
  readonly axis: Axis;
  readonly sign: 1 | -1;
  /** Counter-clockwise seen from outside. */
  readonly corners: readonly [number, number, number, number];
}

export const FACES: Readonly<Record<Face, FaceInfo>> = {
  front: { axis: 0, sign: 1, corners: [1, 3, 7, 5] },
  back: { axis: 0, sign: -1, corners: [0, 4, 6, 2] },
  left: { axis: 1, sign: 1, corners: [2, 6, 7, 3] },
  right: { axis: 1, sign: -1, corners: [0, 1, 5, 4] },
  top: { axis: 2, sign: 1, corners: [4, 5, 7, 6] },
  bottom: { axis: 2, sign: -1, corners: [0, 2, 3, 1] },
};
export const FACE_NAMES = Object.keys(FACES) as readonly Face[];

/** Pairs of corners, the four along x first, then y, then z. */
export const EDGES: readonly (readonly [number, number])[] = [1, 2, 4].flatMap((bit) =>
  [0, 1, 2, 3, 4, 5, 6, 7]
    .filter((corner) => (corner & bit) === 0)
    .map((corner) => [corner, corner | bit] as const),
);

/** No side is made shorter than this by dragging. */
export const MIN_SIZE_M = 0.05;

/** World metres, in the order drawn above. */
export function corners(cuboid: Cuboid): Vec3[] {
  const [x, y, z] = scale(cuboid.size, 0.5);
  return [0, 1, 2, 3, 4, 5, 6, 7].map((corner) =>
    toWorld(cuboid, [corner & 1 ? x : -x, corner & 2 ? y : -y, corner & 4 ? z : -z]),
  );
}

/** A point of the box's own frame (origin in its centre), in the world. */
export const toWorld = (cuboid: Cuboid, local: Vec3): Vec3 =>
  add(cuboid.centre, quat.rotate(cuboid.rotation, local));

/** A world point in the box's own frame. */
export const toLocal = (cuboid: Cuboid, point: Vec3): Vec3 =>
  applyInverse({ rotation: cuboid.rotation, translation: cuboid.centre }, point);

/** The border belongs to the box. */
export function containsPoint(cuboid: Cuboid, point: Vec3): boolean {
  const [x, y, z] = toLocal(cuboid, point);
  const [l, w, h] = cuboid.size;
  return Math.abs(x) <= l / 2 && Math.abs(y) <= w / 2 && Math.abs(z) <= h / 2;
}

/** Unit vector out of a face, in the world. */
export function faceNormal(cuboid: Cuboid, face: Face): Vec3 {
  const { axis, sign } = FACES[face];
  return quat.rotate(cuboid.rotation, alongAxis(axis, sign));
}

export function faceCentre(cuboid: Cuboid, face: Face): Vec3 {
  const { axis, sign } = FACES[face];
  return toWorld(cuboid, alongAxis(axis, (sign * cuboid.size[axis]) / 2));
}

/** Move a face outward by `deltaM` (inward: negative); the opposite face stays where it is. */
export function moveFace(cuboid: Cuboid, face: Face, deltaM: number): Cuboid {
  const { axis, sign } = FACES[face];
  const before = cuboid.size[axis];
  const after = Math.max(MIN_SIZE_M, before + deltaM);
  const [l, w, h] = cuboid.size;
  return {
    ...cuboid,
    centre: toWorld(cuboid, alongAxis(axis, (sign * (after - before)) / 2)),
    size: [axis === 0 ? after : l, axis === 1 ? after : w, axis === 2 ? after : h],
  };
}

/** Heading on the ground in (-π, π]; 0 is world +x. */
export const yawOf = (cuboid: Cuboid): number => quat.yawOf(cuboid.rotation);

/** Turned about the vertical through its centre to a heading; pitch and roll stay. */
export function withYaw(cuboid: Cuboid, yawRad: number): Cuboid {
  const turn = quat.fromYaw(yawRad - yawOf(cuboid));
  return { ...cuboid, rotation: quat.normalise(quat.multiply(turn, cuboid.rotation)) };
}

/** From the centre out through the front face, a quarter of the length beyond it but at most 1 m. */
export function headingArrow(cuboid: Cuboid): { readonly tail: Vec3; readonly tip: Vec3 } {
  const reach = cuboid.size[0] / 2 + Math.min(cuboid.size[0] / 4, 1);
  return { tail: cuboid.centre, tip: toWorld(cuboid, [reach, 0, 0]) };
}

export interface CuboidHit {
  /** In units of the ray's direction. */
  readonly distance: number;
  readonly point: Vec3;
  readonly face: Face;
  readonly inside: boolean;
}

/**
 * Where a ray first meets the surface; from inside, where it leaves (`inside`). Null: it misses.
 * Slabs: along each axis the ray is within the box for an interval; the hit starts the overlap.
 */
export function intersectRay(cuboid: Cuboid, origin: Vec3, direction: Vec3): CuboidHit | null {
  const start = toLocal(cuboid, origin);
  const step = quat.rotate(quat.conjugate(cuboid.rotation), direction);
  let [enter, leave] = [-Infinity, Infinity];
  let [enterFace, leaveFace]: [Face, Face] = ["front", "front"];
  for (const axis of [0, 1, 2] as const) {
    const half = cuboid.size[axis] / 2;
    if (step[axis] === 0) {
      if (Math.abs(start[axis]) > half) return null;
      continue;
    }
    const forward = step[axis] > 0;
    const first = ((forward ? -half : half) - start[axis]) / step[axis];
    const last = ((forward ? half : -half) - start[axis]) / step[axis];
    if (first > enter) [enter, enterFace] = [first, faceAt(axis, !forward)];
    if (last < leave) [leave, leaveFace] = [last, faceAt(axis, forward)];
  }
  if (enter > leave || leave < 0 || leave === Infinity) return null;
  const inside = enter < 0;
  const distance = inside ? leave : enter;
  const point = add(origin, scale(direction, distance));
  return { distance, point, face: inside ? leaveFace : enterFace, inside };
}

/** Middle of the bottom face: what stands on the ground. */
export const groundPoint = (cuboid: Cuboid): Vec3 => faceCentre(cuboid, "bottom");

/** Whether the eye sees the outside of a face. */
export function facesEye(cuboid: Cuboid, face: Face, eye: Vec3): boolean {
  const towards = subtract(eye, faceCentre(cuboid, face));
  const normal = faceNormal(cuboid, face);
  return normal[0] * towards[0] + normal[1] * towards[1] + normal[2] * towards[2] > 0;
}

function faceAt(axis: Axis, positive: boolean): Face {
  if (axis === 0) return positive ? "front" : "back";
  if (axis === 1) return positive ? "left" : "right";
  return positive ? "top" : "bottom";
}

function alongAxis(axis: Axis, by: number): Vec3 {
  return [axis === 0 ? by : 0, axis === 1 ? by : 0, axis === 2 ? by : 0];
}
