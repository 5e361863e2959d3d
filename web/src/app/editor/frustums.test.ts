import { expect, test } from "vitest";
import { makeCamera, projectPoint } from "../../geometry/camera";
import { distance, type Vec3 } from "../../geometry/vec";
import { frustumOf } from "./frustums";

const POSITION: Vec3 = [431_200.5, 5_412_900.25, 97];

function camera(coefficients: Readonly<Record<string, number>>) {
  const lens = {
    model: "brown_conrady",
    ...{ fx_px: 1000, fy_px: 1100, cx_px: 930, cy_px: 560, skew: 0, scale_factor: 1 },
    ...{ width_px: 1920, height_px: 1080, coefficients },
  };
  return makeCamera(lens, { rotation: [0.5, -0.5, 0.5, -0.5], translation: POSITION });
}

test.each([{}, { k1: -0.2, k2: 0.03 }])("the border of what a lens with %j sees is that of its picture", (k) => {
  const seen = camera(k);
  const { eye, border, corners, chosen } = frustumOf(seen, true);
  expect([eye, corners.length, border.length, chosen]).toEqual([POSITION, 4, 32, true]);
  for (const point of border) {
    expect(distance(point, POSITION)).toBeCloseTo(4, 6);
    const { u, v } = projectPoint(seen, point)!;
    const off = Math.min(Math.abs(u + 0.5), Math.abs(u - 1919.5), Math.abs(v + 0.5), Math.abs(v - 1079.5));
    expect(off).toBeLessThan(0.01);
  }
});
