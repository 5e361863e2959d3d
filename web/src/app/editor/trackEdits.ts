/**
 * Tracks cut and joined. Each edit says, frame by frame, which object is seen there; what follows
 * keeps every pose, gap and answer of it. Pure: documents in, writes out; a sentence says why not.
 */

import { type Document, partsOf, WHOLE_TRACK_NS } from "../../model/document";
import { sameValue } from "../../model/edits";
import { attributesAt, poseAt, presentAt } from "../../model/interpolate";
import { type AttributeAnswer, BY_PERSON, type CuboidObject, type Value } from "../../model/kinds";
import { attributePart, keyPart, OBJECT, visiblePart } from "../../model/parts";
import { polygonObject } from "../../model/polygons";
import { cuboidObject, deleteObject, setVisibleRange, visibleRange, type Write } from "./edits";

/** For each frame the object that is seen there; null: none. */
type Sources = readonly (string | null)[];
type Parts = Map<string, Value>;

interface Run {
  readonly id: string;
  readonly first: number;
  readonly last: number;
}

/** The track is there from this frame on, and in none before it. */
export function beginTrack(
  document: Document,
  id: string,
  frame: number,
  frames_ns: readonly number[],
): readonly Write[] | string {
  const range = visibleRange(document, id, frames_ns);
  if (range !== null && range[1] < frame) return "The object ends in an earlier frame.";
  const until = range?.[1] ?? frames_ns.length - 1;
  return setVisibleRange(document, id, [frame, until], frames_ns);
}

/** From this frame on it is another object, with the same label and answers. */
export function splitTrack(
  document: Document,
  id: string,
  newId: string,
  frame: number,
  frames_ns: readonly number[],
): readonly Write[] | string {
  const object = movingObject(document, id);
  if (typeof object === "string") return object;
  const seen = sourcesOf(document, id, frames_ns);
  const [before, after] = cut(seen, frame);
  if (isEmpty(before)) return "The object is in no frame before this one.";
  if (isEmpty(after)) return "The object is in no frame from this one on.";
  return [
    ...rewritten(document, id, composed(document, before, frames_ns, id)),
    { object_id: newId, part: OBJECT, after: object },
    ...rewritten(document, newId, composed(document, after, frames_ns, id)),
  ];
}

/** One object of two: where both are, the first one's poses and answers stay. */
export function mergeTracks(
  document: Document,
  [kept, given]: readonly [string, string],
  frames_ns: readonly number[],
): readonly Write[] | string {
  const objects = [movingObject(document, kept), movingObject(document, given)] as const;
  for (const object of objects) if (typeof object === "string") return object;
  const [first, second] = objects as readonly [CuboidObject, CuboidObject];
  if (first.label !== second.label) return "The objects have different labels.";
  const mine = sourcesOf(document, kept, frames_ns);
  const theirs = sourcesOf(document, given, frames_ns);
  const joined = mine.map((source, frame) => source ?? theirs[frame] ?? null);
  if (!isEmpty(theirs) && joined.every((source) => source !== given)) {
    return "The first object is in every frame of the second: delete one of them.";
  }
  return [
    ...rewritten(document, kept, composed(document, joined, frames_ns, kept, given)),
    ...deleteObject(document, given),
  ];
}

/** From this frame on the first object is the second one, which must not be there. */
export function giveTrack(
  document: Document,
  [from, to]: readonly [string, string],
  frame: number,
  frames_ns: readonly number[],
): readonly Write[] | string {
  const objects = [movingObject(document, from), movingObject(document, to)];
  for (const object of objects) if (typeof object === "string") return object;
  const [before, after] = cut(sourcesOf(document, from, frames_ns), frame);
  if (isEmpty(after)) return "The object is in no frame from this one on.";
  const theirs = sourcesOf(document, to, frames_ns);
  const clash = after.findIndex((source, at) => source !== null && theirs[at] !== null);
  if (clash >= 0) return `Both objects are in frame ${clash + 1}.`;
  const joined = theirs.map((source, at) => source ?? after[at] ?? null);
  const left = isEmpty(before)
    ? deleteObject(document, from)
    : rewritten(document, from, composed(document, before, frames_ns, from));
  return [...left, ...rewritten(document, to, composed(document, joined, frames_ns, to, from))];
}

export const ONLY_CUBOIDS = "This can be done with cuboids only, not with polygons.";

function movingObject(document: Document, id: string): CuboidObject | string {
  const object = cuboidObject(document, id);
  if (polygonObject(document, id) !== null) return ONLY_CUBOIDS;
  if (object === null) return "The object is not there any more.";
  return object.stationary ? "A stationary object has no track: untick Stationary first." : object;
}

