import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cuboid, toLocal } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import type { Vec3 } from "../geometry/vec";
import { pointOf } from "../workers/chunk";
import { chunkOf } from "../workers/chunk.fixture";
import type { NearPoints } from "../geometry/fitting";
import { pointsIn, timesIn } from "./inside";
import { PointGrid } from "./pointgrid";

const ORIGIN: Vec3 = [431_200, 5_412_900, 95];
const points: Vec3[] = [];
for (let x = 0; x < 20; x += 0.4) {
  for (let y = 0; y < 14; y += 0.4) for (let z = 0; z < 4; z += 0.5) points.push([x, y, z]);
}
const chunk = chunkOf(points, ORIGIN, 0.005);
chunk.positions.forEach((_, at) => {
  if (at % 4 === 3) chunk.positions[at] = (at * 7) & 0xffff;
});

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const anyCuboid = fc
  .record({
    place: fc.tuple(between(-2, 22), between(-2, 16), between(0, 4)),
    size: fc.tuple(between(0.3, 8), between(0.3, 4), between(0.3, 3)),
    yaw: between(-3.2, 3.2),
    pitch: between(-0.6, 0.6),
  })
  .map(({ place, size, yaw, pitch }): Cuboid => ({
    centre: place.map((value, axis) => value + ORIGIN[axis]!) as unknown as Vec3,
    size,
    rotation: quat.multiply(quat.fromYaw(yaw), [Math.cos(pitch / 2), 0, Math.sin(pitch / 2), 0]),
  }));

test("exactly the points inside are found, each where it is in the cuboid's own frame", () => {
  fc.assert(
    fc.property(anyCuboid, fc.constantFrom(0, 0.5), (cuboid, reachM) => {
      const half = cuboid.size.map((side) => side / 2 + reachM);
      const expected = [];
      for (let index = 0; index < chunk.count; index += 1) {
        const local = toLocal(cuboid, pointOf(chunk, index));
        if (local.every((value, axis) => Math.abs(value) <= half[axis]!)) expected.push(local);
      }
      const found = pointsIn(chunk, cuboid, reachM);
      expect(found.heights).toHaveLength(expected.length);
      expected.flat().forEach((value, index) => expect(found.local[index]).toBeCloseTo(value, 6));
    }),
    { numRuns: 60 },
  );
});

const sorted = ({ local, heights }: NearPoints) => [...local.toSorted(), ...heights.toSorted()];

test("by a grid the same points are found, also at its borders and where the scene is flat", () => {
  const flat = chunkOf(points.map(([, y, z]): Vec3 => [3, y, z]), ORIGIN, 0.005);
  for (const some of [chunk, flat]) {
    const grid = new PointGrid(some);
    fc.assert(
      fc.property(anyCuboid, fc.constantFrom(0, 0.5), (cuboid, reachM) => {
        expect(sorted(pointsIn(some, cuboid, reachM, grid))).toEqual(sorted(pointsIn(some, cuboid, reachM)));
      }),
      { numRuns: 60 },
    );
  }
});

test("what was measured when is told of the points inside alone, and only where the file says", () => {
  const points = [[1, 1, 1], [1.2, 1, 1], [1.4, 1, 1], [9, 9, 1]] as const;
  const tags = Uint8Array.from([0, 51, 0, 0, 0, 102, 0, 0, 0, 204, 0, 0, 0, 255, 0, 0]);
  const timed = chunkOf(points.map((point): Vec3 => [...point]), [0, 0, 0], 0.01, { tags, timeSpanS: 0.1 });
  const cuboid: Cuboid = { centre: [1.2, 1, 1], size: [1, 1, 1], rotation: quat.IDENTITY };
  const told = timesIn(timed, cuboid)!;
  expect(told.first_s).toBeCloseTo(0.02, 9);
  expect(told.last_s).toBeCloseTo(0.08, 9);
  expect(told.mean_s).toBeCloseTo(0.14 / 3, 9);
  expect(timesIn(timed, { ...cuboid, centre: [5, 5, 1] })).toBeNull();
  expect(timesIn({ ...timed, timeSpanS: 0 }, cuboid)).toBeNull();
});
