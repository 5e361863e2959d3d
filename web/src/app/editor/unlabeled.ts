/** What stands in a frame and has no cuboid. Pure. */

import { containsPoint, type Cuboid } from "../../geometry/cuboid";
import { distance, type Vec3 } from "../../geometry/vec";
import { sameValue } from "../../model/edits";
import type { Thing } from "../../scene3d/standing";
import { type Finding } from "./checks";

/** Points so near to a cuboid count as its own: cuboids are not drawn to the centimetre. */
const AROUND_M = 0.3;
/** With so many of its points in cuboids a thing is labeled. */
const LABELED_SHARE = 0.3;

/** Those of the things that no cuboid holds, in their order. */
export function unlabeled(things: readonly Thing[], cuboids: readonly Cuboid[]): Thing[] {
  const wide = cuboids.map((cuboid): Cuboid => {
    const [length, width, height] = cuboid.size;
    return { ...cuboid, size: [length + 2 * AROUND_M, width + 2 * AROUND_M, height + 2 * AROUND_M] };
  });
  return things.filter((thing) => {
    const reach = Math.hypot(...thing.size) / 2;
    const near = wide.filter(
      ({ centre, size }) => distance(centre, thing.centre) < reach + Math.hypot(...size) / 2,
    );
    return near.length === 0 || !isLabeled(thing, near);
  });
}

/** Every edit asks of all things again, beside most of which it has changed nothing. */
const known = new WeakMap<Thing, { readonly near: readonly Cuboid[]; readonly labeled: boolean }>();

function isLabeled(thing: Thing, near: readonly Cuboid[]): boolean {
  const before = known.get(thing);
  if (before !== undefined && sameValue(before.near, near)) return before.labeled;
  let held = 0;
  const count = thing.points.length / 3;
  for (let at = 0; at < thing.points.length; at += 3) {
    const point: Vec3 = [thing.points[at]!, thing.points[at + 1]!, thing.points[at + 2]!];
    if (near.some((cuboid) => containsPoint(cuboid, point))) held += 1;
  }
  const labeled = held >= LABELED_SHARE * count;
  known.set(thing, { near, labeled });
  return labeled;
}

export function unlabeledFinding({ centre, size, points }: Thing, from: Vec3, frame: number): Finding {
  const [x, y, z] = size.map((side) => side.toFixed(1));
  const awayM = Math.hypot(centre[0] - from[0], centre[1] - from[1]).toFixed(0);
  const sentence = `${points.length / 3} points, ${x} × ${y} m and ${z} m high, ${awayM} m away.`;
  return { id: null, frame, sentence, serious: false, check: "unlabeled", at: centre };
}

/**
 * The one after `last`, from the nearest to `from` on; after the farthest the nearest again.
 *
 * @param things the nearest first; the last one may have got a cuboid since.
 */
export function nextAfter(things: readonly Thing[], from: Vec3, last: Vec3 | null): Thing | null {
  const away = (at: Vec3) => Math.hypot(at[0] - from[0], at[1] - from[1]);
  const beyond = last === null ? -1 : away(last);
  return things.find(({ centre }) => away(centre) > beyond + 1e-6) ?? things[0] ?? null;
}
