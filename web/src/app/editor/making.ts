/** What a hand has made or changed with the cuboid tools, as an edit, and where it leads. */

import type { CuboidEdit } from "../../tools/cuboid";
import { advanced } from "./advance";
import type { Editor } from "./editor";
import { createCuboid, moveCuboid } from "./edits";
import { type Drawing, isLearned, learned } from "./flow";
import { labelInHand } from "./granted";

const KEEPING = "Flow, below, can keep the tool in hand for the next object.";

export function commitCuboid(editor: Editor, edit: CuboidEdit): void {
  if (edit.kind === "change") {
    const at = editor.place(edit.after.centre);
    editor.edit(moveCuboid(editor.document, edit.id, edit.after, at));
    return;
  }
  // A label of polygons may have been chosen while the tool was in the hand.
  const label = labelInHand(editor.work.config, "cuboid", editor.view.getState().label);
  if (label === null) return;
  const id = crypto.randomUUID();
  editor.edit(createCuboid(id, label, edit.cuboid, editor.place(edit.cuboid.centre)));
  if (editor.exists(id)) editor.select(id);
}

/** Something new was made; whether the tool stays in the hand. */
export function afterMaking(editor: Editor, mode: Drawing): boolean {
  const known = editor.flow.getState();
  editor.flow.setState(learned(known, mode));
  advanced(editor);
  // Who has made a second one may want a third.
  if (!known.keepsTool && known.used[mode] > 0 && !isLearned(known, mode)) editor.say(KEEPING);
  return known.keepsTool && editor.mayEdit;
}
