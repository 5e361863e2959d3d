/** Why a window may only look, in words, and what its person can do about it. */

import type { LeaseHolder, TaskState } from "../../api/types";

export type Blocked =
  | { readonly kind: "tab" }
  | { readonly kind: "window" }
  | { readonly kind: "person"; readonly name: string }
  | { readonly kind: "free" }
  | { readonly kind: "ended"; readonly sentence: string }
  | { readonly kind: "unreachable" }
  | { readonly kind: "refused"; readonly sentence: string };

const ENDED: Readonly<Partial<Record<TaskState, string>>> = {
  completed: "The task was completed",
  canceled: "The task was canceled",
  error: "The task has failed",
};

/** Why the document cannot be edited any more, without the full stop. */
export function endOf(state: TaskState): string {
  return ENDED[state] ?? "The task was handed in";
}

export function blockedBy(held: LeaseHolder): Blocked {
  if (held.holder === null) return { kind: "free" };
  return held.mine ? { kind: "window" } : { kind: "person", name: held.holder };
}

export function sentenceOf(blocked: Blocked): string {
  switch (blocked.kind) {
    case "tab":
      return "You are working on this task in another tab.";
    case "window":
      return "You are working on this task in another window or browser.";
    case "person":
      return `${blocked.name} works on this task now.`;
    case "free":
      return "Nobody works on this task now.";
    case "unreachable":
      return "The server cannot be reached; trying again.";
    case "ended":
    case "refused":
      return blocked.sentence;
  }
}

/** What the button says that claims the task; null when there is nothing to claim. */
export function wayOut(blocked: Blocked): string | null {
  switch (blocked.kind) {
    case "tab":
    case "window":
      return "Take over here";
    case "person":
    case "refused":
      return "Take over";
    case "free":
      return "Start editing";
    case "ended":
    case "unreachable":
      return null;
  }
}
