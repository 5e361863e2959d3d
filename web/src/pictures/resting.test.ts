import { expect, test } from "vitest";
import { makeCamera } from "../geometry/camera";
import type { Cuboid } from "../geometry/cuboid";
import type { Measured } from "../geometry/motion";
import { isSeen } from "./drawing";
import { packCuboids, unpackCuboids } from "./packed";

const LOOKS: Readonly<Record<string, { colour: string; tag: string }>> = {
  Car: { colour: "#38bdf8", tag: "Ca" },
  Bus: { colour: "#f97316", tag: "Bu" },
};

/** Coordinates as of a national grid: float32 would be off by decimetres. */
const CUBOIDS = ["Bus", "Car", "Bus"].map((label, index) => ({
  id: `${index}`,
  label,
  isKey: index === 1,
  cuboid: {
    centre: [431_200.123 + index, 5_412_900.456, 95.789],
    size: [4.25 + index, 1.9, 1.55],
    rotation: [0.6, 0, 0, 0.8],
  } satisfies Cuboid,
}));

const STANDING = new Map<string, Measured>();
const MOVING: Measured = {
  motion: { velocity_mps: [12.5, -0.25, 0.125], turn_radps: [0, 0, 0.4] },
  measured_ns: 123_456_789,
};

test("what is packed comes out as it was, to the last bit", () => {
  const comesOut = (measured: readonly (Measured | null)[]) =>
    CUBOIDS.map(({ label, isKey, cuboid }, index) => {
      return { cuboid, isKey, selected: false, ...LOOKS[label], measured: measured[index] };
    });
  const packed = packCuboids(CUBOIDS, STANDING, (label) => LOOKS[label]!);
  expect(packed.looks).toHaveLength(2);
  expect(unpackCuboids(packed)).toEqual(comesOut([null, null, null]));
  const moving = packCuboids(CUBOIDS, new Map([["1", MOVING]]), (label) => LOOKS[label]!);
  expect(unpackCuboids(moving)).toEqual(comesOut([null, MOVING, null]));
});

test("a frame without cuboids is packed as one", () => {
  expect(unpackCuboids(packCuboids([], STANDING, (label) => LOOKS[label]!))).toEqual([]);
});

/** Looks along world +x from 1.5 m above the origin. */
const CAMERA = makeCamera(
  {
    model: "brown_conrady",
    ...{ fx_px: 1000, fy_px: 1000, cx_px: 960, cy_px: 540, skew: 0, scale_factor: 1 },
    ...{ width_px: 1920, height_px: 1080, coefficients: {} },
  },
  { rotation: [0.5, -0.5, 0.5, -0.5], translation: [0, 0, 1.5] },
);

test("what stands behind a lens, beside its picture or too far away is not drawn", () => {
  const seen = (x: number, y: number) =>
    isSeen(CAMERA, { centre: [x, y, 1], size: [4, 2, 1.5], rotation: [1, 0, 0, 0] });
  expect([seen(20, 0), seen(30, 5), seen(200, 0)]).toEqual([true, true, true]);
  expect([seen(-20, 0), seen(10, 40), seen(251, 0)]).toEqual([false, false, false]);
});
