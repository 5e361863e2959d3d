/** Where a pointer's ray meets the plane or the line along which something is dragged. */

import { add, cross, dot, normalise, scale, subtract, type Vec3 } from "../geometry/vec";
import type { Ray } from "./input";

/** A ray that grazes a plane would throw the object to the horizon; farther hits do not count. */
const REACH_M = 1_000;
const PARALLEL = 1e-4;

/** Null behind the eye, beyond reach, or when ray and plane do not meet. */
export function rayOnPlane(ray: Ray, point: Vec3, normal: Vec3): Vec3 | null {
  const closing = dot(ray.direction, normal);
  if (Math.abs(closing) < PARALLEL) return null;
  const distance = dot(subtract(point, ray.origin), normal) / closing;
  if (distance < 0 || distance > REACH_M) return null;
  return add(ray.origin, scale(ray.direction, distance));
}

export function rayOnLevel(ray: Ray, z: number): Vec3 | null {
  return rayOnPlane(ray, [0, 0, z], [0, 0, 1]);
}

/** How far along the line (unit `direction` from `through`) the ray passes nearest; null when parallel. */
export function nearestAlong(ray: Ray, through: Vec3, direction: Vec3): number | null {
  const between = cross(ray.direction, direction);
  const area = dot(between, between);
  if (area < PARALLEL * PARALLEL) return null;
  return dot(cross(subtract(through, ray.origin), ray.direction), between) / area;
}

/** The vertical plane through `point` that faces the ray most: where a vertical drag is measured. */
export function heightOnRay(ray: Ray, point: Vec3): number | null {
  const along = nearestAlong(ray, point, [0, 0, 1]);
  return along === null ? null : point[2] + along;
}

/** Radians about `axis` (length 1) through `centre` at which a ray passes; only differences mean. */
export function angleAround(ray: Ray, centre: Vec3, axis: Vec3): number | null {
  const at = rayOnPlane(ray, centre, axis);
  if (at === null) return null;
  const away = subtract(at, centre);
  // Any direction square to the axis will do; about the vertical it is world +x.
  const aside: Vec3 = Math.abs(axis[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0];
  const u = normalise(subtract(aside, scale(axis, dot(aside, axis))));
  return Math.atan2(dot(away, cross(axis, u)), dot(away, u));
}
