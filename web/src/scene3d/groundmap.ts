/**
 * The ground under a cloud: heights sorted into square cells, searched near a place or along a ray.
 *
 * The ground at a place is a low percentile of the heights around it: the lowest return alone may be
 * a reflection from below the road, the mean may be a car.
 */

import { add, scale, type Vec3 } from "../geometry/vec";
import type { Ray } from "../tools/input";
import { rayOnLevel } from "../tools/rays";
import type { DecodedChunk } from "../workers/chunk";

const CELL_M = 1;
const MOST_CELLS = 1 << 20;
const LOW_FRACTION = 0.05;
const NEAR_M = 1.5;
const WIDE_M = 4;
const ENOUGH_POINTS = 6;
const REACH_M = 600;
const REFINEMENTS = 4;
const EMPTY = 0xffff;

export class GroundMap {
  /** Height of the ground where nothing is known: the median of the cells' lowest points. */
  readonly level: number;
  readonly #chunk: DecodedChunk;
  readonly #cellM: number;
  readonly #columns: number;
  readonly #rows: number;
  /** Heights of cell c (units of z, in no order) are #heights[#starts[c] .. #starts[c + 1]]. */
  readonly #starts: Uint32Array;
  readonly #heights: Uint16Array;
  readonly #lowest: Uint16Array;

  constructor(chunk: DecodedChunk) {
    const [width, depth] = [chunk.max[0] - chunk.min[0], chunk.max[1] - chunk.min[1]];
    this.#chunk = chunk;
    this.#cellM = Math.max(CELL_M, Math.sqrt((width * depth) / MOST_CELLS));
    this.#columns = Math.floor(width / this.#cellM) + 1;
    this.#rows = Math.floor(depth / this.#cellM) + 1;
    const cells = this.#cellOfEach();
    const count = this.#columns * this.#rows;
    this.#starts = new Uint32Array(count + 1);
    for (const cell of cells) this.#starts[cell + 1]! += 1;
    for (let cell = 0; cell < count; cell += 1) this.#starts[cell + 1]! += this.#starts[cell]!;
    const next = this.#starts.slice();
    this.#heights = new Uint16Array(cells.length);
    this.#lowest = new Uint16Array(count).fill(EMPTY);
    for (let point = 0; point < cells.length; point += 1) {
      const cell = cells[point]!;
      const height = chunk.positions[4 * point + 2]!;
      this.#heights[next[cell]!] = height;
      next[cell]! += 1;
      if (height < this.#lowest[cell]!) this.#lowest[cell] = height;
    }
    const known = this.#lowest.filter((height) => height !== EMPTY).sort();
    this.level = this.#metres(known[known.length >> 1] ?? 0);
  }

  /** World z of the ground near a place, or null where there are too few points to say. */
  heightAt(x: number, y: number): number | null {
    return this.#lowAround(x, y, NEAR_M) ?? this.#lowAround(x, y, WIDE_M);
  }

  /** Where the ray meets the ground; things standing on it do not stop it. Null towards the sky. */
  hitBy(ray: Ray): Vec3 | null {
    let hit = this.#marched(ray) ?? rayOnLevel(ray, this.level);
    for (let round = 0; round < REFINEMENTS && hit !== null; round += 1) {
      const height = this.heightAt(hit[0], hit[1]);
      const next: Vec3 | null = height === null ? null : rayOnLevel(ray, height);
      if (next === null) break;
      const settled = Math.abs(next[2] - hit[2]) < 0.01;
      hit = next;
      if (settled) break;
    }
    return hit;
  }

  /** The first place along the ray that is not above the lowest point of its cell. */
  #marched(ray: Ray): Vec3 | null {
    if (ray.direction[2] > -1e-3) return null;
    const across = Math.hypot(ray.direction[0], ray.direction[1]);
    // Half a cell sideways, or half a metre down when the ray is steep.
    const stride = Math.min(this.#cellM / 2 / Math.max(across, 1e-6), 0.5 / -ray.direction[2]);
    const start = Math.max(0, (ray.origin[2] - this.#chunk.max[2]) / -ray.direction[2]);
    for (let along = start; along < start + REACH_M; along += stride) {
      const at = add(ray.origin, scale(ray.direction, along));
      const cell = this.#cellAt(at[0], at[1]);
      const lowest = cell === null ? EMPTY : this.#lowest[cell]!;
      if (lowest !== EMPTY && at[2] <= this.#metres(lowest)) return at;
    }
    return null;
  }

  #lowAround(x: number, y: number, radiusM: number): number | null {
    const { min } = this.#chunk;
    const reach = radiusM / this.#cellM;
    const [u, v] = [(x - min[0]) / this.#cellM, (y - min[1]) / this.#cellM];
    const found: number[] = [];
    const lastRow = Math.min(this.#rows - 1, Math.floor(v + reach));
    const lastColumn = Math.min(this.#columns - 1, Math.floor(u + reach));
    for (let row = Math.max(0, Math.floor(v - reach)); row <= lastRow; row += 1) {
      for (let column = Math.max(0, Math.floor(u - reach)); column <= lastColumn; column += 1) {
        if (Math.hypot(column + 0.5 - u, row + 0.5 - v) > reach + 0.5) continue;
        const cell = row * this.#columns + column;
        for (let at = this.#starts[cell]!; at < this.#starts[cell + 1]!; at += 1) {
          found.push(this.#heights[at]!);
        }
      }
    }
    if (found.length < ENOUGH_POINTS) return null;
    const sorted = Uint16Array.from(found).sort();
    return this.#metres(sorted[Math.floor(sorted.length * LOW_FRACTION)]!);
  }

  #metres(height: number): number {
    return this.#chunk.origin[2] + this.#chunk.step[2] * height;
  }

  #cellAt(x: number, y: number): number | null {
    const column = Math.floor((x - this.#chunk.min[0]) / this.#cellM);
    const row = Math.floor((y - this.#chunk.min[1]) / this.#cellM);
    if (column < 0 || row < 0 || column >= this.#columns || row >= this.#rows) return null;
    return row * this.#columns + column;
  }

  #cellOfEach(): Uint32Array {
    const { positions, step, count } = this.#chunk;
    const cells = new Uint32Array(count);
    const [perX, perY] = [step[0] / this.#cellM, step[1] / this.#cellM];
    for (let point = 0; point < count; point += 1) {
      const column = Math.floor(positions[4 * point]! * perX);
      const row = Math.floor(positions[4 * point + 1]! * perY);
      cells[point] = row * this.#columns + column;
    }
    return cells;
  }
}
