/** The coarse ground read between the middles of its cells, as the texture of it is. */

import { fromHalf, type GroundGrid } from "../workers/ground";

/** What each of the half floats means; made when first asked for. */
let meanings: Float32Array | null = null;

function meaningOf(): Float32Array {
  if (meanings !== null) return meanings;
  meanings = new Float32Array(1 << 16);
  for (let half = 0; half < meanings.length; half += 1) meanings[half] = fromHalf(half);
  return meanings;
}

/** Metres above the chunk's low corner, from metres along x and y from there; held beyond the grid. */
export function groundHeights(ground: GroundGrid): (x: number, y: number) => number {
  const { columns, rows, cellM, levelM, halves } = ground;
  return (x, y) => {
    const meaning = meaningOf();
    const at = (column: number, row: number) => meaning[halves[row * columns + column]!]!;
    const u = Math.min(columns - 1, Math.max(0, x / cellM - 0.5));
    const v = Math.min(rows - 1, Math.max(0, y / cellM - 0.5));
    const [left, low] = [Math.floor(u), Math.floor(v)];
    const [right, high] = [Math.min(columns - 1, left + 1), Math.min(rows - 1, low + 1)];
    const lower = at(left, low) + (u - left) * (at(right, low) - at(left, low));
    const upper = at(left, high) + (u - left) * (at(right, high) - at(left, high));
    return levelM + lower + (v - low) * (upper - lower);
  };
}
