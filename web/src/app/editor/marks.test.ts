import { expect, test } from "vitest";
import { barPath, diamondPath, framePosition, gapsOf, marksOf, stretchesOf } from "./marks";
import { CAR, FRAMES_NS, withCar } from "./testing";

test("a track has its stretches and its keyframes in frames", () => {
  const document = withCar({ keys: { 100: 1, 250: 2 }, visible: { 300: false, 400: true } });
  expect(marksOf(document, CAR, FRAMES_NS)).toEqual({
    stretches: [
      [1, 2],
      [4, 4],
    ],
    keys: [1, 2.5],
  });
  expect(marksOf(document, CAR, FRAMES_NS)).toBe(marksOf(document, CAR, FRAMES_NS));
});

test("stretches are runs", () => {
  expect(stretchesOf([])).toEqual([]);
  expect(stretchesOf([true, true, false, true])).toEqual([
    [0, 1],
    [3, 3],
  ]);
});

test("between two stretches an object is hidden", () => {
  expect(gapsOf([])).toEqual([]);
  expect(gapsOf([[0, 1], [4, 4], [6, 9]])).toEqual([[2, 3], [5, 5]]);
});

test("outside of the frames a time stands at the nearest end", () => {
  expect([-5, 0, 50, 400, 999].map((time) => framePosition(FRAMES_NS, time))).toEqual([
    0, 0, 0.5, 4, 4,
  ]);
});

test("a bar covers its frames whole, and a diamond stands in the middle of one", () => {
  expect(barPath([[1, 2]], 10, 3, 7)).toBe("M10.0 3H30.0V7H10.0z");
  expect(diamondPath([1], 10, 8, 4)).toBe("M15.0 4l4 4l-4 4l-4 -4z");
});
