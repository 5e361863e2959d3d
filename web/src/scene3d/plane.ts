/** Least squares: the plane z = a x + b y + c nearest to points, as (a, b, c). */

import type { Vec3 } from "../geometry/vec";

/** Below this (square metres times points) the points lie on a line, and no slope is known. */
const DEGENERATE = 1e-6;

/** Null when the points do not span a plane. Put x and y near 0: their squares are summed. */
export function planeThrough(points: readonly Vec3[]): Vec3 | null {
  const n = points.length;
  const mean = (pick: (point: Vec3) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / n;
  const [mx, my, mz] = [mean((p) => p[0]), mean((p) => p[1]), mean((p) => p[2])];
  const [xx, xy, yy] = [
    mean((p) => (p[0] - mx) ** 2),
    mean((p) => (p[0] - mx) * (p[1] - my)),
    mean((p) => (p[1] - my) ** 2),
  ];
  const [xz, yz] = [
    mean((p) => (p[0] - mx) * (p[2] - mz)),
    mean((p) => (p[1] - my) * (p[2] - mz)),
  ];
  const area = xx * yy - xy * xy;
  if (!(area > DEGENERATE)) return null;
  const a = (yy * xz - xy * yz) / area;
  const b = (xx * yz - xy * xz) / area;
  return [a, b, mz - a * mx - b * my];
}
