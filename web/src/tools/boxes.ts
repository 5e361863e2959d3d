/** What may be done to a cuboid, as functions from one to the next. Sizes never fall below MIN_SIZE_M. */

import { faceNormal, MIN_SIZE_M, moveFace, type Cuboid, type Face } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { add, scale, subtract, type Vec3 } from "../geometry/vec";

export const UP: Vec3 = [0, 0, 1];

const MOVE_M = { coarse: 0.1, fine: 0.02 };
const TURN_RAD = { coarse: Math.PI / 180, fine: Math.PI / 900 };

export function moved(cuboid: Cuboid, by: Vec3): Cuboid {
  return { ...cuboid, centre: add(cuboid.centre, by) };
}

/**
 * About an axis of the world through the centre (length 1). The default is the vertical, about
 * which a tilted cuboid keeps its tilt.
 */
export function turned(cuboid: Cuboid, byRad: number, axis: Vec3 = UP): Cuboid {
  const rotation = quat.multiply(quat.fromAxisAngle(axis, byRad), cuboid.rotation);
  return { ...cuboid, rotation: quat.normalise(rotation) };
}

/** The front becomes the rear; the same space. */
export function flipped(cuboid: Cuboid): Cuboid {
  const half = quat.fromAxisAngle([0, 0, 1], Math.PI);
  return { ...cuboid, rotation: quat.normalise(quat.multiply(cuboid.rotation, half)) };
}

/** The left side becomes the front; the same space, so length and width change places. */
export function quartered(cuboid: Cuboid): Cuboid {
  const [length, width, height] = cuboid.size;
  const quarter = quat.fromAxisAngle([0, 0, 1], Math.PI / 2);
  const rotation = quat.normalise(quat.multiply(cuboid.rotation, quarter));
  return { ...cuboid, size: [width, length, height], rotation };
}

/** The face moves outward by `byM`; the opposite face stays, or moves as much when `both`. */
export function resized(cuboid: Cuboid, face: Face, byM: number, both = false): Cuboid {
  if (!both) return moveFace(cuboid, face, byM);
  const grown = moveFace(cuboid, face, 2 * byM);
  return { ...grown, centre: cuboid.centre };
}

/** Several faces at once, as a corner of a flat view does; the faces opposite to them stay. */
export function resizedBy(
  cuboid: Cuboid,
  faces: readonly Face[],
  byM: readonly number[],
  both = false,
): Cuboid {
  return faces.reduce((grown, face, index) => resized(grown, face, byM[index]!, both), cuboid);
}

/** A cuboid standing on the ground between the middle of its rear and of its front edge. */
export function standing(rear: Vec3, front: Vec3, widthM: number, heightM: number): Cuboid {
  const along = subtract(front, rear);
  const lengthM = Math.max(MIN_SIZE_M, Math.hypot(along[0], along[1]));
  const yaw = Math.atan2(along[1], along[0]);
  const ground = (rear[2] + front[2]) / 2;
  return {
    centre: [(rear[0] + front[0]) / 2, (rear[1] + front[1]) / 2, ground + heightM / 2],
    size: [lengthM, widthM, heightM],
    rotation: quat.fromYaw(yaw),
  };
}

export function standingAt(ground: Vec3, size: Vec3, yawRad: number): Cuboid {
  return {
    centre: [ground[0], ground[1], ground[2] + size[2] / 2],
    size,
    rotation: quat.fromYaw(yawRad),
  };
}

/**
 * Exactly the footprint of a rectangle on the ground that was drawn from `corner` to `opposite`, its
 * sides parallel and square to `headingRad`. The longer side is the length; its front is where the
 * hand went.
 */
export function footprint(corner: Vec3, opposite: Vec3, headingRad: number, heightM: number): Cuboid {
  const [dx, dy] = [opposite[0] - corner[0], opposite[1] - corner[1]];
  const [cosine, sine] = [Math.cos(headingRad), Math.sin(headingRad)];
  const along = dx * cosine + dy * sine;
  const across = dy * cosine - dx * sine;
  const isLong = Math.abs(along) >= Math.abs(across);
  const quarter = isLong ? (along < 0 ? Math.PI : 0) : (Math.PI / 2) * (across < 0 ? -1 : 1);
  const yaw = headingRad + quarter;
  const sides = [Math.abs(along), Math.abs(across)].map((side) => Math.max(MIN_SIZE_M, side));
  return {
    centre: [corner[0] + dx / 2, corner[1] + dy / 2, corner[2] + heightM / 2],
    size: [Math.max(...sides), Math.min(...sides), heightM],
    // Within half a turn, as headings are.
    rotation: quat.fromYaw(Math.atan2(Math.sin(yaw), Math.cos(yaw))),
  };
}

export type Nudge =
  | "move.forward"
  | "move.back"
  | "move.left"
  | "move.right"
  | "move.up"
  | "move.down"
  | "turn.left"
  | "turn.right"
  | "size.longer"
  | "size.shorter"
  | "size.wider"
  | "size.narrower"
  | "size.taller"
  | "size.lower";

/** One press of a fine adjustment key. Directions are the cuboid's own; sizes grow on both sides. */
export function nudged(cuboid: Cuboid, nudge: Nudge, fine: boolean): Cuboid {
  const step = fine ? MOVE_M.fine : MOVE_M.coarse;
  const turn = fine ? TURN_RAD.fine : TURN_RAD.coarse;
  const along = (face: Face) => moved(cuboid, scale(faceNormal(cuboid, face), step));
  const grown = (face: Face, by: number) => resized(cuboid, face, by / 2, true);
  switch (nudge) {
    case "move.forward":
      return along("front");
    case "move.back":
      return along("back");
    case "move.left":
      return along("left");
    case "move.right":
      return along("right");
    case "move.up":
      return along("top");
    case "move.down":
      return along("bottom");
    case "turn.left":
      return turned(cuboid, turn);
    case "turn.right":
      return turned(cuboid, -turn);
    case "size.longer":
      return grown("front", step);
    case "size.shorter":
      return grown("front", -step);
    case "size.wider":
      return grown("left", step);
    case "size.narrower":
      return grown("left", -step);
    case "size.taller":
      // The bottom stands on the ground.
      return resized(cuboid, "top", step);
    case "size.lower":
      return resized(cuboid, "top", -step);
  }
}
