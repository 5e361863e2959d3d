/** Cuboids over the levels of a chunk, found by the cell that a point is in: all points by all cuboids. */

import type { Cuboid } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { subtract, type Vec3 } from "../geometry/vec";
import type { DecodedChunk } from "../workers/chunk";

/** A cuboid over the levels of a chunk. */
export interface Box {
  readonly volume: number;
  readonly low: Vec3;
  readonly high: Vec3;
  /** Rows that take metres from the chunk's origin to [-1, 1] inside the cuboid, with an offset. */
  readonly rows: readonly number[];
}

/** Cells along x and y, for finding the boxes near a point; 256 levels wide. */
const CELLS = 256;
const CELL_SHIFT = 8;

export class CellIndex<T extends Box> {
  readonly #cells: (T[] | undefined)[] = [];

  constructor(boxes: readonly T[]) {
    for (const box of boxes) {
      const [left, right] = [cellOf(box.low[0]), cellOf(box.high[0])];
      for (let row = cellOf(box.low[1]); row <= cellOf(box.high[1]); row += 1) {
        for (let column = left; column <= right; column += 1) {
          (this.#cells[row * CELLS + column] ??= []).push(box);
        }
      }
    }
  }

  near(x: number, y: number): readonly T[] | null {
    return this.#cells[(y >> CELL_SHIFT) * CELLS + (x >> CELL_SHIFT)] ?? null;
  }
}

function cellOf(level: number): number {
  return Math.min(CELLS - 1, Math.max(0, Math.floor(level) >> CELL_SHIFT));
}

/** Whether a point, in metres from the chunk's origin, is inside. */
export function holds({ rows: r }: Box, x: number, y: number, z: number): boolean {
  if (Math.abs(r[0]! * x + r[1]! * y + r[2]! * z + r[3]!) > 1) return false;
  if (Math.abs(r[4]! * x + r[5]! * y + r[6]! * z + r[7]!) > 1) return false;
  return Math.abs(r[8]! * x + r[9]! * y + r[10]! * z + r[11]!) <= 1;
}

export function boxOf(cuboid: Cuboid, { origin, step }: DecodedChunk): Box {
  const { rotation, size, centre } = cuboid;
  const inverse = quat.conjugate(rotation);
  const columns = [
    quat.rotate(inverse, [1, 0, 0]),
    quat.rotate(inverse, [0, 1, 0]),
    quat.rotate(inverse, [0, 0, 1]),
  ] as const;
  const offset = quat.rotate(inverse, subtract(origin, centre));
  const rows = ([0, 1, 2] as const).flatMap((axis) => {
    const half = size[axis] / 2;
    return [...columns.map((column) => column[axis] / half), offset[axis] / half];
  });
  const from = subtract(centre, origin);
  const reach = columns.map((along) => {
    const [a, b, c] = along;
    return (Math.abs(a) * size[0] + Math.abs(b) * size[1] + Math.abs(c) * size[2]) / 2;
  });
  // A level more on both sides: points are compared by their coarse levels.
  const edge = (side: -1 | 1): Vec3 => [
    levels(from[0] + side * reach[0]!, step[0]) + side,
    levels(from[1] + side * reach[1]!, step[1]) + side,
    levels(from[2] + side * reach[2]!, step[2]) + side,
  ];
  return {
    volume: size[0] * size[1] * size[2],
    low: edge(-1),
    high: edge(1),
    rows,
  };
}

/** Where a cloud is flat its only level is 0. */
function levels(metres: number, step: number): number {
  return step === 0 ? Math.sign(metres) : metres / step;
}
