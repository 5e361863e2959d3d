/**
 * A person's work on one task in this window: document, journal, sync, lease.
 *
 *   edit → document (shown at once) → journal (on disk) → server (in order) → log → document
 *
 * One window at a time edits a document: `navigator.locks` settles it between the tabs of this
 * browser, the server's lease between people. Whoever loses keeps reading, and keeps what it has.
 */

import { Refused, Unreachable } from "../../api/http";
import type { Lease, LeaseKey, Me, News, TaskState, Transaction, Work } from "../../api/types";
import {
  claim,
  knownTransactions,
  releaseLease,
  renewLease,
  sendTransactions,
  submitWork,
  transactionsAfter,
} from "../../api/work";
import { ActiveTime } from "../../journal/activity";
import { Journal, type RefusedEdit } from "../../journal/journal";
import { SyncEngine, type SyncState, wallClock } from "../../journal/sync";
import { fromParts } from "../../model/document";
import { readChanges } from "../../model/edits";
import { create, type StoreApi } from "../store";
import { DocumentStore, type MadeTransaction } from "./documentStore";
import type { Write } from "./edits";
import { holdTabLock, tabLockName, windowId } from "./windows";

/** Why an edit that came too late is refused, and why the document cannot be edited any more. */
const ENDED: Readonly<Partial<Record<TaskState, string>>> = {
  completed: "The task was completed",
  canceled: "The task was canceled",
  error: "The task has failed",
};

const RENEW_MS = 30_000;
const POLL_MS = 2_500;
const POLL_AGAIN_MS = 3_000;

export interface WorkStatus {
  readonly sync: SyncState;
  readonly unsent: number;
  readonly refused: readonly RefusedEdit[];
  /** Whether this window may edit now. */
  readonly editing: boolean;
  /** Why not, as a sentence; null while it may or while it is still being asked. */
  readonly blocked: string | null;
  /** False once the task was handed in, completed or canceled: nobody can edit it any more. */
  readonly takesEdits: boolean;
  /** The browser could not write an edit down: it was taken back. */
  readonly storageProblem: string | null;
}

export class TaskWork {
  readonly store: DocumentStore;
  readonly status: StoreApi<WorkStatus>;
  readonly #me: Me;
  readonly #taskId: string;
  readonly #documentId: string;
  readonly #journal: Journal;
  readonly #sync: SyncEngine;
  readonly #active = new ActiveTime(performance.now());
  readonly #stop = new AbortController();
  #lease: LeaseKey | null = null;
  #holder: string | null;
  #tabLock: { release(): void } | null = null;

