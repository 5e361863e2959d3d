import { expect, test } from "vitest";
import { framesAround } from "./merging";

test("the frames to merge are the nearest first, and none that the scene has not", () => {
  expect(framesAround(2, 6, 3)).toEqual([1, 3, 0, 4, 5]);
  expect(framesAround(0, 1, 20)).toEqual([]);
});
