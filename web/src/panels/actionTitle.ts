import type { LabelEntry } from "../app/editor/labels";
import type { Action, ActionId } from "../tools/index";

/** What a command is called in this task: the keys of labels are called by their labels. */
export function actionTitle(one: Action & { id: ActionId }, labels: readonly LabelEntry[]): string {
  if (!one.id.startsWith("label.")) return one.title;
  const entry = labels[Number(one.id.slice("label.".length)) - 1];
  return entry === undefined ? one.title : `Label ${entry.display}`;
}
