import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { containsPoint, corners, type Cuboid, FACE_NAMES, toLocal, toWorld } from "./cuboid";
import { fitted, MARGIN_M, movedOnto, type NearPoints, outermost, ROAD_M, shrunkTo, standingOn } from "./fitting";
import * as quat from "./quat";
import type { Vec3 } from "./vec";

const GROUND_Z = 95;
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const anyYaw = number(-3.1, 3.1);
const box = fc
  .record({
    yaw: anyYaw,
    size: fc.tuple(number(1, 12), number(0.8, 4), number(1, 4)),
    x: number(-50, 50),
    y: number(-50, 50),
  })
  .map(({ yaw, size, x, y }): Cuboid => ({
    centre: [x, y, GROUND_Z + size[2] / 2],
    size,
    rotation: quat.fromYaw(yaw),
  }));

/** Points in the box's own frame, in parts of its half sizes. */
const parts = fc.array(fc.tuple(number(-0.9, 0.9), number(-0.9, 0.9), number(-0.5, 0.9)), {
  minLength: 3,
  maxLength: 40,
});

function near(cuboid: Cuboid, within: readonly Vec3[]): NearPoints {
  const local = within.flatMap((part) => part.map((value, axis) => (value * cuboid.size[axis]!) / 2));
  const points = Float64Array.from(local);
  const heights = within.map((_, index) => {
    const at = toWorld(cuboid, [points[3 * index]!, points[3 * index + 1]!, points[3 * index + 2]!]);
    return at[2];
  });
  return { local: points, heights: Float64Array.from(heights) };
}

function worldPoints(cuboid: Cuboid, { local }: NearPoints): Vec3[] {
  return Array.from({ length: local.length / 3 }, (_, index) =>
    toWorld(cuboid, [local[3 * index]!, local[3 * index + 1]!, local[3 * index + 2]!]),
  );
}

const grown = (cuboid: Cuboid): Cuboid => ({
  ...cuboid,
  size: cuboid.size.map((side) => side + 1e-6) as unknown as Vec3,
});

describe("one side brought to the points", () => {
  test("it touches the outermost point, the opposite side stays, and no point is lost", () => {
    fc.assert(
      fc.property(box, parts, fc.constantFrom(...FACE_NAMES), (cuboid, within, face) => {
        const inside = near(cuboid, within);
        const shrunk = shrunkTo(cuboid, [face], inside);
        expect(shrunk).not.toBeNull();
        for (const point of worldPoints(cuboid, inside)) {
          expect(containsPoint(grown(shrunk!), point)).toBe(true);
        }
        const at = corners(cuboid).filter((corner) =>
          corners(shrunk!).some((other) => Math.hypot(...other.map((v, k) => v - corner[k]!)) < 1e-6),
        );
        expect(at).toHaveLength(4);
      }),
    );
  });

  test("an empty cuboid has nothing to bring it to, and a tight one does not change", () => {
    const cuboid: Cuboid = { centre: [0, 0, 0], size: [4, 2, 2], rotation: quat.IDENTITY };
    const none = { local: new Float64Array(0), heights: new Float64Array(0) };
    expect(shrunkTo(cuboid, ["front"], none)).toBeNull();
    const touching = near(cuboid, [[1, 0, 0]]);
    expect(outermost(touching, "front")).toBe(2);
    expect(shrunkTo(cuboid, ["front"], touching)).toBeNull();
  });
});

describe("points that are packed a little beside where they were measured", () => {
  const cuboid: Cuboid = { centre: [7, -3, GROUND_Z + 1], size: [4, 2, 2], rotation: quat.fromYaw(0.7) };
  const packed = near(cuboid, [[0.8, -0.6, -0.2], [-0.7, 0.5, 0.3], [0.1, 0.75, 0.6], [-0.3, -0.7, 0.1]]);
  const measured = worldPoints(cuboid, packed).map((point): Vec3 => [point[0] + 0.0011, point[1] - 0.0009, point[2] + 0.0012]);
  const holds = (made: Cuboid | null) => measured.every((point) => containsPoint(made!, point));

  test("are inside where they were measured, too, of what was fitted to them", () => {
    expect(holds(fitted(cuboid, packed, GROUND_Z))).toBe(true);
    expect(holds(shrunkTo(cuboid, FACE_NAMES, packed))).toBe(true);
  });
});

