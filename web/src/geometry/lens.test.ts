import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  makeCamera,
  onPicture,
  projectPoint,
  tangentBeside,
  unproject,
  type Lens,
} from "./camera";
import { corners, EDGES, type Cuboid } from "./cuboid";
import { mayBeSeen, projectEdge, projectPolyline } from "./edges";
import { LENS_MODELS } from "./lens";
import { distanceToPieces, number, planeOf, vectors } from "./lens.testing";
import * as quat from "./quat";
import { apply, applyInverse, type Transform } from "./transform";
import { add, distance, dot, length, lerp, scale, subtract, type Vec3 } from "./vec";

/** Looks along world +x, z up, from (1, 2, 3). */
const POSE: Transform = { rotation: [0.5, -0.5, 0.5, -0.5], translation: [1, 2, 3] };
const SIX = { k1: 0.02, k2: -0.01, k3: 0.004, k4: -0.001, k5: 0.0001, k6: -0.000007 };
const TURN_PX = 1920 / (2 * Math.PI);

function lens(model: string, coefficients: Record<string, number> = {}, more = {}): Lens {
  return {
    ...{ model, fx_px: TURN_PX, fy_px: 1080 / Math.PI, cx_px: 951, cy_px: 545, skew: 0 },
    ...{ scale_factor: 1, width_px: 1920, height_px: 1080, coefficients, ...more },
  };
}

const LENSES: Readonly<Record<string, Lens>> = {
  pinhole: lens("pinhole"),
  brown_conrady: lens("brown_conrady", { k1: -0.3, k2: 0.1, p1: 0.001, p2: -0.002, k4: 0.02 }),
  fisheye: lens("fisheye", { k1: -0.03, k2: 0.002 }),
  mod_equi_fish: lens("mod_equi_fish", { k2: -0.03, k3: 0.017, k4: -0.004 }),
  mod_kannala: lens("mod_kannala", { k1: -0.02, k2: 0.005, k3: -0.001 }),
  cylindrical: lens("cylindrical"),
  "cylindrical, part of a turn": lens("cylindrical", {}, { fx_px: 480 }),
  equirectangular: lens("equirectangular"),
  "equirectangular, cut aside": lens("equirectangular", {}, { cx_px: 400, scale_factor: 1.25 }),
  omnidirectional: lens("omnidirectional", { k1: -0.2, k2: 0.03, p1: 0.001, xi: 0.9, lx: 0.003 }),
  fisheye_rad_tan_prism: lens("fisheye_rad_tan_prism", { ...SIX, p1: 0.001, p2: -0.002, s1: 0.001 }),
  fisheye_radial_custom: lens("fisheye_radial_custom", { ...SIX, p1: 0.001, dcx: 0.007, dcy: -0.004 }),
  ftheta: lens("ftheta", { k2: 1, k3: 0.02, k4: -0.013 }),
};
/** Those whose edges no other test draws, and of each kind of sphere one. */
const DRAWN = [
  ...["cylindrical", "cylindrical, part of a turn", "equirectangular"],
  ...["equirectangular, cut aside", "omnidirectional", "fisheye_rad_tan_prism", "ftheta"],
];

test("every model is tried", () => {
  const tried = new Set(Object.values(LENSES).map(({ model }) => model));
  expect([...tried].sort()).toEqual(Object.keys(LENS_MODELS).sort());
});

test.each(Object.entries(LENSES))("%s: a pixel leads back to the ray it came from", (_, given) => {
  const camera = makeCamera(given, POSE);
  const perspective = camera.fieldRad <= Math.PI / 2;
  const widest = perspective ? Math.min(camera.fieldRad, 1.45) : Math.min(camera.fieldRad, Math.PI);
  fc.assert(
    fc.property(number(0, 0.97 * widest), number(-Math.PI, Math.PI), (off, turn) => {
      const [sideways, ahead] = [Math.sin(off), Math.cos(off)];
      const direction: Vec3 = [sideways * Math.cos(turn), sideways * Math.sin(turn), ahead];
      // Straight up and down, every azimuth is the same direction.
      fc.pre(Math.hypot(direction[0], direction[2]) > 1e-3);
      const seen = projectPoint(camera, apply(POSE, scale(direction, 7)))!;
      const ray = unproject(camera, seen.u, seen.v)!;
      expect(distance(ray.direction, quat.rotate(POSE.rotation, direction))).toBeLessThan(1e-8);
    }),
    { numRuns: 50 },
  );
  expect(projectPoint(camera, POSE.translation)).toBeNull();
});

