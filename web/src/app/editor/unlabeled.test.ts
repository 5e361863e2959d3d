import { expect, test } from "vitest";
import type { Cuboid } from "../../geometry/cuboid";
import type { Vec3 } from "../../geometry/vec";
import type { Thing } from "../../scene3d/standing";
import { nextAfter, unlabeled } from "./unlabeled";

/** A hundred points along x, 4 m long. */
const thing = (x: number, y = 0): Thing => ({
  centre: [x, y, 1],
  size: [4, 0, 0],
  points: Float64Array.from(Array.from({ length: 100 }, (_, at) => [x - 2 + at / 25, y, 1]).flat()),
});
const box = (x: number): Cuboid => ({ centre: [x, 0, 1], size: [4.2, 2, 2], rotation: [1, 0, 0, 0] });

test("a thing is labeled when a cuboid holds a good part of its points", () => {
  const things = [thing(10), thing(20), thing(30)];
  expect(unlabeled(things, [])).toEqual(things);
  expect(unlabeled(things, [box(20)])).toEqual([things[0], things[2]]);
  expect(unlabeled(things, [box(22), box(36)])).toEqual([things[0], things[2]]);
  // Its end is in a cuboid, the rest is not.
  expect(unlabeled(things, [box(13.6)])).toEqual(things);
});

test("the next thing is the next farther from the sensor, and after the last the first again", () => {
  const from: Vec3 = [0, 0, 0];
  const things = [thing(10), thing(0, 20), thing(30)];
  let last: Vec3 | null = null;
  const visited: (Vec3 | undefined)[] = [];
  for (let step = 0; step < 4; step += 1) {
    last = nextAfter(things, from, last)?.centre ?? null;
    visited.push(last ?? undefined);
  }
  expect(visited).toEqual([0, 1, 2, 0].map((at) => things[at]!.centre));
  // The one that was looked at has a cuboid now: on to the one behind it.
  expect(nextAfter([things[0]!, things[2]!], from, things[1]!.centre)).toBe(things[2]);
  expect(nextAfter([], from, null)).toBeNull();
});
