/** What may be done to a cuboid, as functions from one to the next. Sizes never fall below MIN_SIZE_M. */

import { faceNormal, MIN_SIZE_M, moveFace, type Cuboid, type Face } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { add, scale, subtract, type Vec3 } from "../geometry/vec";

const MOVE_M = { coarse: 0.1, fine: 0.02 };
const TURN_RAD = { coarse: Math.PI / 180, fine: Math.PI / 900 };

export function moved(cuboid: Cuboid, by: Vec3): Cuboid {
  return { ...cuboid, centre: add(cuboid.centre, by) };
}

/** About the world's vertical through the centre, so that a tilted cuboid keeps its tilt. */
export function turned(cuboid: Cuboid, byRad: number): Cuboid {
  const rotation = quat.multiply(quat.fromYaw(byRad), cuboid.rotation);
  return { ...cuboid, rotation: quat.normalise(rotation) };
}

/** The face moves outward by `byM`; the opposite face stays, or moves as much when `both`. */
export function resized(cuboid: Cuboid, face: Face, byM: number, both = false): Cuboid {
  if (!both) return moveFace(cuboid, face, byM);
  const grown = moveFace(cuboid, face, 2 * byM);
  return { ...grown, centre: cuboid.centre };
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
