/**
 * Edits: changes that apply whole or not at all, invert, and merge. The twin of
 * src/groundplane/annotations/edits.py; both replay tests/golden/edits_*.json.
 */

import { decodeValue } from "./decode";
import { type Document, exists, ObjectParts, partsOf, type Written } from "./document";
import type { Value } from "./kinds";

/**
 * A change is its own undo: swap `before` and `after`. `base` is the transaction that last wrote
 * the part as its author knew it, unsent ones included; null when the part was never written.
 */
export interface Change {
  readonly object_id: string;
  readonly part: string;
  readonly base: string | null;
  readonly before: Value | null;
  readonly after: Value | null;
}

/** A transaction as far as the document is concerned. */
export interface Operation {
  readonly op_id: string;
  readonly changes: readonly Change[];
}

export type PartId = readonly [object_id: string, part: string];

/** Parts were not as the changes expected them. */
export class ConflictingChange extends Error {
  readonly parts: readonly PartId[];

  constructor(parts: readonly PartId[]) {
    const names = parts.map(([id, part]) => `${part} of ${id}`).slice(0, 3);
    super(`Changed by somebody else in the meantime: ${names.join(", ")}`);
    this.name = "ConflictingChange";
    this.parts = parts;
  }
}

/**
 * The document after a transaction; the one given is untouched.
 *
 * @throws ConflictingChange naming every part whose `base` or `before` is not what the document
 *   holds, or which stands without its object: because that does not exist, or because its
 *   deletion left the part behind.
 */
export function apply(document: Document, changes: readonly Change[], opId: string): Document {
  const refused = notAsExpected(document, changes);
  if (refused.length > 0) throw new ConflictingChange(refused);
  const after = write(document, changes, opId);
  const withoutObject: PartId[] = [];
  for (const id of new Set(changes.map((change) => change.object_id))) {
    if (exists(after, id)) continue;
    for (const [part, { value }] of partsOf(after, id).parts) {
      if (value !== null) withoutObject.push([id, part]);
    }
  }
  if (withoutObject.length > 0) throw new ConflictingChange(withoutObject);
  return after;
}

function notAsExpected(document: Document, changes: readonly Change[]): PartId[] {
  const seen = new Map<string, Set<string>>();
  const refused: PartId[] = [];
  for (const { object_id, part, base, before } of changes) {
    const written = partsOf(document, object_id).parts.get(part);
    const parts = seen.get(object_id) ?? new Set();
    const asExpected =
      !parts.has(part) &&
      (written?.op_id ?? null) === base &&
      sameValue(written?.value ?? null, before);
    if (!asExpected) refused.push([object_id, part]);
    seen.set(object_id, parts.add(part));
  }
  return refused;
}

/** Like `apply`, but believes the changes: for replaying what was already accepted. */
export function write(document: Document, changes: Iterable<Change>, opId: string): Document {
  const touched = new Map<string, Map<string, Written>>();
  for (const { object_id, part, after } of changes) {
    let parts = touched.get(object_id);
    if (parts === undefined) {
      touched.set(object_id, (parts = new Map(partsOf(document, object_id).parts)));
    }
    parts.set(part, { value: after, op_id: opId });
  }
  const objects = new Map(document.objects);
  for (const [id, parts] of touched) objects.set(id, new ObjectParts(parts));
  return { objects };
}

/**
 * The undo, with the bases of the original: `rebase` it before applying. A part changes once in a
 * transaction, so the order of the changes means nothing.
 */
export function invert(changes: readonly Change[]): Change[] {
  return changes.map((c) => ({ ...c, before: c.after, after: c.before }));
}

/**
 * The same changes, based on what this document holds. Only `base` follows: where `before` is no
 * longer true, `apply` still refuses.
 */
export function rebase(document: Document, changes: readonly Change[]): Change[] {
  return changes.map((change) => ({
    ...change,
    base: partsOf(document, change.object_id).parts.get(change.part)?.op_id ?? null,
  }));
}

/** A change as it came from the server or the journal. */
export interface SentChange {
  readonly object_id: string;
  readonly part: string;
  readonly base: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

/** @throws RangeError: a part or value that this version of the model does not know. */
export function readChanges(sent: readonly SentChange[]): Change[] {
  const read = (part: string, value: unknown) => (value === null ? null : decodeValue(part, value));
  return sent.map(({ object_id, part, base, before, after }) => ({
    object_id,
    part,
    base,
    before: read(part, before),
    after: read(part, after),
  }));
}

/** Every pending operation is in `pending`, in `quarantined`, or was among the remote ones. */
export interface Merged<Pending extends Operation> {
  /** What the server has. */
  readonly confirmed: Document;
  /** That, with `pending` on top. */
  readonly document: Document;
  readonly pending: readonly Pending[];
  readonly quarantined: readonly Pending[];
}

/**
 * Put operations that were not sent yet on top of those that the server has accepted since. One
 * whose parts were changed by others in the meantime is quarantined, and so is every one built on
 * it, which its `base` shows. The others keep their order and need no rewriting.
 *
 * @throws ConflictingChange: the remote operations do not follow on `confirmed`.
 */
export function merge<Pending extends Operation>(
  confirmed: Document,
  pending: readonly Pending[],
  remote: readonly Operation[],
): Merged<Pending> {
  const acknowledged = new Set(remote.map((operation) => operation.op_id));
  const theirs = remote.reduce((d, { changes, op_id }) => apply(d, changes, op_id), confirmed);
  let document = theirs;
  const kept: Pending[] = [];
  const quarantined: Pending[] = [];
  for (const operation of pending) {
    if (acknowledged.has(operation.op_id)) continue;
    try {
      document = apply(document, operation.changes, operation.op_id);
      kept.push(operation);
    } catch (error) {
      if (!(error instanceof ConflictingChange)) throw error;
      quarantined.push(operation);
    }
  }
  return { confirmed: theirs, document, pending: kept, quarantined };
}

/** Equality of plain JSON, whatever the order of its keys. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every(
      (name) =>
        Object.hasOwn(b, name) &&
        sameValue((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]),
    )
  );
}
