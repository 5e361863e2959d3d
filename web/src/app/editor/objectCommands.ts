/** Commands on whole objects: copies of them and their tracks. */

import type { ActionId } from "../../tools/index";
import { copiedAlong, copyOf, type Clip, pasted, pasteOffset } from "./copying";
import type { Editor } from "./editor";

type ObjectCommand = Extract<ActionId, `object.${"copy" | "paste" | "duplicate"}` | "track.along">;

export function objectCommands(editor: Editor): Readonly<Record<ObjectCommand, () => void>> {
  return {
    "object.copy": () => copy(editor),
    "object.paste": () => paste(editor),
    "object.duplicate": () => {
      const clip = copyOf(editor.document, editor.selection, editor.time_ns);
      if (clip.objects.length === 0) editor.say(NOTHING_SELECTED);
      else put(editor, clip, pasteOffset(clip, editor.time_ns, null));
    },
    "track.along": () => along(editor),
  };
}

export const NOTHING_SELECTED = "Select an object first.";

const countOf = (objects: number): string => (objects === 1 ? "1 object" : `${objects} objects`);

function copy(editor: Editor): void {
  const clip = copyOf(editor.document, editor.selection, editor.time_ns);
  if (clip.objects.length === 0) {
    editor.say(NOTHING_SELECTED);
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

/** To the next frame, with a key where the motion leads. */
function along(editor: Editor): void {
  const id = editor.view.getState().selected;
  if (id === null) {
    editor.say(NOTHING_SELECTED);
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
