/** Documents, gestures and histories for fast-check; the like of tests/annotations/strategies.py. */

import fc from "fast-check";
import { type Document, EMPTY, exists, partsOf } from "./document";
import { apply, type Change, type Operation } from "./edits";
import { BY_PERSON, type CuboidGeometry, type CuboidObject, type Value } from "./kinds";
import { attributePart, keyPart, OBJECT, visiblePart } from "./parts";

export const uid = (n: number): string => `10000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
export const op = (n: number): string => `20000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
export const IDS = [uid(1), uid(2), uid(3)] as const;

export const car = (label = "Car", stationary = false): CuboidObject => ({
  kind: "cuboid",
  space: "world",
  label,
  parent_id: null,
  stationary,
  provenance: BY_PERSON,
});

export const cuboid = (x: number): CuboidGeometry => ({
  geometry: "cuboid",
  centre_m: [x, -3.25, 0.75],
  size_m: [4.5, 1.875, 1.5],
  rotation_wxyz: [1, 0, 0, 0],
  camera_used: null,
  provenance: BY_PERSON,
});

/** What somebody wants to do, before it is known what the document holds. */
export interface Wish {
  readonly id: string;
  readonly erase: boolean;
  readonly object: Value;
  readonly said: readonly (readonly [part: string, value: Value])[];
}

const time = fc.constantFrom(0, 100, 250);
const said: fc.Arbitrary<readonly [string, Value]> = fc.oneof(
  fc.tuple(time.map(keyPart), fc.integer({ min: -9, max: 9 }).map(cuboid)),
  fc.tuple(
    time.map(visiblePart),
    fc.boolean().map((visible): Value => ({ visible, provenance: BY_PERSON })),
  ),
  fc.tuple(
    fc.constantFrom(attributePart("a/b%"), attributePart("a/b%", 7)),
    fc.constantFrom("yes", 2, null).map((value): Value => ({ value, provenance: BY_PERSON })),
  ),
);

export const wishes = (ids: readonly string[] = IDS): fc.Arbitrary<Wish> =>
  fc.record({
    id: fc.constantFrom(...ids),
    erase: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    object: fc.tuple(fc.constantFrom("Car", "Van"), fc.boolean()).map(([l, s]) => car(l, s)),
    said: fc.array(said, { maxLength: 3 }),
  });

export function change(d: Document, id: string, part: string, after: Value | null): Change {
  const written = partsOf(d, id).parts.get(part);
  const before = written?.value ?? null;
  return { object_id: id, part, base: written?.op_id ?? null, before, after };
}

/** A transaction that applies to this document. */
export function gesture(document: Document, { id, erase, object, said: parts }: Wish): Change[] {
  const writes = new Map<string, Value | null>(parts);
  if (!exists(document, id) || parts.length === 0) writes.set(OBJECT, object);
  else if (erase) {
    writes.clear();
    for (const [part, { value }] of partsOf(document, id).parts) {
      if (value !== null) writes.set(part, null);
    }
  }
  return [...writes].map(([part, after]) => change(document, id, part, after));
}

/** Operations that apply one after the other, and the document after them. */
export function play(
  list: readonly Wish[],
  firstOp = 1,
  start: Document = EMPTY,
): { readonly operations: Operation[]; readonly document: Document } {
  const operations: Operation[] = [];
  let document = start;
  for (const wish of list) {
    const operation = { op_id: op(firstOp + operations.length), changes: gesture(document, wish) };
    document = apply(document, operation.changes, operation.op_id);
    operations.push(operation);
  }
  return { operations, document };
}

/** What is said, without who said it last and what is deleted. */
export function valuesOf(document: Document): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const [id, { parts }] of document.objects) {
    for (const [part, { value }] of parts) if (value !== null) values.set(`${id} ${part}`, value);
  }
  return values;
}
