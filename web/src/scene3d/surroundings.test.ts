import { expect, test } from "vitest";
import { distance } from "../geometry/vec";
import { arrowOf, ringLines } from "./surroundings";

test("a radar arrow goes where the point is in a second, its head lies flat", () => {
  const [shaft, left, right] = arrowOf({ position: [431_200, 50, 2], velocity: [6, 8, 0], size: null });
  expect([shaft!.from, shaft!.to]).toEqual([
    [431_200, 50, 2],
    [431_206, 58, 2],
  ]);
  // 0.8 m back along the way and 0.4 m to its sides.
  const ends = [left!.from, right!.from].map(([x, y, z]) => [x - 431_206, y - 58, z - 2]);
  expect(ends[0]!.map((part) => part.toFixed(2))).toEqual(["-0.80", "-0.40", "0.00"]);
  expect(ends[1]!.map((part) => part.toFixed(2))).toEqual(["-0.16", "-0.88", "0.00"]);
});

test("a radar point without a velocity has no arrow", () => {
  expect(arrowOf({ position: [1, 2, 3], velocity: null, size: 1 })).toEqual([]);
});

test("the ring is closed, level, and everywhere at its distance from the sensor", () => {
  const centre = [400_000, -7_000, 12] as const;
  const lines = ringLines(centre, 75);
  expect(distance(lines[0]!.from, lines.at(-1)!.to)).toBeLessThan(1e-6);
  lines.forEach(({ from, to }, at) => {
    expect(distance(from, centre)).toBeCloseTo(75, 6);
    expect(from[2]).toBe(12);
    expect(to).toEqual(lines[at + 1]?.from ?? to);
    // A straight piece comes no more than 2 cm inside of the circle.
    const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, 12] as const;
    expect(distance(middle, centre)).toBeGreaterThan(74.98);
  });
});
