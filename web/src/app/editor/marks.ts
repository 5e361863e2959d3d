/** A track as the timeline draws it: where it is, and where its keyframes stand. */

import { type Document, partsOf } from "../../model/document";
import { keysOf, presentAt } from "../../model/interpolate";

export interface TrackMarks {
  /** First and last frame of each stretch in which the object is there. */
  readonly stretches: readonly (readonly [number, number])[];
  /** Frames of the keyframes; between two frames a fraction. */
  readonly keys: readonly number[];
}

const known = new WeakMap<object, { frames_ns: readonly number[]; marks: TrackMarks }>();

/** The same value until the object itself changes. */
export function marksOf(document: Document, id: string, frames_ns: readonly number[]): TrackMarks {
  const parts = partsOf(document, id);
  const kept = known.get(parts);
  if (kept?.frames_ns === frames_ns) return kept.marks;
  const marks = {
    stretches: stretchesOf(frames_ns.map((time_ns) => presentAt(document, id, time_ns))),
    keys: keysOf(document, id).map((time_ns) => framePosition(frames_ns, time_ns)),
  };
  known.set(parts, { frames_ns, marks });
  return marks;
}

/** First and last index of each run of true. */
export function stretchesOf(flags: readonly boolean[]): (readonly [number, number])[] {
  const found: [number, number][] = [];
  flags.forEach((flag, index) => {
    if (!flag) return;
    const last = found.at(-1);
    if (last?.[1] === index - 1) last[1] = index;
    else found.push([index, index]);
  });
  return found;
}

/** First and last frame of each time between two stretches, when the object is hidden. */
export function gapsOf(stretches: TrackMarks["stretches"]): (readonly [number, number])[] {
  return stretches.slice(1).map(([first], at) => [stretches[at]![1] + 1, first - 1] as const);
}

/** The index of the frame at this time; between two frames the fraction of the way. */
export function framePosition(frames_ns: readonly number[], time_ns: number): number {
  let low = 0;
  let high = frames_ns.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames_ns[middle]! <= time_ns) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [frames_ns[low - 1], frames_ns[low]];
  if (before === undefined) return 0;
  if (after === undefined) return low - 1;
  return low - 1 + (time_ns - before) / (after - before);
}

/** Rectangles over whole frames, as an SVG path; `frame_px` is the width of one. */
export function barPath(
  stretches: TrackMarks["stretches"],
  frame_px: number,
  top_px: number,
  bottom_px: number,
): string {
  return stretches
    .map(([first, last]) => {
      const [left, right] = [(first * frame_px).toFixed(1), ((last + 1) * frame_px).toFixed(1)];
      return `M${left} ${top_px}H${right}V${bottom_px}H${left}z`;
    })
    .join("");
}

/** A diamond in the middle of each frame, as an SVG path. */
export function diamondPath(
  keys: readonly number[],
  frame_px: number,
  middle_px: number,
  radius_px: number,
): string {
  const r = radius_px;
  return keys
    .map((key) => {
      const x = ((key + 0.5) * frame_px).toFixed(1);
      return `M${x} ${middle_px - r}l${r} ${r}l${-r} ${r}l${-r} ${-r}z`;
    })
    .join("");
}
