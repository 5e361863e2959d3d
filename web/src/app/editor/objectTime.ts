/** How far a moving object comes between the instants of a frame: within the sweep, and to each picture. */

import type { CameraImage } from "../../api/types";
import { distance } from "../../geometry/vec";
import type { Document } from "../../model/document";
import { keysOf } from "../../model/interpolate";
import { cuboidAt, cuboidObject } from "./edits";

/** Slower than this nothing is beside itself by more than a label is exact. */
const LEAST_MPS = 0.3;
/** The speed at an instant is that over this long on both sides. */
const AROUND_NS = 100e6;

export interface SeenLater {
  readonly camera: string;
  /** Negative: the picture was taken before. */
  readonly later_ms: number;
  /** How far it comes meanwhile: its cuboid may be that far beside it in the picture. */
  readonly movedM: number;
}

/** Metres a second along the track; null: it stands, or nothing tells how it moves. */
export function speedAt(document: Document, id: string, time_ns: number): number | null {
  if (cuboidObject(document, id)?.stationary !== false) return null;
  const keys = keysOf(document, id);
  const [from, to] = [
    Math.max(keys[0] ?? 0, time_ns - AROUND_NS),
    Math.min(keys.at(-1) ?? 0, time_ns + AROUND_NS),
  ];
  const [before, after] = [cuboidAt(document, id, from), cuboidAt(document, id, to)];
  if (to <= from || before === null || after === null) return null;
  const speed = (distance(before.centre_m, after.centre_m) * 1e9) / (to - from);
  return speed < LEAST_MPS ? null : speed;
}

/** Of the pictures of a frame those taken at another instant. */
export function seenLater(
  images: readonly CameraImage[],
  frame_ns: number,
  speedMps: number,
): SeenLater[] {
  return images.flatMap(({ name, time_ns }): SeenLater[] => {
    const later_ms = (time_ns - frame_ns) / 1e6;
    if (later_ms === 0) return [];
    return [{ camera: name, later_ms, movedM: (speedMps * Math.abs(later_ms)) / 1e3 }];
  });
}
