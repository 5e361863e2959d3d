import type { Editor } from "../app/editor/editor";
import { type Action, ACTIONS, type ActionId } from "../tools/index";

/** The commands of this task: what makes objects that it does not ask for is not among them. */
export function offered(editor: Pick<Editor, "draws">): readonly (Action & { readonly id: ActionId })[] {
  return ACTIONS.filter(({ makes }) => makes === undefined || editor.draws(makes));
}
