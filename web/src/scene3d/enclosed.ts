/** The points that a line drawn by hand goes around, as the eye saw them. */

import { cross, dot, normalise, subtract, type Vec3 } from "../geometry/vec";
import type { Ray } from "../tools/input";
import type { Lasso } from "../tools/lasso";
import { type DecodedChunk, pointOf } from "../workers/chunk";

/** Nearer to the eye than this nothing is in the picture. */
const NEAR_M = 0.05;

/** World metres. The line is closed from its end to where it began; what it crosses twice is outside. */
export function enclosed(chunk: DecodedChunk, { rays, gaze }: Lasso): Vec3[] {
  const { positions, origin, step } = chunk;
  const forward = gaze.forward;
  const right = normalise(cross(forward, Math.abs(forward[2]) > 0.9 ? [0, 1, 0] : [0, 0, 1]));
  const up = cross(right, forward);
  const eye = rays[0]!.origin;
  const onPicture = ({ origin: from, direction }: Ray): readonly [number, number] => {
    const at = gaze.flat ? subtract(from, eye) : direction;
    const depth = gaze.flat ? 1 : dot(at, forward);
    return [dot(at, right) / depth, dot(at, up) / depth];
  };
  const border = rays.map(onPicture);
  const [us, vs] = [border.map(([u]) => u), border.map(([, v]) => v)];
  const [left, rightmost] = [Math.min(...us), Math.max(...us)];
  const [low, high] = [Math.min(...vs), Math.max(...vs)];
  const [x0, y0, z0] = subtract(origin, eye);
  const found: Vec3[] = [];
  for (let at = 0; at < positions.length; at += 4) {
    const x = x0 + step[0] * positions[at]!;
    const y = y0 + step[1] * positions[at + 1]!;
    const z = z0 + step[2] * positions[at + 2]!;
    let depth = 1;
    if (!gaze.flat) {
      depth = x * forward[0] + y * forward[1] + z * forward[2];
      if (depth < NEAR_M) continue;
    }
    const u = (x * right[0] + y * right[1] + z * right[2]) / depth;
    if (u < left || u > rightmost) continue;
    const v = (x * up[0] + y * up[1] + z * up[2]) / depth;
    if (v < low || v > high || !isInside(border, u, v)) continue;
    found.push(pointOf(chunk, at / 4));
  }
  return found;
}

/** By how often a ray to the right crosses the border. */
function isInside(border: readonly (readonly [number, number])[], u: number, v: number): boolean {
  let inside = false;
  let [fromU, fromV] = border.at(-1)!;
  for (const [toU, toV] of border) {
    if (fromV > v !== toV > v && u < fromU + ((v - fromV) / (toV - fromV)) * (toU - fromU)) {
      inside = !inside;
    }
    [fromU, fromV] = [toU, toV];
  }
  return inside;
}
