/**
 * What a person does to tracks of cuboids, as the parts that it writes. Pure: documents in, writes
 * out; the store turns them into a transaction.
 */

import { type Cuboid, moveFace } from "../../geometry/cuboid";
import { partsOf, type Document, WHOLE_TRACK_NS } from "../../model/document";
import { sameValue } from "../../model/edits";
import { attributesAt, keysOf, poseAt, presentAt } from "../../model/interpolate";
import { ownVertices } from "./polygonEdits";
import { thingOf } from "../../model/polygons";
import {
  type AttributeAnswer,
  BY_PERSON,
  type CuboidGeometry,
  type CuboidObject,
  type Value,
} from "../../model/kinds";
import { attributePart, keyPart, OBJECT, visiblePart } from "../../model/parts";

/** A part and what it shall hold; null deletes it. */
export interface Write {
  readonly object_id: string;
  readonly part: string;
  readonly after: Value | null;
}

export function cuboidObject(document: Document, id: string): CuboidObject | null {
  const value = partsOf(document, id).value;
  return value?.kind === "cuboid" ? value : null;
}

export function cuboidAt(document: Document, id: string, time_ns: number): CuboidGeometry | null {
  const pose = poseAt(document, id, time_ns);
  return pose?.geometry === "cuboid" ? pose : null;
}

export const toCuboid = (geometry: CuboidGeometry): Cuboid => ({
  centre: geometry.centre_m,
  size: geometry.size_m,
  rotation: geometry.rotation_wxyz,
});

function geometryOf(cuboid: Cuboid, cameraUsed: number | null): CuboidGeometry {
  return {
    geometry: "cuboid",
    centre_m: cuboid.centre,
    size_m: cuboid.size,
    rotation_wxyz: cuboid.rotation,
    camera_used: cameraUsed,
    provenance: BY_PERSON,
  };
}

export interface Place {
  readonly time_ns: number;
  /** The camera that the person looked at, null when none shows the object. */
  readonly cameraUsed: number | null;
}

export function createCuboid(
  id: string,
  label: string,
  cuboid: Cuboid,
  at: Place,
  stationary = false,
): Write[] {
  const object: CuboidObject = {
    kind: "cuboid",
    space: "world",
    label,
    parent_id: null,
    stationary,
    provenance: BY_PERSON,
  };
  return [
    { object_id: id, part: OBJECT, after: object },
    { object_id: id, part: keyPart(at.time_ns), after: geometryOf(cuboid, at.cameraUsed) },
  ];
}

/** Where a change of pose is written: at this time, or at the one key of what never moves. */
function keyTime(document: Document, id: string, time_ns: number): number {
  const first = keysOf(document, id)[0];
  const isStationary = cuboidObject(document, id)?.stationary === true;
  return isStationary && first !== undefined ? first : time_ns;
}

export function moveCuboid(document: Document, id: string, cuboid: Cuboid, at: Place): Write[] {
  const part = keyPart(keyTime(document, id, at.time_ns));
  const before = cuboidAt(document, id, at.time_ns);
  const camera = at.cameraUsed ?? before?.camera_used ?? null;
  return [{ object_id: id, part, after: geometryOf(cuboid, camera) }];
}

/** State the interpolated pose: a key where there was none. */
export function addKey(document: Document, id: string, at: Place): Write[] {
  const pose = cuboidAt(document, id, at.time_ns);
  if (pose === null || cuboidObject(document, id)?.stationary !== false) return [];
  if (keysOf(document, id).includes(at.time_ns)) return [];
  return moveCuboid(document, id, toCuboid(pose), at);
}

/** The last key is not removed: an object without a place is deleted instead. */
export function removeKey(document: Document, id: string, time_ns: number): Write[] {
  const keys = keysOf(document, id);
  if (!keys.includes(time_ns) || keys.length < 2) return [];
  return [{ object_id: id, part: keyPart(time_ns), after: null }];
}

/** How many keys of the track have another size than the cuboid shown at this time. */
export function otherSizes(document: Document, id: string, time_ns: number): number {
  return resizedKeys(document, id, time_ns).length;
}

/** This size in every key: rigid things keep theirs. What stood on the ground still does. */
export function spreadSize(document: Document, id: string, time_ns: number): Write[] {
  const pose = cuboidAt(document, id, time_ns);
  if (pose === null) return [];
  return resizedKeys(document, id, time_ns).map(({ key_ns, key }) => {
    const resized = moveFace(toCuboid(key), "top", pose.size_m[2] - key.size_m[2]);
    const after = geometryOf({ ...resized, size: pose.size_m }, key.camera_used);
    return { object_id: id, part: keyPart(key_ns), after };
  });
}

function resizedKeys(document: Document, id: string, time_ns: number) {
  const pose = cuboidAt(document, id, time_ns);
  if (pose === null) return [];
  return keysOf(document, id).flatMap((key_ns) => {
    const key = cuboidAt(document, id, key_ns);
    return key === null || sameValue(key.size_m, pose.size_m) ? [] : [{ key_ns, key }];
  });
}

export function setLabel(document: Document, id: string, label: string): Write[] {
  const object = thingOf(document, id);
  if (object === null || object.label === label) return [];
  return [{ object_id: id, part: OBJECT, after: { ...object, label } }];
}

/**
 * Stationary: the pose shown now becomes the only one. Moving again: it is there from the first
 * frame on, as it was while it stood.
 */
