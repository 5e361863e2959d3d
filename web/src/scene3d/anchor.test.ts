import { expect, test } from "vitest";
import { fromYaw } from "../geometry/quat";
import { Anchor } from "./anchor";
import type { CuboidView } from "./cuboids";
import { CAR, CITY } from "./flat.fixture";

const car = (alongM: number, more: Partial<CuboidView> = {}): CuboidView => ({
  ...CAR,
  centre: [CITY[0] + alongM, CITY[1], CITY[2]],
  id: "car",
  colour: "#4c9ffe",
  selected: true,
  keyframe: true,
  ...more,
});
const centredOn = (anchor: Anchor, cuboid: CuboidView) => anchor.of(cuboid).centre[0] - CITY[0];

test("a small edit leaves the picture where it is, a large one and a turn take it along", () => {
  const anchor = new Anchor();
  expect(centredOn(anchor, car(0))).toBeCloseTo(0, 6);
  expect(centredOn(anchor, car(0.4, { size: [5.3, 1.9, 1.6] }))).toBeCloseTo(0, 6);
  expect(anchor.of(car(0.4, { size: [5.3, 1.9, 1.6] })).size).toEqual([5.3, 1.9, 1.6]);
  expect(centredOn(anchor, car(1.5))).toBeCloseTo(1.5, 6);
  expect(centredOn(anchor, car(1.4))).toBeCloseTo(1.5, 6);
  expect(centredOn(anchor, car(1.4, { rotation: fromYaw(0.31) }))).toBeCloseTo(1.4, 6);
});

test("another object, another frame and nothing selected begin anew", () => {
  const anchor = new Anchor();
  anchor.of(car(0));
  expect(centredOn(anchor, car(0.3, { id: "van" }))).toBeCloseTo(0.3, 6);
  anchor.release();
  expect(centredOn(anchor, car(0.5, { id: "van" }))).toBeCloseTo(0.5, 6);
  expect(anchor.of(null)).toBeNull();
});

test("what is held stays as it was taken, and goes on from there", () => {
  const anchor = new Anchor();
  anchor.of(car(0));
  anchor.hold(car(0.2));
  expect(centredOn(anchor, car(9))).toBeCloseTo(0, 6);
  anchor.hold(null);
  expect(centredOn(anchor, car(0.3))).toBeCloseTo(0, 6);
  expect(centredOn(anchor, car(9))).toBeCloseTo(9, 6);
});
