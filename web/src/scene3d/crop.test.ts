/** Which points are around an object, and what of them stands on a footprint. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as quat from "../geometry/quat";
import type { Vec3 } from "../geometry/vec";
import type { DecodedChunk } from "../workers/chunk";
import { chunkOf } from "../workers/chunk.fixture";
import { groundOf } from "../workers/ground";
import { cropInto } from "./around";
import { standingIn } from "./column";
import { GroundMap } from "./groundmap";
import { innerBox } from "./picking";

const ORIGIN: Vec3 = [431_200, 5_412_900, 95];
const STEP: Vec3 = [0.005, 0.004, 0.003];

/** A cloud of points given in metres from ORIGIN, all of them positive. */
function cloud(points: readonly Vec3[], step: Vec3 = STEP): DecodedChunk {
  const positions = new Uint16Array(4 * points.length);
  points.forEach((point, index) => {
    step.forEach((metres, axis) => {
      positions[4 * index + axis] = metres === 0 ? 0 : Math.round(point[axis]! / metres);
    });
  });
  const end = (axis: 0 | 1 | 2) => ORIGIN[axis] + 65_535 * step[axis];
  const max: Vec3 = [end(0), end(1), end(2)];
  const ground = groundOf(positions, step);
  return chunkOf(points, ORIGIN, 1, { positions, step, max, ground });
}

const place = ([x, y, z]: Vec3): Vec3 => [ORIGIN[0] + x, ORIGIN[1] + y, ORIGIN[2] + z];
const metres = (most: number) => fc.double({ min: 0, max: most, noNaN: true });
const points = fc.array(fc.tuple(metres(300), metres(250), metres(20)), { maxLength: 60 });

function cropped(chunk: DecodedChunk, centre: Vec3, reachM: number): number[] {
  const ids = new Uint32Array(chunk.count);
  return [...ids.subarray(0, cropInto(ids, chunk, centre, reachM))];
}

describe("a crop", () => {
  test("holds exactly the points in its cube, by their ids, in order", () => {
    fc.assert(
      fc.property(points, metres(300), metres(60), (all, x, reachM) => {
        const chunk = cloud(all);
        const centre = place([x, 120, 4]);
        const expected = [...all.keys()].filter((id) =>
          [0, 1, 2].every((axis) => {
            const at = ORIGIN[axis]! + STEP[axis]! * chunk.positions[4 * id + axis]!;
            return Math.abs(at - centre[axis]!) <= reachM;
          }),
        );
        expect(cropped(chunk, centre, reachM)).toEqual(expected);
      }),
    );
  });

  test("of a cloud as flat as a table has the points of its level, or none", () => {
    const table = cloud([[1, 1, 0], [2, 2, 0], [90, 1, 0]], [0.005, 0.004, 0]);
    expect(cropped(table, place([1.5, 1.5, 0.5]), 3)).toEqual([0, 1]);
    expect(cropped(table, place([1.5, 1.5, 0]), 3)).toEqual([0, 1]);
    expect(cropped(table, place([1.5, 1.5, 3]), 3)).toEqual([0, 1]);
    expect(cropped(table, place([1.5, 1.5, 9]), 3)).toEqual([]);
  });
});

describe("what stands on a footprint", () => {
  const yaw = 0.6;
  const car = (along: number, across: number, z: number): Vec3 => [
    60 + along * Math.cos(yaw) - across * Math.sin(yaw),
    50 + along * Math.sin(yaw) + across * Math.cos(yaw),
    2 + z,
  ];
  const footprint = {
    centre: place([60, 50, 2]),
    size: [4.4, 1.8, 1] as Vec3,
    rotation: quat.fromYaw(yaw),
  };
  const side: Vec3[] = [0.3, 0.6, 0.9, 1.2, 1.5].map((z) => car(2, -0.8, z));
  const road: Vec3[] = [car(0, 0, 0), car(1, 0.5, 0.05)];

  test("reaches from the ground to the highest point in it, however it is turned", () => {
    const beside = [car(0, 1.1, 3), car(2.5, 0, 3)];
    const column = standingIn(cloud([...road, ...side, ...beside]), footprint, ORIGIN[2] + 2);
    expect(column!.bottom).toBe(ORIGIN[2] + 2);
    expect(column!.top).toBeCloseTo(ORIGIN[2] + 3.5, 2);
  });

  test("ends below a gap: a tree over a car does not make it taller", () => {
    const tree = [car(0, 0, 4.2), car(0, 0.1, 4.5), car(0, 0.2, 4.9)];
    const column = standingIn(cloud([...side, ...tree]), footprint, ORIGIN[2] + 2);
    expect(column!.top).toBeCloseTo(ORIGIN[2] + 3.5, 2);
  });

  test("without a known ground begins at the lowest point", () => {
    const column = standingIn(cloud([...road, ...side]), footprint, null);
    expect(column!.bottom).toBeCloseTo(ORIGIN[2] + 2, 2);
  });

  test("is unknown where only road is, or nothing", () => {
    expect(standingIn(cloud(road), footprint, ORIGIN[2] + 2)).toBeNull();
    expect(standingIn(cloud([]), footprint, null)).toBeNull();
  });
});

describe("a frame of three points", () => {
  const three = cloud([[0, 0, 0], [1, 0, 0], [0, 1, 0.5]]);

  test("has a ground, a box and a crop", () => {
    const map = new GroundMap(three);
    expect(map.level).toBeCloseTo(ORIGIN[2], 1);
    const down = { origin: place([0.2, 0.2, 30]), direction: [0, 0, -1] as Vec3 };
    expect(map.hitBy(down)![2]).toBeCloseTo(ORIGIN[2], 0);
    expect(innerBox(three).max.every(Number.isFinite)).toBe(true);
    expect(cropped(three, place([0, 0, 0]), 4)).toEqual([0, 1, 2]);
  });

  test("also when they are one and the same", () => {
    const same = cloud([[0, 0, 0], [0, 0, 0], [0, 0, 0]], [0, 0, 0]);
    expect(new GroundMap(same).level).toBe(ORIGIN[2]);
    expect(innerBox(same)).toEqual({ min: ORIGIN, max: ORIGIN });
    expect(cropped(same, ORIGIN, 1)).toEqual([0, 1, 2]);
  });
});
