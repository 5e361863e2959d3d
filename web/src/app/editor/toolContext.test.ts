import { expect, test } from "vitest";
import { type Cuboid, toLocal, toWorld, yawOf } from "../../geometry/cuboid";
import type { NearPoints } from "../../geometry/fitting";
import * as quat from "../../geometry/quat";
import type { Vec3 } from "../../geometry/vec";
import { headedAsItGoes } from "./toolContext";

const CAR: Cuboid = { centre: [40, -12, 2], size: [4.4, 1.8, 1.5], rotation: quat.fromYaw(0.9) };
const AROUND: Cuboid = { ...CAR, size: [5.8, 3.2, 1.5] };

/** The rear and a side of the car, where it is when it has gone this far along its heading. */
function seen(goneM: number): Vec3[] {
  const points: Vec3[] = [];
  for (let z = -0.3; z <= 0.6; z += 0.3) {
    for (let y = -0.9; y <= 0.9; y += 0.1) points.push(toWorld(CAR, [goneM - 2.2, y, z]));
    for (let x = -2.2; x <= 2.2; x += 0.1) points.push(toWorld(CAR, [goneM + x, 0.9, z]));
  }
  return points;
}

/** Frames by their points; a frame that is not here has none. */
const stageOf = (frames: Readonly<Record<number, Vec3[]>>) => ({
  pointsOf: (frame: number, cuboid: Cuboid, reachM: number): NearPoints | null => {
    const points = frames[frame];
    if (points === undefined) return null;
    const size = cuboid.size.map((side) => side / 2 + reachM);
    const near = points.map((at) => toLocal(cuboid, at)).filter((at) => at.every((v, k) => Math.abs(v) <= size[k]!));
    return { local: Float64Array.from(near.flat()), heights: new Float64Array(near.length) };
  },
});

const turnOf = (frames: Readonly<Record<number, Vec3[]>>) =>
  yawOf(headedAsItGoes(CAR, 3, stageOf(frames))) - yawOf(CAR);

test("what goes backwards by its points in the frames beside is turned around, and nothing else is", () => {
  expect(Math.abs(turnOf({ 2: seen(1), 3: seen(0), 4: seen(-1) }))).toBeCloseTo(Math.PI, 9);
  expect(Math.abs(turnOf({ 3: seen(0), 4: seen(-0.5) }))).toBeCloseTo(Math.PI, 9);
  expect(turnOf({ 2: seen(-1), 3: seen(0), 4: seen(1) })).toBe(0);
  // It stands, its frames disagree, or they are not here.
  expect(turnOf({ 2: seen(0.05), 3: seen(0), 4: seen(-0.05) })).toBe(0);
  expect(turnOf({ 2: seen(-1), 3: seen(0), 4: seen(-1) })).toBe(0);
  expect(turnOf({ 3: seen(0) })).toBe(0);
  expect(turnOf({ 2: seen(1), 4: seen(-1) })).toBe(0);
});

test("an end that comes into sight is no motion", () => {
  const rear = seen(0).filter((at) => toLocal(AROUND, at)[0] < -1);
  expect(turnOf({ 2: seen(0), 3: rear, 4: rear })).toBe(0);
});