function sourcesOf(document: Document, id: string, frames_ns: readonly number[]): Sources {
  return frames_ns.map((time_ns) => (presentAt(document, id, time_ns) ? id : null));
}

function cut(sources: Sources, frame: number): readonly [Sources, Sources] {
  return [
    sources.map((source, at) => (at < frame ? source : null)),
    sources.map((source, at) => (at < frame ? null : source)),
  ];
}

const isEmpty = (sources: Sources): boolean => sources.every((source) => source === null);

function runsOf(sources: Sources): Run[] {
  const runs: { id: string; first: number; last: number }[] = [];
  sources.forEach((id, frame) => {
    const run = runs.at(-1);
    if (id === null) return;
    if (run?.id === id && run.last === frame - 1) run.last = frame;
    else runs.push({ id, first: frame, last: frame });
  });
  return runs;
}

/** Keys, visibility and answers of an object that shows these sources; not the object itself. */
function composed(
  document: Document,
  sources: Sources,
  frames_ns: readonly number[],
  ...owners: readonly [string, string?]
): Parts {
  const parts: Parts = new Map();
  const runs = runsOf(sources);
  runs.forEach((run, at) => putKeys(document, run, at === runs.length - 1, frames_ns, parts));
  sources.forEach((source, frame) => {
    const before = sources[frame - 1] ?? null;
    const isFirst = source !== null && runs[0]?.first === frame;
    if ((source === null) === (before === null) || isFirst) return;
    const visible = { visible: source !== null, provenance: BY_PERSON };
    parts.set(visiblePart(frames_ns[frame]!), visible);
  });
  putAnswers(document, sources, frames_ns, owners.filter((id) => id !== undefined), parts);
  return parts;
}

/** The keys of a run, and its ends stated, so that what joins it does not bend it. */
function putKeys(document: Document, run: Run, isLast: boolean, frames_ns: readonly number[], parts: Parts): void {
  const [from_ns, until_ns] = [frames_ns[run.first]!, frames_ns[run.last]!];
  const within = partsOf(document, run.id).keys.filter(([t]) => t >= from_ns && t <= until_ns);
  for (const [time_ns, pose] of within) parts.set(keyPart(time_ns), pose);
  const state = (time_ns: number) => {
    const pose = poseAt(document, run.id, time_ns);
    if (pose !== null && !parts.has(keyPart(time_ns))) {
      parts.set(keyPart(time_ns), { ...pose, provenance: BY_PERSON });
    }
  };
  state(from_ns);
  const held = partsOf(document, run.id).keys.at(-1)?.[0] ?? 0;
  // After its last key an object stands: nothing has to say so while nothing comes after it.
  if (!isLast || held > until_ns) state(until_ns);
}

/** Answers for whole tracks are the first owner's; those from a frame on go with what is seen. */
function putAnswers(
  document: Document,
  sources: Sources,
  frames_ns: readonly number[],
  owners: readonly string[],
  parts: Parts,
): void {
  const stepsOf = (id: string, name: string) => partsOf(document, id).attributeSteps.get(name) ?? [];
  const names = new Set(owners.flatMap((id) => [...partsOf(document, id).attributeSteps.keys()]));
  for (const name of names) {
    const holder = owners.find((id) => stepsOf(id, name).length > 0);
    const steps = holder === undefined ? [] : stepsOf(holder, name);
    const whole = steps.find(([time_ns]) => time_ns === WHOLE_TRACK_NS)?.[1] ?? null;
    if (whole !== null) parts.set(attributePart(name, null), whole);
    if (owners.every((id) => stepsOf(id, name).every(([time_ns]) => time_ns === WHOLE_TRACK_NS))) continue;
    let said: AttributeAnswer = whole?.value ?? null;
    sources.forEach((source, frame) => {
      if (source === null) return;
      const value = attributesAt(document, source, frames_ns[frame]!)[name] ?? null;
      if (sameValue(value, said)) return;
      parts.set(attributePart(name, frames_ns[frame] ?? 0), { value, provenance: BY_PERSON });
      said = value;
    });
  }
}

/** What has to be written so that the object holds exactly these parts beside itself. */
function rewritten(document: Document, id: string, wanted: Parts): Write[] {
  const writes: Write[] = [];
  const { parts } = partsOf(document, id);
  for (const [part, { value }] of parts) {
    if (part !== OBJECT && value !== null && !wanted.has(part)) {
      writes.push({ object_id: id, part, after: null });
    }
  }
  for (const [part, after] of wanted) {
    if (!sameValue(parts.get(part)?.value ?? null, after)) writes.push({ object_id: id, part, after });
  }
  return writes;
}
