/** Measures of a closed outline in space, whose first vertex is not repeated. Pure. */

import type { Cuboid } from "./cuboid";
import { add, cross, distance, length, scale, type Vec3 } from "./vec";

/** The length of each side, from each vertex to the next. */
export function polygonEdges(vertices: readonly Vec3[]): number[] {
  return vertices.map((at, index) => distance(at, vertices[(index + 1) % vertices.length]!));
}

/** Square metres of the plane that fits it (Newell); what folds over itself counts against it. */
export function surfaceOf(vertices: readonly Vec3[]): number {
  let normal: Vec3 = [0, 0, 0];
  const first = vertices[0] ?? [0, 0, 0];
  // From the first vertex: coordinates of the size of UTM lose nothing.
  const near = vertices.map((at): Vec3 => [at[0] - first[0], at[1] - first[1], at[2] - first[2]]);
  near.forEach((at, index) => (normal = add(normal, cross(at, near[(index + 1) % near.length]!))));
  return length(scale(normal, 0.5));
}

/** The mean of the vertices. */
export function middleOf(vertices: readonly Vec3[]): Vec3 {
  const sum = (axis: 0 | 1 | 2) => vertices.reduce((total, at) => total + at[axis], 0) / vertices.length;
  return [sum(0), sum(1), sum(2)];
}

/** What lies flat has a box of this height all the same. */
const LEAST_BOX_M = 1.5;

/** Upright and parallel to the axes of the world. */
export function boxAround(vertices: readonly Vec3[]): Cuboid {
  const ends = (axis: 0 | 1 | 2) => {
    const along = vertices.map((vertex) => vertex[axis]);
    return [Math.min(...along), Math.max(...along)] as const;
  };
  const of = (get: (low: number, high: number) => number): Vec3 => [get(...ends(0)), get(...ends(1)), get(...ends(2))];
  return {
    centre: of((low, high) => (low + high) / 2),
    size: of((low, high) => Math.max(LEAST_BOX_M, high - low)),
    rotation: [1, 0, 0, 0],
  };
}
