import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cuboid } from "./cuboid";
import { motionBetween, movedFor } from "./motion";
import * as quat from "./quat";
import type { Vec3 } from "./vec";

const metres = fc.double({ min: -500, max: 500, noNaN: true });
const vectors = fc.tuple(metres, metres, metres);
const cuboids = fc
  .record({
    centre: vectors,
    axis: vectors.filter((axis) => Math.hypot(...axis) > 1),
    angleRad: fc.double({ min: -3, max: 3, noNaN: true }),
  })
  .map(({ centre, axis, angleRad }): Cuboid => {
    return { centre, size: [4, 2, 1.5], rotation: quat.fromAxisAngle(axis, angleRad) };
  });
const seconds = fc.double({ min: 0.01, max: 2, noNaN: true });

const same = (a: Cuboid, b: Cuboid) => {
  a.centre.forEach((value, axis) => expect(value).toBeCloseTo(b.centre[axis]!, 6));
  expect(quat.angleBetween(a.rotation, b.rotation)).toBeLessThan(1e-6);
  expect(a.size).toEqual(b.size);
};

test("moved for as long as it took, a thing is where it was seen then, and moved back where it was", () => {
  fc.assert(
    fc.property(cuboids, cuboids, seconds, (before, after, took_s) => {
      const motion = motionBetween(before, after, took_s);
      same(movedFor(before, motion, took_s), after);
      same(movedFor(after, motion, -took_s), before);
      same(movedFor(before, motion, 0), before);
    }),
  );
});

test("half of the time is half of the way and half of the turn", () => {
  fc.assert(
    fc.property(cuboids, cuboids, seconds, (before, after, took_s) => {
      const half = movedFor(before, motionBetween(before, after, took_s), took_s / 2);
      half.centre.forEach((value, axis) =>
        expect(value).toBeCloseTo((before.centre[axis]! + after.centre[axis]!) / 2, 6),
      );
      const turn = quat.angleBetween(before.rotation, after.rotation);
      expect(quat.angleBetween(before.rotation, half.rotation)).toBeCloseTo(turn / 2, 6);
    }),
  );
});

test("a left turn by a quarter in half a second is half a turn a second about up", () => {
  const at = (yaw: number, x: number): Cuboid => {
    return { centre: [x, 0, 0] as Vec3, size: [4, 2, 1.5], rotation: quat.fromYaw(yaw) };
  };
  const { velocity_mps, turn_radps } = motionBetween(at(0, 0), at(Math.PI / 2, 5), 0.5);
  expect(velocity_mps).toEqual([10, 0, 0]);
  [0, 0, Math.PI].forEach((value, axis) => expect(turn_radps[axis]).toBeCloseTo(value, 9));
});
