/** Working on a task: its scene and document, the lease, edits in and out, submitting. */

import { getJson, type Options, postJson } from "./http";
import { withMode } from "./tasks";
import type {
  History,
  KnownOps,
  Lease,
  LeaseKey,
  News,
  Revision,
  SendReply,
  Transaction,
  Work,
} from "./types";

const path = (taskId: string, verb: string) => `/app/tasks/${encodeURIComponent(taskId)}/${verb}`;

export function openWork(taskId: string, options?: Options): Promise<Work> {
  return getJson(withMode(path(taskId, "work")), options);
}

/**
 * @throws Refused with 409 when somebody else holds it and `takeOver` is false, with 401 when
 *   somebody else than `personId` is signed in by now.
 */
export function claim(
  taskId: string,
  personId: string,
  clientId: string,
  takeOver: boolean,
): Promise<Lease> {
  const body = { take_over: takeOver, client_id: clientId, person_id: personId };
  return postJson(withMode(path(taskId, "claim")), body);
}

/** Keeps the lease for another two minutes. */
export function renewLease(taskId: string, lease: LeaseKey): Promise<Lease> {
  return postJson(withMode(path(taskId, "lease")), lease);
}

export function releaseLease(taskId: string, lease: LeaseKey): Promise<unknown> {
  return postJson(withMode(path(taskId, "release")), lease);
}

export function sendTransactions(
  taskId: string,
  lease: LeaseKey,
  transactions: readonly Transaction[],
): Promise<SendReply> {
  return postJson(withMode(path(taskId, "transactions")), { ...lease, transactions });
}

/** Which of these edits the server has; what it does not name, it does not have. */
export function knownTransactions(taskId: string, opIds: readonly string[]): Promise<KnownOps> {
  return postJson(withMode(path(taskId, "transactions/known")), { op_ids: opIds });
}

/** A page of the log after `seq`, empty when there is nothing new; others see that we are here. */
export function transactionsAfter(
  taskId: string,
  seq: number,
  openWindow: string,
  signal: AbortSignal,
): Promise<News> {
  const query = new URLSearchParams({ after: String(seq), window: openWindow });
  return getJson(withMode(path(taskId, "transactions"), query), { signal });
}

/** This window shows the task no more; sent even while the page is being closed. */
export function leaveTask(taskId: string, openWindow: string): Promise<unknown> {
  return postJson(withMode(path(taskId, "leave")), { window: openWindow }, { keepalive: true });
}

/** A page of the log from the newest on, or from before a sequence number. */
export function historyBefore(taskId: string, seq: number | null): Promise<History> {
  const query = new URLSearchParams(seq === null ? {} : { before: String(seq) });
  return getJson(withMode(path(taskId, "history"), query));
}

/** The document as it was after transaction `seq`. */
export function revisionAt(taskId: string, seq: number): Promise<Revision> {
  return getJson(withMode(path(taskId, `revisions/${seq}`)));
}

/** @throws Refused with 409 when the document has moved past `seq`. */
export function submitWork(taskId: string, lease: LeaseKey, seq: number): Promise<unknown> {
  return postJson(withMode(path(taskId, "submit")), { ...lease, seq });
}

/** @throws Refused with 409 when the document has moved past `seq`. */
export function judgeWork(
  taskId: string,
  lease: LeaseKey,
  seq: number,
  accepted: boolean,
  comment: string,
): Promise<unknown> {
  const body = { lease_id: lease.lease_id, fence: lease.fence, seq, accepted, comment };
  return postJson(withMode(path(taskId, "verdict")), body);
}

/** This person has this text before the eyes. */
export function noteInstructionsSeen(taskId: string, text: string): Promise<unknown> {
  return postJson(withMode(path(taskId, "instructions/seen")), { text });
}
