import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  containsPoint,
  corners,
  EDGES,
  FACE_NAMES,
  FACES,
  faceCentre,
  faceNormal,
  facesEye,
  groundPoint,
  headingArrow,
  intersectRay,
  MIN_SIZE_M,
  moveFace,
  toLocal,
  toWorld,
  withYaw,
  yawOf,
  type Cuboid,
  type Face,
} from "./cuboid";
import * as quat from "./quat";
import { add, cross, distance, dot, lerp, normalise, scale, subtract, type Vec3 } from "./vec";

interface Golden {
  corners: { centre: Vec3; size: Vec3; rotation_wxyz: quat.Quat; corners: Vec3[] }[];
}
const golden = JSON.parse(
  readFileSync(new URL("../../../tests/golden/cuboids.json", import.meta.url), "utf8"),
) as Golden;

const number = (low: number, high: number) =>
  fc.double({ min: low, max: high, noNaN: true, noDefaultInfinity: true });
const vectors = (reach: number) =>
  fc.tuple(number(-reach, reach), number(-reach, reach), number(-reach, reach));
const quaternions = fc
  .tuple(number(-1, 1), number(-1, 1), number(-1, 1), number(-1, 1))
  .filter((q) => Math.hypot(...q) > 0.1)
  .map((q) => quat.normalise(q));
const cuboids: fc.Arbitrary<Cuboid> = fc.record({
  centre: vectors(50),
  size: fc.tuple(number(0.3, 15), number(0.3, 4), number(0.3, 5)),
  rotation: quaternions,
});
const faces = fc.constantFrom(...FACE_NAMES);
const OPPOSITE: Record<Face, Face> = {
  front: "back",
  back: "front",
  left: "right",
  right: "left",
  top: "bottom",
  bottom: "top",
};
const CAR: Cuboid = { centre: [10, 20, 1], size: [4, 2, 1.5], rotation: quat.fromYaw(Math.PI / 2) };

test.each(golden.corners)("golden corners at $centre, which pytest reads too", (box) => {
  const ours = corners({ centre: box.centre, size: box.size, rotation: box.rotation_wxyz });
  ours.forEach((corner, index) => {
    expect(distance(corner, box.corners[index]!)).toBeLessThan(1e-8);
  });
});

test("the corners just inside are in the box and just outside are not", () => {
  fc.assert(
    fc.property(cuboids, (box) => {
      for (const corner of corners(box)) {
        expect(containsPoint(box, lerp(box.centre, corner, 1 - 1e-9))).toBe(true);
        expect(containsPoint(box, lerp(box.centre, corner, 1 + 1e-9))).toBe(false);
      }
    }),
  );
});

test("faces turn outwards, edges have the length of a side", () => {
  fc.assert(
    fc.property(cuboids, (box) => {
      const all = corners(box);
      for (const face of FACE_NAMES) {
        const [a, b, c, d] = FACES[face].corners.map((corner) => all[corner]!);
        const around = cross(subtract(b!, a!), subtract(c!, b!));
        expect(distance(normalise(around), faceNormal(box, face))).toBeLessThan(1e-9);
        expect(distance(lerp(a!, c!, 0.5), faceCentre(box, face))).toBeLessThan(1e-9);
        expect(distance(lerp(b!, d!, 0.5), faceCentre(box, face))).toBeLessThan(1e-9);
      }
      EDGES.forEach(([a, b], index) => {
        const side = box.size[Math.floor(index / 4)]!;
        expect(distance(all[a]!, all[b]!)).toBeCloseTo(side, 9);
      });
    }),
  );
});

test("the box's own frame is left and entered without loss", () => {
  fc.assert(
    fc.property(cuboids, vectors(100), (box, point) => {
      expect(distance(toWorld(box, toLocal(box, point)), point)).toBeLessThan(1e-10);
    }),
  );
});

