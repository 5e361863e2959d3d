/**
 * Sends the journal to the server: in order, in batches, again and again until each edit is
 * acknowledged or refused.
 *
 * The journal is the queue: the engine keeps nothing that a closed tab would lose. An op_id that
 * the server has already seen is acknowledged again, so sending twice changes nothing.
 *
 *   saved ⇄ sending → offline → sending …          (backoff of 1 to 15 s, or at once when online)
 *              ├────→ lost       (409: somebody else works on it)             ── resume()
 *              ├────→ signed-out (401)                                        ── resume()
 *              └────→ finished   (told by finish(): no edit is taken any more, ever)
 */

import { Refused, Unreachable } from "../api/http";
import type { Acknowledged, LeaseKey, Refusal, SendReply, Transaction } from "../api/types";
import type { Journal } from "./journal";

export type SyncState =
  | { readonly kind: "saved" }
  | { readonly kind: "sending" }
  | { readonly kind: "offline"; readonly attempt: number }
  | { readonly kind: "lost"; readonly sentence: string }
  | { readonly kind: "signed-out" }
  | { readonly kind: "finished"; readonly sentence: string };

export type Send = (lease: LeaseKey, transactions: readonly Transaction[]) => Promise<SendReply>;

/** Which of these edits the server has, for one whose answer was lost. */
export type Known = (opIds: readonly string[]) => Promise<{ readonly known: readonly Acknowledged[] }>;

export interface SyncEvents {
  changed(state: SyncState, unsent: number): void;
  acknowledged(results: readonly Acknowledged[]): void;
  refused(refusals: readonly Refusal[]): void;
}

export interface Clock {
  /** Resolves after the time, or earlier when `signal` aborts. */
  sleep(duration_ms: number, signal: AbortSignal): Promise<void>;
}

const BATCH = 100;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 15_000;

const STOPPED = new Set<SyncState["kind"]>(["lost", "signed-out", "finished"]);

/** 1, 2, 4, 8, then 15 seconds. */
export function backoff_ms(attempt: number): number {
  return Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
}

/** What a failed request means for the edits in it. */
export function stateAfter(error: unknown, attempt: number): SyncState | null {
  if (error instanceof Unreachable) return { kind: "offline", attempt: attempt + 1 };
  if (!(error instanceof Refused)) return null;
  if (error.status === 401) return { kind: "signed-out" };
  if (error.status === 409 || error.status === 404 || error.status === 403) {
    return { kind: "lost", sentence: error.message };
  }
  return null;
}

interface Parts {
  readonly journal: Journal;
  readonly documentId: string;
  readonly send: Send;
  readonly known: Known;
  readonly clock: Clock;
  readonly events: SyncEvents;
}

export class SyncEngine {
  readonly #parts: Parts;
  #state: SyncState = { kind: "saved" };
  #lease: LeaseKey | null = null;
  #running: Promise<void> | null = null;
  #again = false;
  #pause = new AbortController();
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get state(): SyncState {
    return this.#state;
  }

  /** Go on (or begin) with this lease. */
  resume(lease: LeaseKey): Promise<void> {
    this.#lease = lease;
    if (this.#state.kind !== "saved") this.#state = { kind: "sending" };
    return this.kick();
  }

  /** Somebody else holds the work: stop sending, keep everything. */
  async lose(sentence: string): Promise<void> {
    this.#lease = null;
    await this.#become({ kind: "lost", sentence });
  }

  /**
   * The task is handed in, completed or canceled: what waits here can never be sent. An edit whose
   * answer was lost may be in the log all the same, so the server is asked; the others become
   * refused edits, each with this sentence. Safe to call again until it succeeds.
   *
   * @throws Unreachable, Refused when the server could not be asked; the edits are still queued.
   */
  async finish(sentence: string): Promise<void> {
    const { journal, documentId, known } = this.#parts;
    this.#lease = null;
    this.#state = { kind: "finished", sentence };
    this.hurry();
    // What is on the wire is answered first: it may have come in just before the end.
    await this.#running;
    for (;;) {
      const batch = await journal.pending(documentId, BATCH);
      if (batch.length === 0) break;
      const opIds = batch.map((edit) => edit.transaction.op_id);
      const acknowledged = (await known(opIds)).known;
      const isKnown = new Set(acknowledged.map((one) => one.op_id));
      const refusals = opIds
        .filter((op_id) => !isKnown.has(op_id))
        .map((op_id): Refusal => ({ outcome: "refused", op_id, refused: sentence, parts: [] }));
      await this.#settle([...acknowledged, ...refusals]);
    }
    await this.#report();
  }

  /** The session ended: stop sending, keep everything. */
  async signOut(): Promise<void> {
    await this.#become({ kind: "signed-out" });
  }

  /** There may be something to send. Resolves when the queue is empty or sending has stopped. */
  kick(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#run();
    return this.#running;
  }

  /** The network is back: do not wait out the backoff. */
  hurry(): void {
    this.#pause.abort();
  }

  close(): void {
    this.#closed = true;
    this.hurry();
  }

  /** An edit may come at every await, the last one too: there must be none between look and end. */
  async #run(): Promise<void> {
    try {
      do {
        while (this.#again && this.#maySend()) {
          this.#again = false;
          await this.#drain();
        }
        await this.#report();
      } while (this.#again && this.#maySend());
    } finally {
      this.#running = null;
    }
  }

  #maySend(): boolean {
    return !this.#closed && !STOPPED.has(this.#state.kind) && this.#lease !== null;
  }