describe.each(DRAWN)("edges by %s", (name) => {
  const camera = makeCamera(LENSES[name]!, POSE);

  test("are drawn where they are seen, and nothing is drawn beside them", () => {
    fc.assert(
      fc.property(vectors(30), vectors(30), (p0, p1) => {
        const pieces = projectEdge(p0, p1, camera);
        for (let sample = 0; sample <= 200; sample++) {
          const point = lerp(p0, p1, sample / 200);
          const [x, y, z] = applyInverse(POSE, point);
          const upright = Math.abs(y) > 500 * Math.hypot(x, z);
          if (distance(point, POSE.translation) < 0.02 || upright) continue;
          const seen = projectPoint(camera, point);
          if (!seen?.visible) continue;
          expect(distanceToPieces([seen.u, seen.v], pieces)).toBeLessThan(0.5);
        }
        const normal = planeOf(subtract(p0, POSE.translation), subtract(p1, POSE.translation));
        for (const piece of pieces) {
          piece.slice(1).forEach(([u, v], index) => {
            const [fromU, fromV] = piece[index]!;
            const [middleU, middleV] = [(u + fromU) / 2, (v + fromV) / 2];
            if (!onPicture(camera, middleU, middleV)) return;
            const ray = unproject(camera, middleU, middleV)!;
            // Half a pixel of 300 to the radian, and where polynomials nearly fold some more.
            expect(Math.abs(dot(ray.direction, normal))).toBeLessThan(0.01);
          });
        }
      }),
      { numRuns: 80 },
    );
  });

  test("are none where their sphere is said to be out of sight", () => {
    fc.assert(
      fc.property(vectors(30), vectors(3), (centre, half) => {
        if (mayBeSeen(camera, centre, length(half))) return;
        expect(projectEdge(add(centre, half), subtract(centre, half), camera)).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });
});

test("an f-theta lens with a constant term begins beside its axis", () => {
  const ring = makeCamera(lens("ftheta", { k1: 0.2, k2: 1 }), { ...POSE, rotation: quat.IDENTITY });
  const at = (off: number): Vec3 => add(POSE.translation, [Math.sin(off), 0, Math.cos(off)]);
  expect(projectPoint(ring, at(0.19))).toBeNull();
  expect(projectPoint(ring, at(0.21))!.u).toBeCloseTo(951 + 0.01 * TURN_PX, 9);
});

describe("a picture that goes round", () => {
  const camera = makeCamera(LENSES["equirectangular"]!, POSE);

  test("cuts a car behind the camera in two, each half at its end of the picture", () => {
    const car: Cuboid = { centre: [-7, 2.3, 2], size: [4.5, 1.9, 1.6], rotation: quat.IDENTITY };
    const all = corners(car);
    const pieces = EDGES.flatMap(([a, b]) => projectEdge(all[a]!, all[b]!, camera));
    expect(pieces).toHaveLength(EDGES.length + 4);
    const ends = pieces.map((piece) => piece.map(([u]) => u));
    for (const us of ends) expect(Math.max(...us) - Math.min(...us)).toBeLessThan(200);
    const border = ends.flat().filter((u) => Math.min(Math.abs(u + 0.5), Math.abs(u - 1919.5)) < 1e-6);
    expect(border).toHaveLength(8);
    expect(ends.some((us) => us[0]! < 300) && ends.some((us) => us[0]! > 1600)).toBe(true);
  });

  test("does not join at its seam what a line has there", () => {
    const pieces = projectPolyline(
      [
        [-9, 4, 3],
        [-9, 0, 3],
        [-8, -3, 3],
      ],
      camera,
    );
    expect(pieces).toHaveLength(2);
    expect(pieces[0]!.at(-1)![0] - pieces[1]![0]![0]).toBeCloseTo(-1920, 6);
  });

  test("draws no line along its first row for one that passes straight above", () => {
    const pieces = projectEdge([-4, 2, 9], [6, 2, 9], camera);
    expect(pieces).toHaveLength(2);
    for (const piece of pieces) {
      const us = piece.map(([u]) => u);
      expect(Math.max(...us) - Math.min(...us)).toBeLessThan(1e-6);
    }
  });

  test.each([951, 511.25, 400, 700.3, 1200])("shows one direction at both ends, cx %d", (cx_px) => {
    const cut = makeCamera(lens("equirectangular", {}, { cx_px }), POSE);
    const [left, right] = [unproject(cut, -0.5, 545)!, unproject(cut, 1919.5, 545)!];
    expect(distance(left.direction, right.direction)).toBeLessThan(1e-9);
    expect(unproject(cut, 1925, 545)).toBeNull();
  });
});

test.each(Object.entries(LENSES))("%s: a pixel beside is as far off as its ray", (_, given) => {
  const camera = makeCamera(given, POSE);
  const [u, v] = [camera.cx + 40, camera.cy - 30];
  const [one, other] = [unproject(camera, u, v)!, unproject(camera, u + 5, v)!];
  const expected = Math.tan(Math.acos(dot(one.direction, other.direction)));
  expect(tangentBeside(camera, u, v, 5)).toBeCloseTo(expected, 8);
});

test("a polynomial in pixels tells what a pixel spans, though its focal length is 1", () => {
  const inPixels = lens("ftheta", { k2: 1 / 1000 }, { fx_px: 1, fy_px: 1 });
  expect(tangentBeside(makeCamera(inPixels, POSE), 951, 545, 5)).toBeCloseTo(Math.tan(0.005), 9);
});

test("at the border of the field a pixel is compared with the one within", () => {
  const narrow = makeCamera(lens("fisheye", { k1: -1 / 3 }), POSE);
  const lastU = 951 + narrow.fx * (2 / 3) - 1;
  expect(unproject(narrow, lastU + 5, 545)).toBeNull();
  expect(tangentBeside(narrow, lastU, 545, 5)).toBeGreaterThan(5 / narrow.fx);
  expect(tangentBeside(narrow, lastU + 5, 545, 5)).toBeNull();
});
