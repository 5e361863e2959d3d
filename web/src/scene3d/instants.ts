/** When the points of each object were measured, for all objects of a frame at once. */

import type { Cuboid } from "../geometry/cuboid";
import { type DecodedChunk, levelX, levelY, sweepSeconds } from "../workers/chunk";
import { type Box, boxOf, CellIndex, holds } from "./boxindex";

/** The tag of a point that holds its time. */
const TIME_TAG = 1;

interface Timed extends Box {
  readonly id: string;
  sum: number;
  count: number;
}

/**
 * Seconds from the sweep's first point to the mean of those inside, by the id of each cuboid that has
 * any; empty where the file tells no times.
 */
export function meanTimes(
  chunk: DecodedChunk,
  cuboids: readonly { readonly id: string; readonly cuboid: Cuboid }[],
): ReadonlyMap<string, number> {
  const { positions, tags, step, timeSpanS } = chunk;
  if (tags === null || timeSpanS === 0 || cuboids.length === 0) return new Map();
  const boxes = cuboids.map(({ id, cuboid }): Timed => {
    return { ...boxOf(cuboid, chunk), id, sum: 0, count: 0 };
  });
  const index = new CellIndex(boxes);
  for (let at = 0; at < positions.length; at += 4) {
    const near = index.near(positions[at]!, positions[at + 1]!);
    if (near === null) continue;
    const z = positions[at + 2]!;
    for (const box of near) {
      if (z < box.low[2] || z > box.high[2]) continue;
      const [x, y] = [levelX(positions, at) * step[0], levelY(positions, at) * step[1]];
      if (!holds(box, x, y, z * step[2])) continue;
      box.sum += tags[at + TIME_TAG]!;
      box.count += 1;
    }
  }
  const seen = boxes.filter(({ count }) => count > 0);
  return new Map(seen.map(({ id, sum, count }) => [id, sweepSeconds(chunk, sum / count)]));
}
