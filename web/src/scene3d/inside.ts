/** The points of a frame that are inside of a cuboid, in its own frame. */

import { type Cuboid, toLocal } from "../geometry/cuboid";
import type { NearPoints } from "../geometry/fitting";
import * as quat from "../geometry/quat";
import type { Vec3 } from "../geometry/vec";
import { type DecodedChunk, levelX, levelY, sweepSeconds } from "../workers/chunk";
import type { PointGrid } from "./pointgrid";

/** Where in `positions` the points found last begin; as many as were found, and more room. */
let found = new Uint32Array(1 << 12);

/**
 * @param reachM how much farther than its sides to look, on all sides.
 * @param grid of the same points, which then come in its order: for who asks of many cuboids.
 */
export function pointsIn(
  chunk: DecodedChunk,
  cuboid: Cuboid,
  reachM = 0,
  grid: PointGrid | null = null,
): NearPoints {
  const { positions, origin, step } = chunk;
  const count = find(chunk, cuboid, reachM, grid);
  const { ax, ay, az, from } = framing(chunk, cuboid);
  const local = new Float64Array(3 * count);
  const heights = new Float64Array(count);
  for (let point = 0; point < count; point += 1) {
    const at = found[point]!;
    const x = step[0] * levelX(positions, at);
    const y = step[1] * levelY(positions, at);
    const z = step[2] * positions[at + 2]!;
    local[3 * point] = from[0] + ax[0] * x + ay[0] * y + az[0] * z;
    local[3 * point + 1] = from[1] + ax[1] * x + ay[1] * y + az[1] * z;
    local[3 * point + 2] = from[2] + ax[2] * x + ay[2] * y + az[2] * z;
    heights[point] = origin[2] + z;
  }
  return { local, heights };
}

/** How many `pointsIn` finds. */
export function countIn(chunk: DecodedChunk, cuboid: Cuboid): number {
  return find(chunk, cuboid, 0);
}

/** When the points inside were measured, in seconds since the first point of the sweep. */
export interface PointTimes {
  readonly first_s: number;
  readonly last_s: number;
  readonly mean_s: number;
}

/** Null: there are none, or the file tells no times. */
export function timesIn(chunk: DecodedChunk, cuboid: Cuboid): PointTimes | null {
  const { tags, timeSpanS } = chunk;
  if (tags === null || timeSpanS === 0) return null;
  const count = find(chunk, cuboid, 0);
  if (count === 0) return null;
  let [first, last, sum] = [255, 0, 0];
  for (let point = 0; point < count; point += 1) {
    // As many bytes of tags a point as levels: the same place.
    const time = tags[found[point]! + 1]!;
    first = Math.min(first, time);
    last = Math.max(last, time);
    sum += time;
  }
  const seconds = (level: number) => sweepSeconds(chunk, level);
  return { first_s: seconds(first), last_s: seconds(last), mean_s: seconds(sum / count) };
}

/** A metre along each of the chunk's axes in the cuboid's own frame, and where the chunk's origin is. */
function framing({ origin }: DecodedChunk, cuboid: Cuboid) {
  const inverse = quat.conjugate(cuboid.rotation);
  return {
    ax: quat.rotate(inverse, [1, 0, 0]),
    ay: quat.rotate(inverse, [0, 1, 0]),
    az: quat.rotate(inverse, [0, 0, 1]),
    from: toLocal(cuboid, origin),
  };
}

function find(chunk: DecodedChunk, cuboid: Cuboid, reachM: number, grid: PointGrid | null = null): number {
  const { positions, step } = chunk;
  const { ax, ay, az, from } = framing(chunk, cuboid);
  const half = cuboid.size.map((side) => side / 2 + reachM) as [number, number, number];
  const ball = Math.hypot(...half);
  const [left, right] = levelsAround(chunk, cuboid.centre, ball, 0);
  const [near, far] = levelsAround(chunk, cuboid.centre, ball, 1);
  let count = 0;
  const look = (at: number) => {
    const x = step[0] * levelX(positions, at);
    const y = step[1] * levelY(positions, at);
    const z = step[2] * positions[at + 2]!;
    const along = from[0] + ax[0] * x + ay[0] * y + az[0] * z;
    if (along > half[0] || along < -half[0]) return;
    const across = from[1] + ax[1] * x + ay[1] * y + az[1] * z;
    if (across > half[1] || across < -half[1]) return;
    const up = from[2] + ax[2] * x + ay[2] * y + az[2] * z;
    if (up > half[2] || up < -half[2]) return;
    if (count === found.length) found = grown(found);
    found[count] = at;
    count += 1;
  };
  if (grid !== null) grid.each([left, right], [near, far], look);
  else {
    for (let at = 0; at < positions.length; at += 4) {
      // Nearly all are far away: what tells that by whole numbers is asked first.
      const x = positions[at]!;
      if (x < left || x > right) continue;
      const y = positions[at + 1]!;
      if (y >= near && y <= far) look(at);
    }
  }
  return count;
}

function grown(room: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * room.length);
  larger.set(room);
  return larger;
}

/** Levels that reach a level beyond a ball, for points are compared by their coarse levels. */
function levelsAround(
  { origin, step }: DecodedChunk,
  centre: Vec3,
  radiusM: number,
  axis: 0 | 1,
): readonly [number, number] {
  if (step[axis] === 0) return [-Infinity, Infinity];
  const middle = (centre[axis] - origin[axis]) / step[axis];
  const reach = radiusM / step[axis] + 1;
  return [middle - reach, middle + reach];
}
