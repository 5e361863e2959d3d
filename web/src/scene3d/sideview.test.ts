// @vitest-environment jsdom
/** How a flat view frames its object: fitted until a person takes it, and fitted again when asked. */

import { beforeEach, expect, test } from "vitest";
import type { Vec3 } from "../geometry/vec";
import { Content } from "./content";
import type { CuboidView } from "./cuboids";
import { CAR, CITY } from "./flat.fixture";
import { SideView } from "./sideview";

const COLUMN = { x: 506, y: 0, width: 238, height: 148 };
const ROW = { x: 0, y: 302, width: 124, height: 142 };

let locked: CuboidView | null;
let top: SideView;

const named = (id: string, size: Vec3 = CAR.size): CuboidView => {
  return { ...CAR, size, id, colour: "#4c9ffe", selected: true, keyframe: true };
};
const scale = () => top.view!.metresPerPixel;

beforeEach(() => {
  locked = named("car");
  top = new SideView("top", 1, {
    surface: {
      request: () => undefined,
      pixelRatio: 1,
      motionBegins: () => undefined,
      motionEnds: () => undefined,
    },
    content: new Content(CITY, null),
    send: () => false,
    pin: () => undefined,
    locked: () => locked,
    mayTilt: () => false,
    showScale: () => undefined,
  });
  top.moveTo(COLUMN);
});

test("moved to a smaller place, the object is fitted anew", () => {
  const before = scale();
  top.moveTo(ROW);
  expect(scale()).toBeGreaterThan(1.5 * before);
});

test("what a person has zoomed stays so, also in another place", () => {
  top.wheel({ x: 30, y: 100 }, new WheelEvent("wheel", { deltaY: -240 }));
  const zoomed = scale();
  top.moveTo(ROW);
  expect(scale()).toBe(zoomed);
});

test("a double click, and another object, fit it again", () => {
  const fitted = scale();
  top.wheel({ x: 30, y: 100 }, new WheelEvent("wheel", { deltaY: -240 }));
  expect(scale()).toBeLessThan(fitted);
  top.twice({ x: 30, y: 100 }, new MouseEvent("dblclick"));
  expect(scale()).toBe(fitted);
  top.wheel({ x: 30, y: 100 }, new WheelEvent("wheel", { deltaY: -240 }));
  locked = named("van", [6, 2, 2]);
  expect(scale()).toBeGreaterThan(fitted);
});

test("an edit keeps the scale while the object fits, and not when it has outgrown the view", () => {
  const fitted = scale();
  locked = named("car", [4.9, 1.9, 1.6]);
  top.settle(locked);
  expect(scale()).toBe(fitted);
  locked = named("car", [30, 1.9, 1.6]);
  top.settle(locked);
  expect(scale()).toBeGreaterThan(3 * fitted);
});

test("with nothing selected it shows nothing", () => {
  locked = null;
  expect(top.view).toBeNull();
  expect(top.prepare()).toBeNull();
  expect(top.toScreen(CITY)).toBeNull();
});
