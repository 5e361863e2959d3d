/** The flat views: what they show, and which handle is where in them. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { corners, FACES } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { add, scale, type Vec3 } from "../geometry/vec";
import * as flat from "./flat";
import { anySide, CAR, near, pixelOf, px, RECT, rig, upright } from "./flat.fixture";
import { handleId } from "./handles";
import { SIDE_NAMES } from "./layout";
import { isInside, pickSideHandle, sideCursor, sideHandles } from "./sidehandles";

describe("a flat view", () => {
  test("has the heading to the right from the top and the side, the left to the right in front", () => {
    const ahead = quat.rotate(CAR.rotation, [1, 0, 0]);
    const left = quat.rotate(CAR.rotation, [0, 1, 0]);
    near(rig(CAR, "top").view.basis.right, ahead);
    near(rig(CAR, "top").view.basis.up, left);
    near(rig(CAR, "side").view.basis.right, ahead);
    near(rig(CAR, "side").view.basis.up, [0, 0, 1]);
    near(rig(CAR, "front").view.basis.right, left);
  });

  test("looks squarely into its picture: no view is a mirror image", () => {
    for (const side of SIDE_NAMES) {
      const { right, up, forward } = rig(CAR, side).view.basis;
      const out: Vec3 = [
        right[1] * up[2] - right[2] * up[1],
        right[2] * up[0] - right[0] * up[2],
        right[0] * up[1] - right[1] * up[0],
      ];
      near(forward, scale(out, -1));
    }
  });

  test("shows the fitted object whole, with room for its handles", () => {
    const rects = fc.constantFrom(RECT, { width: 441, height: 268 }, { width: 1_057, height: 628 });
    fc.assert(
      fc.property(upright, anySide, rects, (cuboid, side, rect) => {
        const view = flat.flatView(cuboid, side, flat.fitted(cuboid, side, rect));
        const handles = sideHandles(cuboid, side, view, true);
        for (const at of [...corners(cuboid), ...handles.map((handle) => handle.at)]) {
          const { x, y } = flat.onFlat(view, at, rect);
          expect(x).toBeGreaterThan(4);
          expect(x).toBeLessThan(rect.width - 4);
          expect(y).toBeGreaterThan(4);
          expect(y).toBeLessThan(rect.height - 4);
        }
      }),
    );
  });

  test("finds the place of a pixel again, to a tenth of a millimetre of a city's coordinates", () => {
    fc.assert(
      fc.property(upright, anySide, px, px, (cuboid, side, dx, dy) => {
        const { view } = rig(cuboid, side);
        const screen = { x: 119 + dx, y: 74 + dy };
        const { origin, direction } = flat.flatRay(view, screen, RECT);
        const back = flat.onFlat(view, add(origin, scale(direction, 17)), RECT);
        expect(back.x).toBeCloseTo(screen.x, 4);
        expect(back.y).toBeCloseTo(screen.y, 4);
      }),
    );
  });

  test("zooms around the cursor and slides with the hand", () => {
    const framing = flat.fitted(CAR, "top", RECT);
    const at = { x: 40, y: 120 };
    const under = (one: flat.Framing) =>
      flat.flatRay(flat.flatView(CAR, "top", one), at, RECT).origin;
    near(under(flat.zoomedFlat(framing, 0.4, at, RECT)), under(framing));
    const slid = flat.flatView(CAR, "top", flat.pannedFlat(framing, 12, -7));
    const middle = flat.onFlat(slid, CAR.centre, RECT);
    expect([middle.x, middle.y]).toEqual([
      expect.closeTo(RECT.width / 2 + 12, 4),
      expect.closeTo(RECT.height / 2 - 7, 4),
    ]);
  });

  test.each([
    [0.01, "50 cm", 50],
    [0.05, "2 m", 40],
    [0.5, "20 m", 40],
    [0.002, "10 cm", 50],
  ])("at %s m a pixel has a bar of %s", (metresPerPixel, text, wide) => {
    expect(flat.scaleBar(metresPerPixel)).toEqual({ text, px: expect.closeTo(wide, 6) as number });
  });
});

describe("handles", () => {
  test("are found at their pixel: four sides, four corners, the turn", () => {
    for (const side of SIDE_NAMES) {
      const { view, handles } = rig(CAR, side);
      expect(handles).toHaveLength(9);
      for (const handle of handles) {
        const at = flat.onFlat(view, handle.at, RECT);
        const found = pickSideHandle(handles, CAR, side, view, at, RECT);
        expect(found && handleId(found)).toBe(handleId(handle));
      }
    }
  });

  test("every edge of the cuboid is a corner in one of the views, every face a side in two", () => {
    const all = SIDE_NAMES.flatMap((side) => rig(CAR, side).handles);
    const edges = all.filter((handle) => handle.kind === "edge").map(handleId);
    expect(new Set(edges).size).toBe(12);
    const faces = all.filter((handle) => handle.kind === "face").map(handleId);
    expect(Object.keys(FACES).map((face) => faces.filter((id) => id === face).length)).toEqual(
      Array<number>(6).fill(2),
    );
  });

  test("a side is held anywhere along its line, and the middle of a small object still moves it", () => {
    const { view, handles } = rig(CAR, "top");
    const [front, corner] = [pixelOf(CAR, "top", "front"), pixelOf(CAR, "top", "front+left")];
    const between = { x: front.x, y: front.y + 0.4 * (corner.y - front.y) };
    const found = pickSideHandle(handles, CAR, "top", view, between, RECT);
    expect(found && handleId(found)).toBe("front");
    const tiny = flat.flatView(CAR, "top", { metresPerPixel: 0.2, shift: [0, 0] });
    const tinyHandles = sideHandles(CAR, "top", tiny, true);
    const middle = { x: RECT.width / 2, y: RECT.height / 2 };
    expect(pickSideHandle(tinyHandles, CAR, "top", tiny, middle, RECT)).toBeNull();
    expect(isInside(CAR, "top", tiny, middle, RECT)).toBe(true);
  });

  test("cursors point along what they resize", () => {
    expect(sideCursor("front", "top", false)).toBe("ew-resize");
    expect(sideCursor("left", "top", false)).toBe("ns-resize");
    expect(sideCursor("front+left", "top", false)).toBe("nesw-resize");
    expect(sideCursor("front+right", "top", false)).toBe("nwse-resize");
    expect(sideCursor(null, "top", true)).toBe("move");
  });
});