export function setStationary(
  document: Document,
  id: string,
  stationary: boolean,
  at: Place,
  firstFrame_ns: number,
): Write[] {
  const object = cuboidObject(document, id);
  const pose = cuboidAt(document, id, at.time_ns);
  if (object === null || pose === null || object.stationary === stationary) return [];
  const only_ns = stationary ? at.time_ns : firstFrame_ns;
  const others = keysOf(document, id).filter((time_ns) => time_ns !== only_ns);
  return [
    { object_id: id, part: OBJECT, after: { ...object, stationary } },
    { object_id: id, part: keyPart(only_ns), after: pose },
    ...others.map((time_ns) => ({ object_id: id, part: keyPart(time_ns), after: null })),
  ];
}

/** All parts of the object, and of the vertices that are its alone, in one edit, so that one undo brings it back whole. */
export function deleteObject(document: Document, id: string): Write[] {
  const writes: Write[] = [];
  for (const object_id of [id, ...ownVertices(document, id)]) {
    for (const [part, written] of partsOf(document, object_id).parts) {
      if (written.value !== null) writes.push({ object_id, part, after: null });
    }
  }
  return writes;
}

/** The frames in which the object is there: the first and the last, by index; null: in none. */
export function visibleRange(
  document: Document,
  id: string,
  frames_ns: readonly number[],
): readonly [number, number] | null {
  const there = frames_ns.map((time_ns) => presentAt(document, id, time_ns));
  const first = there.indexOf(true);
  return first < 0 ? null : [first, there.lastIndexOf(true)];
}

/** The object is there from one frame to another, both included, whatever was said before. */
export function setVisibleRange(
  document: Document,
  id: string,
  [from, until]: readonly [number, number],
  frames_ns: readonly number[],
): Write[] {
  const wanted = new Map<number, boolean>();
  const isStationary = thingOf(document, id)?.stationary === true;
  const begins_ns = isStationary ? frames_ns[0]! : (keysOf(document, id)[0] ?? frames_ns[0]!);
  const from_ns = frames_ns[from]!;
  if (from_ns > begins_ns) wanted.set(begins_ns, false);
  if (from_ns !== begins_ns) wanted.set(from_ns, true);
  const after_ns = frames_ns[until + 1];
  if (after_ns !== undefined) wanted.set(after_ns, false);
  return visibleWritten(document, id, wanted);
}

/** These steps of being there, by time, and no others. */
export function visibleWritten(document: Document, id: string, wanted: ReadonlyMap<number, boolean>): Write[] {
  const { visibleSteps } = partsOf(document, id);
  const stale = visibleSteps.filter(([time_ns]) => !wanted.has(time_ns));
  const fresh = [...wanted].filter(
    ([time_ns, visible]) => !visibleSteps.some(([t, v]) => t === time_ns && v === visible),
  );
  return [
    ...stale.map(([time_ns]) => ({ object_id: id, part: visiblePart(time_ns), after: null })),
    ...fresh.map(([time_ns, visible]) => ({
      object_id: id,
      part: visiblePart(time_ns),
      after: { visible, provenance: BY_PERSON },
    })),
  ];
}

/** Answer an attribute: for the whole track or scene (`time_ns` null), or from a time on. */
export function setAttribute(
  document: Document,
  id: string,
  name: string,
  value: AttributeAnswer,
  time_ns: number | null,
): Write[] {
  const answered = attributesAt(document, id, time_ns ?? 0)[name] ?? null;
  if (sameValue(answered, value)) return [];
  return [
    { object_id: id, part: attributePart(name, time_ns), after: { value, provenance: BY_PERSON } },
  ];
}

export interface Span {
  /** When the answer began to hold; null: it holds from the first frame on. */
  readonly from_ns: number | null;
  /** When another answer begins; null: never. */
  readonly until_ns: number | null;
}

/** For how long the answer of this time holds; null when there is none. */
export function attributeSpan(
  document: Document,
  id: string,
  name: string,
  time_ns: number,
): Span | null {
  const steps = partsOf(document, id).attributeSteps.get(name) ?? [];
  const begun = steps.filter(([step_ns]) => step_ns <= time_ns).at(-1);
  if (begun === undefined || begun[1].value === null) return null;
  const next = steps.find(([step_ns]) => step_ns > time_ns);
  return { from_ns: begun[0] === WHOLE_TRACK_NS ? null : begun[0], until_ns: next?.[0] ?? null };
}

/** The answer that holds now shall hold in all frames, whatever was said for single ones. */
export function spreadAttribute(
  document: Document,
  id: string,
  name: string,
  time_ns: number,
): Write[] {
  const value = attributesAt(document, id, time_ns)[name] ?? null;
  const steps = partsOf(document, id).attributeSteps.get(name) ?? [];
  const timed = steps.filter(([step_ns]) => step_ns !== WHOLE_TRACK_NS);
  const everywhere = steps.find(([step_ns]) => step_ns === WHOLE_TRACK_NS)?.[1].value ?? null;
  const writes: Write[] = timed.map(([step_ns]) => ({
    object_id: id,
    part: attributePart(name, step_ns),
    after: null,
  }));
  if (sameValue(everywhere, value)) return writes;
  const after = { value, provenance: BY_PERSON };
  return [...writes, { object_id: id, part: attributePart(name, null), after }];
}
