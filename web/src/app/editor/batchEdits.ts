/**
 * One object in many of its frames: what is shown of it, and edits that change it in several frames
 * by one transaction. Pure: documents in, writes out; a sentence says why not.
 */

import type { Cuboid } from "../../geometry/cuboid";
import type { Document } from "../../model/document";
import { keysOf, presentAt } from "../../model/interpolate";
import { keyPart } from "../../model/parts";
import { addKey, cuboidAt, cuboidObject, moveCuboid, type Place, toCuboid, visibleWritten, type Write } from "./edits";

/** How the pose of a frame is known: stated there, computed from other frames, or the only one. */
export type PoseMark = "key" | "between" | "stationary";

export interface CropPose {
  readonly frame: number;
  readonly cuboid: Cuboid;
  readonly mark: PoseMark;
  /** The object is in the scene then. */
  readonly present: boolean;
}

/** Those of the labeled frames from the first to the last in which the object is there, gaps included. */
export function framesOfTrack(
  document: Document,
  id: string,
  labeled: readonly number[],
  frames_ns: readonly number[],
): number[] {
  const sorted = labeled.toSorted((a, b) => a - b);
  const there = sorted.map((frame) => presentAt(document, id, frames_ns[frame]!));
  const first = there.indexOf(true);
  return first < 0 ? [] : sorted.slice(first, there.lastIndexOf(true) + 1);
}

export function poseIn(document: Document, id: string, frame: number, time_ns: number): CropPose | null {
  const pose = cuboidAt(document, id, time_ns);
  if (pose === null) return null;
  const isStationary = cuboidObject(document, id)?.stationary === true;
  const isKey = keysOf(document, id).includes(time_ns);
  return {
    frame,
    cuboid: toCuboid(pose),
    mark: isStationary ? "stationary" : isKey ? "key" : "between",
    present: presentAt(document, id, time_ns),
  };
}

export interface PoseChange {
  readonly cuboid: Cuboid;
  readonly at: Place;
}

/** These poses at these times; of an object that never moves the first one, everywhere. */
export function posesWritten(document: Document, id: string, changes: readonly PoseChange[]): Write[] {
  const isStationary = cuboidObject(document, id)?.stationary === true;
  return (isStationary ? changes.slice(0, 1) : changes).flatMap(({ cuboid, at }) =>
    moveCuboid(document, id, cuboid, at),
  );
}

/** The computed poses of these times stated. */
export function keysStated(document: Document, id: string, at: readonly Place[]): Write[] {
  return at.flatMap((place) => addKey(document, id, place));
}

/** An object without a place is deleted instead: of all its keyframes the first one stays. */
export function keysRemoved(document: Document, id: string, times_ns: readonly number[]): Write[] | string {
  if (cuboidObject(document, id)?.stationary === true) return "A stationary object has one pose for all frames.";
  const keys = keysOf(document, id);
  const asked = keys.filter((key_ns) => times_ns.includes(key_ns));
  const removed = asked.length === keys.length ? asked.slice(1) : asked;
  if (asked.length === 0) return "There is no keyframe here.";
  if (removed.length === 0) return "This is the only keyframe.";
  return removed.map((key_ns) => ({ object_id: id, part: keyPart(key_ns), after: null }));
}

/** The object is in these frames (or in none of them), and in all others as it was. */
export function setSeen(
  document: Document,
  id: string,
  frames: ReadonlySet<number>,
  seen: boolean,
  frames_ns: readonly number[],
): Write[] | string {
  const wanted = frames_ns.map((time_ns, frame) =>
    frames.has(frame) ? seen : presentAt(document, id, time_ns),
  );
  if (!wanted.includes(true)) return "The object would be in no frame: delete it instead.";
  return visibleWritten(document, id, stepsOf(document, id, wanted, frames_ns));
}

/** The fewest steps that show this: without one, an object is there from its first key on. */
function stepsOf(
  document: Document,
  id: string,
  wanted: readonly boolean[],
  frames_ns: readonly number[],
): ReadonlyMap<number, boolean> {
  const begins_ns =
    cuboidObject(document, id)?.stationary === true ? -Infinity : (keysOf(document, id)[0] ?? Infinity);
  const steps = new Map<number, boolean>();
  let said: boolean | null = null;
  frames_ns.forEach((time_ns, frame) => {
    const now = said ?? time_ns >= begins_ns;
    if (wanted[frame] === now) return;
    said = wanted[frame]!;
    steps.set(time_ns, said);
  });
  return steps;
}
