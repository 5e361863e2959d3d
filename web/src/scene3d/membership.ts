/**
 * Which cuboid each point is in, as one byte a point that the palette turns into a colour.
 *
 * Nothing is computed until someone asks. After that a change of one cuboid looks only at the points
 * near where it was and where it is, so that a drag stays cheap.
 */

import type { Cuboid } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { subtract, type Vec3 } from "../geometry/vec";
import { levelX, levelY, type DecodedChunk } from "../workers/chunk";

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

/** A cuboid over the levels of a chunk. */
interface Box {
  readonly slot: number;
  readonly volume: number;
  readonly low: Vec3;
  readonly high: Vec3;
  /** Rows that take metres from the chunk's origin to [-1, 1] inside the cuboid, with an offset. */
  readonly rows: readonly number[];
}

/** Cells along x and y, for finding the boxes near a point; 256 levels wide. */
const CELLS = 256;
const CELL_SHIFT = 8;
/** The third of a point's tags. */
const TAG = 2;
/** With more cuboids changed than this, all points are looked at. */
const FEW = 4;

export class Membership {
  readonly #chunk: DecodedChunk;
  readonly #tags: Uint8Array;
  #members: ReadonlyMap<string, Member> = new Map();
  #boxes: ReadonlyMap<string, Box> = new Map();
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
    const boxes = new Map<string, Box>();
    const touched: Box[] = [];
    for (const [id, member] of this.#members) {
      const known = before.get(id);
      const kept = known !== undefined && same(known, member) ? boxesBefore.get(id) : undefined;
      const box = kept ?? boxOf(member, this.#chunk);
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
  #mark(index: CellIndex, touched: readonly Box[] | null): Changed | null {
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

class CellIndex {
  readonly #cells: (Box[] | undefined)[] = [];

  constructor(boxes: readonly Box[]) {
    for (const box of boxes) {
      const [left, right] = [cellOf(box.low[0]), cellOf(box.high[0])];
      for (let row = cellOf(box.low[1]); row <= cellOf(box.high[1]); row += 1) {
        for (let column = left; column <= right; column += 1) {
          (this.#cells[row * CELLS + column] ??= []).push(box);
        }
      }
    }
  }

  near(x: number, y: number): readonly Box[] | null {
    return this.#cells[(y >> CELL_SHIFT) * CELLS + (x >> CELL_SHIFT)] ?? null;
  }
}

function cellOf(level: number): number {
  return Math.min(CELLS - 1, Math.max(0, Math.floor(level) >> CELL_SHIFT));
}

function withinAny(boxes: readonly Box[], x: number, y: number, z: number): boolean {
  for (const { low, high } of boxes) {
    if (x < low[0] || x > high[0] || y < low[1] || y > high[1]) continue;
    if (z >= low[2] && z <= high[2]) return true;
  }
  return false;
}

function smallest(boxes: readonly Box[], x: number, y: number, z: number): Box | null {
  let best: Box | null = null;
  for (const box of boxes) {
    if (best !== null && box.volume >= best.volume) continue;
    const r = box.rows;
    if (Math.abs(r[0]! * x + r[1]! * y + r[2]! * z + r[3]!) > 1) continue;
    if (Math.abs(r[4]! * x + r[5]! * y + r[6]! * z + r[7]!) > 1) continue;
    if (Math.abs(r[8]! * x + r[9]! * y + r[10]! * z + r[11]!) > 1) continue;
    best = box;
  }
  return best;
}

function boxOf(member: Member, { origin, step }: DecodedChunk): Box {
  const { rotation, size, centre } = member;
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
    slot: member.slot,
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
