/** Whether two things stand in one another. Pure. */

import { type Cuboid, toLocal, toWorld } from "./cuboid";
import { distance, scale } from "./vec";

/** Cuboids may touch: only what is deeper counts. */
const OVERLAP_M = 0.1;

/** Whether two upright cuboids are in one another by more than they may touch. */
export function overlap(a: Cuboid, b: Cuboid): boolean {
  if (distance(a.centre, b.centre) > (Math.hypot(...a.size) + Math.hypot(...b.size)) / 2) return false;
  const high = Math.abs(a.centre[2] - b.centre[2]);
  if (high > (a.size[2] + b.size[2]) / 2 - OVERLAP_M) return false;
  return !isApart(a, b) && !isApart(b, a);
}

/** Whether a side of the first one's footprint has all of the second one's beyond it. */
function isApart(a: Cuboid, b: Cuboid): boolean {
  const [hx, hy] = scale(b.size, 0.5);
  const corners = [[1, 1], [1, -1], [-1, 1], [-1, -1]].map(([x, y]) =>
    toLocal(a, toWorld(b, [x! * hx, y! * hy, 0])),
  );
  return ([0, 1] as const).some((axis) => {
    const half = a.size[axis] / 2 - OVERLAP_M;
    return corners.every((at) => at[axis] > half) || corners.every((at) => at[axis] < -half);
  });
}
