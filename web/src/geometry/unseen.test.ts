import { expect, test } from "vitest";
import type { Cuboid } from "./cuboid";
import * as quat from "./quat";
import { unseenEnds } from "./unseen";
import type { Vec3 } from "./vec";

const CAR: Cuboid = { centre: [20, 3, 1.8], size: [4.5, 1.9, 1.6], rotation: quat.fromYaw(Math.PI) };
const points = (local: readonly Vec3[]) => ({
  local: Float64Array.from(local.flat()),
  heights: Float64Array.from(local, ([, , z]) => CAR.centre[2] + z),
});
const front: Vec3[] = [[2.2, 0.5, 0], [2.2, -0.5, 0.2], [1.4, 0.1, 0.3], [2.1, -0.9, 0.1]];
const rear: Vec3 = [-2.1, 0.4, 0.1];
const SENSOR: Vec3 = [0, 0, 2];

test("the end away from the sensor is unseen until a point lies near it; road does not count", () => {
  expect(unseenEnds(CAR, 0, points(front), SENSOR, 1)).toEqual(["back"]);
  expect(unseenEnds(CAR, 0, points([...front, rear]), SENSOR, 1)).toEqual([]);
  expect(unseenEnds(CAR, 0, points([...front, [-2.1, 0, -0.75]]), SENSOR, 1)).toEqual(["back"]);
});

test("the sides are told by the same rule, and too few points tell nothing", () => {
  // It comes towards the sensor, which stands off its left side.
  expect(unseenEnds(CAR, 1, points(front.slice(0, 3)), SENSOR, 1)).toEqual(["right"]);
  expect(unseenEnds(CAR, 1, points(front), SENSOR, 1)).toEqual([]);
  expect(unseenEnds(CAR, 0, points(front.slice(0, 2)), SENSOR, 1)).toEqual([]);
});
