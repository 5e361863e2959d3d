/** What stands on a footprint, by the points in it: from where on it is up to where. */

import { type Cuboid, yawOf } from "../geometry/cuboid";
import { ENOUGH, ROAD_M } from "../geometry/fitting";
import type { Column } from "../tools/cuboid";
import type { DecodedChunk } from "../workers/chunk";

/** A gap without points ends a thing: what hangs above it is a tree, a sign or a wire. */
const GAP_M = 0.8;
const TALLEST_M = 12;

/**
 * The column from the ground to the highest point that hangs together with what is below it.
 *
 * @param footprint only its place, its heading, its length and its width are looked at.
 * @param groundZ world z of the ground; null when unknown: the lowest point is taken.
 */
export function standingIn(
  chunk: DecodedChunk,
  footprint: Cuboid,
  groundZ: number | null,
): Column | null {
  const heights = heightsIn(chunk, footprint).sort();
  const bottom = groundZ ?? heights[0];
  if (bottom === undefined) return null;
  let top = bottom;
  let found = 0;
  for (const z of heights) {
    if (z < bottom + ROAD_M) continue;
    if (z > bottom + TALLEST_M || z - top > GAP_M) break;
    top = z;
    found += 1;
  }
  return found < ENOUGH ? null : { bottom, top };
}

/** World z of the points above or below a footprint. */
function heightsIn(chunk: DecodedChunk, footprint: Cuboid): Float64Array {
  const { positions, origin, step } = chunk;
  const yaw = yawOf(footprint);
  const [cosine, sine] = [Math.cos(yaw), Math.sin(yaw)];
  const [halfLength, halfWidth] = [footprint.size[0] / 2, footprint.size[1] / 2];
  const reach = Math.hypot(halfLength, halfWidth);
  const [dx, dy] = [origin[0] - footprint.centre[0], origin[1] - footprint.centre[1]];
  const heights: number[] = [];
  for (let at = 0; at < positions.length; at += 4) {
    const x = dx + step[0] * positions[at]!;
    if (x < -reach || x > reach) continue;
    const y = dy + step[1] * positions[at + 1]!;
    if (y < -reach || y > reach) continue;
    const along = Math.abs(x * cosine + y * sine);
    const across = Math.abs(y * cosine - x * sine);
    if (along > halfLength || across > halfWidth) continue;
    heights.push(origin[2] + step[2] * positions[at + 2]!);
  }
  return Float64Array.from(heights);
}
