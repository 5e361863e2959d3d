/**
 * A person's work on one task in this window: document, journal, sync, lease.
 *
 *   edit → document (shown at once) → journal (on disk) → server (in order) → log → document
 *
 * One window at a time edits a document: `navigator.locks` settles it between the tabs of this
 * browser, the server's lease between people. Whoever loses keeps reading, and keeps what it has.
 */

import { getJson, onUpdate, Refused, Unreachable } from "../../api/http";
import type { Lease, LeaseHolder, LeaseKey, Me, News, TaskState, Work } from "../../api/types";
import {
  claim,
  judgeWork,
  knownTransactions,
  leaveTask,
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
import { type Operation, readChanges, sameValue } from "../../model/edits";
import { create, type StoreApi } from "../store";
import { type Blocked, blockedBy, endOf, sentenceOf } from "./blocked";
import { DocumentStore, type MadeTransaction } from "./documentStore";
import type { Write } from "./edits";
import { readUnsent } from "./unsent";
import { TabTurn, windowId } from "./windows";
import { notReady, type WorkStatus } from "./workStatus";

export type { WorkStatus } from "./workStatus";

const RENEW_MS = 30_000;
const POLL_MS = 2_500;
const POLL_AGAIN_MS = 3_000;

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
  /** This window, as the others in the task see it; two tabs of one browser are two. */
  readonly #openWindow = crypto.randomUUID();
  readonly #turn: TabTurn;
  #lease: LeaseKey | null = null;
  #claiming: Promise<void> = Promise.resolve();

  private constructor(
    work: Work,
    me: Me,
    journal: Journal,
    unsent: readonly Operation[],
    refused: readonly RefusedEdit[],
  ) {
    this.#me = me;
    this.#taskId = work.task_id;
    this.#documentId = work.document_id;
    this.#journal = journal;
    this.#turn = new TabTurn(work.document_id, {
      lost: () => void this.#lost({ kind: "tab" }),
      came: () => void this.claim(false),
    });
    // Of a document that takes no edits any more, exactly what it is is shown.
    const mine = work.takes_edits ? unsent : [];
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
      savingProblem: null,
      diskProblem: journal.problem,
      onlyHere: 0,
      restored: mine.length,
      people: [],
      updated: false,
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

  get taskId(): string {
    return this.#taskId;
  }

  /** Open the journal of this person and put what was not sent yet on top of the document. */
  static async open(work: Work, me: Me): Promise<TaskWork> {
    const journal = await Journal.open(me.person_id);
    const unsent = await readUnsent(journal, work.document_id);
    const refused = await journal.quarantined(work.document_id);
    return new TaskWork(work, me, journal, unsent, refused);
  }

  /** Ask for the lease and begin to send and to listen. */
  async start(): Promise<void> {
    const { signal } = this.#stop;
    // Refused or not asked for, the browser may throw our disk away when it runs out of room.
    navigator.storage.persist().catch(() => undefined);
    addEventListener("online", () => this.#sync.hurry(), { signal });
    addEventListener("pagehide", this.#leave, { signal });
    addEventListener("beforeunload", this.#warn, { signal });
    for (const kind of ["pointermove", "pointerdown", "keydown", "wheel"]) {
      const input = () => this.#active.input(performance.now());
      addEventListener(kind, input, { signal, passive: true });
    }
    const forget = onUpdate(() => this.status.setState({ updated: true }));
    signal.addEventListener("abort", forget);
    void this.#listen();
    void this.#renewForever();
    if (this.status.getState().takesEdits) await this.claim(false);
  }

  /** @param takeOver end somebody else's claim, or that of another tab. */
  claim(takeOver: boolean): Promise<void> {
    this.#claiming = this.#claiming.then(() => this.#claim(takeOver));
    return this.#claiming;
  }

  /** After signing in again: go on where the session ended. */
  async signedIn(): Promise<void> {
    if (this.#lease === null) await this.claim(false);
    else this.#resume(this.#lease);
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

  submit(): Promise<void> {
    return this.handIn((lease, seq) => submitWork(this.#taskId, lease, seq));
  }

  /** As `submit`, with a reviewer's verdict; the comment says why work is returned. */
  judge(accepted: boolean, comment: string): Promise<void> {
    return this.handIn((lease, seq) => judgeWork(this.#taskId, lease, seq, accepted, comment));
  }

  /** Send what is unsent, then let this request end the work; throws Refused with a sentence. */
  async handIn(hand: (lease: LeaseKey, seq: number) => Promise<unknown>): Promise<void> {
    if (this.store.showsEarlier) throw new Refused(409, "Go back to the present first.");
    await this.#sync.kick();
    const sentence = notReady(this.status.getState());
    if (sentence !== null) throw new Refused(409, sentence);
    if (this.#lease === null) throw new Refused(409, "You do not hold this task any more.");
    await hand(this.#lease, this.store.seq);
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
    this.#leave();
    this.#turn.end();
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

  // Keeping ----------------------------------------------------------------------------------

  #keep(transaction: MadeTransaction | null): void {
    if (transaction === null) return;
    this.status.setState(({ unsent }) => ({ unsent: unsent + 1 }));
    this.#journal.append(this.#documentId, transaction).then(
      () => this.#send(),
      (error: unknown) => {
        // Nothing that is not kept may look saved.
        this.store.drop([transaction.op_id]);
        this.status.setState(({ unsent }) => ({ unsent: unsent - 1 }));
        this.#showProblem(error);
      },
    );
  }

  #send(): void {
    this.#showDisk();
    this.#sync.kick().catch((error: unknown) => this.#showProblem(error));
  }

  #showProblem(error: unknown): void {
    this.status.setState({ savingProblem: error instanceof Error ? error.message : String(error) });
  }

  #showDisk(): void {
    const { problem: diskProblem, onlyHere } = this.#journal;
    this.status.setState({ diskProblem, onlyHere });
  }

  #syncChanged(sync: SyncState, unsent: number): void {
    this.#showDisk();
    this.status.setState({ sync, unsent });
    if (sync.kind !== "lost") return;
    this.#lease = null;
    const { blocked } = this.status.getState();
    const sentence = sync.sentence;
    this.status.setState({ editing: false, blocked: blocked ?? { kind: "refused", sentence } });
  }

  async #showRefused(): Promise<void> {
    this.status.setState({ refused: await this.#journal.quarantined(this.#documentId) });
  }

  readonly #warn = (event: BeforeUnloadEvent) => {
    if (this.#journal.onlyHere > 0) event.preventDefault();
  };

  readonly #leave = () => {
    leaveTask(this.#taskId, this.#openWindow).catch(() => undefined);
  };

  // The lease --------------------------------------------------------------------------------

  async #claim(takeOver: boolean): Promise<void> {
    const isOurs = await this.#turn.take(takeOver);
    if (this.#isClosed()) return;
    if (!isOurs) {
      await this.#lost({ kind: "tab" });
      return;
    }
    const window = windowId(this.#me.person_id, this.#documentId);
    try {
      await this.#got(await claim(this.#taskId, this.#me.person_id, window, takeOver));
    } catch (error) {
      await this.#claimFailed(error);
    }
  }

  async #got(lease: Lease): Promise<void> {
    this.#lease = { lease_id: lease.lease_id, fence: lease.fence };
    // Another tab of this person may have left edits in the journal since this one was opened.
    this.store.adopt(await readUnsent(this.#journal, this.#documentId));
    this.status.setState({ editing: true, blocked: null });
    this.#resume(this.#lease);
  }

  /** Not waited for: without a network, sending goes on until there is one. */
  #resume(lease: LeaseKey): void {
    this.#sync.resume(lease).catch((error: unknown) => this.#showProblem(error));
  }

  async #claimFailed(error: unknown): Promise<void> {
    if (!(error instanceof Refused)) {
      setTimeout(() => void this.#claimAgain(), POLL_AGAIN_MS);
      this.status.setState({ blocked: { kind: "unreachable" } });
    } else if (error.status === 401) await this.#sync.signOut();
    else await this.#lost({ kind: "refused", sentence: error.message });
  }

  async #claimAgain(): Promise<void> {
    if (!this.#isClosed() && this.#lease === null) await this.claim(false);
  }

  async #lost(blocked: Blocked): Promise<void> {
    if (!this.status.getState().takesEdits) return;
    this.#lease = null;
    this.status.setState({ editing: false, blocked });
    await this.#sync.lose(sentenceOf(blocked));
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

  // News -------------------------------------------------------------------------------------

  /** The log, as others (and this window) write it, and who is there. */
  async #listen(): Promise<void> {
    const { signal } = this.#stop;
    while (!this.#isClosed()) {
      try {
        const news = await transactionsAfter(this.#taskId, this.store.seq, this.#openWindow, signal);
        await this.#hear(news);
        if (news.transactions.length === 0) await wallClock.sleep(POLL_MS, signal);
      } catch (error) {
        if (this.#isClosed()) return;
        if (error instanceof Refused && error.status === 401) await this.#sync.signOut();
        else if (!(error instanceof Refused) && !(error instanceof Unreachable)) {
          const sentence = "This page does not understand the server any more. Please reload it.";
          await this.#lost({ kind: "ended", sentence });
          return;
        }
        await wallClock.sleep(POLL_AGAIN_MS, signal);
      }
    }
  }

  async #hear(news: News): Promise<void> {
    const { status } = this;
    this.store.receive(
      news.transactions.map((one) => ({ ...one, changes: readChanges(one.changes) })),
    );
    if (!sameValue(status.getState().people, news.people)) status.setState({ people: news.people });
    if (!news.takes_edits) {
      if (!this.#hasEnded()) await this.#end(news.state);
      return;
    }
    await this.#hearOfLease(news.lease);
    if (status.getState().sync.kind === "signed-out" && (await this.#isMe())) await this.signedIn();
  }

  /** Somebody took the task, gave it back, or it is another one's turn by now. */
  async #hearOfLease(held: LeaseHolder): Promise<void> {
    const { blocked } = this.status.getState();
    const isTaken = this.#lease !== null && held.fence > this.#lease.fence;
    const isShown = blocked !== null && ["person", "window", "free", "refused"].includes(blocked.kind);
    if (!isTaken && !isShown) return;
    const now = blockedBy(held);
    if (isTaken) await this.#lost(now);
    else if (!sameValue(blocked, now)) this.status.setState({ blocked: now });
  }

  /** Whether it is still this person who is signed in in this browser. */
  async #isMe(): Promise<boolean> {
    const me = await getJson<Me>("/app/me");
    return me.person_id === this.#me.person_id;
  }

  /** No edit is taken any more: what was not sent in time moves to the refused ones. */
  async #end(state: TaskState): Promise<void> {
    this.#lease = null;
    const sentence = endOf(state);
    const blocked: Blocked = { kind: "ended", sentence: `${sentence}.` };
    this.status.setState({ takesEdits: false, editing: false, blocked });
    await this.#sync.finish(`${sentence} before this edit was saved.`);
  }
}
