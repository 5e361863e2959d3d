/** Commands on whole objects: copies of them and their tracks. */

import type { ActionId } from "../../tools/index";
import { polygonObject } from "../../model/polygons";
import { cycle, done } from "./advance";
import { copiedAlong, copyOf, type Clip, pasted, pasteOffset } from "./copying";
import type { Editor } from "./editor";
import type { Write } from "./edits";
import { switched } from "./setAside";
import { beginTrack, giveTrack, mergeTracks, ONLY_CUBOIDS, splitTrack } from "./trackEdits";

type ObjectCommand = Extract<
  ActionId,
  | `object.${"copy" | "paste" | "duplicate" | "lock" | "hide" | "done" | "next" | "previous"}`
  | "objects.show"
  | "select.label"
  | `track.${"along" | "begin" | "split" | "merge" | "give"}`
>;

export function objectCommands(editor: Editor): Readonly<Record<ObjectCommand, () => void>> {
  return {
    "object.copy": () => copy(editor),
    "object.paste": () => paste(editor),
    "object.duplicate": () => {
      const clip = copyOf(editor.document, editor.selection, editor.time_ns);
      if (clip.objects.length === 0) editor.say(editor.selection.length === 0 ? NOTHING_SELECTED : ONLY_CUBOIDS);
      else put(editor, clip, pasteOffset(clip, editor.time_ns, null));
    },
    "object.done": () => done(editor),
    "object.next": () => cycle(editor, 1),
    "object.previous": () => cycle(editor, -1),
    "object.lock": () => lock(editor),
    "object.hide": () => hide(editor),
    "objects.show": () => editor.view.setState({ hidden: [] }),
    "select.label": () => selectLabel(editor),
    "track.along": () => along(editor),
    "track.begin": () =>
      withSelected(editor, (id) => beginTrack(editor.document, id, editor.frameIndex, editor.frames_ns)),
    "track.split": () => split(editor),
    "track.merge": () =>
      withTwo(editor, (kept, given) => mergeTracks(editor.document, [kept, given], editor.frames_ns)),
    "track.give": () =>
      withTwo(editor, (to, from) =>
        giveTrack(editor.document, [from, to], editor.frameIndex, editor.frames_ns),
      ),
  };
}

export const NOTHING_SELECTED = "Select an object first.";

const countOf = (objects: number): string => (objects === 1 ? "1 object" : `${objects} objects`);

/** Locked when any was open. */
function lock(editor: Editor): void {
  const { selection, view } = editor;
  if (selection.length === 0) editor.say(NOTHING_SELECTED);
  else view.setState(({ locked }) => ({ locked: switched(locked, selection) }));
}

function hide(editor: Editor): void {
  const { selection, view } = editor;
  if (selection.length === 0) {
    editor.say(NOTHING_SELECTED);
    return;
  }
  view.setState(({ hidden }) => ({ hidden: switched(hidden, selection) }));
  const { hidden } = view.getState();
  if (hidden.includes(selection[0]!)) editor.say(`${countOf(hidden.length)} hidden, here only: it is submitted as ever.`);
}

/** All of the frame with the label of the selected object, or with the label in hand. */
function selectLabel(editor: Editor): void {
  const { selected, label } = editor.view.getState();
  const shown = editor.shown();
  const wanted = shown.find(({ id }) => id === selected)?.label ?? label;
  const ids = shown.filter((one) => one.label === wanted).map(({ id }) => id);
  const first = ids.filter((id) => id === selected);
  if (ids.length === 0) editor.say(`No ${editor.display(wanted)} is in this frame.`);
  else editor.selectAll([...first, ...ids.filter((id) => id !== selected)]);
}

function copy(editor: Editor): void {
  const clip = copyOf(editor.document, editor.selection, editor.time_ns);
  if (clip.objects.length === 0) {
    editor.say(editor.selection.length === 0 ? NOTHING_SELECTED : ONLY_CUBOIDS);
    return;
  }
  editor.clip = clip;
  editor.say(`${countOf(clip.objects.length)} copied.`);
}

function paste(editor: Editor): void {
  const { clip } = editor;
  if (clip === null) editor.say("Nothing was copied yet.");
  else put(editor, clip, pasteOffset(clip, editor.time_ns, editor.stage?.groundPointed() ?? null));
}

function put(editor: Editor, clip: Clip, offset: ReturnType<typeof pasteOffset>): void {
  const ids = clip.objects.map(() => crypto.randomUUID());
  editor.edit(pasted(clip, ids, offset, (point) => editor.place(point)));
  editor.selectAll(ids.filter((id) => editor.exists(id)));
}

type Edit = readonly Write[] | string;

function withSelected(editor: Editor, edit: (id: string) => Edit): void {
  const id = editor.view.getState().selected;
  if (id === null) editor.say(NOTHING_SELECTED);
  else editor.attempt(edit(id));
}

/** The object with handles, and the one other that is selected. */
function withTwo(editor: Editor, edit: (handled: string, other: string) => Edit): void {
  const [handled, other, ...more] = editor.selection;
  if (handled === undefined || other === undefined || more.length > 0) {
    editor.say("Select two objects first: click one, Ctrl-click the one to keep.");
    return;
  }
  editor.attempt(edit(handled, other));
  if (!editor.exists(other)) editor.select(handled);
}

function split(editor: Editor): void {
  const newId = crypto.randomUUID();
  withSelected(editor, (id) =>
    splitTrack(editor.document, id, newId, editor.frameIndex, editor.frames_ns),
  );
  if (editor.exists(newId)) editor.select(newId);
}

/** To the next frame, with a key where the motion leads. */
function along(editor: Editor): void {
  const id = editor.view.getState().selected;
  if (id === null) {
    editor.say(NOTHING_SELECTED);
    return;
  }
  if (polygonObject(editor.document, id) !== null) {
    editor.say(ONLY_CUBOIDS);
    return;
  }
  const next = editor.nextLabeledFrame();
  if (next === null) {
    editor.say("This is the last frame.");
    return;
  }
  const time_ns = editor.frames_ns[next]!;
  editor.attempt(
    copiedAlong(editor.document, id, time_ns, (point) => ({
      time_ns,
      cameraUsed: editor.place(point).cameraUsed,
    })),
  );
  editor.step(next - editor.frameIndex);
}
