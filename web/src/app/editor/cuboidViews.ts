/** How the cuboids of a frame, and the one that a hand holds, are drawn in the scene. */

import type { CuboidView } from "../../scene3d/view";
import type { Preview } from "../../tools/cuboid";
import type { Editor } from "./editor";
import type { ShownCuboid } from "./shown";

/** What the cuboids on screen were drawn from. */
export interface Drawn {
  readonly shown: readonly ShownCuboid[];
  readonly selected: string | null;
  readonly also: readonly string[];
  readonly locked: readonly string[];
  readonly readOnly: boolean;
}

export function cuboidViews(editor: Editor, drawn: Drawn): CuboidView[] {
  const { shown, selected, also, locked, readOnly } = drawn;
  return shown.map(({ id, label, cuboid, isKey }) => ({
    ...cuboid,
    id,
    colour: editor.colour(label),
    selected: id === selected,
    chosen: also.includes(id),
    keyframe: isKey,
    locked: readOnly || locked.includes(id),
  }));
}

export function previewView(editor: Editor, { id, cuboid }: Preview): CuboidView {
  const { label } = editor.view.getState();
  const shown = editor.shown().find((one) => one.id === id);
  return {
    ...cuboid,
    id: id ?? "",
    colour: editor.colour(shown?.label ?? label),
    selected: true,
    keyframe: true,
  };
}
