/**
 * The points of a frame around one object, apart from their frame: a small chunk like any other, so
 * that what counts, fits and finds the ground in a frame does it here, too, after the frame has gone.
 * They come from the middle outwards, in rings, so that who needs less takes the first of them.
 */

import { distance, type Vec3 } from "../geometry/vec";
import { type DecodedChunk, levelX, levelY } from "../workers/chunk";
import { cropInto } from "./around";
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
  readonly ends: Uint32Array<ArrayBuffer>;
  readonly ringM: number;
}

/** The points of a frame in a cube, as they are in the frame: what a cut is made of. */
export interface Around {
  readonly positions: Uint16Array<ArrayBuffer>;
  readonly tags: Uint8Array<ArrayBuffer> | null;
}

/** What a cut has of its own; everything else of it is of the frame. */
export interface CutOut extends Around {
  readonly ends: Uint32Array<ArrayBuffer>;
}

const RINGS = 24;

/** Of the points found in the frame: their ids; of those of a cut: the ring of each, and all by rings. */
let ids = new Uint32Array(0);
let rings = new Uint8Array(0);
let ordered = new Uint32Array(0);

export function nearCloud(chunk: DecodedChunk, centre: Vec3, reachM: number): NearCloud {
  return nearOf(chunk, inRings(chunk, around(chunk, centre, reachM), centre, reachM), centre, reachM);
}

export function around(chunk: DecodedChunk, centre: Vec3, reachM: number): Around {
  if (ids.length < chunk.count) ids = new Uint32Array(chunk.count);
  return gathered(chunk, ids, cropInto(ids, chunk, centre, reachM));
}

/** The first `count` of these points, in this order. */
function gathered(from: Around, points: Uint32Array, count: number): Around {
  const positions = new Uint16Array(4 * count);
  const tags = from.tags === null ? null : new Uint8Array(4 * count);
  for (let point = 0; point < count; point += 1) {
    const at = 4 * points[point]!;
    const to = 4 * point;
    positions[to] = from.positions[at]!;
    positions[to + 1] = from.positions[at + 1]!;
    positions[to + 2] = from.positions[at + 2]!;
    positions[to + 3] = from.positions[at + 3]!;
    if (tags === null) continue;
    // Device and time; the others are marks of what shows the whole frame.
    tags[to] = from.tags![at]!;
    tags[to + 1] = from.tags![at + 1]!;
  }
  return { positions, tags };
}

/** A cut that was made elsewhere, with what the frame knows. */
export function nearOf(chunk: DecodedChunk, cut: CutOut, centre: Vec3, reachM: number): NearCloud {
  const { positions, tags, ends } = cut;
  const near = { ...chunk, count: positions.length / 4, positions, tags, radar: [] };
  return { chunk: near, above: aboveGround(near), centre, reachM, ends, ringM: reachM / RINGS };
}

/**
 * From the middle outwards by square rings on the ground, those of a ring as they were; and where rings end.
 *
 * @param frame its place and scale are looked at alone.
 */
export function inRings(
  { origin, step }: Pick<DecodedChunk, "origin" | "step">,
  found: Around,
  centre: Vec3,
  reachM: number,
): CutOut {
  const { positions } = found;
  const count = positions.length / 4;
  if (rings.length < count) [rings, ordered] = [new Uint8Array(count), new Uint32Array(count)];
  const ringM = reachM / RINGS;
  const [x, y] = [centre[0] - origin[0], centre[1] - origin[1]];
  const ends = new Uint32Array(RINGS);
  for (let point = 0; point < count; point += 1) {
    const at = 4 * point;
    const away = Math.max(Math.abs(step[0] * positions[at]! - x), Math.abs(step[1] * positions[at + 1]! - y));
    const ring = Math.min(RINGS - 1, Math.floor(away / ringM));
    rings[point] = ring;
    ends[ring]! += 1;
  }
  const next = new Uint32Array(RINGS);
  for (let ring = 1; ring < RINGS; ring += 1) {
    next[ring] = ends[ring - 1]!;
    ends[ring]! += next[ring]!;
  }
  for (let point = 0; point < count; point += 1) {
    const ring = rings[point]!;
    ordered[next[ring]!] = point;
    next[ring]! += 1;
  }
  return { ...gathered(found, ordered, count), ends };
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
