/**
 * The ground under a cloud: the lowest point of each square cell, and a plane through those of them
 * around a place that can be ground.
 *
 * A cell's lowest point may be on a car or be a reflection from below the road, so neither it nor a
 * percentile of what is near is the ground: of the labels in recorded streets a percentile missed
 * one floor in five by more than 30 cm, the plane one in twenty.
 */

import { add, scale, type Vec3 } from "../geometry/vec";
import type { Ray } from "../tools/input";
import { rayOnLevel } from "../tools/rays";
import type { DecodedChunk } from "../workers/chunk";
import { planeThrough } from "./plane";

const CELL_M = 1;
const MOST_CELLS = 1 << 20;
const AROUND_M = 6;
/** Fewer cells than this tell a height, but no slope; fewer than the second tell nothing. */
const ENOUGH_FOR_SLOPE = 6;
const ENOUGH = 2;
/** Where among the lowest points around a place the ground is sought first, and how near to it. */
const LOW_FRACTION = 0.15;
const FIRST_GATE_M = 0.25;
/** Then: how far from the plane a point may lie and be ground. Below is a dip, above is a thing. */
const BELOW_M = 0.3;
const ABOVE_M = 0.1;
const ROUNDS = 2;
const REACH_M = 600;
const EMPTY = 0xffff;

export class GroundMap {
  /** Height of the ground where nothing is known: the median of the cells' lowest points. */
  readonly level: number;
  readonly #chunk: DecodedChunk;
  readonly #cellM: number;
  readonly #columns: number;
  readonly #rows: number;
  /** Units of z; EMPTY where the cell has no points. */
  readonly #lowest: Uint16Array;

  constructor(chunk: DecodedChunk) {
    const { positions, step, min, max } = chunk;
    const [width, depth] = [max[0] - min[0], max[1] - min[1]];
    this.#chunk = chunk;
    this.#cellM = Math.max(CELL_M, Math.sqrt((width * depth) / MOST_CELLS));
    this.#columns = Math.floor(width / this.#cellM) + 1;
    this.#rows = Math.floor(depth / this.#cellM) + 1;
    this.#lowest = new Uint16Array(this.#columns * this.#rows).fill(EMPTY);
    const [perX, perY] = [step[0] / this.#cellM, step[1] / this.#cellM];
    for (let at = 0; at < positions.length; at += 4) {
      const column = Math.floor(positions[at]! * perX);
      const row = Math.floor(positions[at + 1]! * perY);
      const cell = row * this.#columns + column;
      const height = positions[at + 2]!;
      if (height < this.#lowest[cell]!) this.#lowest[cell] = height;
    }
    const known = this.#lowest.filter((height) => height !== EMPTY).sort();
    this.level = this.#metres(known[known.length >> 1] ?? 0);
  }

  /** World z of the ground at a place, or null where there are too few points to say. */
  heightAt(x: number, y: number): number | null {
    const lows = this.#lowsAround(x, y);
    if (lows.length < ENOUGH) return null;
    const sorted = lows.map(([, , z]) => z).sort((a, b) => a - b);
    const low = sorted[Math.floor(sorted.length * LOW_FRACTION)]!;
    let ground = lows.filter(([, , z]) => Math.abs(z - low) < FIRST_GATE_M);
    let height = low;
    for (let round = 0; round < ROUNDS && ground.length >= ENOUGH_FOR_SLOPE; round += 1) {
      const plane = planeThrough(ground);
      if (plane === null) break;
      const [slopeX, slopeY, middle] = plane;
      height = middle;
      ground = lows.filter(([dx, dy, z]) => {
        const above = z - (slopeX * dx + slopeY * dy + middle);
        return above > -BELOW_M && above < ABOVE_M;
      });
    }
    return height;
  }

  /** Where the ray meets the ground; things standing on it do not stop it. Null towards the sky. */
  hitBy(ray: Ray): Vec3 | null {
    let hit = this.#marched(ray) ?? rayOnLevel(ray, this.level);
    for (let round = 0; round < 4 && hit !== null; round += 1) {
      const height = this.heightAt(hit[0], hit[1]);
      const next: Vec3 | null = height === null ? null : rayOnLevel(ray, height);
      if (next === null) break;
      const settled = Math.abs(next[2] - hit[2]) < 0.005;
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
      const lowest = this.#lowestAt(at[0], at[1]);
      if (lowest !== EMPTY && at[2] <= this.#metres(lowest)) return at;
    }
    return null;
  }

  /** [x and y of the cell's middle from the place, world z of its lowest point], within AROUND_M. */
  #lowsAround(x: number, y: number): Vec3[] {
    const { min } = this.#chunk;
    const around = Math.max(AROUND_M, 3 * this.#cellM) / this.#cellM;
    const [u, v] = [(x - min[0]) / this.#cellM, (y - min[1]) / this.#cellM];
    const lows: Vec3[] = [];
    const lastRow = Math.min(this.#rows - 1, Math.floor(v + around));
    const lastColumn = Math.min(this.#columns - 1, Math.floor(u + around));
    for (let row = Math.max(0, Math.floor(v - around)); row <= lastRow; row += 1) {
      for (let column = Math.max(0, Math.floor(u - around)); column <= lastColumn; column += 1) {
        const [du, dv] = [column + 0.5 - u, row + 0.5 - v];
        const lowest = this.#lowest[row * this.#columns + column]!;
        if (lowest === EMPTY || Math.hypot(du, dv) > around) continue;
        lows.push([du * this.#cellM, dv * this.#cellM, this.#metres(lowest)]);
      }
    }
    return lows;
  }

  #metres(height: number): number {
    return this.#chunk.origin[2] + this.#chunk.step[2] * height;
  }

  #lowestAt(x: number, y: number): number {
    const column = Math.floor((x - this.#chunk.min[0]) / this.#cellM);
    const row = Math.floor((y - this.#chunk.min[1]) / this.#cellM);
    if (column < 0 || row < 0 || column >= this.#columns || row >= this.#rows) return EMPTY;
    return this.#lowest[row * this.#columns + column]!;
  }
}
