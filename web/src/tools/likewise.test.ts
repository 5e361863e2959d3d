import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cuboid, toLocal } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { moved, nudged, resized, turned } from "./boxes";
import { likewise } from "./likewise";

const CAR: Cuboid = { centre: [431_257.25, 5_412_983.5, 107.75], size: [4.5, 1.9, 1.6], rotation: quat.fromYaw(0.3) };
const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
const metres = fc.double({ min: -3, max: 3, noNaN: true });

test("the same step, turn and growth in the object's own frame, whatever its heading", () => {
  fc.assert(
    fc.property(angle, angle, metres, metres, (headingRad, turnRad, step, growth) => {
      const other: Cuboid = { centre: [10, -4, 2], size: [4.7, 2, 1.5], rotation: quat.fromYaw(headingRad) };
      const after = turned(resized(moved(CAR, [step, 2 * step, 0.1]), "front", Math.abs(growth)), turnRad);
      const alike = likewise(CAR, after)(other);
      const [mine, theirs] = [toLocal(CAR, after.centre), toLocal(other, alike.centre)];
      theirs.forEach((value, axis) => expect(value).toBeCloseTo(mine[axis]!, 6));
      alike.size.forEach((side, axis) => expect(side - other.size[axis]!).toBeCloseTo(after.size[axis]! - CAR.size[axis]!, 9));
      const turn = (before: Cuboid, now: Cuboid) => quat.multiply(quat.conjugate(before.rotation), now.rotation);
      const same = turn(CAR, after).reduce((sum, part, k) => sum + part * turn(other, alike)[k]!, 0);
      expect(Math.abs(same)).toBeCloseTo(1, 9);
    }),
  );
});

test("of the cuboid in hand it makes exactly what the hand made", () => {
  const after = nudged(CAR, "move.left", false);
  expect(likewise(CAR, after)(CAR)).toBe(after);
});

test("what is only moved keeps its heading to the last bit, and no side falls below the smallest", () => {
  const other: Cuboid = { centre: [0, 0, 0], size: [0.5, 0.4, 0.3], rotation: quat.fromYaw(1.1) };
  expect(likewise(CAR, nudged(CAR, "move.up", false))(other).rotation).toBe(other.rotation);
  const shrunk = resized(CAR, "front", -2);
  expect(likewise(CAR, shrunk)(other).size).toEqual([0.05, 0.4, 0.3]);
});
