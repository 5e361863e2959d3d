/** An object's motion, and how far points stick out of what should hold them. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { carriedBack, carried, carryBetween } from "./carry";
import { type Cuboid, toLocal, toWorld } from "./cuboid";
import * as quat from "./quat";
import { AROUND_M, spreadOf, strayed } from "./stillness";
import type { Vec3 } from "./vec";

const metres = fc.double({ min: -500, max: 500, noNaN: true });
const vectors = fc.tuple(metres, metres, metres);
const axes = vectors.filter((axis) => Math.hypot(...axis) > 1);
const cuboids = fc
  .record({ centre: vectors, axis: axes, angleRad: fc.double({ min: -3, max: 3, noNaN: true }) })
  .map(({ centre, axis, angleRad }): Cuboid => {
    const unit = axis.map((one) => one / Math.hypot(...axis)) as unknown as Vec3;
    return { centre, size: [4, 2, 1.5], rotation: quat.fromAxisAngle(unit, angleRad) };
  });

const near = (a: Vec3, b: Vec3) => {
  for (const axis of [0, 1, 2] as const) expect(a[axis]).toBeCloseTo(b[axis], 6);
};

test("a point carried with an object is where it was on the object", () => {
  fc.assert(
    fc.property(cuboids, cuboids, vectors, (was, is, local) => {
      const carry = carryBetween(was, is);
      near(carried(carry, toWorld(was, local)), toWorld(is, local));
    }),
  );
});

test("the cuboid carried back holds the same points in its own frame", () => {
  fc.assert(
    fc.property(cuboids, cuboids, cuboids, vectors, (was, is, other, point) => {
      const carry = carryBetween(was, is);
      near(toLocal(carriedBack(carry, other), point), toLocal(other, carried(carry, point)));
    }),
  );
});

const CAR: Cuboid = { centre: [0, 0, 0], size: [4, 2, 1.5], rotation: [1, 0, 0, 0] };
/** Along the right side and the back of a car that has driven on. */
const surface = (forwardM: number): readonly number[] =>
  Array.from({ length: 40 }, (_, at) => [-2 + at / 10 + forwardM, 1, 0]).flat();
const points = (local: readonly number[]) => ({
  local: Float64Array.from(local),
  heights: new Float64Array(local.length / 3),
});

test("what stands does not stray, what drove on does by nearly as much as it drove", () => {
  const [stands, drove] = strayed([0, 0.6].map((m) => spreadOf(CAR, points(surface(m)))), 0);
  expect(stands).toBe(0);
  expect(drove).toBeGreaterThan(0.5);
  expect(drove).toBeLessThanOrEqual(0.7);
});

test("what moves inside of its cuboid has strayed, what is seen from its other end has not", () => {
  const end = surface(0).slice(3 * 29);
  const front = (m: number) => points(end.map((x, at) => (at % 3 === 0 ? x - m : x)));
  const side = points(surface(0));
  const back = points(surface(0).slice(0, 33));
  const spreads = (list: readonly ReturnType<typeof points>[]) => list.map((one) => spreadOf(CAR, one));
  expect(strayed(spreads([front(0), front(1), front(2)]), 0).map((m) => Math.round(m!))).toEqual([0, 1, 2]);
  expect(strayed(spreads([front(0), side, back]), 0).map((m) => Math.round(m!))).toEqual([0, 0, 0]);
});

test("the road under it, what is far beside it and a hedge that stands there always say nothing", () => {
  const road = Array.from({ length: 50 }, (_, at) => [-2.5 + at / 10, 1.4, -0.7]).flat();
  const wall = Array.from({ length: 50 }, (_, at) => [-2 + at / 12, 2.5, 0.2]).flat();
  expect(spreadOf(CAR, points([...surface(0), ...road, ...wall]))).toMatchObject({ count: 40, outM: 0 });
  const hedge = Array.from({ length: 20 }, (_, at) => [-2 + at / 5, 1.5, 0.2]).flat();
  const spread = spreadOf(CAR, points([...surface(0), ...hedge]));
  expect(strayed([spread, spread], 0)).toEqual([0, 0]);
});

test("where all points are gone they strayed as far as is looked; few points never tell", () => {
  const full = spreadOf(CAR, points(surface(0)));
  const none = spreadOf(CAR, points([]));
  expect(strayed([full, none], 0)).toEqual([0, AROUND_M]);
  expect(strayed([none, spreadOf(CAR, points([0, 0, 0]))], 0)).toEqual([null, null]);
});
