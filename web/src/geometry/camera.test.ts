import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  makeCamera,
  onPicture,
  projectInto,
  projectPoint,
  projectPoints,
  toCamera,
  unproject,
  type Lens,
} from "./camera";
import { corners, EDGES, type Cuboid } from "./cuboid";
import { mayBeSeen, projectEdge, projectPolyline } from "./edges";
import { angleOf, distance2, distanceToPieces, number, planeOf, uvOf, vectors } from "./lens.testing";
import { evaluate, firstSignChange } from "./polynomial";
import * as quat from "./quat";
import { apply, IDENTITY, type Transform } from "./transform";
import {
  add,
  distance,
  dot,
  length,
  lerp,
  scale,
  subtract,
  type Vec2,
  type Vec3,
} from "./vec";

interface Golden {
  cases: {
    name: string;
    lens: Lens;
    rotation_wxyz: quat.Quat;
    position_m: Vec3;
    points_world: Vec3[];
    depth_m: number[];
    uv_px: (Vec2 | null)[];
    visible: boolean[];
  }[];
}
const golden = JSON.parse(
  readFileSync(new URL("../../../tests/golden/lenses.json", import.meta.url), "utf8"),
) as Golden;

const PINHOLE: Lens = {
  model: "pinhole",
  fx_px: 1000,
  fy_px: 1100,
  cx_px: 960,
  cy_px: 540,
  skew: 0,
  scale_factor: 1,
  width_px: 1920,
  height_px: 1080,
  coefficients: {},
};
const ROAD: Lens = {
  ...PINHOLE,
  model: "brown_conrady",
  skew: 3.5,
  scale_factor: 1.5,
  width_px: 1280,
  height_px: 720,
  coefficients: { k1: -0.31, k2: 0.12, p1: 0.0009, p2: -0.0015, k3: -0.02, lx: 0.002 },
};
const RATIONAL: Lens = {
  ...PINHOLE,
  model: "brown_conrady",
  coefficients: { k1: 0.3, k2: -0.1, k3: 0.02, k4: 0.45, k5: 0.08, k6: 0.01 },
};
const FISHEYE: Lens = { ...PINHOLE, model: "fisheye", coefficients: { k1: 0.05, k2: -0.01 } };
const WIDE: Lens = { ...PINHOLE, model: "fisheye", fx_px: 300, fy_px: 290 };
/** r (1 - 0.5 r²) turns back at r² = 2/3. */
const FOLDING: Lens = { ...PINHOLE, model: "brown_conrady", coefficients: { k1: -0.5 } };
const LENSES = { PINHOLE, ROAD, RATIONAL, FISHEYE, WIDE, FOLDING };
const NAMED = Object.entries(LENSES);

/** Looks along world +x, z up, from (1, 2, 3). */
const POSE: Transform = { rotation: [0.5, -0.5, 0.5, -0.5], translation: [1, 2, 3] };

test.each(golden.cases)("golden: $name, which pytest reads too", (given) => {
  const pose = { rotation: given.rotation_wxyz, translation: given.position_m };
  const camera = makeCamera(given.lens, pose);
  given.points_world.forEach((point, row) => {
    const seen = projectPoint(camera, point);
    expect(seen?.visible ?? false).toBe(given.visible[row]);
    expect(toCamera(camera, point)[2]).toBeCloseTo(given.depth_m[row]!, 6);
    const expected = given.uv_px[row];
    if (!expected) return;
    expect(seen!.depthM).toBeCloseTo(given.depth_m[row]!, 6);
    expect(Math.hypot(seen!.u - expected[0], seen!.v - expected[1])).toBeLessThan(0.001);
  });
});

