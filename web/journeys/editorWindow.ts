/**
 * An editor's window without its pixels: the product's own document store, journal, sync engine
 * and requests, on a disk of its own, talking to a real server over a network that fails at will.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { Refused, Unreachable } from "../src/api/http";
import type { LeaseKey } from "../src/api/types";
import { claim, knownTransactions, openWork, sendTransactions, transactionsAfter } from "../src/api/work";
import { DocumentStore, type MadeTransaction } from "../src/app/editor/documentStore";
import { readUnsent } from "../src/app/editor/unsent";
import { Journal } from "../src/journal/journal";
import { SyncEngine } from "../src/journal/sync";
import { type Document, fromParts } from "../src/model/document";
import { readChanges } from "../src/model/edits";
import "fake-indexeddb/auto";

export interface Person {
  readonly personId: string;
  readonly cookie: string;
}

/** What becomes of one request; drawn anew for each. */
export type Fate = "arrives" | "never arrives" | "answer is lost" | "arrives twice";
export type Network = () => { readonly fate: Fate; readonly delay_ms: number };

export const GOOD: Network = () => ({ fate: "arrives", delay_ms: 0 });

const asking = new AsyncLocalStorage<EditorWindow>();
const realFetch = globalThis.fetch;

/** From now on requests come from the window whose work makes them; those of nobody as before. */
export function speakFor(url: string): void {
  Object.assign(globalThis, { location: { search: "" } });
  globalThis.fetch = async (path, init) => {
    const window = asking.getStore();
    if (window === undefined || typeof path !== "string") return realFetch(path, init);
    const headers = { ...(init?.headers as Record<string, string>), cookie: window.person.cookie };
    const send = () => realFetch(new URL(path, url), { ...init, headers });
    const { fate, delay_ms } = window.network();
    if (delay_ms > 0) await sleep(delay_ms);
    if (fate === "never arrives") throw new TypeError("the request was lost");
    if (fate === "arrives twice") await (await send()).arrayBuffer();
    const response = await send();
    if (fate === "answer is lost") {
      await response.arrayBuffer();
      throw new TypeError("the answer was lost");
    }
    return response;
  };
}

/** What all windows of a test made and were told, beyond any reload. */
export interface Ledger {
  readonly made: Set<string>;
  readonly acknowledged: Set<string>;
}

interface Opened {
  readonly store: DocumentStore;
  readonly journal: Journal;
  readonly sync: SyncEngine;
}

export class EditorWindow {
  readonly person: Person;
  network: Network = GOOD;
  lease: LeaseKey | null = null;
  readonly #taskId: string;
  readonly #documentId: string;
  readonly #ledger: Ledger;
  readonly #clientId = crypto.randomUUID();
  #opened: Opened | null = null;
  readonly #going = new Set<Promise<unknown>>();

  constructor(person: Person, taskId: string, documentId: string, ledger: Ledger) {
    this.person = person;
    this.#taskId = taskId;
    this.#documentId = documentId;
    this.#ledger = ledger;
  }

  get store(): DocumentStore {
    return this.#parts().store;
  }

  get journal(): Journal {
    return this.#parts().journal;
  }

  get document(): Document {
    return this.store.view().document;
  }

  get mayEdit(): boolean {
    return this.lease !== null && this.#parts().sync.state.kind !== "lost";
  }

  /** As a page that is loaded: everything in memory is gone, the journal is not. */
  reload(): Promise<void> {
    return this.#as(async () => {
      this.close();
      const work = await again(() => openWork(this.#taskId));
      const journal = await Journal.open(this.person.personId);
      const unsent = await readUnsent(journal, this.#documentId);
      const store = new DocumentStore(fromParts(work.parts), work.seq, unsent, {
        newId: () => crypto.randomUUID(),
        now: () => new Date().toISOString(),
        active_ms: () => 900,
      });
      const sync = new SyncEngine({
        journal,
        documentId: this.#documentId,
        clock: { sleep: () => sleep(2) },
        send: (lease, transactions) => sendTransactions(this.#taskId, lease, transactions),
        known: (opIds) => knownTransactions(this.#taskId, opIds),
        events: {
          changed: () => undefined,
          acknowledged: (results) => {
            for (const one of results) this.#ledger.acknowledged.add(one.op_id);
            store.confirm(results);
          },
          refused: (refusals) => store.drop(refusals.map((one) => one.op_id)),
        },
      });
      this.#opened = { store, journal, sync };
    });
  }

  /** An edit as the hand makes it: shown, written down, sent in the background. */
  async keep(transaction: MadeTransaction | null): Promise<void> {
    if (transaction === null) return;
    this.#ledger.made.add(transaction.op_id);
    await this.journal.append(this.#documentId, transaction);
    this.#inBackground(() => this.#parts().sync.kick());
  }

  /** False when another one has it. */
  claim(takeOver: boolean): Promise<boolean> {
    return this.#as(async () => {
      const { journal, store, sync } = this.#parts();
      try {
        const { personId } = this.person;
        const lease = await claim(this.#taskId, personId, this.#clientId, takeOver);
        this.lease = { lease_id: lease.lease_id, fence: lease.fence };
        store.adopt(await readUnsent(journal, this.#documentId));
        const held = this.lease;
        this.#inBackground(() => sync.resume(held));
        return true;
      } catch (error) {
        if (error instanceof Refused || error instanceof Unreachable) return false;
        throw error;
      }
    });
  }

  /** Another tab of this person took over. */
  async lose(): Promise<void> {
    this.lease = null;
    await this.#parts().sync.lose("another tab");
  }

  /** The log since the last time; nothing when the network fails. */
  hear(): Promise<boolean> {
    return this.#as(async () => {
      const { store } = this.#parts();
      try {
        const { signal } = new AbortController();
        const news = await transactionsAfter(this.#taskId, store.seq, this.#clientId, signal);
        store.receive(news.transactions.map((one) => ({ ...one, changes: readChanges(one.changes) })));
        return news.transactions.length > 0;
      } catch (error) {
        if (error instanceof Unreachable) return true;
        throw error;
      }
    });
  }

  /** Which of these edits the server has. */
  logged(opIds: readonly string[]): Promise<string[]> {
    return this.#as(async () => {
      const found: string[] = [];
      for (let from = 0; from < opIds.length; from += 200) {
        const { known } = await knownTransactions(this.#taskId, opIds.slice(from, from + 200));
        found.push(...known.map((one) => one.op_id));
      }
      return found;
    });
  }

  /** What this window's person is shown as refused. */
  async refusedOps(): Promise<string[]> {
    return (await this.journal.quarantined(this.#documentId)).map((one) => one.opId);
  }

  /** Until nothing is on its way any more. */
  async settle(): Promise<void> {
    while (this.#going.size > 0) await Promise.all(this.#going);
  }

  close(): void {
    this.lease = null;
    this.#opened?.sync.close();
    this.#opened?.journal.close();
    this.#opened = null;
  }

  #parts(): Opened {
    if (this.#opened === null) throw new Error("the window is not open");
    return this.#opened;
  }

  #as<T>(work: () => Promise<T>): Promise<T> {
    return asking.run(this, work);
  }

  /** A closed window's request may still fail on its closed journal; nobody waits for it. */
  #inBackground(work: () => Promise<void>): void {
    const opened = this.#opened;
    const going = this.#as(work).catch((error: unknown) => {
      if (this.#opened === opened) throw error;
    });
    this.#going.add(going);
    void going.finally(() => this.#going.delete(going)).catch(() => undefined);
  }
}

async function again<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      await sleep(20);
    }
  }
}
