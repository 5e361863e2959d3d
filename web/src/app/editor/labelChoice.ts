/** Which label is in the hand, and what a choice of one names. */

import type { Editor } from "./editor";
import { relabelled } from "./many";

type Chooses = Pick<Editor, "labels" | "view" | "selection" | "document" | "mayBe" | "say" | "edit">;

/**
 * A label key names the selected objects and is for the next one, too. While a tool that makes objects
 * is in the hand it is for the next one alone: the last one is still selected then.
 */
export function chooseLabel(editor: Chooses, index: number): void {
  const entry = editor.labels[index];
  if (entry === undefined) return;
  editor.view.setState({ label: entry.name });
  if (editor.view.getState().mode !== "select") return;
  const fitting = editor.selection.filter((id) => editor.mayBe(id, entry.name));
  if (fitting.length < editor.selection.length) editor.say(`${entry.display} is no label of the selected objects.`);
  editor.edit(relabelled(editor.document, fitting, entry.name));
}
