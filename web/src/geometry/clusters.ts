/** Points that hang together on the ground. Pure. */

import type { Vec3 } from "./vec";

/** Points in neighbouring squares of this side hang together: gaps up to it never part them. */
const CELL_M = 0.4;
/** Squares a side, for a number that names a square: 26 km. */
const SIDE = 1 << 16;

interface Cell {
  readonly name: number;
  readonly members: number[];
}

/**
 * The points in groups, by nothing but their places on the ground.
 *
 * @param places x and y of each point, in metres, within 13 km of 0.
 * @returns of each group the places of its points in the list.
 */
export function groupsOf(places: ArrayLike<number>): number[][] {
  const cells = new Map<number, Cell>();
  for (let at = 0; at < places.length; at += 2) {
    const [column, row] = [Math.floor(places[at]! / CELL_M), Math.floor(places[at + 1]! / CELL_M)];
    const name = (row + SIDE / 2) * SIDE + column + SIDE / 2;
    const cell = cells.get(name);
    if (cell === undefined) cells.set(name, { name, members: [at / 2] });
    else cell.members.push(at / 2);
  }
  const groups: number[][] = [];
  for (const first of cells.values()) {
    cells.delete(first.name);
    const reached = [first];
    for (const { name } of reached) {
      for (const step of NEIGHBOURS) {
        const cell = cells.get(name + step);
        if (cell === undefined) continue;
        cells.delete(cell.name);
        reached.push(cell);
      }
    }
    groups.push(reached.flatMap(({ members }) => members));
  }
  return groups;
}

/** As groupsOf, of points as they are. */
export function clustersOf(points: readonly Vec3[]): Vec3[][] {
  const [x0, y0] = points[0] ?? [0, 0, 0];
  const places = points.flatMap(([x, y]) => [x - x0, y - y0]);
  return groupsOf(places).map((members) => members.map((at) => points[at]!));
}

const NEIGHBOURS = [-SIDE, 0, SIDE].flatMap((row) => [row - 1, row, row + 1]).filter((step) => step !== 0);
