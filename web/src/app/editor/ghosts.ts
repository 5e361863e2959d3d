/**
 * Draws where the selected object is in the frames beside this one, and how far it came while it was
 * measured, while the person wants it.
 */

import { shallow } from "zustand/shallow";
import type { Cuboid } from "../../geometry/cuboid";
import type { Document } from "../../model/document";
import type { Editor } from "./editor";
import { motionAt, sweptBy } from "./objectTime";
import { ghostsOf } from "./shown";
import type { Stage } from "./stage";

interface Drawn {
  readonly document: Document;
  readonly id: string | null;
  readonly frameIndex: number;
  readonly isDecoded: boolean;
}

export function showGhosts(stage: Stage, editor: Editor): () => void {
  let drawn: Drawn | null = null;
  const refresh = () => {
    const { document, frames_ns, frameIndex, look, view } = editor;
    const { selected, hidden } = view.getState();
    const isWanted = look.getState().ghosts && selected !== null && !hidden.includes(selected);
    const id = isWanted ? selected : null;
    const now = { document, id, frameIndex, isDecoded: stage.isDecoded(frameIndex) };
    if (drawn !== null && shallow(drawn, now)) return;
    drawn = now;
    if (id === null) stage.view.setGhosts([], []);
    else stage.view.setGhosts(ghostsOf(document, id, frameIndex, frames_ns), swept(stage, editor, id));
  };
  refresh();
  const stops = [
    editor.look.subscribe(refresh),
    editor.view.subscribe(refresh),
    editor.task.store.subscribe(refresh),
    editor.decoded.subscribe(refresh),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function swept(stage: Stage, editor: Editor, id: string): Cuboid[] {
  const cuboid = editor.shown().find((one) => one.id === id)?.cuboid;
  const motion = motionAt(editor.document, id, editor.time_ns);
  const times = cuboid && motion ? stage.timesOf(editor.frameIndex, id) : null;
  return cuboid && motion && times ? sweptBy(cuboid, motion, times) : [];
}
