/** Which points of a frame are around a place. Apart from what draws them, for the workers. */

import type { Vec3 } from "../geometry/vec";
import type { DecodedChunk } from "../workers/chunk";

/**
 * Ids of the points in a cube around `centre` (world metres), ascending, written into `ids`; how many
 * there are. `ids` must have room for all points.
 */
export function cropInto(
  ids: Uint32Array,
  { positions, origin, step }: DecodedChunk,
  centre: Vec3,
  reachM: number,
): number {
  const bound = (axis: 0 | 1 | 2, sign: number) => {
    const units = (centre[axis] + sign * reachM - origin[axis]) / step[axis];
    // A flat axis has no units: infinite on either side of its points, undefined on them.
    return Number.isNaN(units) ? 0 : units;
  };
  const [x0, x1, y0, y1] = [bound(0, -1), bound(0, 1), bound(1, -1), bound(1, 1)];
  const [z0, z1] = [bound(2, -1), bound(2, 1)];
  let found = 0;
  for (let at = 0; at < positions.length; at += 4) {
    const x = positions[at]!;
    if (x < x0 || x > x1) continue;
    const y = positions[at + 1]!;
    if (y < y0 || y > y1) continue;
    const z = positions[at + 2]!;
    if (z < z0 || z > z1) continue;
    ids[found] = at >> 2;
    found += 1;
  }
  return found;
}
