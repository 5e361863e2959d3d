/**
 * Where an object is, whether it is there and what is said of it, at any time. The twin of
 * src/groundplane/annotations/interpolate.py, which says the rules in full; both are held to
 * tests/golden/interpolation.json.
 */

import { slerp } from "../geometry/quat";
import { type Document, partsOf, type Timed } from "./document";
import {
  type AttributeAnswer,
  type Geometry,
  isStationary,
  type ObjectValue,
  type Vec2,
  type Vec3,
} from "./kinds";

const PLACELESS: ReadonlySet<ObjectValue["kind"]> = new Set(["segment", "event", "link", "object"]);

/** The times of an object's keys, ascending. */
export function keysOf(document: Document, id: string): number[] {
  return partsOf(document, id).keys.map(([time_ns]) => time_ns);
}

/** Exact at a key, between two mixed, held outside; a stationary object is at its first key. */
export function poseAt(document: Document, id: string, time_ns: number): Geometry | null {
  const { value, keys } = partsOf(document, id);
  const first = keys[0];
  if (value === null || first === undefined) return null;
  const after = countUntil(keys, time_ns);
  const start = keys[after - 1];
  if (start === undefined || isStationary(value)) return first[1];
  const end = keys[after];
  if (start[0] === time_ns || end === undefined) return start[1];
  return between(start[1], end[1], (time_ns - start[0]) / (end[0] - start[0]));
}

/** The last `visible` step decides; before any, what kind of object it is. */
export function presentAt(document: Document, id: string, time_ns: number): boolean {
  const { value, keys, visibleSteps } = partsOf(document, id);
  if (value === null) return false;
  const visible = lastStep(visibleSteps, time_ns);
  if (visible !== undefined) return visible;
  if (value.kind === "event") {
    return value.start_ns <= time_ns && time_ns <= (value.end_ns ?? value.start_ns);
  }
  if (isStationary(value) || PLACELESS.has(value.kind)) return true;
  const first = keys[0];
  return first !== undefined && first[0] <= time_ns;
}

/** The answers that hold at a time, by attribute: the last step's, before any the whole track's. */
export function attributesAt(
  document: Document,
  id: string,
  time_ns: number,
): Readonly<Record<string, Exclude<AttributeAnswer, null>>> {
  // Without a prototype: an attribute may be called `constructor`.
  const answers = Object.create(null) as Record<string, Exclude<AttributeAnswer, null>>;
  for (const [name, steps] of partsOf(document, id).attributeSteps) {
    const value = lastStep(steps, time_ns)?.value ?? null;
    if (value !== null) answers[name] = value;
  }
  return answers;
}

/** How many steps stand at or before a time. */
function countUntil(steps: readonly Timed<unknown>[], time_ns: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]![0] <= time_ns) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lastStep<T>(steps: readonly Timed<T>[], time_ns: number): T | undefined {
  return steps[countUntil(steps, time_ns) - 1]?.[1];
}

/** The geometry at a fraction in 0..1 of the way; two of different sorts do not mix. */
export function between(start: Geometry, end: Geometry, fraction: number): Geometry {
  return mixOf(start, end, fraction) ?? mixInPicture(start, end, fraction) ?? start;
}

function mixOf(a: Geometry, b: Geometry, f: number): Geometry | null {
  if (a.geometry === "cuboid" && b.geometry === "cuboid") {
    const centre_m = mix3(a.centre_m, b.centre_m, f);
    const size_m = mix3(a.size_m, b.size_m, f);
    return { ...a, centre_m, size_m, rotation_wxyz: slerp(a.rotation_wxyz, b.rotation_wxyz, f) };
  }
  if (a.geometry === "point" && b.geometry === "point") {
    return { ...a, position_m: mix3(a.position_m, b.position_m, f) };
  }
  if (a.geometry === "pose" && b.geometry === "pose") {
    const position_m = mix3(a.position_m, b.position_m, f);
    return { ...a, position_m, rotation_wxyz: slerp(a.rotation_wxyz, b.rotation_wxyz, f) };
  }
  if (a.geometry === "box_topdown" && b.geometry === "box_topdown") {
    const centre_m = mix3(a.centre_m, b.centre_m, f);
    const yaw_rad = mixAngle(a.yaw_rad, b.yaw_rad, f);
    return { ...a, centre_m, size_m: mix2(a.size_m, b.size_m, f), yaw_rad };
  }
  return null;
}

function mixInPicture(a: Geometry, b: Geometry, f: number): Geometry | null {
  if (a.geometry === "point_2d" && b.geometry === "point_2d") {
    return { ...a, position_px: mix2(a.position_px, b.position_px, f) };
  }
  if (a.geometry === "box_2d" && b.geometry === "box_2d") {
    const size_px = mix2(a.size_px, b.size_px, f);
    const rotation_rad = mixAngle(a.rotation_rad, b.rotation_rad, f);
    return { ...a, min_px: mix2(a.min_px, b.min_px, f), size_px, rotation_rad };
  }
  if (a.geometry === "ellipse_2d" && b.geometry === "ellipse_2d") {
    const radii_px = mix2(a.radii_px, b.radii_px, f);
    const rotation_rad = mixAngle(a.rotation_rad, b.rotation_rad, f);
    return { ...a, centre_px: mix2(a.centre_px, b.centre_px, f), radii_px, rotation_rad };
  }
  if (a.geometry === "cuboid_2d" && b.geometry === "cuboid_2d") {
    const corner = (index: 0 | 1 | 2 | 3 | 4 | 5): Vec2 =>
      mix2(a.vertices_px[index], b.vertices_px[index], f);
    return {
      ...a,
      vertices_px: [corner(0), corner(1), corner(2), corner(3), corner(4), corner(5)],
    };
  }
  return null;
}

const mix = (a: number, b: number, f: number): number => a + (b - a) * f;

const mix2 = (a: Vec2, b: Vec2, f: number): Vec2 => [mix(a[0], b[0], f), mix(a[1], b[1], f)];

const mix3 = (a: Vec3, b: Vec3, f: number): Vec3 => [
  mix(a[0], b[0], f),
  mix(a[1], b[1], f),
  mix(a[2], b[2], f),
];

/** Along the shorter arc. */
function mixAngle(aRad: number, bRad: number, f: number): number {
  const turn = 2 * Math.PI;
  const difference = bRad - aRad;
  return aRad + (difference - turn * Math.round(difference / turn)) * f;
}
