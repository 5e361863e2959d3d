/** What stands on the ground of a frame, by its points alone: for finding what has no cuboid yet. */

import { groupsOf } from "../geometry/clusters";
import type { Vec3 } from "../geometry/vec";
import { type DecodedChunk, levelX, levelY } from "../workers/chunk";
import { groundHeights } from "./groundheights";

export interface Thing {
  /** World metres, of the box along the world's axes. */
  readonly centre: Vec3;
  readonly size: Vec3;
  /** x, y and z of each of its points, in world metres. */
  readonly points: Float64Array;
}

/** What is nearer to the ground belongs to it, what is higher hangs over the road. */
const ABOVE_M = 0.3;
const BELOW_M = 4.5;
/** Smaller things are leaves and noise, larger ones buildings and hedges. */
const LEAST_POINTS = 15;
const LEAST_HEIGHT_M = 0.5;
const LEAST_SIDE_M = 0.3;
const MOST_SIDE_M = 14;
/** So high and so thin nobody walks. */
const POLE_M = 2.3;
const POLE_SIDE_M = 0.8;

/** Things within `reachM` of `from`, the nearest first. */
export function standing(chunk: DecodedChunk, from: Vec3, reachM: number): Thing[] {
  const { positions, origin, step } = chunk;
  const groundAt = groundHeights(chunk.ground);
  const [fromX, fromY] = [from[0] - origin[0], from[1] - origin[1]];
  const places: number[] = [];
  const heights: number[] = [];
  for (let at = 0; at < positions.length; at += 4) {
    const [x, y] = [step[0] * levelX(positions, at), step[1] * levelY(positions, at)];
    if (Math.hypot(x - fromX, y - fromY) > reachM) continue;
    const z = step[2] * positions[at + 2]!;
    const above = z - groundAt(x, y);
    if (above < ABOVE_M || above > BELOW_M) continue;
    places.push(x - fromX, y - fromY);
    heights.push(z);
  }
  const world = (member: number): Vec3 => [
    from[0] + places[2 * member]!,
    from[1] + places[2 * member + 1]!,
    origin[2] + heights[member]!,
  ];
  return groupsOf(places)
    .filter((members) => members.length >= LEAST_POINTS)
    .map((members) => thingOf(members.map(world)))
    .filter(isAThing)
    .sort((a, b) => away(a, from) - away(b, from));
}

const away = ({ centre }: Thing, from: Vec3) => Math.hypot(centre[0] - from[0], centre[1] - from[1]);

function isAThing({ size: [x, y, z] }: Thing): boolean {
  const side = Math.max(x, y);
  if (z > POLE_M && side < POLE_SIDE_M) return false;
  return z >= LEAST_HEIGHT_M && side >= LEAST_SIDE_M && side <= MOST_SIDE_M;
}

function thingOf(points: readonly Vec3[]): Thing {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (const point of points) {
    for (const axis of [0, 1, 2] as const) {
      low[axis] = Math.min(low[axis], point[axis]);
      high[axis] = Math.max(high[axis], point[axis]);
    }
  }
  const middle = (axis: 0 | 1 | 2) => (low[axis] + high[axis]) / 2;
  return {
    centre: [middle(0), middle(1), middle(2)],
    size: [high[0] - low[0], high[1] - low[1], high[2] - low[2]],
    points: Float64Array.from(points.flat()),
  };
}
