/** Going from one piece of work to the next. */

import { type Kind, nextTask } from "../api/queue";
import { navigate } from "./router";

/** Opens the most urgent task; false: nothing waits. */
export async function openNext(kind: Kind): Promise<boolean> {
  const { task_id: taskId } = await nextTask(kind);
  if (taskId === null) return false;
  const path = `/tasks/${taskId}/work`;
  // It came back while it is still shown, as a new piece of work.
  if (location.pathname === path) location.reload();
  else navigate(path);
  return true;
}
