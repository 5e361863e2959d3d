import { expect, test } from "vitest";
import type { Vec3 } from "../geometry/vec";
import { chunkOf } from "../workers/chunk.fixture";
import { standing } from "./standing";

const ORIGIN: Vec3 = [400_000, 5_700_000, 30];

/** Points of a box's surface, metres from the origin, every 0.2 m. */
function box([x0, y0, z0]: Vec3, [dx, dy, dz]: Vec3): Vec3[] {
  const points: Vec3[] = [];
  for (let x = 0; x <= dx + 1e-9; x += 0.2) {
    for (let z = 0; z <= dz + 1e-9; z += 0.2) points.push([x0 + x, y0, z0 + z], [x0 + x, y0 + dy, z0 + z]);
  }
  return points;
}

test("what stands on the road is found, the nearest first; road, walls, poles and leaves are not", () => {
  const points: Vec3[] = [];
  for (let x = 0; x < 80; x += 1) for (let y = 0; y < 80; y += 1) points.push([x, y, 1]);
  const car = box([50, 40, 1], [4, 0.2, 1.6]);
  const walker = box([42, 30, 1], [0.6, 0.2, 1.8]);
  const wall = box([20, 60, 1], [40, 0.2, 3]);
  const sign = box([45, 50, 6.2], [2, 0.2, 1.5]);
  const pole = box([46, 40, 1], [0.4, 0.2, 3.5]);
  const leaf: Vec3[] = [[38, 38, 1.6]];
  const chunk = chunkOf([...points, ...car, ...walker, ...wall, ...sign, ...pole, ...leaf], ORIGIN, 0.01);
  const from: Vec3 = [ORIGIN[0] + 40, ORIGIN[1] + 40, 31];
  const found = standing(chunk, from, 50);
  expect(found.map(({ size }) => Math.round(10 * size[0]) / 10)).toEqual([0.6, 4]);
  const [first, second] = found;
  expect(first!.centre[0] - ORIGIN[0]).toBeCloseTo(42.3, 1);
  expect(second!.centre[0] - ORIGIN[0]).toBeCloseTo(52, 1);
  expect(second!.centre[1] - ORIGIN[1]).toBeCloseTo(40.1, 1);
  expect(standing(chunk, from, 9.9)).toEqual([]);
});
