import fc from "fast-check";
import { expect, test } from "vitest";
import { add, scale, type Vec3 } from "../geometry/vec";
import * as views from "./viewpoint";
import type { Viewpoint } from "./viewpoint";

const SIZE = { width: 1500, height: 900 };
/** Projected metres of a real city, where float32 steps half a metre. */
const VIEW: Viewpoint = {
  target: [431_257.25, 5_412_983.5, 107.75],
  distance: 31,
  azimuth: 0.7,
  elevation: 0.5,
};
const PLACE = add(VIEW.target, [4.5, -3.25, 1.125]);

function onScreen(view: Viewpoint, point: Vec3): [number, number] {
  const { x, y } = views.toScreen(view, point, SIZE)!;
  return [x, y];
}

function expectSamePlace(view: Viewpoint, point: Vec3): void {
  const [x, y] = onScreen(VIEW, point);
  const [newX, newY] = onScreen(view, point);
  expect(newX).toBeCloseTo(x, 5);
  expect(newY).toBeCloseTo(y, 5);
}

test("the target is in the middle of the screen", () => {
  const [x, y] = onScreen(VIEW, VIEW.target);
  expect(x).toBeCloseTo(750, 5);
  expect(y).toBeCloseTo(450, 5);
});

test("the ray through a point's pixel passes through the point", () => {
  const [x, y] = onScreen(VIEW, PLACE);
  const ray = views.rayAt(VIEW, { x, y }, SIZE);
  const away = Math.hypot(...PLACE.map((value, axis) => value - ray.origin[axis]!));
  const reached = add(ray.origin, scale(ray.direction, away));
  reached.forEach((value, axis) => expect(value).toBeCloseTo(PLACE[axis]!, 6));
});

test("what is to the left is on the left, what is higher is above", () => {
  const ahead: Viewpoint = { ...VIEW, azimuth: 0, elevation: 0 };
  const [leftX] = onScreen(ahead, add(VIEW.target, [0, 1, 0]));
  const [, highY] = onScreen(ahead, add(VIEW.target, [0, 0, 1]));
  expect(leftX).toBeLessThan(750);
  expect(highY).toBeLessThan(450);
});

test("from the top the azimuth points up the screen", () => {
  const top: Viewpoint = { ...VIEW, elevation: Math.PI / 2 };
  const [x, y] = onScreen(top, add(VIEW.target, [Math.cos(0.7), Math.sin(0.7), 0]));
  expect(x).toBeCloseTo(750, 5);
  expect(y).toBeLessThan(450);
});

test("a point behind the eye is nowhere on the screen", () => {
  const behind = add(views.eyeOf(VIEW), scale(views.basisOf(VIEW).forward, -2));
  expect(views.toScreen(VIEW, behind, SIZE)).toBeNull();
});

test("turning keeps the pivot in its place", () => {
  expectSamePlace(views.orbited(VIEW, 0.4, -0.2, PLACE), PLACE);
});

test("zooming keeps the place under the cursor", () => {
  expectSamePlace(views.zoomed(VIEW, 0.6, PLACE), PLACE);
});

test("sliding moves what was held by as much as the pointer", () => {
  const [x, y] = onScreen(VIEW, PLACE);
  const [newX, newY] = onScreen(views.panned(VIEW, 30, -17, PLACE, SIZE), PLACE);
  expect(newX - x).toBeCloseTo(30, 5);
  expect(newY - y).toBeCloseTo(-17, 5);
});

test("one never looks from under the ground by more than a little, nor over the top", () => {
  expect(views.orbited(VIEW, 0, 9, PLACE).elevation).toBe(Math.PI / 2);
  expect(views.orbited(VIEW, 0, -9, PLACE).elevation).toBeGreaterThan(-0.2);
});

test("framing a box shows all its corners", () => {
  const max = add(VIEW.target, [80, 50, 9]);
  const view = views.framing(VIEW, VIEW.target, max, SIZE);
  for (const corner of [VIEW.target, max, add(VIEW.target, [80, 0, 0])]) {
    const [x, y] = onScreen(view, corner);
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(SIZE.width);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(SIZE.height);
  }
});

