import { expect, test } from "vitest";
import { makeCamera, projectPoint } from "../geometry/camera";
import type { Vec3 } from "../geometry/vec";
import { onCanvas, outlineAt } from "./drawing";

/** Looks along world +x from 1.5 m above the origin. */
const CAMERA = makeCamera(
  {
    model: "brown_conrady",
    ...{ fx_px: 1000, fy_px: 1000, cx_px: 960, cy_px: 540, skew: 0, scale_factor: 1 },
    ...{ width_px: 1920, height_px: 1080, coefficients: {} },
  },
  { rotation: [0.5, -0.5, 0.5, -0.5], translation: [0, 0, 1.5] },
);
const VIEW = { scale: 0.4, x: 12, y: -30 };
const outline = (id: string, nearM: number, open = false) => ({
  ...{ id, open, colour: "#fff", selected: false, keyframe: true },
  vertices: [[nearM, -6, 0], [60, -6, 0], [60, -2, 0], [nearM, -2, 0]] as readonly Vec3[],
});
const CROSSING = outline("crossing", 20);
const LAWN = outline("lawn", 21);

function seen(point: Vec3, offPx = 0): { x: number; y: number } {
  const { u, v } = projectPoint(CAMERA, point)!;
  const [x, y] = onCanvas(VIEW, u, v);
  return { x, y: y + offPx };
}
const at = (place: { x: number; y: number }, ...all: (typeof CROSSING)[]) => outlineAt(CAMERA, VIEW, all, place, 6)?.id ?? null;

test("a click near a side is on the polygon, and one in its middle or farther off is not", () => {
  expect(at(seen([20, -4, 0]), CROSSING)).toBe("crossing");
  expect(at(seen([20, -4, 0], 5), CROSSING)).toBe("crossing");
  expect(at(seen([20, -4, 0], 8), CROSSING)).toBeNull();
  expect(at(seen([30, -4, 0]), CROSSING)).toBeNull();
});

test("of two it is the nearer one, in whatever order they are", () => {
  for (const all of [[CROSSING, LAWN], [LAWN, CROSSING]]) {
    expect(at(seen([20.1, -4, 0]), ...all)).toBe("crossing");
    expect(at(seen([20.9, -4, 0]), ...all)).toBe("lawn");
  }
});

test("the side that is not drawn is none, and nothing behind the camera is met", () => {
  // The last side is the near one.
  const last = seen([20, -4, 0]);
  expect(at(last, outline("sketch", 20, true))).toBeNull();
  const behind = { ...CROSSING, vertices: CROSSING.vertices.map(([x, y, z]): Vec3 => [-x, y, z]) };
  expect(at(last, behind)).toBeNull();
});
