/**
 * The points of a frame around one object, apart from their frame: a small chunk like any other, so
 * that what counts, fits and finds the ground in a frame does it here, too, after the frame has gone.
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
}

let ids = new Uint32Array(0);

export function nearCloud(chunk: DecodedChunk, centre: Vec3, reachM: number): NearCloud {
  if (ids.length < chunk.count) ids = new Uint32Array(chunk.count);
  const count = cropInto(ids, chunk, centre, reachM);
  const positions = new Uint16Array(4 * count);
  for (let point = 0; point < count; point += 1) {
    const from = 4 * ids[point]!;
    const to = 4 * point;
    positions[to] = chunk.positions[from]!;
    positions[to + 1] = chunk.positions[from + 1]!;
    positions[to + 2] = chunk.positions[from + 2]!;
    positions[to + 3] = chunk.positions[from + 3]!;
  }
  const near = { ...chunk, count, positions, tags: tagsOf(chunk.tags, count), radar: [] };
  return { chunk: near, above: aboveGround(near), centre, reachM };
}

/** Whether what lies within `neededM` of a place is there. */
export function covers(near: NearCloud, centre: Vec3, neededM: number): boolean {
  return distance(near.centre, centre) + neededM <= near.reachM;
}

/** Of the points in `ids`. */
function tagsOf(tags: DecodedChunk["tags"], count: number): DecodedChunk["tags"] {
  if (tags === null) return null;
  const kept = new Uint8Array(4 * count);
  for (let point = 0; point < count; point += 1) {
    // Device and time; the others are marks of what shows the whole frame.
    kept[4 * point] = tags[4 * ids[point]!]!;
    kept[4 * point + 1] = tags[4 * ids[point]! + 1]!;
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
