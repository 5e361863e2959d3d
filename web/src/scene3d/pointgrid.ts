/** Where on the ground the points of a frame are, for who asks about hundreds of places at once. */

import type { DecodedChunk } from "../workers/chunk";

const CELL_M = 2;
const MOST_CELLS = 1 << 18;

export class PointGrid {
  readonly #columns: number;
  readonly #rows: number;
  readonly #perX: number;
  readonly #perY: number;
  /** Where in `#order` each cell begins, and after the last one its end. */
  readonly #starts: Uint32Array;
  /** Where in `positions` each point begins, cell by cell; within a cell in the order of the frame. */
  readonly #order: Uint32Array;

  constructor({ positions, step, min, max }: DecodedChunk) {
    const [width, depth] = [max[0] - min[0], max[1] - min[1]];
    const cellM = Math.max(CELL_M, Math.sqrt((width * depth) / MOST_CELLS));
    [this.#perX, this.#perY] = [step[0] / cellM, step[1] / cellM];
    this.#columns = Math.floor(width / cellM) + 2;
    this.#rows = Math.floor(depth / cellM) + 2;
    const counts = new Uint32Array(this.#columns * this.#rows + 1);
    for (let at = 0; at < positions.length; at += 4) counts[this.#cellOf(positions, at) + 1]! += 1;
    for (let cell = 1; cell < counts.length; cell += 1) counts[cell]! += counts[cell - 1]!;
    this.#starts = counts.slice();
    this.#order = new Uint32Array(positions.length / 4);
    for (let at = 0; at < positions.length; at += 4) {
      const cell = this.#cellOf(positions, at);
      this.#order[counts[cell]!] = at;
      counts[cell]! += 1;
    }
  }

  /** Every point whose coarse levels are within these, and some beside; `at` is where it begins. */
  each([left, right]: Ends, [near, far]: Ends, look: (at: number) => void): void {
    const [first, last] = [this.#column(left), this.#column(right)];
    const lastRow = this.#row(far);
    for (let row = this.#row(near); row <= lastRow; row += 1) {
      const from = this.#starts[row * this.#columns + first]!;
      const to = this.#starts[row * this.#columns + last + 1]!;
      for (let place = from; place < to; place += 1) look(this.#order[place]!);
    }
  }

  #cellOf(positions: Uint16Array, at: number): number {
    return this.#row(positions[at + 1]!) * this.#columns + this.#column(positions[at]!);
  }

  #column = (level: number): number => within(Math.floor(level * this.#perX), this.#columns);

  #row = (level: number): number => within(Math.floor(level * this.#perY), this.#rows);
}

export type Ends = readonly [least: number, most: number];

/** Of a flat axis every level is in the first. */
const within = (index: number, count: number): number => (index > 0 ? Math.min(count - 1, index) : 0);