  async #drain(): Promise<void> {
    const { journal, documentId } = this.#parts;
    let most = BATCH;
    while (this.#maySend()) {
      const batch = await journal.pending(documentId, most);
      // The work may have been lost or finished while the disk was read.
      if (!this.#maySend()) return;
      if (batch.length === 0) {
        await this.#become({ kind: "saved" });
        return;
      }
      most = await this.#sendBatch(batch.map((edit) => edit.transaction));
    }
  }

  /** Returns how many edits the next batch may have. */
  async #sendBatch(batch: readonly Transaction[]): Promise<number> {
    const lease = this.#lease;
    if (lease === null) return BATCH;
    if (this.#state.kind !== "offline") await this.#become({ kind: "sending" });
    const attempt = this.#state.kind === "offline" ? this.#state.attempt : 0;
    try {
      const reply = await this.#parts.send(lease, batch);
      if (this.#state.kind === "offline") await this.#become({ kind: "sending" });
      await this.#settle(reply.results);
      return BATCH;
    } catch (error) {
      // A lease taken or given up meanwhile (or a sign-in) made this answer old news.
      const isAnswer = error instanceof Refused || error instanceof Unreachable;
      if (this.#lease !== lease && isAnswer) return BATCH;
      return this.#failed(error, attempt, batch);
    }
  }

  async #failed(error: unknown, attempt: number, batch: readonly Transaction[]): Promise<number> {
    const next = stateAfter(error, attempt);
    if (next === null) {
      if (!(error instanceof Refused)) throw error;
      // The server judges the request, not an edit of it: find the one to blame by sending one.
      const [only] = batch;
      if (batch.length > 1 || only === undefined) return 1;
      const { op_id } = only;
      await this.#settle([{ outcome: "refused", op_id, refused: error.message, parts: [] }]);
      return BATCH;
    }
    await this.#become(next);
    if (next.kind === "offline") await this.#wait(backoff_ms(next.attempt));
    return BATCH;
  }

  async #settle(results: SendReply["results"]): Promise<void> {
    const { journal, events } = this.#parts;
    const refusals = results.filter((result): result is Refusal => result.outcome === "refused");
    const acknowledged = results.filter((result): result is Acknowledged => result.outcome === "accepted");
    await journal.acknowledge(acknowledged.map((result) => result.op_id));
    await journal.refuse(refusals);
    if (acknowledged.length > 0) events.acknowledged(acknowledged);
    if (refusals.length > 0) events.refused(refusals);
    await this.#report();
  }

  async #wait(duration_ms: number): Promise<void> {
    this.#pause = new AbortController();
    await this.#parts.clock.sleep(duration_ms, this.#pause.signal);
  }

  async #become(state: SyncState): Promise<void> {
    this.#state = state;
    await this.#report();
  }

  async #report(): Promise<void> {
    const { journal, documentId, events } = this.#parts;
    if (this.#closed) return;
    events.changed(this.#state, await journal.unsent(documentId));
  }
}

export const wallClock: Clock = {
  sleep(duration_ms, signal) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, duration_ms);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  },
};
