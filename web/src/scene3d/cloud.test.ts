/** What a pointer finds in a cloud: the ground under things, points, cuboids, handles. */

import { describe, expect, test } from "vitest";
import { type Cuboid, faceCentre } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { normalise, subtract, type Vec3 } from "../geometry/vec";
import type { Ray } from "../tools/input";
import type { DecodedChunk } from "../workers/chunk";
import { chunkOf } from "../workers/chunk.fixture";
import { PointBudget } from "./budget";
import { GroundMap } from "./groundmap";
import { handleId, handlesOf, isHidden, pickHandle } from "./handles";
import { planeThrough } from "./plane";
import { hitOf, innerBox, pickCuboid, pickPoint } from "./picking";
import { toScreen, type Viewpoint } from "./viewpoint";

const ORIGIN: Vec3 = [431_200, 5_412_900, 95];
const STEP_M = 0.005;
const SLOPE = 0.06;

/** A cloud of points given in metres from ORIGIN. */
const cloud = (points: readonly Vec3[]): DecodedChunk => chunkOf(points, ORIGIN, STEP_M);

const at = (x: number, y: number, z: number): Vec3 => [ORIGIN[0] + x, ORIGIN[1] + y, ORIGIN[2] + z];
const aimed = (from: Vec3, to: Vec3): Ray => ({
  origin: from,
  direction: normalise(subtract(to, from)),
});
const road = (x: number) => 5 + SLOPE * x;

/**
 * A road that climbs along x, with a car's roof and side at (40, 30), a hedge that hides the ground
 * at (25, 35) and one stray below the road.
 */
function street(): DecodedChunk {
  const points: Vec3[] = [[41, 31, 1]];
  for (let x = 0; x < 80; x += 0.4) {
    for (let y = 0; y < 60; y += 0.4) {
      const underCar = Math.abs(x - 40) < 2.2 && Math.abs(y - 30) < 0.9;
      const inHedge = Math.abs(x - 25) < 5 && Math.abs(y - 35) < 2;
      if (!underCar) points.push([x, y, road(x) + (inHedge ? 2 : 0)]);
    }
  }
  for (let x = 37.8; x < 42.2; x += 0.05) {
    points.push([x, 29.1, road(x) + 0.7], [x, 30, road(x) + 1.5]);
  }
  return cloud(points);
}

describe("the ground", () => {
  const map = new GroundMap(street());

  test("is the road, also beside a car and above a stray return", () => {
    expect(map.heightAt(ORIGIN[0] + 20, ORIGIN[1] + 20)! - ORIGIN[2]).toBeCloseTo(road(20), 0);
    const besideCar = map.heightAt(ORIGIN[0] + 40, ORIGIN[1] + 29)! - ORIGIN[2];
    expect(Math.abs(besideCar - road(40))).toBeLessThan(0.15);
  });

  test("beside a hedge is not lifted by it", () => {
    const besideHedge = map.heightAt(ORIGIN[0] + 25, ORIGIN[1] + 31)! - ORIGIN[2];
    expect(Math.abs(besideHedge - road(25))).toBeLessThan(0.06);
  });

  test("is where the ray meets the road; the car does not stop it", () => {
    const eye = at(20, -10, 30);
    const behindCar = at(40, 30, road(40));
    const hit = map.hitBy(aimed(eye, behindCar))!;
    expect(Math.hypot(hit[0] - behindCar[0], hit[1] - behindCar[1])).toBeLessThan(0.3);
  });

  test("is not in the sky", () => {
    expect(map.hitBy(aimed(at(20, -10, 30), at(40, 30, 60)))).toBeNull();
  });

  test("where no points are is the plane of the median", () => {
    expect(map.heightAt(ORIGIN[0] + 200, ORIGIN[1] + 200)).toBeNull();
    expect(map.level - ORIGIN[2]).toBeCloseTo(road(40), 0);
    const hit = map.hitBy(aimed(at(200, 200, 40), at(201, 201, 0)))!;
    expect(hit[2]).toBeCloseTo(map.level, 6);
  });
});

test("the plane through points on it is that plane; points on a line have none", () => {
  const on = (x: number, y: number): Vec3 => [x, y, 0.3 * x - 0.2 * y + 7];
  const plane = planeThrough([on(1, 2), on(4, -1), on(-3, 5), on(2, 2)])!;
  plane.forEach((value, index) => expect(value).toBeCloseTo([0.3, -0.2, 7][index]!, 9));
  expect(planeThrough([on(1, 1), on(2, 2), on(3, 3)])).toBeNull();
});

describe("a point", () => {
  const chunk = cloud([
    [10, 10, 2],
    [10, 20, 2],
    [30, 10, 2],
  ]);

  test("under the cursor is the foremost near the ray", () => {
    const found = pickPoint(aimed(at(10, -10, 2.02), at(10, 20, 2.02)), chunk, 0.01)!;
    expect(found[1] - ORIGIN[1]).toBeCloseTo(10, 2);
  });

  test("behind the eye or off the ray is none", () => {
    expect(pickPoint(aimed(at(10, 25, 2), at(10, 40, 2)), chunk, 0.01)).toBeNull();
    expect(pickPoint(aimed(at(10, -10, 2), at(20, 15, 2)), chunk, 0.01)).toBeNull();
  });
});

test("the inner box leaves the few far points out", () => {
  const points: Vec3[] = Array.from({ length: 500 }, (_, i) => [100 + i / 10, 50 + i / 50, 5]);
  const { min, max } = innerBox(cloud([...points, [0, 0, 0], [320, 320, 60]]));
  expect(min[0] - ORIGIN[0]).toBeGreaterThan(99);
  expect(max[0] - ORIGIN[0]).toBeLessThan(151);
  expect(max[2] - ORIGIN[2]).toBeCloseTo(5, 2);
});

