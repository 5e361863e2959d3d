/**
 * The document: what has been said about a scene. It never changes; an edit makes a new one that
 * shares every object it did not touch. A deleted part stays without a value, because its op_id is
 * what the next change to that part is based on.
 */

import { decodeValue } from "./decode";
import { type Attribute, type Geometry, type ObjectValue, SCENE_ID, type Value } from "./kinds";
import { OBJECT, parsePart } from "./parts";

/** What a part holds (null: deleted) and the transaction that wrote it last. */
export interface Written {
  readonly value: Value | null;
  readonly op_id: string;
}

export type Timed<T> = readonly [time_ns: number, value: T];

/** Time of the answer that holds for a whole track: before every step. */
export const WHOLE_TRACK_NS = -1;

interface Steps {
  readonly keys: readonly Timed<Geometry>[];
  readonly visibleSteps: readonly Timed<boolean>[];
  readonly attributeSteps: ReadonlyMap<string, readonly Timed<Attribute>[]>;
}

/** All parts of one object; what is derived from them is computed once. */
export class ObjectParts {
  readonly parts: ReadonlyMap<string, Written>;
  #steps: Steps | null = null;

  constructor(parts: ReadonlyMap<string, Written>) {
    this.parts = parts;
  }

  /** What the object is; null when it does not exist (the scene never has one). */
  get value(): ObjectValue | null {
    const value = this.parts.get(OBJECT)?.value ?? null;
    return value !== null && "kind" in value ? value : null;
  }

  /** Ascending. */
  get keys(): readonly Timed<Geometry>[] {
    return this.#derived().keys;
  }

  /** From each time on visible or not, ascending. */
  get visibleSteps(): readonly Timed<boolean>[] {
    return this.#derived().visibleSteps;
  }

  /** By attribute, ascending; the whole track's answer stands at time -1. */
  get attributeSteps(): ReadonlyMap<string, readonly Timed<Attribute>[]> {
    return this.#derived().attributeSteps;
  }

  #derived(): Steps {
    return (this.#steps ??= derive(this.parts));
  }
}

function derive(parts: ReadonlyMap<string, Written>): Steps {
  const keys: Timed<Geometry>[] = [];
  const visibleSteps: Timed<boolean>[] = [];
  const attributeSteps = new Map<string, Timed<Attribute>[]>();
  for (const [part, { value }] of parts) {
    if (value === null || part === OBJECT) continue;
    const name = parsePart(part);
    if (name.type === "key" && "geometry" in value) keys.push([name.time_ns, value]);
    if (name.type === "visible" && "visible" in value) {
      visibleSteps.push([name.time_ns, value.visible]);
    }
    if (name.type === "attribute" && "value" in value) {
      const steps = attributeSteps.get(name.name) ?? [];
      steps.push([name.time_ns ?? WHOLE_TRACK_NS, value]);
      attributeSteps.set(name.name, steps);
    }
  }
  for (const steps of [keys, visibleSteps, ...attributeSteps.values()]) {
    steps.sort((a, b) => a[0] - b[0]);
  }
  return { keys, visibleSteps, attributeSteps };
}

const NO_PARTS = new ObjectParts(new Map());

/** Objects by id, those deleted included; `idsOf` gives the ones that exist. */
export interface Document {
  readonly objects: ReadonlyMap<string, ObjectParts>;
}

export const EMPTY: Document = { objects: new Map() };

export const partsOf = (document: Document, id: string): ObjectParts =>
  document.objects.get(id) ?? NO_PARTS;

export const valueOf = (document: Document, id: string): ObjectValue | null =>
  partsOf(document, id).value;

export const exists = (document: Document, id: string): boolean =>
  id === SCENE_ID || valueOf(document, id) !== null;

/** Objects that exist, in the order of their first creation; not the scene. */
export function idsOf(document: Document): string[] {
  const ids: string[] = [];
  for (const [id, parts] of document.objects) if (parts.value !== null) ids.push(id);
  return ids;
}

/** A part as it is stored and sent: `value` is plain JSON, null when deleted. */
export interface StoredPart {
  readonly object_id: string;
  readonly part: string;
  readonly op_id: string;
  readonly value: unknown;
}

/** @throws RangeError: a part or value that this version of the model does not know. */
export function fromParts(stored: Iterable<StoredPart>): Document {
  const objects = new Map<string, Map<string, Written>>();
  for (const { object_id, part, op_id, value } of stored) {
    let parts = objects.get(object_id);
    if (parts === undefined) objects.set(object_id, (parts = new Map<string, Written>()));
    parts.set(part, { value: value === null ? null : decodeValue(part, value), op_id });
  }
  return { objects: new Map([...objects].map(([id, parts]) => [id, new ObjectParts(parts)])) };
}

/** Every part, the deleted ones too. */
export function toParts(document: Document): StoredPart[] {
  const stored: StoredPart[] = [];
  for (const [object_id, { parts }] of document.objects) {
    for (const [part, { value, op_id }] of parts) stored.push({ object_id, part, op_id, value });
  }
  return stored;
}
