/**
 * What a person does to polygons, as the parts that it writes. Pure. A change of shape states the
 * whole polygon at its time, as a keyframe of a cuboid does; of what never moves, at its one key.
 */

import { add, type Vec3 } from "../../geometry/vec";
import { type Document, partsOf } from "../../model/document";
import { keysOf } from "../../model/interpolate";
import { BY_PERSON, type PathGeometry, type PointGeometry, type VertexObject } from "../../model/kinds";
import { keyPart, OBJECT } from "../../model/parts";
import {
  FEWEST_VERTICES,
  onlyOf,
  polygonObject,
  type Vertex,
  vertexIdsOf,
  verticesAt,
} from "../../model/polygons";
import type { Write } from "./edits";

const path = (vertex_ids: readonly string[]): PathGeometry => ({
  geometry: "path",
  vertex_ids,
  provenance: BY_PERSON,
});

const point = (position_m: Vec3): PointGeometry => ({
  geometry: "point",
  position_m,
  camera_used: null,
  provenance: BY_PERSON,
});

function vertexMade(id: string, at: Vec3, time_ns: number, stationary: boolean): Write[] {
  const object: VertexObject = { kind: "vertex", space: "world", stationary, provenance: BY_PERSON };
  return [
    { object_id: id, part: OBJECT, after: object },
    { object_id: id, part: keyPart(time_ns), after: point(at) },
  ];
}

export function createPolygon(
  id: string,
  label: string,
  vertices: readonly Vertex[],
  time_ns: number,
): Write[] {
  const ids = vertices.map((vertex) => vertex.id);
  return [
    {
      object_id: id,
      part: OBJECT,
      after: {
        kind: "polygon",
        space: "world",
        label,
        parent_id: null,
        stationary: false,
        provenance: BY_PERSON,
      },
    },
    { object_id: id, part: keyPart(time_ns), after: path(ids) },
    ...vertices.flatMap((vertex) => vertexMade(vertex.id, vertex.at, time_ns, false)),
  ];
}

/** The polygon with exactly these vertices at this time; those that are new get made. */
function stated(document: Document, id: string, vertices: readonly Vertex[], time_ns: number): Write[] {
  const object = polygonObject(document, id);
  if (object === null) return [];
  const at_ns = object.stationary ? (keysOf(document, id)[0] ?? time_ns) : time_ns;
  return [
    { object_id: id, part: keyPart(at_ns), after: path(vertices.map((vertex) => vertex.id)) },
    ...vertices.flatMap((vertex): Write[] => {
      const keys = keysOf(document, vertex.id);
      if (keys.length === 0) return vertexMade(vertex.id, vertex.at, at_ns, object.stationary);
      const key_ns = object.stationary ? keys[0]! : at_ns;
      return [{ object_id: vertex.id, part: keyPart(key_ns), after: point(vertex.at) }];
    }),
  ];
}

export function moveVertex(document: Document, id: string, index: number, to: Vec3, time_ns: number): Write[] {
  const vertices = verticesAt(document, id, time_ns);
  return stated(document, id, vertices.with(index, { ...vertices[index]!, at: to }), time_ns);
}

/** A new vertex that becomes the one of this index. */
export function insertVertex(
  document: Document,
  id: string,
  index: number,
  vertex: Vertex,
  time_ns: number,
): Write[] {
  return stated(document, id, verticesAt(document, id, time_ns).toSpliced(index, 0, vertex), time_ns);
}

/** From this time on without it; a sentence: why not. */
export function removeVertex(document: Document, id: string, index: number, time_ns: number): Write[] | string {
  const vertices = verticesAt(document, id, time_ns);
  if (vertices.length <= FEWEST_VERTICES) return "A polygon needs three vertices.";
  const writes = stated(document, id, vertices.toSpliced(index, 1), time_ns);
  const gone = vertices[index];
  if (gone === undefined) return "There is no such vertex.";
  const [first] = writes;
  const others = partsOf(document, id).keys.filter(([key_ns]) => keyPart(key_ns) !== first?.part);
  const isListed = others.some(([, key]) => key.geometry === "path" && key.vertex_ids.includes(gone.id));
  return isListed ? writes : [...writes, ...vanished(document, onlyOf(document, id, [gone.id]))];
}

export function movePolygon(document: Document, id: string, by: Vec3, time_ns: number): Write[] {
  const vertices = verticesAt(document, id, time_ns);
  return stated(document, id, vertices.map((vertex) => ({ ...vertex, at: add(vertex.at, by) })), time_ns);
}

/** State the shape that was computed: a key where there was none. */
export function addPolygonKey(document: Document, id: string, time_ns: number): Write[] {
  if (polygonObject(document, id)?.stationary !== false || keysOf(document, id).includes(time_ns)) return [];
  return stated(document, id, verticesAt(document, id, time_ns), time_ns);
}

/** Never the last one; the keys of its own vertices go with it. */
export function removePolygonKey(document: Document, id: string, time_ns: number): Write[] {
  const keys = partsOf(document, id).keys;
  const removed = keys.find(([key_ns]) => key_ns === time_ns)?.[1];
  if (removed?.geometry !== "path" || keys.length < 2) return [];
  const rest = keys.filter(([key_ns]) => key_ns !== time_ns);
  const listed = new Set(rest.flatMap(([, key]) => (key.geometry === "path" ? key.vertex_ids : [])));
  const own = onlyOf(document, id, vertexIdsOf(document, id));
  return [
    { object_id: id, part: keyPart(time_ns), after: null },
    ...own.flatMap((vertexId): Write[] => {
      if (!listed.has(vertexId)) return vanished(document, [vertexId]);
      const times = keysOf(document, vertexId);
      const isKey = times.includes(time_ns) && times.length > 1;
      return isKey ? [{ object_id: vertexId, part: keyPart(time_ns), after: null }] : [];
    }),
  ];
}

/** Stationary: the shape shown now becomes the only one, with vertices of its own. */
export function setPolygonStationary(
  document: Document,
  id: string,
  stationary: boolean,
  time_ns: number,
  firstFrame_ns: number,
  newId: () => string,
): Write[] {
  const object = polygonObject(document, id);
  if (object === null || object.stationary === stationary) return [];
  const only_ns = stationary ? time_ns : firstFrame_ns;
  const vertices = verticesAt(document, id, time_ns).map(({ at }) => ({ id: newId(), at }));
  const others = keysOf(document, id).filter((key_ns) => key_ns !== only_ns);
  return [
    { object_id: id, part: OBJECT, after: { ...object, stationary } },
    { object_id: id, part: keyPart(only_ns), after: path(vertices.map((vertex) => vertex.id)) },
    ...others.map((key_ns) => ({ object_id: id, part: keyPart(key_ns), after: null })),
    ...vertices.flatMap((vertex) => vertexMade(vertex.id, vertex.at, only_ns, stationary)),
    ...vanished(document, onlyOf(document, id, vertexIdsOf(document, id))),
  ];
}

/** All parts of these vertices. */
function vanished(document: Document, vertexIds: readonly string[]): Write[] {
  return vertexIds.flatMap((vertexId) =>
    [...partsOf(document, vertexId).parts].flatMap(([part, { value }]) =>
      value === null ? [] : [{ object_id: vertexId, part, after: null }],
    ),
  );
}

/** Those that go when the polygon is deleted: what others list stays. */
export function ownVertices(document: Document, id: string): string[] {
  return polygonObject(document, id) === null ? [] : onlyOf(document, id, vertexIdsOf(document, id));
}
