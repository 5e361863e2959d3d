/** From one object to the next, and from frame to frame, as the person works. */

import { distance, type Vec3 } from "../../geometry/vec";
import { middleOf } from "../../geometry/outline";
import type { Editor } from "./editor";

type Walks = Pick<
  Editor,
  "work" | "frameIndex" | "shown" | "polygons" | "view" | "select" | "step" | "nextLabeledFrame" | "say" | "flow"
>;

/** Metres from the sensor to the middle of each object of the frame. */
export function distances(editor: Pick<Walks, "work" | "frameIndex" | "shown" | "polygons">): ReadonlyMap<string, number> {
  const device = editor.work.scene.frames[editor.frameIndex]?.device_position_m;
  if (device === undefined) return new Map();
  const places: { readonly id: string; readonly at: Vec3 }[] = [
    ...editor.shown().map(({ id, cuboid }) => ({ id, at: cuboid.centre })),
    ...editor.polygons().map(({ id, vertices }) => ({ id, at: middleOf(vertices.map(({ at }) => at)) })),
  ];
  return new Map(places.map(({ id, at }) => [id, distance(at, device)]));
}

/** Through the objects of the frame, the nearest to the sensor first. */
export function cycle(editor: Walks, by: 1 | -1): void {
  const sorted = [...distances(editor)].map(([id, away]) => ({ id, away })).sort((a, b) => a.away - b.away);
  if (sorted.length === 0) return;
  const at = sorted.findIndex(({ id }) => id === editor.view.getState().selected);
  const next = at < 0 ? (by > 0 ? 0 : sorted.length - 1) : (at + by + sorted.length) % sorted.length;
  editor.select(sorted[next]?.id ?? null);
}

/** After an object was made: to the next frame, where the person wants that. */
export function advanced(editor: Walks): void {
  if (editor.flow.getState().advance === "frame") toNextFrame(editor);
}

/** A person is done with the selected object. */
export function done(editor: Walks): void {
  if (editor.flow.getState().advance === "frame") toNextFrame(editor);
  else cycle(editor, 1);
}

/** What is selected stays so: the same object, later. */
function toNextFrame(editor: Walks): void {
  const next = editor.nextLabeledFrame();
  if (next === null) editor.say("This is the last frame.");
  else editor.step(next - editor.frameIndex);
}