describe("a ray", () => {
  test("that aims at a point of a face from outside hits that face there", () => {
    fc.assert(
      fc.property(
        cuboids,
        faces,
        number(-0.95, 0.95),
        number(-0.95, 0.95),
        number(0.5, 40),
        vectors(1),
        (box, face, across, up, away, aside) => {
          const { axis } = FACES[face];
          const local = toLocal(box, faceCentre(box, face));
          const half = scale(box.size, 0.5);
          const aimed: [number, number, number] = [...local];
          aimed[(axis + 1) % 3] = across * half[(axis + 1) % 3]!;
          aimed[(axis + 2) % 3] = up * half[(axis + 2) % 3]!;
          const target = toWorld(box, aimed);
          const outward = add(faceNormal(box, face), scale(aside, 0.4));
          const eye = add(target, scale(outward, away));
          const direction = normalise(subtract(target, eye));
          const hit = intersectRay(box, eye, direction);
          expect(hit?.face).toBe(face);
          expect(hit?.inside).toBe(false);
          expect(distance(hit!.point, target)).toBeLessThan(1e-7);
          expect(hit!.distance).toBeCloseTo(distance(eye, target), 7);
          expect(intersectRay(box, eye, scale(direction, -1))).toBeNull();
        },
      ),
    );
  });

  test("hits when a point of it is in the box, and only on the box", () => {
    fc.assert(
      fc.property(cuboids, vectors(60), vectors(1), (box, origin, towards) => {
        fc.pre(Math.hypot(...towards) > 0.1);
        const direction = normalise(towards);
        const hit = intersectRay(box, origin, direction);
        const nearest = dot(subtract(box.centre, origin), direction);
        const passes = [-0.1, -0.03, 0, 0.03, 0.1].some((offset) =>
          containsPoint(box, add(origin, scale(direction, Math.max(0, nearest + offset)))),
        );
        if (passes) expect(hit).not.toBeNull();
        if (hit !== null) expect(containsPoint(grown(box), hit.point)).toBe(true);
      }),
    );
  });

  test("from inside hits where it leaves", () => {
    const hit = intersectRay(CAR, [10, 20, 1], [0, 2, 0]);
    expect(hit).toMatchObject({ face: "front", inside: true });
    expect(hit?.distance).toBeCloseTo(1, 12);
  });

  test("along a face's plane misses beside it and hits within it", () => {
    const box: Cuboid = { centre: [0, 0, 0], size: [4, 2, 1], rotation: quat.IDENTITY };
    expect(intersectRay(box, [-9, 1.5, 0], [1, 0, 0])).toBeNull();
    expect(intersectRay(box, [-9, 0.5, 0], [1, 0, 0])?.face).toBe("back");
    expect(intersectRay(box, [0, 0, 0], [0, 0, 0])).toBeNull();
  });
});

describe("moving a face", () => {
  test("keeps the opposite face where it is", () => {
    fc.assert(
      fc.property(cuboids, faces, number(-20, 20), (box, face, delta) => {
        const moved = moveFace(box, face, delta);
        const { axis } = FACES[face];
        const kept = OPPOSITE[face];
        expect(distance(faceCentre(moved, kept), faceCentre(box, kept))).toBeLessThan(1e-9);
        expect(moved.size[axis]).toBe(Math.max(MIN_SIZE_M, box.size[axis] + delta));
        const way = subtract(faceCentre(moved, face), faceCentre(box, face));
        const expected = Math.max(delta, MIN_SIZE_M - box.size[axis]);
        expect(dot(way, faceNormal(box, face))).toBeCloseTo(expected, 8);
      }),
    );
  });

  test("leaves the other sides alone", () => {
    const moved = moveFace(CAR, "front", 1);
    expect(moved.size).toEqual([5, 2, 1.5]);
    expect(distance(moved.centre, [10, 20.5, 1])).toBeLessThan(1e-12);
  });
});

test("setting the yaw sets the yaw and keeps pitch and roll", () => {
  fc.assert(
    fc.property(cuboids, number(-3.1, 3.1), (box, yaw) => {
      const [x, y] = faceNormal(box, "front");
      fc.pre(Math.hypot(x, y) > 1e-3); // a box on its nose has no heading
      const turned = withYaw(box, yaw);
      expect(yawOf(turned)).toBeCloseTo(yaw, 9);
      expect(faceNormal(turned, "top")[2]).toBeCloseTo(faceNormal(box, "top")[2], 9);
      expect(faceNormal(turned, "front")[2]).toBeCloseTo(faceNormal(box, "front")[2], 9);
    }),
  );
});

test("the arrow leaves through the front", () => {
  const { tail, tip } = headingArrow(CAR);
  expect(tail).toEqual([10, 20, 1]);
  expect(distance(tip, [10, 23, 1])).toBeLessThan(1e-12);
});

test("a box stands on the middle of its bottom", () => {
  expect(distance(groundPoint(CAR), [10, 20, 0.25])).toBeLessThan(1e-12);
});

test("an eye sees the outside of the faces that turn to it", () => {
  const seen = FACE_NAMES.filter((face) => facesEye(CAR, face, [30, 25, 9]));
  expect(seen).toEqual(["front", "right", "top"]);
});

const grown = (box: Cuboid): Cuboid => ({ ...box, size: scale(box.size, 1 + 1e-6) });
