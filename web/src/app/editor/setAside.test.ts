import { expect, test } from "vitest";
import { deleteObject, moveCuboid, setLabel, setStationary, setVisibleRange } from "./edits";
import { lockedAmong, switched } from "./setAside";
import { CAR, FRAMES_NS, withCar } from "./testing";

const at = { time_ns: 100, cameraUsed: null };
const box = { centre: [9, 9, 9], size: [4, 2, 1], rotation: [1, 0, 0, 0] } as const;

test("a switch brings several to one state, and only all of them out of it", () => {
  expect(switched([], ["a"])).toEqual(["a"]);
  expect(switched(["a"], ["a", "b"])).toEqual(["a", "b"]);
  expect(switched(["c", "a", "b"], ["a", "b"])).toEqual(["c"]);
});

test("a locked object is neither moved nor deleted, but may be named and hidden in time", () => {
  const car = withCar({ keys: { 0: 1, 200: 2 } });
  const held = (writes: Parameters<typeof lockedAmong>[0]) => lockedAmong(writes, ["other", CAR]);
  expect(held(moveCuboid(car, CAR, box, at))).toEqual([CAR]);
  expect(held(deleteObject(car, CAR))).toEqual([CAR]);
  expect(held(setStationary(car, CAR, true, at, 0))).toEqual([CAR]);
  expect(held(setLabel(car, CAR, "Bus"))).toEqual([]);
  expect(held(setVisibleRange(car, CAR, [0, 2], FRAMES_NS))).toEqual([]);
  expect(lockedAmong(moveCuboid(car, CAR, box, at), ["other"])).toEqual([]);
});
