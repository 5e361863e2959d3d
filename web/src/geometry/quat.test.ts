import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as quat from "./quat";
import { apply, applyInverse, compose, IDENTITY, interpolate, inverse } from "./transform";
import type { Transform } from "./transform";
import { distance, type Vec3 } from "./vec";

interface Golden {
  matrices: { rotation_wxyz: quat.Quat; matrix: quat.Matrix3 }[];
  slerps: { a_wxyz: quat.Quat; b_wxyz: quat.Quat; fraction: number; matrix: quat.Matrix3 }[];
}
const golden = JSON.parse(
  readFileSync(new URL("../../../tests/golden/rotations.json", import.meta.url), "utf8"),
) as Golden;

const number = (low: number, high: number) =>
  fc.double({ min: low, max: high, noNaN: true, noDefaultInfinity: true });
const fraction = number(0, 1);
const vectors = fc.tuple(number(-1000, 1000), number(-1000, 1000), number(-1000, 1000));
const quaternions = fc
  .tuple(number(-1, 1), number(-1, 1), number(-1, 1), number(-1, 1))
  .filter((q) => Math.hypot(...q) > 0.1)
  .map((q) => quat.normalise(q));
const transforms = fc.record({ rotation: quaternions, translation: vectors });

function expectClose(actual: readonly number[], expected: readonly number[], digits = 8): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, index) => {
    expect(value).toBeCloseTo(expected[index]!, digits);
  });
}

function expectSame(a: Transform, b: Transform): void {
  expect(quat.angleBetween(a.rotation, b.rotation)).toBeLessThan(1e-12);
  expect(distance(a.translation, b.translation)).toBeLessThan(1e-8);
}

describe("the golden file, which pytest reads too", () => {
  test.each(golden.matrices)("matrix of $rotation_wxyz", ({ rotation_wxyz, matrix }) => {
    expectClose(quat.toMatrix(rotation_wxyz).flat(), matrix.flat(), 11);
    const back = quat.fromMatrix(matrix);
    expect(quat.angleBetween(back, rotation_wxyz)).toBeLessThan(1e-9);
  });

  test.each(golden.slerps)("slerp to $fraction", ({ a_wxyz, b_wxyz, fraction: f, matrix }) => {
    expectClose(quat.toMatrix(quat.slerp(a_wxyz, b_wxyz, f)).flat(), matrix.flat(), 8);
  });
});

describe("rotations", () => {
  test("a product turns as its factors do one after the other", () => {
    fc.assert(
      fc.property(quaternions, quaternions, vectors, (a, b, v) => {
        expectClose(quat.rotate(quat.multiply(a, b), v), quat.rotate(a, quat.rotate(b, v)));
      }),
    );
  });

  test("turning by the quaternion and by its matrix is the same", () => {
    fc.assert(
      fc.property(quaternions, vectors, (q, v) => {
        const rows = quat.toMatrix(q).map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]);
        expectClose(quat.rotate(q, v), rows);
      }),
    );
  });

  test("the matrix leads back to the same rotation, written with w ≥ 0", () => {
    fc.assert(
      fc.property(quaternions, (q) => {
        const back = quat.fromMatrix(quat.toMatrix(q));
        expect(back[0]).toBeGreaterThanOrEqual(0);
        expect(quat.angleBetween(q, back)).toBeLessThan(1e-12);
      }),
    );
  });

  test("slerp moves at constant speed along the shorter arc", () => {
    fc.assert(
      fc.property(quaternions, quaternions, fraction, (a, b, f) => {
        const whole = quat.angleBetween(a, b);
        const between = quat.slerp(a, b, f);
        expect(quat.angleBetween(a, between)).toBeCloseTo(f * whole, 8);
        expect(quat.angleBetween(between, b)).toBeCloseTo((1 - f) * whole, 8);
      }),
    );
  });

  test("slerp of a small turn is exact", () => {
    const between = quat.slerp(quat.fromYaw(0.3), quat.fromYaw(0.31), 0.2);
    expect(Math.abs(quat.yawOf(between) - 0.302)).toBeLessThan(1e-13);
  });

  test("slerp of nearly equal rotations keeps its digits", () => {
    const between = quat.slerp(quat.fromYaw(0.3), quat.fromYaw(0.3 + 3e-9), 0.25);
    expect((quat.yawOf(between) - 0.3) / 7.5e-10).toBeCloseTo(1, 4);
  });

  test("yaw 0 is world +x and grows to the left", () => {
    expectClose(quat.rotate(quat.fromYaw(Math.PI / 2), [2, 0, 1]), [0, 2, 1]);
    expect(quat.yawOf(quat.fromYaw(-2.5))).toBeCloseTo(-2.5, 12);
    expectClose(quat.fromAxisAngle([0, 0, 0.25], 1.3), quat.fromYaw(1.3), 14);
  });

  test.each([[[0, 0, 0, 0]], [[NaN, 0, 0, 1]], [[0, Infinity, 0, 0]]] as [quat.Quat][])(
    "%s means no rotation",
    (q) => {
      expect(() => quat.normalise(q)).toThrow(RangeError);
    },
  );
});

describe("transforms", () => {
  test("are a group", () => {
    fc.assert(
      fc.property(transforms, transforms, transforms, (a, b, c) => {
        expectSame(compose(compose(a, b), c), compose(a, compose(b, c)));
        expectSame(compose(a, IDENTITY), a);
        expectSame(compose(a, inverse(a)), IDENTITY);
        expectSame(inverse(compose(a, b)), compose(inverse(b), inverse(a)));
      }),
    );
  });

  test("going there and back changes nothing", () => {
    fc.assert(
      fc.property(transforms, vectors, (t, point: Vec3) => {
        expect(distance(applyInverse(t, apply(t, point)), point)).toBeLessThan(1e-9);
        expect(distance(apply(inverse(t), apply(t, point)), point)).toBeLessThan(1e-8);
      }),
    );
  });

  test("interpolation starts at one and ends at the other", () => {
    fc.assert(
      fc.property(transforms, transforms, (a, b) => {
        expectSame(interpolate(a, b, 0), a);
        expectSame(interpolate(a, b, 1), b);
      }),
    );
  });
});