describe.each(NAMED)("%s", (_, lens) => {
  const camera = makeCamera(lens, POSE);
  const widest = Math.min(0.97 * camera.fieldRad, ((lens === WIDE ? 100 : 80) * Math.PI) / 180);

  test("a pixel leads back to the ray it came from", () => {
    fc.assert(
      fc.property(number(0, widest), number(-Math.PI, Math.PI), number(0.5, 200), (off, turn, m) => {
        const sideways = Math.sin(off);
        const direction: Vec3 = [
          sideways * Math.cos(turn),
          sideways * Math.sin(turn),
          Math.cos(off),
        ];
        const seen = projectPoint(camera, apply(POSE, scale(direction, m)))!;
        const ray = unproject(camera, seen.u, seen.v)!;
        expect(ray.origin).toEqual([1, 2, 3]);
        expect(distance(ray.direction, quat.rotate(POSE.rotation, direction))).toBeLessThan(1e-8);
      }),
    );
  });

  test("a pixel has a ray that leads back to it, or none", () => {
    fc.assert(
      fc.property(number(-3000, 4000), number(-3000, 3000), (u, v) => {
        const ray = unproject(camera, u, v);
        if (ray === null) return;
        const [backU, backV] = uvOf(camera, add(ray.origin, scale(ray.direction, 9)));
        expect(Math.hypot(backU - u, backV - v)).toBeLessThan(1e-4);
      }),
    );
  });

  test("no part of an edge is drawn half a pixel off, and none in sight is left out", () => {
    fc.assert(
      fc.property(vectors(30), vectors(30), (p0, p1) => {
        const pieces = projectEdge(p0, p1, camera);
        for (let sample = 0; sample <= 300; sample++) {
          const point = lerp(p0, p1, sample / 300);
          if (distance(point, POSE.translation) < 0.02) continue;
          const seen = projectPoint(camera, point);
          if (!seen?.visible) continue;
          expect(distanceToPieces([seen.u, seen.v], pieces)).toBeLessThan(0.5);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("what is said to be out of sight has no edge on the picture", () => {
    fc.assert(
      fc.property(vectors(30), vectors(3), (centre, half) => {
        const [p0, p1] = [add(centre, half), subtract(centre, half)];
        if (mayBeSeen(camera, centre, length(half))) return;
        expect(projectEdge(p0, p1, camera)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("every drawn vertex is the image of a point of the edge", () => {
    fc.assert(
      fc.property(vectors(30), vectors(30), (p0, p1) => {
        for (const [u, v] of projectEdge(p0, p1, camera).flat()) {
          expect(Number.isFinite(u) && Number.isFinite(v)).toBe(true);
          const ray = unproject(camera, u, v);
          // At the border of the field, where a polynomial folds, several directions share a pixel.
          const offAxis = ray && angleOf(toCamera(camera, add(ray.origin, ray.direction)));
          if (ray === null || offAxis === null || offAxis > 0.97 * camera.fieldRad) continue;
          const normal = planeOf(subtract(p0, POSE.translation), subtract(p1, POSE.translation));
          expect(Math.abs(dot(ray.direction, normal))).toBeLessThan(1e-6);
        }
      }),
    );
  });
});

describe("visibility", () => {
  test("a point behind a perspective camera is never visible", () => {
    for (const lens of [PINHOLE, ROAD, RATIONAL, FOLDING]) {
      const camera = makeCamera(lens, POSE);
      fc.assert(
        fc.property(number(-99, 99), number(-99, 99), number(-99, -1e-3), (x, y, z) => {
          expect(projectPoint(camera, apply(POSE, [x, y, z]))).toBeNull();
        }),
      );
    }
    expect(projectPoint(makeCamera(PINHOLE, POSE), POSE.translation)).toBeNull();
  });

  test("what a folding polynomial throws back into the picture is not visible", () => {
    const camera = makeCamera(FOLDING, IDENTITY);
    const fold = Math.sqrt(2 / 3);
    expect(projectPoint(camera, [fold - 1e-6, 0, 1])?.visible).toBe(true);
    expect(projectPoint(camera, [fold + 1e-6, 0, 1])).toBeNull();
    expect(projectPoint(camera, [Math.SQRT2, 0, 1])).toBeNull();
    expect(unproject(camera, 960 + 1000 * 0.7, 540)).toBeNull();
  });

  test("a pole of the rational model and the fold of a fisheye end their fields", () => {
    const pole = makeCamera({ ...RATIONAL, coefficients: { k4: -0.25 } }, IDENTITY);
    expect(pole.fieldRad).toBeCloseTo(Math.atan(2), 9);
    const fisheye = makeCamera({ ...FISHEYE, coefficients: { k1: -1 / 3 } }, IDENTITY);
    expect(fisheye.fieldRad).toBeCloseTo(1, 9);
    const endless = makeCamera({ ...ROAD, coefficients: { k1: -0.1, k2: 0.02 } }, IDENTITY);
    expect(endless.fieldRad).toBe(Math.PI / 2);
  });

  test("a fisheye sees past 90 degrees", () => {
    const off = (100 * Math.PI) / 180;
    const seen = projectPoint(makeCamera(WIDE, IDENTITY), [0, 9 * Math.sin(off), 9 * Math.cos(off)]);
    expect(seen?.visible).toBe(true);
    expect(seen?.u).toBe(960);
    expect(seen?.v).toBeCloseTo(540 + 290 * off, 9);
    expect(seen?.depthM).toBeLessThan(0);
  });

  test("the picture ends half a pixel beyond the last centre", () => {
    const camera = makeCamera(PINHOLE, IDENTITY);
    expect(onPicture(camera, -0.5, -0.5)).toBe(true);
    expect(onPicture(camera, 1919.49, 1079.49)).toBe(true);
    expect(onPicture(camera, 1919.5, 0)).toBe(false);
    expect(onPicture(camera, 0, -0.51)).toBe(false);
  });

  test("an unknown model names those that are known", () => {
    expect(() => makeCamera({ ...PINHOLE, model: "fisheye_rational_radial" }, POSE)).toThrow(
      "known are: brown_conrady, cylindrical, equirectangular, fisheye",
    );
  });
});

test("many points at once are the points one by one", () => {
  const camera = makeCamera(ROAD, POSE);
  const xyz = new Float64Array([9, 2.5, 3.5, -9, 2, 3, 12, 1, 2]);
  const uv = new Float64Array(6);
  projectPoints(camera, xyz, uv);
  const one = new Float64Array(2);
  projectInto(camera, 12, 1, 2, one);
  expect([uv[4], uv[5]]).toEqual([...one]);
  expect(uv[2]).toBeNaN();
});

describe("edges", () => {
  const camera = makeCamera(PINHOLE, POSE);

  test("a pinhole draws one straight line", () => {
    expect(projectEdge([9, 1, 2], [30, 5, 4], camera)).toEqual([
      [uvOf(camera, [9, 1, 2]), uvOf(camera, [30, 5, 4])],
    ]);
  });

  test("an edge that starts behind the camera is cut, and behind it nothing is drawn", () => {
    const [piece] = projectEdge([-20, 1, 2.5], [30, 2, 3], camera);
    expect(distance2(piece!.at(-1)!, uvOf(camera, [30, 2, 3]))).toBeLessThan(1e-9);
    expect(onPicture(camera, ...piece![0]!)).toBe(false);
    expect(projectEdge([-20, 1, 2.5], [0.5, 2, 3], camera)).toEqual([]);
  });

  test("the edges of a car close by bend with the lens, in few vertices", () => {
    const bent = makeCamera(ROAD, POSE);
    const car: Cuboid = { centre: [6, 3.5, 2], size: [4.5, 1.9, 1.6], rotation: quat.fromYaw(0.4) };
    const all = corners(car);
    const vertices = EDGES.flatMap(([a, b]) => projectEdge(all[a]!, all[b]!, bent).flat());
    expect(vertices.length).toBeGreaterThan(24);
    expect(vertices.length).toBeLessThan(150);
  });

  test("a polyline stays in one piece while it is in sight", () => {
    const bent = makeCamera(FISHEYE, POSE);
    const path: Vec3[] = [
      [6, 4, 2],
      [8, 1, 4],
      [12, 3, 1],
    ];
    const pieces = projectPolyline(path, bent);
    expect(pieces).toHaveLength(1);
    expect(distanceToPieces(uvOf(bent, path[1]!), pieces)).toBeLessThan(1e-9);
    const leaves = projectPolyline([...path, [-40, 3, 1], [9, 0, 2]], bent);
    expect(leaves).toHaveLength(2);
  });

  test.each([-0.01, -0.02, -0.05, -0.3])("of a kerb beside the camera are true near, k1 %d", (k1) => {
    const mild = makeCamera({ ...ROAD, coefficients: { k1 } }, POSE);
    // Less than 1 m beside the camera, 200 m long: nearly all of its image is its start. It does
    // not end on the optical axis, where its image would be a radius and stay straight.
    const [p0, p1]: [Vec3, Vec3] = [
      [1, 2.6, 2.3],
      [201, 62.6, 2.3],
    ];
    const pieces = projectEdge(p0, p1, mild);
    for (let sample = 0; sample < 600; sample++) {
      const seen = projectPoint(mild, lerp(p0, p1, 10 ** (-sample / 150)));
      if (!seen?.visible) continue;
      expect(distanceToPieces([seen.u, seen.v], pieces)).toBeLessThan(0.5);
    }
  });

  test("an edge through the camera's centre is not drawn across the picture", () => {
    const wide = makeCamera(WIDE, POSE);
    const pieces = projectEdge([1, -3, 3], [1, 7, 3], wide);
    expect(pieces).toHaveLength(2);
    const [left, right] = pieces.map((piece) => piece.map(([u]) => u));
    expect(Math.min(...left!)).toBeGreaterThan(1400);
    expect(Math.max(...right!)).toBeLessThan(500);
  });

  test("a point is drawn as a point", () => {
    const [piece] = projectEdge([9, 1, 2], [9, 1, 2], camera);
    expect(piece).toEqual([uvOf(camera, [9, 1, 2]), uvOf(camera, [9, 1, 2])]);
  });
});

test("the first sign change is where the sign first changes", () => {
  const coefficients = fc.array(fc.integer({ min: -200, max: 200 }), { minLength: 2, maxLength: 7 });
  fc.assert(
    fc.property(coefficients, number(0.5, 50), (hundredths, upper) => {
      const k = [1, ...hundredths.map((value) => value / 100)];
      const found = firstSignChange(k, upper);
      const until = Math.min(found * (1 - 1e-9), upper);
      for (let step = 0; step <= 100; step++) {
        expect(evaluate(k, (until * step) / 100)).toBeGreaterThan(-1e-9);
      }
      if (found < Infinity) expect(evaluate(k, found * (1 + 1e-6))).toBeLessThan(1e-9);
    }),
  );
});
