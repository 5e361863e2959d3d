/** Draws where the selected object is in the frames beside this one, while the person wants it. */

import { shallow } from "zustand/shallow";
import type { Document } from "../../model/document";
import type { Editor } from "./editor";
import { ghostsOf } from "./shown";
import type { Stage } from "./stage";

interface Drawn {
  readonly document: Document;
  readonly id: string | null;
  readonly frameIndex: number;
}

export function showGhosts(stage: Stage, editor: Editor): () => void {
  let drawn: Drawn | null = null;
  const refresh = () => {
    const { document, frames_ns, frameIndex, look, view } = editor;
    const { selected, hidden } = view.getState();
    const isWanted = look.getState().ghosts && selected !== null && !hidden.includes(selected);
    const id = isWanted ? selected : null;
    const now = { document, id, frameIndex };
    if (drawn !== null && shallow(drawn, now)) return;
    drawn = now;
    stage.view.setGhosts(id === null ? [] : ghostsOf(document, id, frameIndex, frames_ns));
  };
  refresh();
  const stops = [
    editor.look.subscribe(refresh),
    editor.view.subscribe(refresh),
    editor.task.store.subscribe(refresh),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
