/**
 * The document as this window shows it: what the server has, with this person's edits on top.
 *
 * `commit`, `undo` and `redo` make transactions; sending them is somebody else's work. An undo is
 * itself a new transaction, so that history is never rewritten. React reads snapshots.
 */

import type { Acknowledged } from "../../api/types";
import { type Document, partsOf } from "../../model/document";
import {
  apply,
  type Change,
  ConflictingChange,
  invert,
  merge,
  type Operation,
  rebase,
  sameValue,
} from "../../model/edits";
import type { Write } from "./edits";

export interface DocumentView {
  readonly document: Document;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** An edit of this person, as it is sent. */
export interface MadeTransaction extends Operation {
  readonly at: string;
  readonly active_ms: number;
}

interface LogEntry extends Operation {
  readonly seq: number;
}

/** Made elsewhere: the parts of a transaction that this store does not know. */
export interface Stamp {
  newId(): string;
  now(): string;
  active_ms(): number;
}

export class DocumentStore {
  readonly #stamp: Stamp;
  readonly #listeners = new Set<() => void>();
  #confirmed: Document;
  #seq: number;
  #pending: readonly Operation[];
  /** Edits that no longer apply; the server's answer decides what becomes of them. */
  #stranded: readonly Operation[] = [];
  #undo: readonly Operation[] = [];
  #redo: readonly Operation[] = [];
  #present: Document;
  /** An earlier revision that is looked at instead of the present. */
  #earlier: Document | null = null;
  #view: DocumentView;

  constructor(confirmed: Document, seq: number, unsent: readonly Operation[], stamp: Stamp) {
    this.#confirmed = confirmed;
    this.#seq = seq;
    this.#pending = unsent;
    this.#stamp = stamp;
    this.#present = confirmed;
    this.#view = { document: confirmed, canUndo: false, canRedo: false };
    this.#rebuild([]);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): DocumentView => this.#view;

  /** The document with all edits, also while an earlier revision is looked at. */
  get present(): Document {
    return this.#present;
  }

  get showsEarlier(): boolean {
    return this.#earlier !== null;
  }

  /** Look at an earlier revision, in which nothing can be edited; null: back to the present. */
  show(earlier: Document | null): void {
    this.#earlier = earlier;
    this.#publish(this.#present);
  }

  /** The log is known up to here without a gap. */
  get seq(): number {
    return this.#seq;
  }

  /** One edit of the person; null when nothing would change, or nothing may. */
  commit(writes: readonly Write[]): MadeTransaction | null {
    if (this.showsEarlier) return null;
    const changes = writes
      .map((write) => this.#change(write))
      .filter((change) => !sameValue(change.before, change.after));
    if (changes.length === 0) return null;
    const transaction = this.#transaction(changes);
    this.#undo = [...this.#undo, transaction];
    this.#redo = [];
    this.#add(transaction);
    return transaction;
  }

  /** Take back the last edit of this session that still can be; null when there is none. */
  undo(): MadeTransaction | null {
    return this.#step(
      () => this.#undo.at(-1),
      () => (this.#undo = this.#undo.slice(0, -1)),
      (transaction) => (this.#redo = [...this.#redo, transaction]),
    );
  }

  redo(): MadeTransaction | null {
    return this.#step(
      () => this.#redo.at(-1),
      () => (this.#redo = this.#redo.slice(0, -1)),
      (transaction) => (this.#undo = [...this.#undo, transaction]),
    );
  }

  /** The log after `seq`, in order: this window's own edits come back in it, too. */
  receive(transactions: readonly LogEntry[]): void {
    const fresh = transactions.filter((one) => one.seq > this.#seq);
    if (fresh.length === 0) return;
    this.#seq = fresh.at(-1)!.seq;
    this.#rebuild(fresh);
  }

  /**
   * The server has these. What follows the log without a gap counts at once; what lies beyond it
   * waits for the log. One that the document was opened with (its answer was lost) is done.
   */
  confirm(results: readonly Acknowledged[]): void {
    const known = new Set(results.filter((one) => one.seq <= this.#seq).map((one) => one.op_id));
    const isOpen = (one: Operation) => !known.has(one.op_id);
    this.#stranded = this.#stranded.filter(isOpen);
    this.#pending = this.#pending.filter(isOpen);

    const mine = new Map(this.#pending.map((one) => [one.op_id, one]));
    const next: LogEntry[] = [];
    for (const { op_id, seq } of results) {
      const pending = mine.get(op_id);
      if (pending !== undefined && seq === this.#seq + next.length + 1) next.push({ ...pending, seq });
    }
    this.receive(next);
  }

  /** Edits of this person that another tab made, or an earlier visit; those known are left out. */
  adopt(unsent: readonly Operation[]): void {
    const known = new Set([...this.#pending, ...this.#stranded].map((one) => one.op_id));
    const fresh = unsent.filter((one) => !known.has(one.op_id));
    if (fresh.length === 0) return;
    this.#pending = [...this.#pending, ...fresh];
    this.#rebuild([]);
  }

  /** The server refused these (or the browser could not keep them): they never happened. */
  drop(opIds: readonly string[]): void {
    const gone = new Set(opIds);
    const kept = (one: { readonly op_id: string }) => !gone.has(one.op_id);
    this.#pending = this.#pending.filter(kept);
    this.#stranded = this.#stranded.filter(kept);
    this.#undo = this.#undo.filter(kept);
    this.#redo = this.#redo.filter(kept);
    this.#rebuild([]);
  }

  #step(
    next: () => Operation | undefined,
    take: () => void,
    put: (transaction: MadeTransaction) => void,
  ): MadeTransaction | null {
    if (this.showsEarlier) return null;
    for (let step = next(); step !== undefined; step = next()) {
      take();
      const changes = rebase(this.#present, invert(step.changes));
      const transaction = this.#transaction(changes);
      if (!this.#applies(transaction)) continue;
      put(transaction);
      this.#add(transaction);
      return transaction;
    }
    this.#publish(this.#present);
    return null;
  }

  #change({ object_id, part, after }: Write): Change {
    const written = partsOf(this.#present, object_id).parts.get(part);
    const base = written?.op_id ?? null;
    return { object_id, part, base, before: written?.value ?? null, after };
  }

  #transaction(changes: readonly Change[]): MadeTransaction {
    const stamp = this.#stamp;
    return { op_id: stamp.newId(), at: stamp.now(), active_ms: stamp.active_ms(), changes };
  }

  #applies(transaction: MadeTransaction): boolean {
    try {
      apply(this.#present, transaction.changes, transaction.op_id);
      return true;
    } catch (error) {
      if (error instanceof ConflictingChange) return false;
      throw error;
    }
  }

  #add(transaction: MadeTransaction): void {
    const { op_id, changes } = transaction;
    const document = apply(this.#present, changes, op_id);
    this.#pending = [...this.#pending, { op_id, changes }];
    this.#publish(document);
  }

  #rebuild(remote: readonly Operation[]): void {
    const mine = [...this.#pending, ...this.#stranded];
    const merged = merge(this.#confirmed, mine, remote);
    this.#confirmed = merged.confirmed;
    this.#pending = merged.pending;
    this.#stranded = merged.quarantined;
    this.#publish(merged.document);
  }

  #publish(document: Document): void {
    this.#present = document;
    const earlier = this.#earlier;
    this.#view = {
      document: earlier ?? document,
      canUndo: earlier === null && this.#undo.length > 0,
      canRedo: earlier === null && this.#redo.length > 0,
    };
    for (const listener of this.#listeners) listener();
  }
}
