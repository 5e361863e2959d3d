/**
 * A hand in a flat view, for tests: pixels in, edits out. A gesture is played as a hand makes it, from
 * a handle found by its pixel to the edit that the tool commits.
 */

import fc from "fast-check";
import { expect } from "vitest";
import type { Cuboid } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { add, scale, type Vec3 } from "../geometry/vec";
import { IDLE, step, type Column, type CuboidEdit, type Tool } from "../tools/cuboid";
import type { Hit, Modifiers, SceneInput } from "../tools/input";
import * as flat from "./flat";
import { handleId, type Handle, type HandleId } from "./handles";
import { SIDE_NAMES, type SideName } from "./layout";
import { hitOf } from "./picking";
import { isInside, pickSideHandle, sideHandles } from "./sidehandles";
import type { ScreenXY } from "./viewpoint";

export const RECT = { width: 238, height: 148 };
/** Projected metres of a real city, where float32 steps half a metre. */
export const CITY: Vec3 = [431_257.25, 5_412_983.5, 107.75];

export const upright = fc.record({
  yaw: fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }),
  size: fc.tuple(
    fc.double({ min: 0.5, max: 15, noNaN: true }),
    fc.double({ min: 0.5, max: 4, noNaN: true }),
    fc.double({ min: 0.5, max: 5, noNaN: true }),
  ),
}).map(({ yaw, size }): Cuboid => ({ centre: CITY, size, rotation: quat.fromYaw(yaw) }));

export const anySide = fc.constantFrom(...SIDE_NAMES);
export const px = fc.integer({ min: -40, max: 40 });

export const CAR: Cuboid = { centre: CITY, size: [4.5, 1.9, 1.6], rotation: quat.fromYaw(0.3) };

interface Rig {
  readonly view: flat.FlatView;
  readonly handles: readonly Handle[];
}

export function rig(cuboid: Cuboid, side: SideName): Rig {
  const view = flat.flatView(cuboid, side, flat.fitted(cuboid, side, RECT));
  return { view, handles: sideHandles(cuboid, side, view, true) };
}

interface Hand {
  readonly side: SideName;
  readonly from: ScreenXY;
  readonly by: readonly [number, number];
  readonly keys?: Partial<Modifiers>;
  readonly start?: Tool;
  readonly column?: Column | null;
}

/** Press, move and let go in a view locked to `cuboid`; what was committed. */
export function drag(cuboid: Cuboid, { side, from, by, keys, start = IDLE, column = null }: Hand): CuboidEdit[] {
  const { view, handles } = rig(cuboid, side);
  const context = {
    selected: "car",
    cuboid: () => cuboid,
    placing: { size: [4, 2, 1.5] as Vec3, yawRad: 0 },
    standingIn: () => column,
    polygon: () => null,
    pointOn: () => null,
    lassoed: () => null,
    shrunk: () => null,
  };
  const input = (kind: "down" | "move" | "up", screen: ScreenXY): SceneInput => {
    const ray = flat.flatRay(view, screen, RECT);
    const handle = pickSideHandle(handles, cuboid, side, view, screen, RECT);
    const inside = isInside(cuboid, side, view, screen, RECT);
    const body = inside ? { id: "car", point: add(ray.origin, scale(ray.direction, 40)) } : null;
    const hit: Hit = start === IDLE ? hitOf(handle, "car", body) : { kind: "nothing" };
    const { right, forward } = view.basis;
    return {
      kind,
      ray,
      screen,
      hit,
      ground: side === "top" ? [ray.origin[0], ray.origin[1], CITY[2] - 0.8] : null,
      modifiers: { shift: false, alt: false, ctrl: false, ...keys },
      gaze: { flat: true, forward, headingRad: Math.atan2(right[1], right[0]) },
    };
  };
  const half = { x: from.x + by[0] / 2, y: from.y + by[1] / 2 };
  const to = { x: from.x + by[0], y: from.y + by[1] };
  const done: CuboidEdit[] = [];
  let tool = start;
  for (const each of [input("down", from), input("move", half), input("move", to), input("up", to)]) {
    const taken = step(tool, each, context);
    tool = taken.tool;
    if (taken.commit !== undefined) done.push(taken.commit);
  }
  expect(tool).toEqual(IDLE);
  return done;
}

export function changed(cuboid: Cuboid, hand: Hand): Cuboid {
  const [edit] = drag(cuboid, hand);
  if (edit === undefined) return cuboid;
  return edit.kind === "create" ? edit.cuboid : edit.after;
}

export function pixelOf(cuboid: Cuboid, side: SideName, id: HandleId): ScreenXY {
  const { view, handles } = rig(cuboid, side);
  const handle = handles.find((one) => handleId(one) === id);
  if (handle === undefined) throw new Error(`no handle ${id}`);
  return flat.onFlat(view, handle.at, RECT);
}

export const edgesOf = (cuboid: Cuboid, side: SideName): (Handle & { kind: "edge" })[] =>
  rig(cuboid, side).handles.filter((handle) => handle.kind === "edge");

export function near(actual: Vec3, expected: Vec3, digits = 6): void {
  actual.forEach((value, axis) => expect(value).toBeCloseTo(expected[axis]!, digits));
}
