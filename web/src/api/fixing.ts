/** Delivered work: what people say of it, fixing it, and sending it back; for reviewers. */

import { getJson, type Options, postJson } from "./http";
import { withMode } from "./tasks";
import type { AfterDelivery, LeaseKey, Opinion } from "./types";

const path = (taskId: string, verb: string) =>
  withMode(`/app/tasks/${encodeURIComponent(taskId)}/${verb}`);

export function afterDelivery(taskId: string, options?: Options): Promise<AfterDelivery> {
  return getJson(path(taskId, "after-delivery"), options);
}

/** As the customer's own audit does; "commented" needs the comment. */
export function auditTask(taskId: string, opinion: Opinion, comment: string): Promise<AfterDelivery> {
  return postJson(path(taskId, "audit"), { opinion, comment });
}

/** The delivered labels can be edited from then on; a fix that is open goes on. */
export function beginFix(taskId: string): Promise<unknown> {
  return postJson(path(taskId, "fix"), {});
}

/** @throws Refused with 409 when nothing was changed, or the document has moved past `seq`. */
export function handInFix(
  taskId: string,
  lease: LeaseKey,
  seq: number,
  comment: string,
): Promise<unknown> {
  const body = { lease_id: lease.lease_id, fence: lease.fence, seq, comment };
  return postJson(path(taskId, "fix/hand-in"), body);
}

/** The labels are as they were delivered again. */
export function discardFix(taskId: string): Promise<unknown> {
  return postJson(path(taskId, "fix/discard"), {});
}

/** The task is pending again, and its labeler sees the comment. */
export function recallTask(taskId: string, comment: string): Promise<unknown> {
  return postJson(path(taskId, "recall"), { comment });
}
