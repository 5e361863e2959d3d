/** Tells the server which version of the instructions a person has before the eyes. */

import { Refused, Unreachable } from "../../api/http";
import { noteInstructionsSeen } from "../../api/work";
import { wallClock } from "../../journal/sync";

const AGAIN_MS = 15_000;
const noted = new Set<string>();

/** Once per window and text; while the server is not reached or the person signed out, again. */
export async function noteSeen(taskId: string, text: string, signal: AbortSignal): Promise<void> {
  const what = `${taskId} ${text}`;
  while (!signal.aborted && !noted.has(what)) {
    try {
      await noteInstructionsSeen(taskId, text);
      noted.add(what);
    } catch (error) {
      if (!(error instanceof Unreachable) && !(error instanceof Refused)) throw error;
      await wallClock.sleep(AGAIN_MS, signal);
    }
  }
}
