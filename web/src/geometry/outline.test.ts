import { expect, test } from "vitest";
import { polygonEdges, surfaceOf } from "./outline";
import type { Vec3 } from "./vec";

const L: readonly Vec3[] = [
  [0, 0, 0],
  [4, 0, 0],
  [4, 2, 0],
  [1, 2, 0],
  [1, 5, 0],
  [0, 5, 0],
];

test("the area of an L is that of its two rectangles, wherever and however it lies", () => {
  expect(surfaceOf(L)).toBeCloseTo(8 + 3, 12);
  const far = L.map(([x, y]): Vec3 => [5_700_000 + x, 400_000 + 0.6 * y, 30 + 0.8 * y]);
  expect(surfaceOf(far)).toBeCloseTo(11, 6);
  expect(surfaceOf(L.toReversed())).toBeCloseTo(11, 12);
});

test("the last side goes back to the first vertex", () => {
  expect(polygonEdges(L)).toEqual([4, 2, 3, 3, 1, 5]);
});
