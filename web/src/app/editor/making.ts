/** What a hand has made or changed with the cuboid tools, as an edit, and where it leads. */

import type { CuboidEdit } from "../../tools/cuboid";
import { advanced } from "./advance";
import type { Editor } from "./editor";
import { createCuboid, moveCuboid } from "./edits";
import { type Drawing, learned } from "./flow";
import { labelInHand } from "./granted";

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
  editor.flow.setState((state) => learned(state, mode));
  advanced(editor);
  return editor.flow.getState().keepsTool && editor.mayEdit;
}
