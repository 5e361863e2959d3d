import type { Editor } from "../app/editor/editor";
import { type Action, ACTIONS, type ActionId } from "../tools/index";

/** The commands of this task: without what makes objects that it does not ask for, and labels that it has not. */
export function offered(
  editor: Pick<Editor, "draws" | "labels">,
): readonly (Action & { readonly id: ActionId })[] {
  return ACTIONS.filter(({ id, makes }) => {
    const label = /^label\.(\d)$/.exec(id)?.[1];
    if (label !== undefined && Number(label) > editor.labels.length) return false;
    return makes === undefined || editor.draws(makes);
  });
}
