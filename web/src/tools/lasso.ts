/** A line drawn by hand around what shall be boxed: what it is, before anyone knows what is in it. */

import { distance, dot } from "../geometry/vec";
import type { Gaze, Pointer, Ray } from "./input";

export interface Lasso {
  /** One for each place of the line, all from one eye, or all along one direction in a flat view. */
  readonly rays: readonly Ray[];
  readonly gaze: Gaze;
  /** Where the line ends now, CSS pixels. */
  readonly last: Pointer["screen"];
}

/** Shorter pieces tell nothing that the eye could have meant. */
const PIECE_PX = 3;
/** Fewer pieces enclose nothing. */
const ENOUGH_RAYS = 6;
/** A flat view from the side shows no ground to stand on. */
const DOWNWARD = -0.9;
const SAME_GAZE = 1 - 1e-9;
const SAME_EYE_M = 1e-6;

/** Null where no lasso can be drawn: in the flat views from the side. */
export function lassoBegun({ ray, gaze, screen }: Pointer): Lasso | null {
  if (gaze.flat && gaze.forward[2] > DOWNWARD) return null;
  return { rays: [ray], gaze, last: screen };
}

/** The line goes on; when the view itself has moved, it begins anew: one eye sees all of it. */
export function lassoLengthened(lasso: Lasso, { ray, gaze, screen }: Pointer): Lasso {
  const before = lasso.rays[0]!;
  const isSame =
    dot(gaze.forward, lasso.gaze.forward) > SAME_GAZE &&
    (gaze.flat || distance(ray.origin, before.origin) < SAME_EYE_M);
  if (!isSame) return { rays: [ray], gaze, last: screen };
  if (Math.hypot(screen.x - lasso.last.x, screen.y - lasso.last.y) < PIECE_PX) return lasso;
  return { ...lasso, rays: [...lasso.rays, ray], last: screen };
}

export function encloses({ rays }: Lasso): boolean {
  return rays.length >= ENOUGH_RAYS;
}
