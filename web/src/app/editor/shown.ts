/** The tracks of cuboids as a frame shows them. */

import type { Cuboid } from "../../geometry/cuboid";
import { type Document, idsOf, partsOf } from "../../model/document";
import { keysOf, presentAt } from "../../model/interpolate";
import { polygonObject, thingOf, type Vertex, verticesAt } from "../../model/polygons";
import { cuboidAt, cuboidObject, toCuboid } from "./edits";

export interface ShownCuboid {
  readonly id: string;
  readonly label: string;
  readonly stationary: boolean;
  readonly cuboid: Cuboid;
  /** Its pose is stated at this very time, not computed between two. */
  readonly isKey: boolean;
}

export interface ShownPolygon {
  readonly id: string;
  readonly label: string;
  readonly vertices: readonly Vertex[];
  /** Its shape is stated at this very time. */
  readonly isKey: boolean;
}

export interface Track {
  readonly id: string;
  readonly kind: "cuboid" | "polygon";
  readonly label: string;
  readonly stationary: boolean;
  readonly present: boolean;
  readonly isKey: boolean;
  readonly keyCount: number;
}

export function shownCuboids(document: Document, time_ns: number): ShownCuboid[] {
  const shown: ShownCuboid[] = [];
  for (const id of idsOf(document)) {
    const object = cuboidObject(document, id);
    if (object === null || !presentAt(document, id, time_ns)) continue;
    const pose = cuboidAt(document, id, time_ns);
    if (pose === null) continue;
    shown.push({
      id,
      label: object.label,
      stationary: object.stationary,
      cuboid: toCuboid(pose),
      isKey: object.stationary || keysOf(document, id).includes(time_ns),
    });
  }
  return shown;
}

/** The cuboids of a frame but for one. */
export function othersBeside(shown: readonly ShownCuboid[], id: string): readonly Cuboid[] {
  return shown.filter((one) => one.id !== id).map(({ cuboid }) => cuboid);
}

export function shownPolygons(document: Document, time_ns: number): ShownPolygon[] {
  return idsOf(document).flatMap((id): ShownPolygon[] => {
    const object = polygonObject(document, id);
    if (object === null || !presentAt(document, id, time_ns)) return [];
    const vertices = verticesAt(document, id, time_ns);
    const isKey = object.stationary || keysOf(document, id).includes(time_ns);
    return vertices.length === 0 ? [] : [{ id, label: object.label, vertices, isKey }];
  });
}

/** Every track, in the order of creation. */
export function tracks(document: Document, time_ns: number): Track[] {
  const found: Track[] = [];
  for (const id of idsOf(document)) {
    const object = thingOf(document, id);
    if (object === null) continue;
    const keys = keysOf(document, id);
    found.push({
      id,
      kind: object.kind,
      label: object.label,
      stationary: object.stationary,
      present: presentAt(document, id, time_ns),
      isKey: keys.includes(time_ns),
      keyCount: keys.length,
    });
  }
  return found;
}

/** Whether two lists say the same of the same tracks. */
export function sameTracks(a: readonly Track[], b: readonly Track[]): boolean {
  return a.length === b.length && a.every((one, index) => sameTrack(one, b[index]!));
}

/** Asked of every track in every frame that is stepped to. */
function sameTrack(one: Track, other: Track): boolean {
  return (Object.keys(one) as (keyof Track)[]).every((part) => one[part] === other[part]);
}

/** The object in the frame before and in the frame after, where it is there and moves. */
export function ghostsOf(
  document: Document,
  id: string,
  frame: number,
  frames_ns: readonly number[],
): Cuboid[] {
  if (cuboidObject(document, id)?.stationary !== false) return [];
  return [frames_ns[frame - 1], frames_ns[frame + 1]].flatMap((time_ns) => {
    if (time_ns === undefined || !presentAt(document, id, time_ns)) return [];
    const pose = cuboidAt(document, id, time_ns);
    return pose === null ? [] : [toCuboid(pose)];
  });
}

/** The size and heading of the last cuboid with this label, to place the next one like it. */
export function lastLike(document: Document, label: string): Cuboid | null {
  const like = idsOf(document).filter((id) => cuboidObject(document, id)?.label === label);
  const id = like.at(-1);
  if (id === undefined) return null;
  const key = partsOf(document, id).keys.at(-1);
  return key?.[1].geometry === "cuboid" ? toCuboid(key[1]) : null;
}
