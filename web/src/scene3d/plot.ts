/** The points of a crop as pixels, nearest to the eye on top. Numbers in, numbers out. */

import type { Cuboid } from "../geometry/cuboid";
import { toLocal } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { dot, subtract, type Vec3 } from "../geometry/vec";
import { levelX, levelY } from "../workers/chunk";
import type { FlatView } from "./flat";
import { firstWithin, type NearCloud } from "./nearcloud";
import { packed, type Shades } from "./shade";
import { BACKGROUND } from "./palette";

/** A picture, and how near to the eye each of its pixels is. Both are used again for each crop. */
export interface Plate {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
  readonly depths: Float32Array;
}

const EMPTY = packed(...BACKGROUND);
/** What points inside of the object are mixed with, and by how much. */
const INSIDE = [255, 250, 230] as const;
const INSIDE_SHARE = 0.72;

export function plateOf(width: number, height: number, pixels: Uint32Array): Plate {
  return { width, height, pixels, depths: new Float32Array(width * height) };
}

export interface PlotOptions {
  /** Device pixels a CSS pixel. */
  readonly ratio: number;
  /** Device pixels across a point. */
  readonly dotPx: number;
}

/** Three rows of four: what takes levels to device pixels right and down, and to metres from the eye. */
function rowsOf({ chunk }: NearCloud, view: FlatView, plate: Plate, ratio: number): Float64Array {
  const { origin, step } = chunk;
  const from = subtract(origin, view.centre);
  const perPixel = view.metresPerPixel / ratio;
  const row = (axis: Vec3, by: number, middle: number) => [
    ...[0, 1, 2].map((k) => (axis[k]! * step[k]!) / by),
    middle + dot(axis, from) / by,
  ];
  const { right, up, forward } = view.basis;
  return Float64Array.from([
    ...row(right, perPixel, plate.width / 2),
    ...row(up, -perPixel, plate.height / 2),
    ...row(forward, 1, 0),
  ]);
}

/** The same for the object's own frame, in halves of its size. */
function insideRows({ chunk }: NearCloud, box: Cuboid): Float64Array {
  const { origin, step } = chunk;
  const inverse = quat.conjugate(box.rotation);
  const start = toLocal(box, origin);
  const columns = ([[1, 0, 0], [0, 1, 0], [0, 0, 1]] as const).map((axis) => quat.rotate(inverse, axis));
  return Float64Array.from(
    ([0, 1, 2] as const).flatMap((axis) => {
      const half = box.size[axis] / 2;
      return [...columns.map((column, k) => (column[axis] * step[k]!) / half), start[axis] / half];
    }),
  );
}

/** @param box the object: points in it are drawn brighter, also those hidden elsewhere. */
export function plotPoints(
  plate: Plate,
  near: NearCloud,
  shades: Shades,
  view: FlatView,
  box: Cuboid,
  { ratio, dotPx }: PlotOptions,
): void {
  const { positions } = near.chunk;
  const { width, height } = plate;
  const reach = (Math.hypot(width, height) / 2) * (view.metresPerPixel / ratio);
  const count = firstWithin(near, view.centre, Math.hypot(reach, view.depthM));
  const r = rowsOf(near, view, plate, ratio);
  const b = insideRows(near, box);
  const before = (dotPx - 1) / 2;
  for (let point = 0; point < count; point += 1) {
    const at = 4 * point;
    const x = levelX(positions, at);
    const y = levelY(positions, at);
    const z = positions[at + 2]!;
    // Most points are beside the picture: what tells that first is asked first.
    const left = Math.floor(r[0]! * x + r[1]! * y + r[2]! * z + r[3]! - before);
    if (left <= -dotPx || left >= width) continue;
    const top = Math.floor(r[4]! * x + r[5]! * y + r[6]! * z + r[7]! - before);
    if (top <= -dotPx || top >= height) continue;
    const depth = r[8]! * x + r[9]! * y + r[10]! * z + r[11]!;
    if (depth > view.depthM || depth < -view.depthM || isCovered(plate, left, top, dotPx, depth)) continue;
    const isIn =
      Math.abs(b[0]! * x + b[1]! * y + b[2]! * z + b[3]!) <= 1 &&
      Math.abs(b[4]! * x + b[5]! * y + b[6]! * z + b[7]!) <= 1 &&
      Math.abs(b[8]! * x + b[9]! * y + b[10]! * z + b[11]!) <= 1;
    const shade = shades(point);
    if (isIn) dab(plate, left, top, dotPx, depth, brighter(shade));
    else if (shade >>> 24 !== 0) dab(plate, left, top, dotPx, depth, shade);
  }
}

export function clearPlate({ pixels, depths }: Plate): void {
  pixels.fill(EMPTY);
  depths.fill(Infinity);
}

/** Whether something nearer to the eye is on all of its pixels: then its colour need not be made. */
function isCovered({ width, height, depths }: Plate, left: number, top: number, dotPx: number, depth: number): boolean {
  const right = Math.min(width, left + dotPx);
  const bottom = Math.min(height, top + dotPx);
  for (let y = Math.max(0, top); y < bottom; y += 1) {
    for (let x = Math.max(0, left); x < right; x += 1) {
      if (depth < depths[y * width + x]!) return false;
    }
  }
  return true;
}

function dab({ width, height, pixels, depths }: Plate, left: number, top: number, dotPx: number, depth: number, shade: number): void {
  const right = Math.min(width, left + dotPx);
  const bottom = Math.min(height, top + dotPx);
  for (let y = Math.max(0, top); y < bottom; y += 1) {
    for (let x = Math.max(0, left); x < right; x += 1) {
      const pixel = y * width + x;
      if (depth >= depths[pixel]!) continue;
      depths[pixel] = depth;
      pixels[pixel] = shade;
    }
  }
}

function brighter(shade: number): number {
  const mixed = (shift: number, towards: number) => {
    const own = (shade >> shift) & 255;
    return own + (towards - own) * INSIDE_SHARE;
  };
  return packed(mixed(0, INSIDE[0]), mixed(8, INSIDE[1]), mixed(16, INSIDE[2]));
}
