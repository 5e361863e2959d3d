/** Keyframes of an object, whatever its kind, as the parts that a change of them writes. */

import { polygonObject } from "../../model/polygons";
import type { Editor } from "./editor";
import { addKey, removeKey, setStationary, type Write } from "./edits";
import { addPolygonKey, removePolygonKey, setPolygonStationary } from "./polygonEdits";

export function keyAdded(editor: Editor, id: string): readonly Write[] {
  const { document, time_ns } = editor;
  if (polygonObject(document, id) !== null) return addPolygonKey(document, id, time_ns);
  const cuboid = editor.cuboid(id);
  return cuboid === null ? [] : addKey(document, id, editor.place(cuboid.centre));
}

export function keyRemoved({ document }: Editor, id: string, time_ns: number): readonly Write[] {
  const remove = polygonObject(document, id) === null ? removeKey : removePolygonKey;
  return remove(document, id, time_ns);
}

export function stationarySet(editor: Editor, id: string, stationary: boolean): readonly Write[] {
  const { document, time_ns, frames_ns } = editor;
  const first_ns = frames_ns[0] ?? 0;
  if (polygonObject(document, id) !== null) {
    return setPolygonStationary(document, id, stationary, time_ns, first_ns, () => crypto.randomUUID());
  }
  const cuboid = editor.cuboid(id);
  if (cuboid === null) return [];
  return setStationary(document, id, stationary, editor.place(cuboid.centre), first_ns);
}
