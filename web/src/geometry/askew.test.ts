import fc from "fast-check";
import { expect, test } from "vitest";
import { ASKEW_REACH_M, straightened } from "./askew";
import { containsPoint, type Cuboid, toLocal, toWorld } from "./cuboid";
import { fitted, type NearPoints } from "./fitting";
import * as quat from "./quat";
import type { Vec3 } from "./vec";

const GROUND_Z = 12;
const DEGREE = Math.PI / 180;
const CAR: Cuboid = { centre: [31, -8, GROUND_Z + 0.75], size: [4.4, 1.9, 1.5], rotation: quat.fromYaw(0.6) };
const turnedBy = (cuboid: Cuboid, rad: number): Cuboid => ({
  ...cuboid,
  rotation: quat.multiply(cuboid.rotation, quat.fromYaw(rad)),
});

/** What a sensor at one corner sees: two sides that meet, each point up to 2 cm off its side. */
function seen(car: Cuboid, [front, left]: readonly [number, number]): Vec3[] {
  const [l, w, h] = car.size;
  const points: Vec3[] = [];
  const off = () => 0.02 * Math.sin(12.9898 * (points.length + 1));
  for (let z = -0.3 * h; z <= 0.5 * h; z += 0.2 * h) {
    for (let y = -w / 2; y <= w / 2; y += 0.1) points.push(toWorld(car, [front * (l / 2 - off()), y, z]));
    for (let x = -l / 2; x <= l / 2; x += 0.1) points.push(toWorld(car, [x, left * (w / 2 - off()), z]));
  }
  return points;
}

function near(cuboid: Cuboid, points: readonly Vec3[], reachM: number): NearPoints {
  const size = cuboid.size.map((side) => side + 2 * reachM) as unknown as Vec3;
  const kept = points.filter((point) => containsPoint({ ...cuboid, size }, point));
  return {
    local: Float64Array.from(kept.flatMap((point) => toLocal(cuboid, point))),
    heights: Float64Array.from(kept, ([, , z]) => z),
  };
}

const straight = (cuboid: Cuboid, points: readonly Vec3[], groundZ: number | null = GROUND_Z) =>
  straightened(cuboid, near(cuboid, points, ASKEW_REACH_M), groundZ);

/** How far one stands turned against the other, degrees, with its sign. */
const offDegrees = (a: Cuboid, b: Cuboid) =>
  quat.yawOf(quat.multiply(quat.conjugate(a.rotation), b.rotation)) / DEGREE;

const corner = fc.constantFrom([1, 1] as const, [1, -1] as const, [-1, 1] as const, [-1, -1] as const);
const anyYaw = fc.double({ min: -3.1, max: 3.1, noNaN: true });
const askew = fc.double({ min: 6, max: 35, noNaN: true });

test("a car that stands askew turns to its two sides, and its front stays its front", () => {
  fc.assert(
    fc.property(corner, anyYaw, askew, fc.boolean(), (sides, yaw, degrees, left) => {
      const car = { ...CAR, rotation: quat.fromYaw(yaw) };
      const off = left ? degrees : -degrees;
      const found = straight(turnedBy(car, off * DEGREE), seen(car, sides));
      expect(Math.abs(offDegrees(car, found))).toBeLessThan(2);
      expect([found.centre, found.size]).toEqual([car.centre, car.size]);
    }),
    { numRuns: 60 },
  );
});

test("what stands right is not turned, also with a wall beside it and a branch above", () => {
  const wall: Vec3[] = [];
  for (let x = -4; x < 4; x += 0.1) {
    for (let z = -0.3; z < 2; z += 0.3) wall.push(toWorld(CAR, [x, 1.35, z]));
  }
  fc.assert(
    fc.property(corner, (sides) => {
      const points = seen(CAR, sides);
      expect(straight(CAR, points)).toBe(CAR);
      expect(straight(CAR, [...points, ...wall, toWorld(CAR, [1, 0.3, 1.1])])).toBe(CAR);
    }),
  );
});

test("a round thing, a short one and a few points keep the heading that they have", () => {
  const round: Vec3[] = Array.from({ length: 240 }, (_, at) => {
    const angle = (at * 2 * Math.PI) / 60;
    return [CAR.centre[0] + 0.9 * Math.cos(angle), CAR.centre[1] + 0.9 * Math.sin(angle), CAR.centre[2] + 0.1 * Math.floor(at / 60)];
  });
  expect(straight(CAR, round)).toBe(CAR);
  const short: Cuboid = { ...CAR, size: [0.7, 0.6, 1.5] };
  const askewPerson = turnedBy(short, 20 * DEGREE);
  expect(straight(askewPerson, seen(short, [1, 1]))).toBe(askewPerson);
  const askewCar = turnedBy(CAR, 20 * DEGREE);
  const few = seen(CAR, [1, 1]).filter((_, at) => at % 40 === 0);
  expect(straight(askewCar, few)).toBe(askewCar);
});

test("the road under it tells nothing, whether its height is known or not", () => {
  const road: Vec3[] = [];
  for (let x = -3; x < 3; x += 0.15) for (let y = -2; y < 2; y += 0.15) road.push(toWorld(CAR, [x, y, -0.73]));
  const askewCar = turnedBy(CAR, -14 * DEGREE);
  for (const groundZ of [GROUND_Z, null]) {
    const found = straight(askewCar, [...seen(CAR, [-1, 1]), ...road], groundZ);
    expect(Math.abs(offDegrees(CAR, found))).toBeLessThan(2);
  }
});

test("turned and fitted it is where the car is", () => {
  const points = seen(CAR, [1, -1]);
  const turned = straight(turnedBy(CAR, 12 * DEGREE), points);
  const fit = fitted(turned, near(turned, points, 0.05), GROUND_Z)!;
  for (const axis of [0, 1] as const) {
    expect(Math.abs(fit.centre[axis] - CAR.centre[axis])).toBeLessThan(0.1);
    expect(Math.abs(fit.size[axis] - CAR.size[axis])).toBeLessThan(0.2);
  }
});
