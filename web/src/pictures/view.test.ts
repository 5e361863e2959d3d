import { expect, test } from "vitest";
import { fitted, panned, pixelAt, zoomed } from "./view";

const picture = { width: 1920, height: 1080 };
const canvas = { width: 400, height: 300 };

test("a fitted picture is whole and in the middle", () => {
  const view = fitted(picture, canvas);
  expect(view.scale).toBeCloseTo(400 / 1920);
  expect(view.x).toBeCloseTo(0);
  expect(view.y).toBeCloseTo((300 - 225) / 2);
});

test("the pixel under the cursor stays there when one zooms", () => {
  const at = { x: 130, y: 170 };
  const before = zoomed(fitted(picture, canvas), 4, { x: 200, y: 150 }, picture, canvas);
  const [u, v] = pixelAt(before, at.x, at.y);
  const after = zoomed(before, 1.7, at, picture, canvas);
  const [u2, v2] = pixelAt(after, at.x, at.y);
  expect(u2).toBeCloseTo(u, 6);
  expect(v2).toBeCloseTo(v, 6);
});

test("zooming out ends at the whole picture", () => {
  const close = zoomed(fitted(picture, canvas), 9, { x: 10, y: 290 }, picture, canvas);
  expect(zoomed(close, 0.01, { x: 77, y: 33 }, picture, canvas)).toEqual(fitted(picture, canvas));
});

test("a picture cannot be pushed out of sight", () => {
  const close = zoomed(fitted(picture, canvas), 5, { x: 200, y: 150 }, picture, canvas);
  const pushed = panned(close, 1e6, -1e6, picture, canvas);
  expect(pushed.x).toBe(0);
  expect(pushed.y).toBeCloseTo(300 - close.scale * 1080);
});

test("the top left pixel's centre is (0, 0)", () => {
  const view = { scale: 2, x: 30, y: 40 };
  expect(pixelAt(view, 31, 41)).toEqual([0, 0]);
});
