/**
 * The journal's disk: IndexedDB. One database per person, so that somebody else who signs in on
 * this machine neither sees nor sends it. `pending` keeps the order in which edits were made; `quarantine` keeps what the server
 * refused until the person has looked at it.
 */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Refusal, Transaction } from "../api/types";

export interface PendingEdit {
  readonly order: number;
  readonly documentId: string;
  readonly transaction: Transaction;
}

export interface RefusedEdit {
  readonly opId: string;
  readonly documentId: string;
  readonly transaction: Transaction;
  readonly reason: string;
  readonly refusedAt: string;
}

interface Schema extends DBSchema {
  pending: {
    key: number;
    value: Omit<PendingEdit, "order"> & { order?: number };
    indexes: { document: string; op: string };
  };
  quarantine: { key: string; value: RefusedEdit; indexes: { document: string } };
}

const VERSION = 1;
const DURABLE = { durability: "strict" } as const;

export class Disk {
  readonly #database: IDBPDatabase<Schema>;

  private constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  /** @throws DOMException when the browser has no IndexedDB, or does not let us use it. */
  static async open(personId: string): Promise<Disk> {
    const database = await openDB<Schema>(`groundplane-journal-${personId}`, VERSION, {
      upgrade(fresh) {
        const pending = fresh.createObjectStore("pending", {
          keyPath: "order",
          autoIncrement: true,
        });
        pending.createIndex("document", "documentId");
        pending.createIndex("op", "transaction.op_id", { unique: true });
        const quarantine = fresh.createObjectStore("quarantine", { keyPath: "opId" });
        quarantine.createIndex("document", "documentId");
      },
    });
    return new Disk(database);
  }

  /**
   * Write edits down; they are on disk when this resolves, all of them or none.
   *
   * @throws DOMException when the browser has no room, or an edit is there already.
   */
  async append(documentId: string, transaction: Transaction): Promise<void> {
    const write = this.#database.transaction("pending", "readwrite", DURABLE);
    await Promise.all([write.store.add({ documentId, transaction }), write.done]);
  }

  /** What the server has not acknowledged, oldest first. */
  async pending(documentId: string, most?: number): Promise<PendingEdit[]> {
    const rows = await this.#database.getAllFromIndex("pending", "document", documentId, most);
    return rows.map((row) => ({ ...row, order: row.order ?? 0 }));
  }

  /** Those of these edits that wait here. */
  async find(opIds: readonly string[]): Promise<PendingEdit[]> {
    const index = this.#database.transaction("pending").store.index("op");
    const rows = await Promise.all(opIds.map((opId) => index.get(opId)));
    return rows.flatMap((row) => (row === undefined ? [] : [{ ...row, order: row.order ?? 0 }]));
  }

  unsent(documentId: string): Promise<number> {
    return this.#database.countFromIndex("pending", "document", documentId);
  }

  /** The server has these for good. */
  async acknowledge(opIds: readonly string[]): Promise<void> {
    const write = this.#database.transaction("pending", "readwrite", DURABLE);
    for (const opId of opIds) {
      const key = await write.store.index("op").getKey(opId);
      if (key !== undefined) await write.store.delete(key);
    }
    await write.done;
  }

  /** Move what the server refused to where the person sees it; in one step, so never in neither. */
  async refuse(refusals: readonly Pick<Refusal, "op_id" | "refused">[]): Promise<void> {
    const write = this.#database.transaction(["pending", "quarantine"], "readwrite", DURABLE);
    const pending = write.objectStore("pending");
    for (const refusal of refusals) {
      const row = await pending.index("op").get(refusal.op_id);
      if (row?.order === undefined) continue;
      await write.objectStore("quarantine").put({
        opId: refusal.op_id,
        documentId: row.documentId,
        transaction: row.transaction,
        reason: refusal.refused,
        refusedAt: new Date().toISOString(),
      });
      await pending.delete(row.order);
    }
    await write.done;
  }

  quarantined(documentId: string): Promise<RefusedEdit[]> {
    return this.#database.getAllFromIndex("quarantine", "document", documentId);
  }

  async discard(opId: string): Promise<void> {
    const write = this.#database.transaction("quarantine", "readwrite", DURABLE);
    await Promise.all([write.store.delete(opId), write.done]);
  }

  close(): void {
    this.#database.close();
  }
}
