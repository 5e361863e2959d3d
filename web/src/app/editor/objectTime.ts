/** How far a moving object comes between the instants of a frame: within the sweep, and to each picture. */

import type { CameraImage, SceneFrame } from "../../api/types";
import type { Cuboid } from "../../geometry/cuboid";
import { type Motion, motionBetween, movedFor } from "../../geometry/motion";
import { length } from "../../geometry/vec";
import type { Document } from "../../model/document";
import { keysOf } from "../../model/interpolate";
import type { PointTimes } from "../../scene3d/inside";
import { cuboidAt, cuboidObject, toCuboid } from "./edits";

/** Slower than this nothing is beside itself by more than a label is exact. */
const LEAST_MPS = 0.3;
/** The speed at an instant is that over this long on both sides. */
const AROUND_NS = 100e6;
/** Less is within the lines that would show it. */
const LEAST_SWEPT_M = 0.1;

export interface SeenLater {
  readonly camera: string;
  /** Negative: the picture was taken before. */
  readonly later_ms: number;
  /** How far it comes meanwhile: its cuboid may be that far beside it in the picture. */
  readonly movedM: number;
}

/** How it moves along its track; null: it stands, or nothing tells how it moves. */
export function motionAt(document: Document, id: string, time_ns: number): Motion | null {
  if (cuboidObject(document, id)?.stationary !== false) return null;
  const keys = keysOf(document, id);
  const [from, to] = [
    Math.max(keys[0] ?? 0, time_ns - AROUND_NS),
    Math.min(keys.at(-1) ?? 0, time_ns + AROUND_NS),
  ];
  if (to <= from) return null;
  const [before, after] = [cuboidAt(document, id, from), cuboidAt(document, id, to)];
  if (before === null || after === null) return null;
  const motion = motionBetween(toCuboid(before), toCuboid(after), (to - from) / 1e9);
  return length(motion.velocity_mps) < LEAST_MPS ? null : motion;
}

/** Metres a second along the track; null as in `motionAt`. */
export function speedAt(document: Document, id: string, time_ns: number): number | null {
  const motion = motionAt(document, id, time_ns);
  return motion === null ? null : length(motion.velocity_mps);
}

/**
 * Where it was when its first and its last point were measured; none when that is the same place.
 * Of an object that the sweep begins and ends at, points lie in both.
 */
export function sweptBy(cuboid: Cuboid, motion: Motion, times: PointTimes): Cuboid[] {
  const apart_s = times.last_s - times.first_s;
  if (length(motion.velocity_mps) * apart_s < LEAST_SWEPT_M) return [];
  return [times.first_s, times.last_s].map((at_s) => movedFor(cuboid, motion, at_s - times.mean_s));
}

/** When points were measured on the clock of the pictures, so long after the first; null: no file says. */
export function measuredAt(frame: SceneFrame, since_s: number): number | null {
  const first_ns = frame.first_point_ns ?? null;
  return first_ns === null ? null : first_ns + 1e9 * since_s;
}

/** Of the pictures of a frame those taken at another instant than the object was seen at. */
export function seenLater(
  images: readonly CameraImage[],
  seen_ns: number,
  speedMps: number,
): SeenLater[] {
  return images.flatMap(({ name, time_ns }): SeenLater[] => {
    const later_ms = (time_ns - seen_ns) / 1e6;
    if (later_ms === 0) return [];
    return [{ camera: name, later_ms, movedM: (speedMps * Math.abs(later_ms)) / 1e3 }];
  });
}