describe("all sides", () => {
  test("the sides touch what stands above the road, the bottom is on the ground", () => {
    fc.assert(
      fc.property(box, parts, (cuboid, within) => {
        const inside = near(cuboid, within);
        const standing = inside.heights.filter((z) => z >= GROUND_Z + ROAD_M);
        const fit = fitted(cuboid, inside, GROUND_Z);
        if (standing.length < 3) {
          expect(fit).toBeNull();
          return;
        }
        expect(fit!.centre[2] - fit!.size[2] / 2).toBeCloseTo(GROUND_Z, 9);
        expect(fit!.centre[2] + fit!.size[2] / 2).toBeCloseTo(Math.max(...standing) + MARGIN_M, 6);
        expect(quat.yawOf(fit!.rotation)).toBe(quat.yawOf(cuboid.rotation));
        const again = worldPoints(cuboid, inside)
          .filter((point) => point[2] >= GROUND_Z + ROAD_M)
          .map((point) => toLocal(fit!, point));
        for (const axis of [0, 1] as const) {
          const reach = again.map((point) => Math.abs(point[axis]));
          expect(Math.max(...reach)).toBeCloseTo(Math.max(fit!.size[axis], 0.05) / 2, 1);
        }
      }),
    );
  });

  test("points of the road say nothing of what stands on it", () => {
    const cuboid: Cuboid = { centre: [0, 0, GROUND_Z + 1], size: [4, 2, 2], rotation: quat.IDENTITY };
    const road = near(cuboid, [
      [0.9, 0.9, -0.95],
      [-0.9, -0.9, -0.95],
      [0.9, -0.9, -0.95],
    ]);
    expect(fitted(cuboid, road, GROUND_Z)).toBeNull();
    expect(fitted(cuboid, road, null)).not.toBeNull();
  });
});

describe("moved onto the points, its size kept", () => {
  const car: Cuboid = { centre: [20, 5, GROUND_Z + 0.9], size: [4.4, 1.8, 1.5], rotation: quat.fromYaw(0.4) };
  /** A true car whose rear and right side the sensor saw. */
  const truth: Cuboid = { ...car, centre: [20.5, 5.3, GROUND_Z + 0.75] };
  const seen: Vec3[] = [];
  for (let part = -0.9; part <= 0.9; part += 0.1) {
    for (let up = -0.7; up < 0.9; up += 0.2) seen.push([-1, part, up], [part, -1, up]);
  }
  const points = seen.map((part) =>
    toWorld(truth, part.map((value, axis) => (value * truth.size[axis]!) / 2) as unknown as Vec3),
  );
  const local = points.map((point) => toLocal(car, point));
  const cloud: NearPoints = {
    local: Float64Array.from(local.flat()),
    heights: Float64Array.from(points, (point) => point[2]),
  };

  test("the sides that the sensor sees come to the points, and the far ones follow", () => {
    const eye = toLocal(car, toWorld(truth, [-15, -6, 1]));
    const onto = movedOnto(car, cloud, eye, GROUND_Z);
    expect(onto!.size).toEqual(car.size);
    const expected = toWorld(truth, [-MARGIN_M, -MARGIN_M, 0]);
    onto!.centre.forEach((value, axis) => expect(value).toBeCloseTo(expected[axis]!, 6));
  });
});

test("standing on the ground, the lowest corner is at its height, also when it leans", () => {
  fc.assert(
    fc.property(box, number(-0.5, 0.5), number(-3, 3), (cuboid, pitch, groundZ) => {
      const leaning = {
        ...cuboid,
        rotation: quat.multiply(cuboid.rotation, [Math.cos(pitch), 0, Math.sin(pitch), 0]),
      };
      const stood = standingOn(leaning, groundZ);
      expect(Math.min(...corners(stood).map((corner) => corner[2]))).toBeCloseTo(groundZ, 6);
      expect(stood.centre.slice(0, 2)).toEqual(cuboid.centre.slice(0, 2));
      expect(standingOn(stood, groundZ)).toBe(stood);
    }),
  );
});
