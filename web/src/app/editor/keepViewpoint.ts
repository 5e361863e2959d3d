/** The main view begins where it was left, and where it rests is noted for the next time. */

import { sameValue } from "../../model/edits";
import type { Editor } from "./editor";
import type { Stage } from "./stage";

/** Looked at this often instead of at every move: a hand at work must not write to disk. */
const EVERY_MS = 700;

export function keepViewpoint(editor: Editor, stage: Stage): () => void {
  const { viewpoint } = editor.view.getState();
  if (viewpoint !== null) stage.view.viewpoint = viewpoint;
  const note = () => {
    const now = stage.view.viewpoint;
    if (!sameValue(now, editor.view.getState().viewpoint)) editor.view.setState({ viewpoint: now });
  };
  const timer = setInterval(note, EVERY_MS);
  addEventListener("pagehide", note);
  return () => {
    clearInterval(timer);
    removeEventListener("pagehide", note);
  };
}
