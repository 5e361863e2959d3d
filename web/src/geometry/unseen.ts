/** Sides that nobody saw: no point is near them, and the sensor does not look at them. Pure. */

import { type Axis, type Cuboid, type Face, FACES, toLocal } from "./cuboid";
import { aboveGround, ENOUGH, type NearPoints, outermost } from "./fitting";
import type { Vec3 } from "./vec";

/** A point nearer to a side than this has seen it. */
const NEAR_M = 0.3;
const ENDS: Readonly<Record<0 | 1, readonly [Face, Face]>> = { 0: ["front", "back"], 1: ["left", "right"] };

/**
 * Those at the ends of one axis that are turned away from the sensor and have no points near them; of
 * an axis at whose middle the sensor stands, both may be. None when too few points tell.
 *
 * @param inside the points inside.
 */
export function unseenEnds(cuboid: Cuboid, axis: 0 | 1, inside: NearPoints, sensor: Vec3, groundZ: number | null): Face[] {
  const points = aboveGround(inside, groundZ);
  if (points.heights.length < ENOUGH) return [];
  const half = cuboid.size[axis] / 2;
  const eye = toLocal(cuboid, sensor)[axis as Axis];
  return ENDS[axis].filter((face) => {
    const isSeen = FACES[face].sign * eye > half;
    return !isSeen && (outermost(points, face) ?? 0) < half - NEAR_M;
  });
}
