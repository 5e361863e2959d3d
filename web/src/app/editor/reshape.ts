/** What changes the shape of all selected objects, or says that they stand still: one edit, one undo. */

import { thingOf } from "../../model/polygons";
import type { Editor } from "./editor";
import { cuboidObject, moveCuboid } from "./edits";
import { stationarySet } from "./keyframes";
import { changedInTurn, sharedStationary } from "./many";
import type { ShapeChange } from "./shape";
import { NOTHING_SELECTED } from "./objectCommands";
import { othersBeside } from "./shown";
import { ONLY_CUBOIDS } from "./trackEdits";

const LOCKED = "locked.";

export function reshape(editor: Editor, change: ShapeChange): void {
  const { selection, stage } = editor;
  if (stage === null || !editor.mayEdit) return;
  if (selection.length > 1) reshapeAll(editor, change);
  else if (selection[0] !== undefined) {
    const [id] = selection;
    const cuboid = editor.cuboid(id);
    if (cuboidObject(editor.document, id) === null) editor.say(ONLY_CUBOIDS);
    const after = cuboid === null ? null : stage.shape.changed(cuboid, change, othersBeside(editor.shown(), id));
    if (after !== null) editor.edit(moveCuboid(editor.document, id, after, editor.place(cuboid!.centre)));
  }
}

/** Those of the frame that are not locked; how many stay is said. */
function reshapeAll(editor: Editor, change: ShapeChange): void {
  const { selection, document, stage } = editor;
  const { locked } = editor.view.getState();
  const shown = editor.shown();
  let why = "";
  const free = selection.filter((id) => {
    if (locked.includes(id)) why = LOCKED;
    else if (cuboidObject(document, id) === null) why = ONLY_CUBOIDS;
    else if (!shown.some((one) => one.id === id)) why = "they are not in this frame.";
    else return true;
    return false;
  });
  const changed = changedInTurn(free, shown, (cuboid, others) => {
    const after = stage?.shape.changed(cuboid, change, others) ?? null;
    if (after === null) why = stage?.shape.refusal.getState().sentence ?? why;
    return after;
  });
  editor.edit([...changed].flatMap(([id, { before, after }]) => moveCuboid(document, id, after, editor.place(before.centre))));
  sayLeft(editor, selection.length - changed.size, why);
}

/** All stand still, unless all do already: then none does. */
export function switchStationary(editor: Editor): void {
  const { selection, document } = editor;
  if (selection.length === 0) editor.say(NOTHING_SELECTED);
  else setAllStationary(editor, selection, sharedStationary(document, selection) !== true);
}

export function setAllStationary(editor: Editor, ids: readonly string[], stationary: boolean): void {
  if (!editor.mayEdit) return;
  const { locked } = editor.view.getState();
  const others = ids.filter((id) => thingOf(editor.document, id)?.stationary !== stationary);
  const free = others.filter((id) => !locked.includes(id));
  editor.edit(free.flatMap((id) => stationarySet(editor, id, stationary)));
  sayLeft(editor, others.length - free.length, LOCKED);
}

function sayLeft(editor: Editor, left: number, why: string): void {
  if (left > 0) editor.say(`${left === 1 ? "1 object stays as it was" : `${left} objects stay as they were`}: ${why}`);
}
