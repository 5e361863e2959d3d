import { expect, test } from "vitest";
import { MARGIN_M } from "./fitting";
import { type Cuboid, faceCentre, toLocal, toWorld, yawOf } from "./cuboid";
import { fromYaw } from "./quat";
import { sizedAway, surrounding, type Surroundings } from "./surrounding";
import { distance, type Vec3 } from "./vec";

const GROUND_M = 31;
const SENSOR: Vec3 = [400, -300, GROUND_M + 1.8];
const CAR: Cuboid = { centre: [414, -291, GROUND_M + 0.75], size: [4.6, 1.8, 1.5], rotation: fromYaw(0.7) };

const around: Surroundings = {
  groundAt: () => GROUND_M,
  seenFrom: SENSOR,
  sensor: SENSOR,
  usual: { size: [4.6, 1.8, 1.6], yawRad: 0.5 },
  keepsSeen: false,
};

/** What a sensor sees of a box: the upright sides that look at it, down to the road, and the road. */
function seen(car: Cuboid, longest = Infinity): Vec3[] {
  const [l, w, h] = car.size;
  const points: Vec3[] = [];
  const eye = toLocal(car, SENSOR);
  const [front, left] = [Math.sign(eye[0]), Math.sign(eye[1])];
  for (let z = -h / 2; z <= h / 2 + 1e-9; z += h / 6) {
    for (let y = -w / 2; y <= w / 2 + 1e-9; y += w / 9) points.push(toWorld(car, [(front * l) / 2, y, z]));
    for (let x = 0; x <= Math.min(longest, l) + 1e-9; x += l / 20) {
      points.push(toWorld(car, [front * (l / 2 - x), (left * w) / 2, z]));
    }
  }
  return points;
}

const near = (actual: Vec3, expected: Vec3, digits = 1) =>
  actual.forEach((value, axis) => expect(value).toBeCloseTo(expected[axis]!, digits));

test("two sides of a car tell its length, width, height and heading", () => {
  const found = surrounding(seen(CAR), around)!;
  near(found.centre, CAR.centre);
  near(found.size, CAR.size);
  expect(yawOf(found)).toBeCloseTo(0.7, 1);
  expect(found.centre[2] - found.size[2] / 2).toBe(GROUND_M);
});

test("of the two ways along the longer side it looks the likelier", () => {
  const back = surrounding(seen(CAR), { ...around, usual: { ...around.usual, yawRad: 0.5 - Math.PI } })!;
  expect(Math.abs(yawOf(back) - (0.7 - Math.PI))).toBeLessThan(0.05);
});

test("a car of which the rear is seen is as long as cars are, away from the sensor", () => {
  const rear = seen(CAR, 0.4);
  const kept = surrounding(rear, { ...around, keepsSeen: true })!;
  const grown = surrounding(rear, around)!;
  expect(kept.size[0]).toBeLessThan(0.7);
  near(grown.size, [4.6, 1.8, 1.5]);
  expect(distance(grown.centre, CAR.centre)).toBeLessThan(0.15);
  const side = toLocal(CAR, SENSOR)[0] > 0 ? "front" : "back";
  expect(distance(faceCentre(grown, side), faceCentre(kept, side))).toBeLessThan(1e-9);
});

test("the wall behind it, the road under it and the branch above it do not belong to it", () => {
  const wall: Vec3[] = [];
  for (let along = -1; along <= 4; along += 0.1) {
    for (let z = 0; z < 6; z += 0.3) wall.push([415.55 + along * 0.765, -292.84 + along * 0.644, GROUND_M + z]);
  }
  const road: Vec3[] = [];
  for (let x = 408; x < 420; x += 0.5) for (let y = -297; y < -285; y += 0.5) road.push([x, y, GROUND_M + 0.05]);
  const branch: Vec3[] = [0, 0.1, 0.2].map((up) => [414, -291, GROUND_M + 3 + up]);
  const found = surrounding([...wall, ...road, ...branch, ...seen(CAR)], around)!;
  near(found.centre, CAR.centre);
  near(found.size, CAR.size);
});

test("from above everything in the line is one thing", () => {
  const other = seen({ ...CAR, centre: [418, -287.6, CAR.centre[2]] });
  const one = surrounding([...seen(CAR), ...other], around)!;
  const all = surrounding([...seen(CAR), ...other], { ...around, seenFrom: null })!;
  expect(one.size[0]).toBeLessThan(5);
  expect(all.size[0]).toBeGreaterThan(8);
});

test("a person is headed where most go, for a few points tell no heading; and two points are nothing", () => {
  const size: Vec3 = [0.6, 0.6, 1.75];
  const person: Vec3[] = [0.3, 0.6, 0.9, 1.2, 1.7].map((z, index) => [410 + 0.05 * index, -290, GROUND_M + z]);
  const found = surrounding(person, { ...around, usual: { size, yawRad: -2 } })!;
  expect(yawOf(found)).toBeCloseTo(-2, 9);
  near(found.size, [0.6, 0.6, 1.7 + MARGIN_M], 6);
  expect(surrounding(person.slice(0, 2), around)).toBeNull();
});

test("a size that is taken leaves the sides that look at the sensor, and the bottom", () => {
  const [rear, left] = toLocal(CAR, SENSOR).map((value) => value < 0);
  const sized = sizedAway(CAR, [5, 2, 1.4], SENSOR);
  const [end, side] = [rear === true ? "back" : "front", left === true ? "right" : "left"] as const;
  near(sized.size, [5, 2, 1.4], 12);
  const off = (face: typeof end | typeof side, axis: 0 | 1) =>
    Math.abs(toLocal(CAR, faceCentre(sized, face))[axis]) - CAR.size[axis] / 2;
  expect(off(end, 0)).toBeCloseTo(0, 9);
  expect(off(side, 1)).toBeCloseTo(0, 9);
  expect(sized.centre[2] - sized.size[2] / 2).toBeCloseTo(GROUND_M, 9);
});