  private constructor(
    work: Work,
    me: Me,
    journal: Journal,
    unsent: readonly Transaction[],
    refused: readonly RefusedEdit[],
  ) {
    this.#me = me;
    this.#holder = work.lease.holder;
    this.#taskId = work.task_id;
    this.#documentId = work.document_id;
    this.#journal = journal;
    const mine = unsent.map((one) => ({ ...one, changes: readChanges(one.changes) }));
    this.store = new DocumentStore(fromParts(work.parts), work.seq, mine, {
      newId: () => crypto.randomUUID(),
      now: () => new Date().toISOString(),
      active_ms: () => this.#active.edit(performance.now()),
    });
    this.status = create<WorkStatus>({
      sync: { kind: "saved" },
      unsent: unsent.length,
      refused,
      editing: false,
      blocked: null,
      takesEdits: work.takes_edits,
      storageProblem: null,
    });
    this.#sync = new SyncEngine({
      journal,
      documentId: work.document_id,
      clock: wallClock,
      send: (lease, transactions) => sendTransactions(work.task_id, lease, transactions),
      known: (opIds) => knownTransactions(work.task_id, opIds),
      events: {
        changed: (sync, count) => this.#syncChanged(sync, count),
        acknowledged: (results) => this.store.confirm(results),
        refused: (refusals) => {
          this.store.drop(refusals.map((one) => one.op_id));
          void this.#showRefused();
        },
      },
    });
  }

  get personId(): string {
    return this.#me.person_id;
  }

  /**
   * Open the journal of this person and put what was not sent yet on top of the document; of one
   * that takes no edits any more, exactly what it is is shown.
   */
  static async open(work: Work, me: Me): Promise<TaskWork> {
    const journal = await Journal.open(me.person_id);
    const unsent = await journal.pending(work.document_id);
    const refused = await journal.quarantined(work.document_id);
    const transactions = work.takes_edits ? unsent.map((edit) => edit.transaction) : [];
    return new TaskWork(work, me, journal, transactions, refused);
  }

  /** Ask for the lease and begin to send and to listen. */
  async start(): Promise<void> {
    void navigator.storage.persist();
    addEventListener("online", this.#online, { signal: this.#stop.signal });
    for (const kind of ["pointermove", "pointerdown", "keydown", "wheel"]) {
      const input = () => this.#active.input(performance.now());
      addEventListener(kind, input, { signal: this.#stop.signal, passive: true });
    }
    void this.#listen();
    void this.#renewForever();
    if (this.status.getState().takesEdits) await this.claim(false);
  }

  /** @param takeOver end somebody else's claim, or that of another tab. */
  async claim(takeOver: boolean): Promise<void> {
    this.#tabLock ??= await holdTabLock(tabLockName(this.#documentId), takeOver, () => {
      this.#tabLock = null;
      void this.#lost("This task is open in another tab of this browser.");
    });
    if (this.#tabLock === null) {
      await this.#lost("This task is open in another tab of this browser.");
      return;
    }
    try {
      const lease = await claim(this.#taskId, windowId(this.#me.person_id, this.#documentId), takeOver);
      await this.#got(lease);
    } catch (error) {
      const isHeld = error instanceof Refused && error.status === 409 && this.#holder !== null;
      if (isHeld) await this.#lost(`${this.#holder} works on this task now.`);
      else await this.#claimFailed(error);
    }
  }

  /** After signing in again: go on where the session ended. */
  async signedIn(): Promise<void> {
    if (this.#lease === null) await this.claim(false);
    else await this.#sync.resume(this.#lease);
  }

  edit(writes: readonly Write[]): void {
    if (this.#mayEdit()) this.#keep(this.store.commit(writes));
  }

  undo(): void {
    if (this.#mayEdit()) this.#keep(this.store.undo());
  }

  redo(): void {
    if (this.#mayEdit()) this.#keep(this.store.redo());
  }

  /**
   * Send what is unsent, then pin the document as it stands.
   *
   * @throws Refused when the server says no, with its sentence.
   */
  async submit(): Promise<void> {
    await this.#sync.kick();
    const { unsent, refused } = this.status.getState();
    if (unsent > 0) throw new Refused(409, "Not everything is saved yet. Try again when it is.");
    if (refused.length > 0) {
      throw new Refused(409, "Some edits were refused. Look at them before submitting.");
    }
    if (this.#lease === null) throw new Refused(409, "You do not hold this task any more.");
    await submitWork(this.#taskId, this.#lease, this.store.seq);
    this.#lease = null;
    this.status.setState({ editing: false });
  }

  async discardRefused(opId: string): Promise<void> {
    await this.#journal.discard(opId);
    await this.#showRefused();
  }

  close(): void {
    this.#stop.abort();
    this.#sync.close();
    if (this.#lease !== null) {
      // Not waited for: the lease ends by itself when this does not arrive.
      releaseLease(this.#taskId, this.#lease).catch(() => undefined);
    }
    this.#tabLock?.release();
    this.#journal.close();
  }

  #isClosed(): boolean {
    return this.#stop.signal.aborted;
  }

  #hasEnded(): boolean {
    const { sync, unsent } = this.status.getState();
    return sync.kind === "finished" && unsent === 0;
  }

  #mayEdit(): boolean {
    return this.status.getState().editing;
  }

  #keep(transaction: MadeTransaction | null): void {
    if (transaction === null) return;
    this.status.setState(({ unsent }) => ({ unsent: unsent + 1 }));
    this.#journal.append(this.#documentId, transaction).then(
      () => this.#send(),
      (error: unknown) => {
        // Nothing that is not on disk may look saved.
        this.store.drop([transaction.op_id]);
        const why = error instanceof Error ? error.message : String(error);
        this.status.setState(({ unsent }) => ({ unsent: unsent - 1, storageProblem: why }));
      },
    );
  }

  #send(): void {
    this.#sync.kick().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.status.setState({ storageProblem: why });
    });
  }

  async #got(lease: Lease): Promise<void> {
    this.#lease = { lease_id: lease.lease_id, fence: lease.fence };
    this.status.setState({ editing: true, blocked: null });
    await this.#sync.resume(this.#lease);
  }

  async #claimFailed(error: unknown): Promise<void> {
    if (!(error instanceof Refused)) {
      setTimeout(() => void this.#claimAgain(), POLL_AGAIN_MS);
      this.status.setState({ blocked: "The server cannot be reached; trying again." });
      return;
    }
    if (error.status === 401) await this.#sync.signOut();
    else await this.#lost(error.message);
  }

  async #claimAgain(): Promise<void> {
    if (!this.#isClosed() && this.#lease === null) await this.claim(false);
  }

  async #lost(sentence: string): Promise<void> {
    if (!this.status.getState().takesEdits) return;
    this.#lease = null;
    this.status.setState({ editing: false, blocked: sentence });
    await this.#sync.lose(sentence);
  }

  #syncChanged(sync: SyncState, unsent: number): void {
    this.status.setState({ sync, unsent });
    if (sync.kind !== "lost") return;
    this.#lease = null;
    this.status.setState({ editing: false, blocked: sync.sentence });
  }

  /** No edit is taken any more: what was not sent in time moves to the refused ones. */
  async #end(state: TaskState): Promise<void> {
    this.#lease = null;
    const sentence = ENDED[state] ?? "The task was handed in";
    this.status.setState({ takesEdits: false, editing: false, blocked: `${sentence}.` });
    await this.#sync.finish(`${sentence} before this edit was saved.`);
  }

  async #showRefused(): Promise<void> {
    this.status.setState({ refused: await this.#journal.quarantined(this.#documentId) });
  }

  readonly #online = () => this.#sync.hurry();

  /** The log, as others (and this window) write it. */
  async #listen(): Promise<void> {
    const { signal } = this.#stop;
    while (!this.#isClosed()) {
      try {
        const news: News = await transactionsAfter(this.#taskId, this.store.seq, signal);
        this.store.receive(
          news.transactions.map((one) => ({ ...one, changes: readChanges(one.changes) })),
        );
        this.#holder = news.lease.holder;
        if (!news.takes_edits && !this.#hasEnded()) await this.#end(news.state);
        if (news.transactions.length === 0) await wallClock.sleep(POLL_MS, signal);
      } catch (error) {
        if (this.#isClosed()) return;
        if (error instanceof Refused && error.status === 401) await this.#sync.signOut();
        else if (!(error instanceof Refused) && !(error instanceof Unreachable)) {
          await this.#lost("This page does not understand the server any more. Please reload it.");
          return;
        }
        await wallClock.sleep(POLL_AGAIN_MS, signal);
      }
    }
  }

  async #renewForever(): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      await wallClock.sleep(RENEW_MS, signal);
      if (this.#isClosed()) return;
      const lease = this.#lease;
      if (lease === null) continue;
      try {
        await renewLease(this.#taskId, lease);
      } catch (error) {
        // Without a network the lease may lapse; the next write or renewal tells.
        if (error instanceof Refused && this.#lease === lease) await this.#claimFailed(error);
      }
    }
  }
}