const CAR: Cuboid = { centre: at(40, 30, 8), size: [4.4, 1.8, 1.5], rotation: quat.fromYaw(0.4) };
const VAN: Cuboid = { ...CAR, centre: at(40, 24, 8) };
const EYE = at(40, 0, 8.2);

describe("a cuboid", () => {
  const behind = (selected: boolean) => [
    { id: "car", selected, ...CAR },
    { id: "van", selected: false, ...VAN },
  ];

  test("is picked where the ray enters it, the nearest first", () => {
    const hit = pickCuboid(aimed(EYE, CAR.centre), behind(false), 0)!;
    expect(hit.id).toBe("van");
    expect(hit.point[1]).toBeLessThan(VAN.centre[1]);
  });

  test("that is selected is picked through others", () => {
    expect(pickCuboid(aimed(EYE, CAR.centre), behind(true), 0)!.id).toBe("car");
  });

  test("around the eye is looked through", () => {
    expect(pickCuboid(aimed(VAN.centre, CAR.centre), behind(false), 0)!.id).toBe("car");
  });

  test("is picked within a tolerance that grows with depth", () => {
    const beside = aimed(EYE, at(43, 30, 8));
    expect(pickCuboid(beside, [{ id: "car", selected: false, ...CAR }], 0)).toBeNull();
    expect(pickCuboid(beside, [{ id: "car", selected: false, ...CAR }], 0.04)!.id).toBe("car");
  });
});

describe("handles", () => {
  const size = { width: 1500, height: 900 };
  const view: Viewpoint = { target: CAR.centre, distance: 18, azimuth: 1.2, elevation: 0.5 };
  const handles = handlesOf(CAR, view, size);

  test("are one on each face and one to turn", () => {
    expect(handles.map((handle) => handle.kind)).toEqual([...Array<string>(6).fill("face"), "turn"]);
  });

  test("are picked at their pixel", () => {
    const facing = handles.filter((handle) => !isHidden(handle));
    for (const handle of facing) {
      const place = toScreen(view, handle.at, size)!;
      expect(pickHandle(handles, { x: place.x + 3, y: place.y - 2 }, view, size)).toBe(handle);
    }
    expect(pickHandle(handles, { x: 5, y: 5 }, view, size)).toBeNull();
  });

  test("on a face turned away give way to one that faces the eye", () => {
    const pair = [
      { kind: "face", face: "back", at: CAR.centre, facing: false },
      { kind: "face", face: "top", at: at(40, 30, 8.1), facing: true },
    ] as const;
    const hidden = toScreen(view, CAR.centre, size)!;
    expect(pickHandle(pair, hidden, view, size)).toBe(pair[1]);
    expect(pickHandle([pair[0]], hidden, view, size)).toBe(pair[0]);
  });

  test("are not on faces that are seen end-on, whose middle is there to move the cuboid by", () => {
    const above = { ...view, elevation: Math.PI / 2 };
    const fromAbove = handlesOf(CAR, above, size);
    expect(fromAbove.map(handleId)).toEqual(["front", "back", "left", "right", "turn"]);
    const middle = toScreen(above, faceCentre(CAR, "top"), size)!;
    expect(pickHandle(fromAbove, middle, above, size)).toBeNull();
  });

  test("of a cuboid that is a speck are only the one to turn", () => {
    const far = { ...view, distance: 900 };
    expect(handlesOf(CAR, far, size).map((handle) => handle.kind)).toEqual(["turn"]);
  });

  test("are over every body", () => {
    const turn = handles.find((handle) => handle.kind === "turn")!;
    const body = { id: "van", point: VAN.centre };
    expect(hitOf(turn, "car", body)).toEqual({ kind: "turn", id: "car" });
    expect(hitOf(null, "car", body)).toEqual({ kind: "body", ...body });
    expect(hitOf(null, "car", null)).toEqual({ kind: "nothing" });
  });
});

describe("the point budget", () => {
  test("draws all while frames are quick", () => {
    const budget = new PointBudget();
    budget.measured(12, 168_000);
    expect(budget.strideOf(168_000)).toBe(1);
  });

  test("thins a slow cloud, but keeps enough of it to see", () => {
    const budget = new PointBudget();
    for (let frame = 0; frame < 9; frame += 1) budget.measured(400, 168_000);
    expect(budget.strideOf(168_000)).toBe(4);
  });

  test("comes back when frames are quick again, and ignores a resting hand", () => {
    const budget = new PointBudget();
    budget.measured(100, 168_000);
    const thinned = budget.strideOf(168_000);
    budget.measured(9_000, 168_000);
    expect(budget.strideOf(168_000)).toBe(thinned);
    budget.measured(10, 168_000);
    expect(budget.strideOf(168_000)).toBe(thinned - 1);
  });

  test("begins with few points while it does not know how quick the machine is", () => {
    const budget = new PointBudget();
    expect(budget.strideOf(168_000)).toBe(1);
    expect(budget.strideOf(5_000_000)).toBe(20);
    budget.measured(12, 5_000_000);
    expect(budget.strideOf(5_000_000)).toBe(19);
  });

  test("at rest leaves out of other frames what would take too long, and nothing on a quick machine", () => {
    const slow = new PointBudget();
    expect(slow.restStride(120_000, 4_800_000)).toBe(1);
    slow.measured(60, 120_000); // 2,000 points a millisecond
    expect(slow.restStride(120_000, 0)).toBe(1);
    expect(slow.restStride(120_000, 1_000_000)).toBe(1);
    expect(slow.restStride(120_000, 4_800_000)).toBe(5);
    const quick = new PointBudget();
    quick.measured(17, 4_920_000);
    expect(quick.restStride(120_000, 4_800_000)).toBe(1);
  });
});
