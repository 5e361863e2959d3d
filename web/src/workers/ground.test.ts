import { DataUtils } from "three";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Vec3 } from "../geometry/vec";
import { chunkOf } from "./chunk.fixture";
import { fromHalf, type GroundGrid, toHalf } from "./ground";

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

const heightsOf = ({ levelM, halves }: GroundGrid): readonly number[] =>
  Array.from(halves, (half) => levelM + DataUtils.fromHalfFloat(half));

/** Metres above the low corner at a place in metres from it, between the cells' middles. */
function groundAt(grid: GroundGrid, x: number, y: number): number {
  const { columns, rows, cellM } = grid;
  const heights = heightsOf(grid);
  const u = Math.min(columns - 1, Math.max(0, x / cellM - 0.5));
  const v = Math.min(rows - 1, Math.max(0, y / cellM - 0.5));
  const [left, below] = [Math.floor(u), Math.floor(v)];
  const [right, above] = [Math.min(columns - 1, left + 1), Math.min(rows - 1, below + 1)];
  const [s, t] = [u - left, v - below];
  const low = heights[below * columns + left]! * (1 - s) + heights[below * columns + right]! * s;
  const high = heights[above * columns + left]! * (1 - s) + heights[above * columns + right]! * s;
  return low * (1 - t) + high * t;
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
  expect(heightsOf(ground).every(Number.isFinite)).toBe(true);
});

test("three points have a ground, too", () => {
  const few = chunkOf([[1, 2, 3], [1, 2, 3], [9, 4, 5]], [0, 0, 0], STEP_M);
  expect(heightsOf(few.ground).every((height) => height >= 2.99 && height <= 5.01)).toBe(true);
});

test("a half float is the nearest one", () => {
  fc.assert(
    fc.property(fc.double({ min: -65_504, max: 65_504, noNaN: true }), (value) => {
      const half = DataUtils.fromHalfFloat(toHalf(value));
      const near = [-1, 0, 1].map((away) => DataUtils.fromHalfFloat(toHalf(value) + away));
      const least = Math.min(...near.filter(Number.isFinite).map((one) => Math.abs(one - value)));
      expect(Math.abs(half - value)).toBeLessThanOrEqual(Math.max(least, 2 ** -14) * (1 + 1e-6));
    }),
  );
  expect(DataUtils.fromHalfFloat(toHalf(1e9))).toBe(65_504);
});

test("every half float means what it means elsewhere", () => {
  const halves = Array.from({ length: 1 << 16 }, (_, half) => half);
  const isFinite = (half: number) => ((half >> 10) & 31) !== 31;
  expect(halves.filter((half) => isFinite(half) && fromHalf(half) !== DataUtils.fromHalfFloat(half))).toEqual([]);
  // Beyond the greatest the other goes on counting, where the standard has infinities.
  expect(halves.filter((half) => !isFinite(half) && Number.isFinite(fromHalf(half)))).toEqual([]);
});
