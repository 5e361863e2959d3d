/** What a hand did to a cuboid, done to another one of the same object. */

import { MIN_SIZE_M, toLocal, toWorld, type Cuboid } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import type { Vec3 } from "../geometry/vec";

/**
 * The same step along the object's own axes, the same turn, and each side as much longer. The change
 * of `before` itself is `after`.
 */
export function likewise(before: Cuboid, after: Cuboid): (other: Cuboid) => Cuboid {
  const step = toLocal(before, after.centre);
  const turn = quat.multiply(quat.conjugate(before.rotation), after.rotation);
  const isTurned = before.rotation.some((part, k) => part !== after.rotation[k]);
  return (other) => {
    if (other === before) return after;
    const grown = other.size.map((side, k) =>
      Math.max(MIN_SIZE_M, side + (after.size[k]! - before.size[k]!)),
    ) as unknown as Vec3;
    return {
      centre: toWorld(other, step),
      size: grown,
      rotation: isTurned ? quat.normalise(quat.multiply(other.rotation, turn)) : other.rotation,
    };
  };
}
