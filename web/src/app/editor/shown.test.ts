import { expect, test } from "vitest";
import { sameTracks, tracks } from "./shown";
import { FRAMES_NS, withCar } from "./testing";

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
