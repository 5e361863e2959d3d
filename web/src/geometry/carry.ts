/** A rigid motion that takes what is near one place to another: of an object through time. Pure. */

import type { Cuboid } from "./cuboid";
import * as quat from "./quat";
import { add, subtract, type Vec3 } from "./vec";

/** p becomes rotation (p − from) + to. */
export interface Carry {
  readonly rotation: quat.Quat;
  readonly from: Vec3;
  readonly to: Vec3;
}

/** What takes the points of an object where it was to where it is. Sizes play no part. */
export function carryBetween(was: Cuboid, is: Cuboid): Carry {
  const rotation = quat.normalise(quat.multiply(is.rotation, quat.conjugate(was.rotation)));
  return { rotation, from: was.centre, to: is.centre };
}

export const carried = ({ rotation, from, to }: Carry, point: Vec3): Vec3 =>
  add(quat.rotate(rotation, subtract(point, from)), to);

/** The cuboid that the motion takes to this one. */
export function carriedBack({ rotation, from, to }: Carry, cuboid: Cuboid): Cuboid {
  const back = quat.conjugate(rotation);
  return {
    ...cuboid,
    centre: add(quat.rotate(back, subtract(cuboid.centre, to)), from),
    rotation: quat.normalise(quat.multiply(back, cuboid.rotation)),
  };
}

export function sameCarry(a: Carry | null, b: Carry | null): boolean {
  if (a === null || b === null) return a === b;
  const numbers = (carry: Carry) => [...carry.rotation, ...carry.from, ...carry.to];
  const others = numbers(b);
  return numbers(a).every((number, index) => number === others[index]);
}