test("from above all of a circle is in the picture, in a wide one and in a high one; without one the zoom stays", () => {
  const circle = { centre: add(VIEW.target, [31, -17, 2]), radiusM: 40 };
  for (const size of [SIZE, { width: 500, height: 900 }]) {
    const view = views.fromAbove(VIEW, circle, size);
    expect(views.isAbove(view)).toBe(true);
    for (const [x, y] of [[40, 0], [-40, 0], [0, 40], [0, -40]] as const) {
      const at = views.toScreen(view, add(circle.centre, [x, y, 0]), size)!;
      expect(Math.min(at.x, size.width - at.x, at.y, size.height - at.y)).toBeGreaterThan(0);
    }
    // It fills the picture.
    const edge = views.toScreen(view, add(circle.centre, [40, 0, 0]), size)!;
    expect(Math.hypot(edge.x - size.width / 2, edge.y - size.height / 2)).toBeGreaterThan(0.9 * (Math.min(size.width, size.height) / 2));
  }
  expect(views.fromAbove(VIEW, null, SIZE)).toEqual({ ...VIEW, elevation: Math.PI / 2 });
});

test("a flight takes the shorter way round and arrives", () => {
  const from: Viewpoint = { ...VIEW, azimuth: 3 };
  const to: Viewpoint = { ...VIEW, azimuth: -3, distance: 8 };
  expect(views.between(from, to, 0.5).azimuth).toBeCloseTo(Math.PI, 9);
  expect(views.between(from, to, 1).distance).toBeCloseTo(8, 9);
});

test("looking around turns the head: the eye stays", () => {
  const next = views.lookedAround(VIEW, 0.5, -0.3);
  views.eyeOf(next).forEach((value, axis) => {
    expect(value).toBeCloseTo(views.eyeOf(VIEW)[axis]!, 6);
  });
  expect(next.azimuth).toBeCloseTo(VIEW.azimuth + 0.5, 9);
});

test("flying ahead goes along the look, up goes along the world's vertical", () => {
  const { forward } = views.basisOf(VIEW);
  const ahead = views.flown(VIEW, [3, 0, 0]);
  ahead.target.forEach((value, axis) => {
    expect(value).toBeCloseTo(VIEW.target[axis]! + 3 * forward[axis]!, 6);
  });
  const up = views.flown(VIEW, [0, 0, 2]);
  expect(up.target).toEqual([VIEW.target[0], VIEW.target[1], VIEW.target[2] + 2]);
  const [x] = onScreen(views.flown(VIEW, [0, 1, 0]), VIEW.target);
  expect(x).toBeLessThan(750);
});

test("from behind an object its back is nearer than its front, and both are in the picture", () => {
  const yaw = 2.1;
  const view = views.behind(VIEW.target, [4.5, 1.9, 1.6], yaw);
  const along = (metres: number) =>
    add(VIEW.target, [metres * Math.cos(yaw), metres * Math.sin(yaw), 0]);
  const eye = views.eyeOf(view);
  const away = (point: Vec3) => Math.hypot(...point.map((value, axis) => value - eye[axis]!));
  expect(away(along(-2.25))).toBeLessThan(away(along(2.25)));
  for (const metres of [-2.25, 2.25]) {
    const [x, y] = onScreen(view, along(metres));
    expect(x).toBeCloseTo(750, 5);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(SIZE.height);
  }
});

test("a sphere of which a pixel is in the picture counts as seen, one behind the eye does not", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -200, max: 1_700, noNaN: true }),
      fc.double({ min: -200, max: 1_100, noNaN: true }),
      fc.double({ min: 0.5, max: 60, noNaN: true }),
      (x, y, depth) => {
        const ray = views.rayAt(VIEW, { x, y }, SIZE);
        const centre = add(ray.origin, scale(ray.direction, depth));
        const isIn = x >= 0 && y >= 0 && x < SIZE.width && y < SIZE.height;
        if (isIn) expect(views.sees(VIEW, centre, 0.01, SIZE)).toBe(true);
      },
    ),
  );
  const behind = add(views.eyeOf(VIEW), scale(views.basisOf(VIEW).forward, -5));
  expect(views.sees(VIEW, behind, 2, SIZE)).toBe(false);
  const aside = add(VIEW.target, scale(views.basisOf(VIEW).right, 200));
  expect(views.sees(VIEW, aside, 2, SIZE)).toBe(false);
});
