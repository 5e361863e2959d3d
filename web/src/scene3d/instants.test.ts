import fc from "fast-check";
import { expect, test } from "vitest";
import * as quat from "../geometry/quat";
import type { Vec3 } from "../geometry/vec";
import { chunkOf } from "../workers/chunk.fixture";
import { timesIn } from "./inside";
import { meanTimes } from "./instants";

const ORIGIN: Vec3 = [431_200, 5_412_900, 95];
const points: Vec3[] = [];
for (let x = 0; x < 20; x += 0.5) {
  for (let y = 0; y < 20; y += 0.5) for (let z = 0; z < 3; z += 1) points.push([x, y, z]);
}
const tags = Uint8Array.from({ length: 4 * points.length }, (_, at) => (at % 4 === 1 ? (at * 31) % 256 : 0));
const chunk = chunkOf(points, ORIGIN, 0.005, { tags, timeSpanS: 0.1 });

const place = fc.double({ min: -2, max: 22, noNaN: true });
const cuboids = fc.array(
  fc
    .record({ x: place, y: place, yaw: fc.double({ min: -3, max: 3, noNaN: true }) })
    .map(({ x, y, yaw }) => ({
      centre: [ORIGIN[0] + x, ORIGIN[1] + y, ORIGIN[2] + 1] as Vec3,
      size: [4, 2, 2.5] as Vec3,
      rotation: quat.fromYaw(yaw),
    })),
  { maxLength: 8 },
);

test("all cuboids together are told what each would be told alone", () => {
  fc.assert(
    fc.property(cuboids, (list) => {
      const named = list.map((cuboid, index) => ({ id: `${index}`, cuboid }));
      const told = meanTimes(chunk, named);
      for (const { id, cuboid } of named) {
        const alone = timesIn(chunk, cuboid)?.mean_s;
        if (alone === undefined) expect(told.has(id)).toBe(false);
        else expect(told.get(id)).toBeCloseTo(alone, 9);
      }
    }),
  );
});

test("a file without times tells none", () => {
  const cuboid = { centre: [ORIGIN[0] + 5, ORIGIN[1] + 5, ORIGIN[2] + 1] as Vec3, size: [4, 4, 4] as Vec3, rotation: quat.IDENTITY };
  expect(meanTimes(chunk, [{ id: "a", cuboid }]).size).toBe(1);
  expect(meanTimes({ ...chunk, timeSpanS: 0 }, [{ id: "a", cuboid }]).size).toBe(0);
  expect(meanTimes({ ...chunk, tags: null }, [{ id: "a", cuboid }]).size).toBe(0);
});
