import fc from "fast-check";
import { expect, test } from "vitest";
import type { Vec3 } from "../geometry/vec";
import type { Lasso } from "../tools/lasso";
import { chunkOf } from "../workers/chunk.fixture";
import { enclosed } from "./enclosed";
import { basisOf, rayAt, toScreen, type Viewpoint } from "./viewpoint";

const SIZE = { width: 800, height: 600 };
const ORIGIN: Vec3 = [400_000, 5_700_000, 30];
const points: Vec3[] = [];
for (let x = 0; x < 40; x += 1.3) for (let y = 0; y < 40; y += 1.7) points.push([x, y, (x * y) % 5]);
const chunk = chunkOf(points, ORIGIN, 0.01);

test("what is inside the line on the screen is what is found, whatever the eye", () => {
  const views = fc.record({
    target: fc.constant<Vec3>([ORIGIN[0] + 20, ORIGIN[1] + 20, 32]),
    distance: fc.double({ min: 5, max: 60, noNaN: true }),
    azimuth: fc.double({ min: -3, max: 3, noNaN: true }),
    elevation: fc.double({ min: 0.1, max: 1.5, noNaN: true }),
  });
  fc.assert(
    fc.property(views, (view: Viewpoint) => {
      // A rectangle on the screen, of which everybody can tell what is inside.
      const [left, right, top, bottom] = [210.5, 540.5, 130.5, 470.5];
      const corners = [[left, top], [right, top], [right, bottom], [left, bottom]] as const;
      const rays = corners.map(([x, y]) => rayAt(view, { x, y }, SIZE));
      const { forward } = basisOf(view);
      const lasso: Lasso = { rays, gaze: { flat: false, forward, headingRad: 0 }, last: { x: 0, y: 0 } };
      const expected = points.filter((point) => {
        const world: Vec3 = [ORIGIN[0] + point[0], ORIGIN[1] + point[1], ORIGIN[2] + point[2]];
        const at = toScreen(view, world, SIZE);
        return at !== null && at.x > left && at.x < right && at.y > top && at.y < bottom;
      });
      // A point on the line may be counted either way.
      expect(Math.abs(enclosed(chunk, lasso).length - expected.length)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 40 },
  );
});

test("a flat view sees along one direction, from wherever the line was drawn", () => {
  const at = ([x, y]: readonly [number, number]) => ({
    origin: [ORIGIN[0] + x, ORIGIN[1] + y, 80] as Vec3,
    direction: [0, 0, -1] as Vec3,
  });
  const triangle = ([[10.05, 10.05], [20.05, 10.05], [10.05, 20.05]] as const).map(at);
  const gaze = { flat: true, forward: [0, 0, -1] as Vec3, headingRad: 0 };
  const inside = points.filter(([x, y]) => x > 10.05 && y > 10.05 && x + y < 30.1);
  expect(enclosed(chunk, { rays: triangle, gaze, last: { x: 0, y: 0 } })).toHaveLength(inside.length);
});
