/**
 * The journal: every edit of one person, on this machine's disk before it is on any wire.
 *
 * Where there is no disk to be had (it is full, or the browser forbids it) the edits wait in
 * memory and go out over the network all the same; `problem` then says why, and `onlyHere` how
 * many edits a closed tab would lose. The disk is tried again as soon as memory is empty.
 */

import type { Refusal, Transaction } from "../api/types";
import { Disk, type PendingEdit, type RefusedEdit } from "./disk";

export type { PendingEdit, RefusedEdit } from "./disk";

/** An edit that is queued already is a bug of ours, and no reason to leave the disk. */
const SAME_AGAIN = "ConstraintError";

export class Journal {
  readonly #disk: Disk | null;
  #problem: string | null;
  #memory: PendingEdit[] = [];
  #refused: RefusedEdit[] = [];
  /** Done with, but the disk could not forget them. */
  readonly #done = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  private constructor(disk: Disk | null, problem: string | null) {
    this.#disk = disk;
    this.#problem = problem;
  }

  static async open(personId: string): Promise<Journal> {
    try {
      return new Journal(await Disk.open(personId), null);
    } catch (error) {
      return new Journal(null, wordsOf(error));
    }
  }

  /** Why edits are not kept on disk; null while they are. */
  get problem(): string | null {
    return this.#problem;
  }

  /** How many unsent edits would be lost with this tab. */
  get onlyHere(): number {
    return this.#memory.length;
  }

  /**
   * Write an edit down; it is kept when this resolves, on disk if at all possible.
   *
   * @throws DOMException when the edit is there already.
   */
  append(documentId: string, transaction: Transaction): Promise<void> {
    // One after the other: an edit that found the disk full must not be overtaken by the next.
    const appended = this.#last.then(() => this.#append(documentId, transaction));
    this.#last = appended.catch(() => undefined);
    return appended;
  }

  /** What the server has not acknowledged, oldest first. */
  async pending(documentId: string, most?: number): Promise<PendingEdit[]> {
    const extra = this.#done.size;
    const asked = most === undefined ? undefined : most + extra;
    const stored = (await this.#disk?.pending(documentId, asked)) ?? [];
    const onDisk = stored.filter((edit) => !this.#done.has(edit.transaction.op_id));
    const inMemory = this.#memory.filter((edit) => edit.documentId === documentId);
    return [...onDisk, ...inMemory].slice(0, most);
  }

  async unsent(documentId: string): Promise<number> {
    if (this.#done.size > 0) return (await this.pending(documentId)).length;
    const inMemory = this.#memory.filter((edit) => edit.documentId === documentId);
    return ((await this.#disk?.unsent(documentId)) ?? 0) + inMemory.length;
  }

  /** The server has these for good. */
  async acknowledge(opIds: readonly string[]): Promise<void> {
    await this.#forget(opIds, (disk) => disk.acknowledge(opIds));
  }

  /** Move what the server refused to where the person sees it. */
  async refuse(refusals: readonly Pick<Refusal, "op_id" | "refused">[]): Promise<void> {
    if (refusals.length === 0) return;
    const reasons = new Map(refusals.map((one) => [one.op_id, one.refused]));
    for (const { documentId, transaction } of this.#memory) {
      const reason = reasons.get(transaction.op_id);
      if (reason !== undefined) this.#setAside(documentId, transaction, reason);
    }
    await this.#forget([...reasons.keys()], async (disk) => {
      const stored = await disk.find([...reasons.keys()]);
      try {
        await disk.refuse(refusals);
      } catch (error) {
        for (const { documentId, transaction } of stored) {
          this.#setAside(documentId, transaction, reasons.get(transaction.op_id) ?? "");
        }
        throw error;
      }
    });
  }

  async quarantined(documentId: string): Promise<RefusedEdit[]> {
    const onDisk = (await this.#disk?.quarantined(documentId)) ?? [];
    return [...onDisk, ...this.#refused.filter((edit) => edit.documentId === documentId)];
  }

  async discard(opId: string): Promise<void> {
    this.#refused = this.#refused.filter((edit) => edit.opId !== opId);
    await this.#disk?.discard(opId);
  }

  close(): void {
    this.#disk?.close();
  }

  async #append(documentId: string, transaction: Transaction): Promise<void> {
    if (this.#disk !== null && this.#memory.length === 0) {
      try {
        await this.#disk.append(documentId, transaction);
        this.#problem = null;
        return;
      } catch (error) {
        if (error instanceof Error && error.name === SAME_AGAIN) throw error;
        this.#problem = wordsOf(error);
      }
    }
    this.#memory.push({ order: Number.MAX_SAFE_INTEGER, documentId, transaction });
  }

  async #forget(opIds: readonly string[], onDisk: (disk: Disk) => Promise<void>): Promise<void> {
    const gone = new Set(opIds);
    const before = this.#memory.length;
    this.#memory = this.#memory.filter((edit) => !gone.has(edit.transaction.op_id));
    const wasInMemory = before - this.#memory.length;
    if (this.#disk === null || wasInMemory === gone.size) return;
    try {
      await onDisk(this.#disk);
    } catch (error) {
      // Sent again after a reload they are acknowledged again; until then they are done with.
      for (const opId of opIds) this.#done.add(opId);
      this.#problem = wordsOf(error);
    }
  }

  #setAside(documentId: string, transaction: Transaction, reason: string): void {
    const opId = transaction.op_id;
    this.#refused.push({ opId, documentId, transaction, reason, refusedAt: new Date().toISOString() });
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof Error && error.name === "QuotaExceededError") return "its storage is full";
  return error instanceof Error && error.message !== "" ? error.message : "it gave no reason";
}
