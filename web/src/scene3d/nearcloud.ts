/**
 * The points of a frame around one object, apart from their frame: a small chunk like any other, so
 * that what counts, fits and finds the ground in a frame does it here, too, after the frame has gone.
 * They come from the middle outwards, in rings, so that who needs less takes the first of them.
 */

import { distance, type Vec3 } from "../geometry/vec";
import { type DecodedChunk, levelX, levelY } from "../workers/chunk";
import { cropInto } from "./crop";
import { groundHeights } from "./groundheights";

export interface NearCloud {
  /** Of the frame's chunk those points alone; its box, its ground and its columns as they were. */
  readonly chunk: DecodedChunk;
  /** Metres above the ground, of a point. */
  readonly above: (point: number) => number;
  /** World metres. The points are those of a cube around it. */
  readonly centre: Vec3;
  readonly reachM: number;
  /** How many points the first ring has, the first two, …; each is this much wider than the last. */
  readonly ends: Uint32Array;
  readonly ringM: number;
}

const RINGS = 24;

/** Of the points found in the frame: their ids, the ring of each, and the ids by rings. */
let ids = new Uint32Array(0);
let rings = new Uint8Array(0);
let ordered = new Uint32Array(0);

export function nearCloud(chunk: DecodedChunk, centre: Vec3, reachM: number): NearCloud {
  if (ids.length < chunk.count) {
    ids = new Uint32Array(chunk.count);
    rings = new Uint8Array(chunk.count);
    ordered = new Uint32Array(chunk.count);
  }
  const count = cropInto(ids, chunk, centre, reachM);
  const ringM = reachM / RINGS;
  const ends = order(chunk, centre, ringM, count);
  const positions = new Uint16Array(4 * count);
  for (let point = 0; point < count; point += 1) {
    const from = 4 * ordered[point]!;
    const to = 4 * point;
    positions[to] = chunk.positions[from]!;
    positions[to + 1] = chunk.positions[from + 1]!;
    positions[to + 2] = chunk.positions[from + 2]!;
    positions[to + 3] = chunk.positions[from + 3]!;
  }
  const near = { ...chunk, count, positions, tags: tagsOf(chunk.tags, count), radar: [] };
  return { chunk: near, above: aboveGround(near), centre, reachM, ends, ringM };
}

/** By the square ring on the ground that each is in, those of a ring as they were; where rings end. */
function order({ positions, origin, step }: DecodedChunk, centre: Vec3, ringM: number, count: number): Uint32Array {
  const [x, y] = [centre[0] - origin[0], centre[1] - origin[1]];
  const ends = new Uint32Array(RINGS);
  for (let found = 0; found < count; found += 1) {
    const at = 4 * ids[found]!;
    const away = Math.max(Math.abs(step[0] * positions[at]! - x), Math.abs(step[1] * positions[at + 1]! - y));
    const ring = Math.min(RINGS - 1, Math.floor(away / ringM));
    rings[found] = ring;
    ends[ring]! += 1;
  }
  const next = new Uint32Array(RINGS);
  for (let ring = 1; ring < RINGS; ring += 1) {
    next[ring] = ends[ring - 1]!;
    ends[ring]! += next[ring]!;
  }
  for (let found = 0; found < count; found += 1) {
    const ring = rings[found]!;
    ordered[next[ring]!] = ids[found]!;
    next[ring]! += 1;
  }
  return ends;
}

/** How many of the first points have all of those within `neededM` of a place, seen from above. */
export function firstWithin(near: NearCloud, place: Vec3, neededM: number): number {
  const { centre, ends, ringM } = near;
  const off = Math.max(Math.abs(place[0] - centre[0]), Math.abs(place[1] - centre[1]));
  // A ring more: points are in it by their coarse levels.
  const ring = Math.ceil((off + neededM) / ringM) + 1;
  return ring > RINGS ? near.chunk.count : ends[ring - 1]!;
}

/** The first points as a chunk; nothing is copied. */
export function firstOf({ chunk }: NearCloud, count: number): DecodedChunk {
  const tags = chunk.tags === null ? null : chunk.tags.subarray(0, 4 * count);
  return { ...chunk, count, positions: chunk.positions.subarray(0, 4 * count), tags };
}

/** Whether what lies within `neededM` of a place is there. */
export function covers(near: NearCloud, centre: Vec3, neededM: number): boolean {
  return distance(near.centre, centre) + neededM <= near.reachM;
}

/** Of the points in `ordered`. */
function tagsOf(tags: DecodedChunk["tags"], count: number): DecodedChunk["tags"] {
  if (tags === null) return null;
  const kept = new Uint8Array(4 * count);
  for (let point = 0; point < count; point += 1) {
    // Device and time; the others are marks of what shows the whole frame.
    kept[4 * point] = tags[4 * ordered[point]!]!;
    kept[4 * point + 1] = tags[4 * ordered[point]! + 1]!;
  }
  return kept;
}

/** By the coarse ground that also the scene's colours are measured from. */
function aboveGround({ positions, step, ground }: DecodedChunk): (point: number) => number {
  const heightAt = groundHeights(ground);
  return (point) => {
    const at = 4 * point;
    const x = step[0] * levelX(positions, at);
    const y = step[1] * levelY(positions, at);
    return step[2] * positions[at + 2]! - heightAt(x, y);
  };
}
