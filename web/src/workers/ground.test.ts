import { expect, test } from "vitest";
import type { Vec3 } from "../geometry/vec";
import { chunkOf } from "./chunk.fixture";
import { groundAt } from "./ground";

const STEP_M = 0.005;
const SLOPE = 0.08;
const road = (x: number) => 4 + SLOPE * x;

/** A climbing road, a bus that hides the ground under it, and a reflection below the road. */
function street(): readonly Vec3[] {
  const points: Vec3[] = [[61, 33, 0.5]];
  for (let x = 0; x < 120; x += 0.7) {
    for (let y = 0; y < 70; y += 0.7) {
      const underBus = Math.abs(x - 40) < 6 && Math.abs(y - 30) < 1.3;
      points.push([x, y, road(x) + (underBus ? 3 : 0)]);
    }
  }
  return points;
}

const { ground } = chunkOf(street(), [431_200, 5_412_900, 95], STEP_M);
const off = (x: number, y: number) => groundAt(ground, x, y) - road(x);

test("the ground follows a slope", () => {
  for (const x of [20, 50.5, 77, 99.3]) expect(Math.abs(off(x, 22.7))).toBeLessThan(0.12);
});

test("neither a bus lifts it nor a reflection from below sinks it", () => {
  expect(Math.abs(off(40, 30))).toBeLessThan(0.15);
  expect(Math.abs(off(61, 33))).toBeLessThan(0.15);
});

test("where nothing was seen it goes on from what is near", () => {
  expect(Math.abs(groundAt(ground, 300, 30) - road(119))).toBeLessThan(0.6);
  expect(ground.heights.every(Number.isFinite)).toBe(true);
});

test("three points have a ground, too", () => {
  const few = chunkOf([[1, 2, 3], [1, 2, 3], [9, 4, 5]], [0, 0, 0], STEP_M);
  expect(few.ground.heights.every((height) => height >= 3 && height <= 5)).toBe(true);
});
