/** How the work on a task stands, for those who show it. */

import type { Present } from "../../api/types";
import type { RefusedEdit } from "../../journal/journal";
import type { SyncState } from "../../journal/sync";
import type { Blocked } from "./blocked";

/** Why the work cannot be handed in as it is; null when it can. */
export function notReady({ unsent, refused }: WorkStatus): string | null {
  if (unsent > 0) return "Not everything is saved yet. Try again when it is.";
  if (refused.length > 0) return "Some edits were refused. Look at them first.";
  return null;
}

export interface WorkStatus {
  readonly sync: SyncState;
  readonly unsent: number;
  readonly refused: readonly RefusedEdit[];
  /** Whether this window may edit now. */
  readonly editing: boolean;
  /** Why not; null while it may or while it is still being asked. */
  readonly blocked: Blocked | null;
  /** False once the task was handed in, completed or canceled: nobody can edit it any more. */
  readonly takesEdits: boolean;
  /** Something that should never happen went wrong with saving. */
  readonly savingProblem: string | null;
  /** Why the browser keeps no edits on disk; null while it does. */
  readonly diskProblem: string | null;
  /** Unsent edits that a closed tab would lose. */
  readonly onlyHere: number;
  /** Edits of an earlier visit that were found in the journal. */
  readonly restored: number;
  /** Everybody who has the task open. */
  readonly people: readonly Present[];
  /** The server was updated: this page is of the version before. */
  readonly updated: boolean;
}
