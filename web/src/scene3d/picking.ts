/** What a ray meets: cuboids analytically, points by one pass over the typed array. */

import { intersectRay, type Cuboid } from "../geometry/cuboid";
import { cross, subtract, type Vec3 } from "../geometry/vec";
import type { Hit, Ray } from "../tools/input";
import { type DecodedChunk, pointOf } from "../workers/chunk";
import type { Handle } from "./handles";

export interface BodyHit {
  readonly id: string;
  readonly point: Vec3;
}

/**
 * The cuboid under the ray. The selected one wins when it is hit at all: it is the one being worked
 * on, and what stands before it must not take the drag. `perMetre` is the tolerance per metre of depth.
 */
export function pickCuboid(
  ray: Ray,
  cuboids: readonly ({ readonly id: string; readonly selected: boolean } & Cuboid)[],
  perMetre: number,
): BodyHit | null {
  let best: BodyHit | null = null;
  let bestRank = Infinity;
  for (const cuboid of cuboids) {
    const towards = subtract(cuboid.centre, ray.origin);
    const marginM = perMetre * Math.hypot(...towards);
    // Most of many are nowhere near: a sphere tells so without turning the ray into their frames.
    const off = Math.hypot(...cross(ray.direction, towards));
    if (off > Math.hypot(...cuboid.size) / 2 + 2 * marginM) continue;
    const hit = intersectRay(grown(cuboid, marginM), ray.origin, ray.direction);
    // An eye inside a box looks through it.
    if (hit === null || hit.inside) continue;
    const rank = cuboid.selected ? hit.distance - BEFORE_ALL_M : hit.distance;
    if (rank >= bestRank) continue;
    bestRank = rank;
    best = { id: cuboid.id, point: hit.point };
  }
  return best;
}

/** A handle of the cuboid `id` is over every body. */
export function hitOf(handle: Handle | null, id: string | null, body: BodyHit | null): Hit {
  if (handle !== null && id !== null) {
    switch (handle.kind) {
      case "face":
        return { kind: "face", id, face: handle.face };
      case "edge":
        return { kind: "edge", id, faces: handle.faces };
      case "turn":
        return { kind: "turn", id };
    }
  }
  return body === null ? { kind: "nothing" } : { kind: "body", ...body };
}

const BEFORE_ALL_M = 1e9;

function grown(cuboid: Cuboid, byM: number): Cuboid {
  const [l, w, h] = cuboid.size;
  return { ...cuboid, size: [l + 2 * byM, w + 2 * byM, h + 2 * byM] };
}

/** How much nearer a point must be to be preferred over one closer to the ray's axis. */
const CENTRED = 20;

/** The foremost point within `tangent` of the ray (tan of the angle off it), in world metres. */
export function pickPoint(ray: Ray, chunk: DecodedChunk, tangent: number): Vec3 | null {
  const { positions, step } = chunk;
  const start = subtract(chunk.origin, ray.origin);
  const [dx, dy, dz] = ray.direction;
  let best = -1;
  let bestScore = Infinity;
  for (let at = 0; at < positions.length; at += 4) {
    const x = start[0] + step[0] * positions[at]!;
    const y = start[1] + step[1] * positions[at + 1]!;
    const z = start[2] + step[2] * positions[at + 2]!;
    const along = x * dx + y * dy + z * dz;
    const offSquared = x * x + y * y + z * z - along * along;
    if (along <= 0 || offSquared > along * along * tangent * tangent) continue;
    const score = along + CENTRED * Math.sqrt(Math.max(0, offSquared));
    if (score < bestScore) {
      bestScore = score;
      best = at;
    }
  }
  return best < 0 ? null : pointOf(chunk, best / 4);
}

const SAMPLES = 20_000;
const BOX_FRACTION = 0.03;

/** World corners of the box that holds all but the outermost few per cent along each axis. */
export function innerBox(chunk: DecodedChunk): { readonly min: Vec3; readonly max: Vec3 } {
  const every = Math.max(1, Math.floor(chunk.count / SAMPLES));
  const count = Math.floor(chunk.count / every);
  const ends = [0, 1, 2].map((axis) => {
    const values = new Uint16Array(count);
    for (let index = 0; index < count; index += 1) {
      values[index] = chunk.positions[4 * every * index + axis]!;
    }
    values.sort();
    const trimmed = Math.floor(count * BOX_FRACTION);
    return [values[trimmed] ?? 0, values[count - 1 - trimmed] ?? 0] as const;
  });
  const corner = (end: 0 | 1): Vec3 => [
    chunk.origin[0] + chunk.step[0] * ends[0]![end],
    chunk.origin[1] + chunk.step[1] * ends[1]![end],
    chunk.origin[2] + chunk.step[2] * ends[2]![end],
  ];
  return { min: corner(0), max: corner(1) };
}
