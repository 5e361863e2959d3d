import { describe, expect, test } from "vitest";
import { grownOver, stripsBeside } from "./beside";
import { type Cuboid, moveFace, toLocal } from "./cuboid";
import { fitted, type NearPoints } from "./fitting";
import * as quat from "./quat";
import type { Vec3 } from "./vec";

const GROUND_Z = 95;
const CAR: Cuboid = { centre: [212, -87, GROUND_Z + 0.8], size: [4.4, 1.9, 1.6], rotation: quat.fromYaw(0.6) };

/** Points in its own frame, from its centre. */
function near(points: readonly Vec3[]): NearPoints {
  return { local: Float64Array.from(points.flat()), heights: Float64Array.from(points, ([, , z]) => CAR.centre[2] + z) };
}

/** A sheet along the left side, `outM` beside it, and the hood and roof inside. */
function car(outM: number, more: readonly Vec3[] = []): NearPoints {
  const sheet = Array.from({ length: 60 }, (_, k): Vec3 => [-2.1 + 0.07 * k, 0.95 + outM - 0.02 * (k % 3), -0.2 + 0.1 * (k % 4)]);
  const roof = Array.from({ length: 40 }, (_, k): Vec3 => [-1 + 0.05 * k, 0.9 - 0.3 * (k % 5), 0.7]);
  return near([...sheet, ...roof, ...more]);
}

const faces = (points: NearPoints, others: readonly Cuboid[] = []) =>
  stripsBeside(CAR, points, GROUND_Z, others).map(({ face }) => face);

describe("a strip beside a side", () => {
  test("is told with its side, its number of points and how far out it ends, and is taken in", () => {
    const [strip, ...more] = stripsBeside(CAR, car(0.2), GROUND_Z);
    expect(more).toEqual([]);
    expect(strip).toMatchObject({ face: "left", count: 60, isTaken: true });
    expect(strip!.outM).toBeCloseTo(0.2, 9);
  });

  test("fitted, the cuboid ends where it does, and no other side goes farther out", () => {
    const grown = grownOver(CAR, stripsBeside(CAR, car(0.2), GROUND_Z));
    const at = toLocal(CAR, grown.centre);
    expect(grown.size[1]).toBeCloseTo(2.1, 9);
    expect(at[1] + grown.size[1] / 2).toBeCloseTo(1.15, 9);
    expect(grown.size[0]).toBe(4.4);
  });

  test("a cuboid around all of its points has none, and fitting it changes as before", () => {
    const whole = moveFace(CAR, "left", 0.21);
    const shift = toLocal(whole, CAR.centre);
    const { local, heights } = car(0.2);
    const moved = local.map((value, at) => value + shift[at % 3]!);
    expect(stripsBeside(whole, { local: moved, heights }, GROUND_Z)).toEqual([]);
    expect(fitted(whole, { local: moved, heights }, GROUND_Z)!.size[1]).toBeLessThan(whole.size[1]);
  });

  test("what goes on beyond, as a wall or a hedge does, is none", () => {
    const hedge = Array.from({ length: 40 }, (_, k): Vec3 => [-2 + 0.1 * k, 1.15 + 0.01 * k, 0.1]);
    expect(faces(car(0.2, hedge))).toEqual([]);
  });

  test("nor is a mirror, or what lies at the kerb's height, or trails behind", () => {
    const mirror = Array.from({ length: 40 }, (_, k): Vec3 => [1 + 0.01 * k, 1.1, 0.2]);
    const kerb = Array.from({ length: 40 }, (_, k): Vec3 => [-2 + 0.1 * k, 1.1, -0.6]);
    expect(faces(car(-0.02, [...mirror, ...kerb]))).toEqual([]);
    const trail = Array.from({ length: 6 }, (_, k): Vec3 => [-2.35, -0.4 + 0.15 * k, 0]);
    expect(faces(car(-0.02, trail))).toEqual(["back"]);
    const many = Array.from({ length: 300 }, (_, k): Vec3 => [-1.5, -0.7 + 0.004 * k, 0.1]);
    expect(faces(car(-0.02, [...many, ...trail]))).toEqual([]);
  });

  test("points of a cuboid beside are that one's", () => {
    const other = { ...CAR, centre: quat.rotate(CAR.rotation, [0, 1.95, 0]).map((part, k) => part + CAR.centre[k]!) as unknown as Vec3 };
    expect(faces(car(0.2))).toEqual(["left"]);
    expect(faces(car(0.2), [other])).toEqual([]);
  });

  test("fewer than half of the side's own points are told and not taken", () => {
    const own = Array.from({ length: 160 }, (_, k): Vec3 => [-2 + 0.025 * k, 0.9, 0.1]);
    expect(stripsBeside(CAR, car(0.2, own), GROUND_Z)).toMatchObject([{ face: "left", isTaken: false }]);
    expect(grownOver(CAR, stripsBeside(CAR, car(0.2, own), GROUND_Z))).toEqual(CAR);
    // Fewer still are what such a side has: they are nothing.
    expect(faces(car(0.2, [...own, ...own]))).toEqual([]);
  });
});
