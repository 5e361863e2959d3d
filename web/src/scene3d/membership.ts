/**
 * Which cuboid each point is in, as one byte a point that the palette turns into a colour.
 *
 * Nothing is computed until someone asks. After that a change of one cuboid looks only at the points
 * near where it was and where it is, so that a drag stays cheap.
 */

import type { Cuboid } from "../geometry/cuboid";
import { levelX, levelY, type DecodedChunk } from "../workers/chunk";
import { type Box, boxOf, CellIndex, holds } from "./boxindex";

export interface Member extends Cuboid {
  readonly id: string;
  /** What the points inside are marked with, 1 to 255. */
  readonly slot: number;
}

/** Points `from` to `to`, both included. */
export interface Changed {
  readonly from: number;
  readonly to: number;
}

interface Marked extends Box {
  readonly slot: number;
}

/** The third of a point's tags. */
const TAG = 2;
/** With more cuboids changed than this, all points are looked at. */
const FEW = 4;

export class Membership {
  readonly #chunk: DecodedChunk;
  readonly #tags: Uint8Array;
  #members: ReadonlyMap<string, Member> = new Map();
  #boxes: ReadonlyMap<string, Marked> = new Map();
  /** Marks of an earlier showing of the same chunk may be there still. */
  #fresh = true;

  /** `tags`: four bytes a point, of which the third is ours. */
  constructor(chunk: DecodedChunk, tags: Uint8Array) {
    this.#chunk = chunk;
    this.#tags = tags;
  }

  /** Null when no point's mark changed. Of nested cuboids the smallest marks the point. */
  update(members: readonly Member[]): Changed | null {
    const [before, boxesBefore] = [this.#members, this.#boxes];
    this.#members = new Map(members.map((member) => [member.id, member]));
    const boxes = new Map<string, Marked>();
    const touched: Marked[] = [];
    for (const [id, member] of this.#members) {
      const known = before.get(id);
      const kept = known !== undefined && same(known, member) ? boxesBefore.get(id) : undefined;
      const box = kept ?? { ...boxOf(member, this.#chunk), slot: member.slot };
      boxes.set(id, box);
      if (kept === undefined) touched.push(box);
    }
    for (const [id, box] of boxesBefore) if (boxes.get(id) !== box) touched.push(box);
    this.#boxes = boxes;
    if (touched.length === 0 && !this.#fresh) return null;
    const all = this.#fresh || touched.length > 2 * FEW;
    this.#fresh = false;
    return this.#mark(new CellIndex([...boxes.values()]), all ? null : touched);
  }

  /** Mark the points inside of these boxes anew, or all points. */
  #mark(index: CellIndex<Marked>, touched: readonly Box[] | null): Changed | null {
    const { positions, count, step } = this.#chunk;
    let [from, to] = [-1, -1];
    for (let point = 0; point < count; point += 1) {
      const at = 4 * point;
      const x = positions[at]!;
      const y = positions[at + 1]!;
      const z = positions[at + 2]!;
      if (touched !== null && !withinAny(touched, x, y, z)) continue;
      const near = index.near(x, y);
      let slot = 0;
      if (near !== null) {
        const [mx, my] = [levelX(positions, at) * step[0], levelY(positions, at) * step[1]];
        slot = smallest(near, mx, my, z * step[2])?.slot ?? 0;
      }
      if (this.#tags[at + TAG] === slot) continue;
      this.#tags[at + TAG] = slot;
      if (from < 0) from = point;
      to = point;
    }
    return from < 0 ? null : { from, to };
  }
}

function withinAny(boxes: readonly Box[], x: number, y: number, z: number): boolean {
  for (const { low, high } of boxes) {
    if (x < low[0] || x > high[0] || y < low[1] || y > high[1]) continue;
    if (z >= low[2] && z <= high[2]) return true;
  }
  return false;
}

function smallest(boxes: readonly Marked[], x: number, y: number, z: number): Marked | null {
  let best: Marked | null = null;
  for (const box of boxes) {
    if (best !== null && box.volume >= best.volume) continue;
    if (holds(box, x, y, z)) best = box;
  }
  return best;
}

function same(one: Member, two: Member): boolean {
  return (
    one.slot === two.slot &&
    equal(one.centre, two.centre) &&
    equal(one.size, two.size) &&
    equal(one.rotation, two.rotation)
  );
}

function equal(one: readonly number[], two: readonly number[]): boolean {
  return one === two || one.every((value, index) => value === two[index]);
}
