/**
 * Polygons in space: a path that lists vertices by id, which are objects with keys of their own, so
 * that two polygons can share one. Pure; the server's tasks/types/polygons.py reads them the same way.
 */

import { type Document, idsOf, partsOf, valueOf } from "./document";
import { poseAt } from "./interpolate";
import type { CuboidObject, PolygonObject, Vec3 } from "./kinds";

export interface Vertex {
  readonly id: string;
  /** World metres. */
  readonly at: Vec3;
}

export const FEWEST_VERTICES = 3;

export function polygonObject(document: Document, id: string): PolygonObject | null {
  const value = valueOf(document, id);
  return value?.kind === "polygon" ? value : null;
}

/** What people name, answer questions about, lock and hide; a vertex is no such thing. */
export function thingOf(document: Document, id: string): CuboidObject | PolygonObject | null {
  const value = valueOf(document, id);
  return value?.kind === "cuboid" || value?.kind === "polygon" ? value : null;
}

/** In drawing order, the first not repeated; empty when it is no polygon or has no place. */
export function verticesAt(document: Document, id: string, time_ns: number): Vertex[] {
  const path = polygonObject(document, id) === null ? null : poseAt(document, id, time_ns);
  if (path?.geometry !== "path") return [];
  return path.vertex_ids.flatMap((vertexId) => {
    const pose = poseAt(document, vertexId, time_ns);
    return pose?.geometry === "point" ? [{ id: vertexId, at: pose.position_m }] : [];
  });
}

/** Every vertex that any key of the polygon lists. */
export function vertexIdsOf(document: Document, id: string): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const [, key] of partsOf(document, id).keys) {
    if (key.geometry === "path") for (const vertexId of key.vertex_ids) ids.add(vertexId);
  }
  return ids;
}

/** Of these vertices, those that no other polygon lists. */
export function onlyOf(document: Document, id: string, vertexIds: Iterable<string>): string[] {
  const others = new Set<string>();
  for (const other of idsOf(document)) {
    if (other === id || polygonObject(document, other) === null) continue;
    for (const vertexId of vertexIdsOf(document, other)) others.add(vertexId);
  }
  return [...vertexIds].filter((vertexId) => !others.has(vertexId));
}
