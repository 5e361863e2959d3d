/** Gestures in the flat views, on the pure model: laws for any object, and exact numbers for one. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { corners, FACES, toLocal, type Face } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { add, distance, scale, type Vec3 } from "../geometry/vec";
import { ARMED, step, type Column } from "../tools/cuboid";
import * as flat from "./flat";
import { anySide, CAR, changed, CITY, drag, edgesOf, near, pixelOf, px } from "./flat.fixture";
import { RECT, rig, upright } from "./flat.fixture";
import { handleId } from "./handles";
import type { SideName } from "./layout";
import { sideHandles } from "./sidehandles";

describe("resizing by a corner", () => {
  test("keeps the opposite edge where it is, for any heading, size and view", () => {
    fc.assert(
      fc.property(upright, anySide, fc.nat(3), px, px, (cuboid, side, which, dx, dy) => {
        fc.pre(Math.max(Math.abs(dx), Math.abs(dy)) > 5);
        const handle = edgesOf(cuboid, side)[which]!;
        const from = pixelOf(cuboid, side, handleId(handle));
        const after = changed(cuboid, { side, from, by: [dx, dy] });
        const opposite = (corner: Vec3) =>
          handle.faces.every((face) => Math.sign(corner[FACES[face].axis]) === -FACES[face].sign);
        corners(cuboid).forEach((corner, index) => {
          if (!opposite(toLocal(cuboid, corner))) return;
          expect(distance(corners(after)[index]!, corner)).toBeLessThan(1e-6);
        });
        expect(after.rotation).toEqual(cuboid.rotation);
      }),
    );
  });

  test("puts the corner under the pointer, exactly", () => {
    const from = pixelOf(CAR, "top", "front+left");
    const after = changed(CAR, { side: "top", from, by: [20, -11] });
    const { view } = rig(CAR, "top");
    const corner = flat.onFlat(view, flat.onOutline(after, "top", 1, 1), RECT);
    expect([corner.x, corner.y]).toEqual([
      expect.closeTo(from.x + 20, 4),
      expect.closeTo(from.y - 11, 4),
    ]);
    near(after.size, [4.5 + 20 * view.metresPerPixel, 1.9 + 11 * view.metresPerPixel, 1.6]);
  });

  test("with Alt grows to both sides about the centre", () => {
    const from = pixelOf(CAR, "side", "front+top");
    const after = changed(CAR, { side: "side", from, by: [10, -10], keys: { alt: true } });
    const { metresPerPixel } = rig(CAR, "side").view;
    near(after.centre, CAR.centre);
    near(after.size, [4.5 + 20 * metresPerPixel, 1.9, 1.6 + 20 * metresPerPixel]);
  });

  test("dragged back, it is as it was", () => {
    fc.assert(
      fc.property(upright, anySide, fc.nat(3), px, px, (cuboid, side, which, dx, dy) => {
        fc.pre(Math.max(Math.abs(dx), Math.abs(dy)) > 5);
        const id = handleId(edgesOf(cuboid, side)[which]!);
        const from = pixelOf(cuboid, side, id);
        const { view } = rig(cuboid, side);
        const there = changed(cuboid, { side, from, by: [dx, dy] });
        const shrunk = there.size.some((metres) => metres < 0.06);
        fc.pre(!shrunk);
        // The view locks to the object anew between the two: its scale is another, its place too.
        const at = pixelOf(there, side, id);
        const scaled = view.metresPerPixel / rig(there, side).view.metresPerPixel;
        const by = [-dx * scaled, -dy * scaled] as const;
        fc.pre(Math.hypot(...by) > 5);
        const back = changed(there, { side, from: at, by });
        near(back.size, cuboid.size, 5);
        near(back.centre, cuboid.centre, 5);
      }),
    );
  });
});

describe("a side", () => {
  test.each<[SideName, Face, readonly [number, number], Vec3]>([
    ["top", "front", [30, 9], [1, 0, 0]],
    ["top", "right", [9, 12], [0, 1, 0]],
    ["side", "top", [5, -14], [0, 0, 1]],
    ["front", "left", [13, 8], [0, 1, 0]],
  ])("of the %s view, %s, moves along its normal only", (side, face, by, axis) => {
    const { metresPerPixel } = rig(CAR, side).view;
    const after = changed(CAR, { side, from: pixelOf(CAR, side, face), by });
    const out = side === "top" && face === "front" ? by[0] : face === "left" ? by[0] : Math.abs(by[1]);
    near(after.size, add(CAR.size, scale(axis, out * metresPerPixel)));
  });
});

describe("moving", () => {
  test("follows the pointer in the plane of the view and leaves the third axis alone", () => {
    fc.assert(
      fc.property(upright, anySide, px, px, (cuboid, side, dx, dy) => {
        fc.pre(Math.hypot(dx, dy) > 5);
        const { view } = rig(cuboid, side);
        const middle = { x: RECT.width / 2, y: RECT.height / 2 };
        const after = changed(cuboid, { side, from: middle, by: [dx, dy] });
        const { right, up } = view.basis;
        const way = add(scale(right, dx), scale(up, -dy));
        near(after.centre, add(cuboid.centre, scale(way, view.metresPerPixel)));
        expect(after.size).toEqual(cuboid.size);
        expect(after.rotation).toEqual(cuboid.rotation);
      }),
    );
  });
});

describe("turning", () => {
  test("in the top view changes the heading by the angle around the centre and stays upright", () => {
    const from = pixelOf(CAR, "top", "turn");
    const middle = RECT.width / 2;
    // A quarter to the left: straight above the centre.
    const after = changed(CAR, {
      side: "top",
      from,
      by: [middle - from.x, -(from.x - middle)],
    });
    expect(quat.yawOf(after.rotation)).toBeCloseTo(0.3 + Math.PI / 2, 6);
    expect(quat.rotate(after.rotation, [0, 0, 1])).toEqual([
      expect.closeTo(0, 15),
      expect.closeTo(0, 15),
      1,
    ]);
    near(after.centre, CAR.centre);
  });

  test("in the side view lifts the front and keeps the left side level", () => {
    const from = pixelOf(CAR, "side", "turn");
    const after = changed(CAR, { side: "side", from, by: [0, -20] });
    const ahead = quat.rotate(after.rotation, [1, 0, 0]);
    expect(ahead[2]).toBeCloseTo(Math.sin(Math.atan2(20, from.x - RECT.width / 2)), 6);
    expect(quat.rotate(after.rotation, [0, 1, 0])[2]).toBeCloseTo(0, 12);
  });

  test("there is no handle to tilt by where objects must stand upright", () => {
    const { view } = rig(CAR, "side");
    const kinds = sideHandles(CAR, "side", view, false).map((handle) => handle.kind);
    expect(kinds).not.toContain("turn");
  });
});

describe("drawing a footprint in the top view", () => {
  const draw = (by: readonly [number, number], column: Column | null) => {
    const done = drag(CAR, { side: "top", from: { x: 30, y: 100 }, by, start: ARMED, column });
    expect(done).toHaveLength(1);
    const [edit] = done;
    expect(edit!.kind).toBe("create");
    return edit!.kind === "create" ? edit!.cuboid : edit!.after;
  };

  test("makes a cuboid of exactly that footprint, as high as its points", () => {
    const { view } = rig(CAR, "top");
    const made = draw([90, -40], { bottom: CITY[2] - 0.7, top: CITY[2] + 1.1 });
    near(made.size, [90 * view.metresPerPixel, 40 * view.metresPerPixel, 1.8]);
    expect(made.centre[2]).toBeCloseTo(CITY[2] + 0.2, 9);
    expect(quat.yawOf(made.rotation)).toBeCloseTo(0.3, 9);
    const pixels = corners(made).map((corner) => flat.onFlat(view, corner, RECT));
    expect(Math.min(...pixels.map(({ x }) => x))).toBeCloseTo(30, 4);
    expect(Math.max(...pixels.map(({ x }) => x))).toBeCloseTo(120, 4);
    expect(Math.min(...pixels.map(({ y }) => y))).toBeCloseTo(60, 4);
    expect(Math.max(...pixels.map(({ y }) => y))).toBeCloseTo(100, 4);
  });

  test("heads along the longer side, where the hand went", () => {
    const yaw = (by: readonly [number, number]) => quat.yawOf(draw(by, null).rotation) - 0.3;
    expect(yaw([90, -40])).toBeCloseTo(0, 9);
    expect(Math.abs(yaw([-20, 10]))).toBeCloseTo(Math.PI, 9);
    expect(yaw([15, -60])).toBeCloseTo(Math.PI / 2, 9);
    expect(yaw([15, 30])).toBeCloseTo(-Math.PI / 2, 9);
  });

  test("without points it is as high as the label usually is", () => {
    expect(draw([90, -40], null).size[2]).toBe(1.5);
  });

  test("a click there places one of the usual size", () => {
    expect(draw([1, 1], null).size).toEqual([4, 2, 1.5]);
  });

  test("from the side nothing is placed", () => {
    const from = { x: 30, y: 100 };
    const { view } = rig(CAR, "side");
    const ray = flat.flatRay(view, from, RECT);
    const { right, forward } = view.basis;
    const taken = step(
      ARMED,
      {
        kind: "down",
        ray,
        screen: from,
        hit: { kind: "nothing" },
        ground: null,
        modifiers: { shift: false, alt: false, ctrl: false },
        gaze: { flat: true, forward, headingRad: Math.atan2(right[1], right[0]) },
      },
      { selected: null, cuboid: () => null, placing: { size: [4, 2, 1.5], yawRad: 0 }, standingIn: () => null, polygon: () => null, pointOn: () => null, lassoed: () => null, shrunk: () => null },
    );
    expect(taken.tool).toEqual(ARMED);
  });
});
