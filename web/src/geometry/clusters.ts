/** Points that hang together on the ground. Pure. */

import type { Vec3 } from "./vec";

/** Points in neighbouring squares of this side hang together: gaps up to it never part them. */
const CELL_M = 0.4;

/** The points in groups, by nothing but their places on the ground. */
export function clustersOf(points: readonly Vec3[]): Vec3[][] {
  const cells = new Map<string, { readonly column: number; readonly row: number; readonly points: Vec3[] }>();
  for (const point of points) {
    const [column, row] = [Math.floor(point[0] / CELL_M), Math.floor(point[1] / CELL_M)];
    const name = `${column} ${row}`;
    const cell = cells.get(name);
    if (cell === undefined) cells.set(name, { column, row, points: [point] });
    else cell.points.push(point);
  }
  const clusters: Vec3[][] = [];
  for (const [name, first] of cells) {
    cells.delete(name);
    const reached = [first];
    for (const { column, row } of reached) {
      for (const [right, up] of NEIGHBOURS) {
        const next = `${column + right} ${row + up}`;
        const cell = cells.get(next);
        if (cell === undefined) continue;
        cells.delete(next);
        reached.push(cell);
      }
    }
    clusters.push(reached.flatMap((cell) => cell.points));
  }
  return clusters;
}

const NEIGHBOURS = [-1, 0, 1].flatMap((right) => [-1, 0, 1].map((up) => [right, up] as const));
