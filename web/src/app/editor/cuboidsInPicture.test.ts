import { expect, test } from "vitest";
import type { CameraImage } from "../../api/types";
import type { Vec3 } from "../../geometry/vec";
import type { Preview } from "../../tools/cuboid";
import { CuboidsInPicture, type Shows } from "./cuboidsInPicture";
import type { ShownCuboid } from "./shown";
import type { Motions } from "./shownMotions";

/** Looks along world +x. */
const IMAGE: CameraImage = {
  camera: 0,
  name: "front",
  time_ns: 0,
  exif_orientation: 1,
  image: { content_encoding: null, content_type: "image/jpeg", sha256: "", size_bytes: 1 },
  position_m: [0, 0, 1.5],
  rotation_wxyz: [0.5, -0.5, 0.5, -0.5],
  lens: {
    model: "brown_conrady",
    ...{ fx_px: 1000, fy_px: 1000, cx_px: 960, cy_px: 540, skew: 0, scale_factor: 1 },
    ...{ width_px: 1920, height_px: 1080, coefficients: {} },
  },
};

function car(id: string, centre: Vec3): ShownCuboid {
  const cuboid = { centre, size: [4, 2, 1.5] as Vec3, rotation: [1, 0, 0, 0] as const };
  return { id, label: "Car", stationary: false, cuboid, isKey: true };
}

const AHEAD = car("ahead", [20, 0, 1]);
const BESIDE = car("beside", [30, 5, 1]);
const BEHIND = car("behind", [-20, 0, 1]);

function scene(selected: string | null, motions: Motions = new Map()) {
  let preview: Preview | null = null;
  const editor: Shows = {
    shown: () => SHOWN,
    colour: () => "#fff",
    tag: () => "Ca",
    view: { getState: () => ({ selected, label: "Car" }) },
    stage: { preview: () => preview, motions: () => motions },
  };
  const cuboids = new CuboidsInPicture(editor);
  const hold = (id: string | null, centre: Vec3) => {
    preview = { id, cuboid: car("", centre).cuboid };
    return cuboids.look(IMAGE);
  };
  const drop = () => {
    preview = null;
    return cuboids.look(IMAGE);
  };
  return { cuboids, editor, hold, drop };
}

const SHOWN = [AHEAD, BESIDE, BEHIND];
/** Of those worked on, in the order in which they are drawn: where they stand. */
const xs = ({ active }: CuboidsInPicture) => active.map(({ cuboid }) => cuboid.centre[0]);
/** Those that do not rest. */
const apart = ({ shown, apart: places }: CuboidsInPicture) => places.map((at) => shown[at]!.id);

test("what the lens sees rests or is worked on, never both", () => {
  const { cuboids } = scene("ahead");
  expect(cuboids.look(IMAGE)).toEqual({ resting: true, active: true });
  expect(apart(cuboids)).toEqual(["ahead"]);
  expect(xs(cuboids)).toEqual([20]);
  expect(cuboids.look(IMAGE)).toEqual({ resting: false, active: false });
});

test("a cuboid that moves is drawn again by itself, and leaves no trace where it went out of sight", () => {
  const { cuboids, hold, drop } = scene("ahead");
  cuboids.look(IMAGE);
  expect(hold("ahead", [20, 1, 1])).toEqual({ resting: true, active: true });
  expect(hold("ahead", [20, 2, 1])).toEqual({ resting: false, active: true });
  expect(cuboids.active[0]!.cuboid.centre).toEqual([20, 2, 1]);
  expect(hold("ahead", [-20, 2, 1])).toEqual({ resting: false, active: true });
  expect(cuboids.active).toEqual([]);
  expect(hold("ahead", [-20, 3, 1])).toEqual({ resting: false, active: false });
  expect(drop()).toEqual({ resting: true, active: true });
  expect(xs(cuboids)).toEqual([20]);
});

test("one held without being selected leaves those that rest, and is drawn below the selected one", () => {
  const { cuboids, hold } = scene("ahead");
  cuboids.look(IMAGE);
  hold("beside", [31, 5, 1]);
  expect(apart(cuboids)).toEqual(["ahead", "beside"]);
  expect(xs(cuboids)).toEqual([31, 20]);
});

test("a new cuboid has the chosen label and lies on top", () => {
  const { cuboids, hold } = scene("beside");
  hold(null, [15, 0, 1]);
  expect(xs(cuboids)).toEqual([30, 15]);
  expect(cuboids.active[1]).toMatchObject({ tag: "Ca", selected: true, isKey: true });
});

test("a camera without a picture shows nothing", () => {
  const { cuboids } = scene("ahead");
  cuboids.look(IMAGE);
  expect(cuboids.look(null).resting).toBe(true);
  expect(cuboids.active).toEqual([]);
});

/** 12 m/s along x, seen 50 ms before the picture was taken. */
const LEAVING: Motions = new Map([
  ["ahead", { motion: { velocity_mps: [12, 0, 0], turn_radps: [0, 0, 0] }, measured_ns: -50e6 }],
]);

test("what moves is drawn where it was when the picture was taken, also in a hand", () => {
  const { cuboids, hold } = scene("ahead", LEAVING);
  cuboids.look(IMAGE);
  expect(xs(cuboids)[0]).toBeCloseTo(20.6, 9);
  expect(cuboids.placed("ahead", AHEAD.cuboid).centre[0]).toBeCloseTo(20.6, 9);
  hold("ahead", [21, 1, 1]);
  expect(xs(cuboids)[0]).toBeCloseTo(21.6, 9);
  expect(cuboids.placed("beside", BESIDE.cuboid)).toBe(BESIDE.cuboid);
});

test("in a picture of another frame all stand where they are in this one", () => {
  const { cuboids } = scene("ahead", LEAVING);
  cuboids.look(IMAGE);
  expect(cuboids.look(IMAGE, false)).toEqual({ resting: true, active: true });
  expect([xs(cuboids)[0], cuboids.taken_ns]).toEqual([20, null]);
});
