import fc from "fast-check";
import { expect, test } from "vitest";
import { containsPoint, type Cuboid, toLocal, toWorld } from "../../geometry/cuboid";
import * as quat from "../../geometry/quat";
import { distance, type Vec3 } from "../../geometry/vec";
import { type Measures, Shape } from "./shape";

const GROUND_Z = 12;
const CAR: Cuboid = { centre: [31, -8, GROUND_Z + 0.75], size: [4.4, 1.9, 1.5], rotation: quat.fromYaw(0.6) };

/** The two sides that a sensor ahead (or behind) on the left sees. */
function shell(car: Cuboid, front: 1 | -1): Vec3[] {
  const [l, w, h] = car.size;
  const points: Vec3[] = [];
  for (let z = -0.25 * h; z <= 0.5 * h; z += 0.15 * h) {
    for (let y = -w / 2; y <= w / 2; y += 0.1) points.push(toWorld(car, [(front * l) / 2, y, z]));
    for (let x = -l / 2; x <= l / 2; x += 0.1) points.push(toWorld(car, [x, w / 2, z]));
  }
  return points;
}

function shapeOf(points: readonly Vec3[], front: 1 | -1): Shape {
  const within = (cuboid: Cuboid, reachM = 0) => {
    const size = cuboid.size.map((side) => side + 2 * reachM) as unknown as Vec3;
    return points.filter((point) => containsPoint({ ...cuboid, size }, point));
  };
  const view = {
    pointsIn: (cuboid: Cuboid, reachM?: number) => ({
      local: Float64Array.from(within(cuboid, reachM).flatMap((point) => toLocal(cuboid, point))),
      heights: Float64Array.from(within(cuboid, reachM), ([, , z]) => z),
    }),
    countIn: (cuboid: Cuboid) => within(cuboid).length,
    enclosed: () => [],
    terrain: { heightAt: () => GROUND_Z },
  };
  const eye = toWorld(CAR, [front * 20, 9, 1]);
  return new Shape(view as unknown as Measures, () => eye);
}

/** The car as if it were `byM` behind where its points are. */
const behind = (byM: number): Cuboid => ({ ...CAR, centre: toWorld(CAR, [-byM, 0, 0]) });

test("moved onto its points from where it was a frame ago, a car is there at one press", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1.2, noNaN: true }), fc.constantFrom(1, -1), (byM, front) => {
      const shape = shapeOf(shell(CAR, front), front);
      const there = shape.changed(behind(byM), "onto", []);
      expect(distance(there!.centre, CAR.centre)).toBeLessThan(0.05);
      expect(there!.size).toEqual(CAR.size);
      expect(shape.refusal.getState().sentence).toBeNull();
    }),
    { numRuns: 60 },
  );
});

test("farther than it goes by itself it says so, and the next press goes on", () => {
  const shape = shapeOf(shell(CAR, 1), 1);
  const first = shape.changed(behind(2), "onto", [])!;
  expect(distance(first.centre, behind(2).centre)).toBeLessThanOrEqual(1.5);
  expect(shape.refusal.getState()).toEqual({ sentence: "It may lie farther on: Move onto again.", of: first });
  const second = shape.changed(first, "onto", [])!;
  expect(distance(second.centre, CAR.centre)).toBeLessThan(0.05);
});

test("a cuboid on the way stops it, and one that it stands in already does not", () => {
  const ahead: Cuboid = { ...CAR, centre: toWorld(CAR, [4.1, 0, 0]) };
  const shape = shapeOf(shell(CAR, 1), 1);
  const stopped = shape.changed(behind(1), "onto", [ahead])!;
  expect(distance(stopped.centre, behind(1).centre)).toBeGreaterThan(0.25);
  expect(distance(stopped.centre, CAR.centre)).toBeGreaterThan(0.2);
  expect(shape.refusal.getState()).toEqual({ sentence: "Another cuboid stands where its points lead.", of: stopped });
  const there = shape.changed(behind(1), "onto", [behind(0.9)])!;
  expect(distance(there.centre, CAR.centre)).toBeLessThan(0.05);
});

test("where its points lead to fewer of them it stays, and says why", () => {
  // A thin thing beside its front would draw it off the points that it has.
  const own = shell(CAR, -1).map((point) => toLocal(CAR, point)).filter(([x]) => x < -1.9);
  const pole = [-0.3, 0, 0.3, 0.6].map((z): Vec3 => [2.48, 0.9, z]);
  const shape = shapeOf([...own, ...pole].map((point) => toWorld(CAR, point)), 1);
  expect(shape.changed(CAR, "onto", [])).toBeNull();
  expect(shape.refusal.getState()).toEqual({
    sentence: "Where its points lead, fewer of them would be inside.",
    of: CAR,
  });
});
