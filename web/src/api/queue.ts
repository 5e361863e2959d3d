/** Who is given which task: the pages of queue and review, for labelers, reviewers and managers. */

import { getJson, type Options, postJson, putJson } from "./http";
import { withMode } from "./tasks";
import type { Assignment, Given, PersonList, ReviewQueue, ReviewRule, ReviewRules, WorkCheckRule, WorkCheckRules, WorkQueue } from "./types";

export type Kind = "label" | "review";

const PATH: Readonly<Record<Kind, string>> = { label: "/app/queue", review: "/app/review" };
const task = (taskId: string, verb: string) =>
  withMode(`/app/tasks/${encodeURIComponent(taskId)}/${verb}`);

export function workQueue(options?: Options): Promise<WorkQueue> {
  return getJson(withMode(PATH.label), options);
}

export function reviewQueue(options?: Options): Promise<ReviewQueue> {
  return getJson(withMode(PATH.review), options);
}

/** Reserves the most urgent task; its id is null when nothing waits. */
export function nextTask(kind: Kind): Promise<Given> {
  return postJson(withMode(`${PATH[kind]}/next`), {});
}

export function giveBack(taskId: string): Promise<unknown> {
  return postJson(task(taskId, "give-back"), {});
}

/** For whom a task is kept; for managers. */
export function assignment(taskId: string, options?: Options): Promise<Assignment> {
  return getJson(task(taskId, "assignment"), options);
}

/** @param personId null: for whoever comes next. */
export function assign(taskId: string, personId: string | null): Promise<unknown> {
  return postJson(task(taskId, "assignment"), { person_id: personId });
}

export function reviewRules(options?: Options): Promise<ReviewRules> {
  return getJson(withMode("/app/review-rules"), options);
}

export function setReviewRule(rule: ReviewRule): Promise<ReviewRule> {
  return putJson(withMode("/app/review-rules"), rule);
}

export function workChecks(options?: Options): Promise<WorkCheckRules> {
  return getJson(withMode("/app/work-checks"), options);
}

export function setWorkChecks(rule: WorkCheckRule): Promise<WorkCheckRule> {
  return putJson(withMode("/app/work-checks"), rule);
}

export function people(options?: Options): Promise<PersonList> {
  return getJson(withMode("/app/people"), options);
}
