import { expect, test } from "vitest";
import { ghostsOf, sameTracks, tracks } from "./shown";
import { CAR, FRAMES_NS, withCar } from "./testing";

const car = (keys: Record<number, number>) => withCar({ keys, visible: { 300: false } });
const at = (index: number, keys: Record<number, number> = { 0: 1, 200: 5 }) =>
  tracks(car(keys), FRAMES_NS[index]!);

test("a step is told from another only by what it changes of a track", () => {
  const between = at(1);
  expect(between).not.toBe(at(1));
  expect(sameTracks(between, at(1))).toBe(true);
  expect(sameTracks(between, at(0))).toBe(false); // a keyframe
  expect(sameTracks(between, at(3))).toBe(false); // gone
  expect(sameTracks(between, at(1, { 0: 1, 200: 5, 400: 6 }))).toBe(false); // one more keyframe
  expect(sameTracks(between, [])).toBe(false);
});

test("the frames beside this one show where the object is there, if it moves", () => {
  const x = (index: number) => ghostsOf(car({ 0: 10, 200: 30 }), CAR, index, FRAMES_NS).map(({ centre }) => centre[0]);
  expect(x(1)).toEqual([10, 30]);
  expect(x(0)).toEqual([20]);
  expect(x(2)).toEqual([20]); // hidden from frame 3 on
  expect(ghostsOf(withCar({ stationary: true, keys: { 0: 1 } }), CAR, 1, FRAMES_NS)).toEqual([]);
});
