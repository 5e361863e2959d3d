/** A cuboid around points that somebody has pointed out together: which of them are meant, and how it stands. Pure. */

import { clustersOf } from "./clusters";
import { type Axis, type Cuboid, type Face, moveFace, MIN_SIZE_M, toLocal } from "./cuboid";
import { ENOUGH, MARGIN_M, ROAD_M } from "./fitting";
import { type Rectangle, rectangleAround, rectangleAt } from "./lshape";
import { fromYaw } from "./quat";
import { distance, type Vec3 } from "./vec";

export interface Surroundings {
  /** World z of the ground near a place; null where it is not known. */
  readonly groundAt: (x: number, y: number) => number | null;
  /** Where the person looked from; null: from above, where nothing stands before anything else. */
  readonly seenFrom: Vec3 | null;
  /** Where the sensor was. */
  readonly sensor: Vec3;
  /** What such a thing usually measures, and its likely heading. */
  readonly usual: { readonly size: Vec3; readonly yawRad: number };
  /** No longer or wider than its points show. */
  readonly keepsSeen: boolean;
}

/** Of all points, what a thing has at least to be the one that was meant. */
const SHARE = 0.1;
/** A gap without points ends a thing: what hangs above it is a tree, a sign or a wire. */
const GAP_M = 0.8;
/** The heading of what is smaller on the ground, or has fewer points, its points do not tell. */
const TELLING_M = 1;
const TELLING_POINTS = 12;
/** Half a turn from the likely heading weighs as much as this share of a side too long. */
const TURN_WEIGHT = 0.15;

/**
 * Around the nearest thing of those that hang together: bottom on the ground, top at its highest
 * point, headed along its longer side the likelier way. Sides shorter than usual grow to the usual,
 * away from the sensor, which did not see all of them. Null: too few points stand above the ground.
 */
export function surrounding(points: readonly Vec3[], around: Surroundings): Cuboid | null {
  const ground = remembering(around.groundAt);
  const standing = points.filter(([x, y, z]) => z >= (ground(x, y) ?? -Infinity) + ROAD_M);
  const meant = nearest(standing, around.seenFrom);
  const { length } = meant;
  if (length < ENOUGH) return null;
  const middle = meant.reduce<Vec3>(([x, y, z], one) => [x + one[0] / length, y + one[1] / length, z], [0, 0, 0]);
  const lowest = meant.reduce((low, [, , z]) => Math.min(low, z), Infinity);
  const bottom = around.groundAt(middle[0], middle[1]) ?? lowest;
  const top = topOf(meant, bottom);
  const body = meant.filter(([, , z]) => z <= top);
  const rectangle = headed(body, around.usual.yawRad);
  if (rectangle === null) return null;
  const seen = likeliest(rectangle, [bottom, Math.max(top + MARGIN_M, bottom + MIN_SIZE_M)], around.usual);
  return around.keepsSeen ? seen : grownAway(seen, around.usual.size, around.sensor);
}

/** To at least this length and width; the sides that look at the sensor stay. */
export function grownAway(cuboid: Cuboid, size: Vec3, sensor: Vec3): Cuboid {
  const least: Vec3 = [Math.max(size[0], cuboid.size[0]), Math.max(size[1], cuboid.size[1]), cuboid.size[2]];
  return sizedAway(cuboid, least, sensor);
}

/** Exactly this size: the sides that look at the sensor stay, and the bottom. */
export function sizedAway(cuboid: Cuboid, size: Vec3, sensor: Vec3): Cuboid {
  const eye = toLocal(cuboid, sensor);
  let sized = cuboid;
  for (const [axis, ends] of ENDS) {
    const by = size[axis] - cuboid.size[axis];
    if (by === 0) continue;
    const half = cuboid.size[axis] / 2;
    const away = eye[axis] > half ? [0, 1] : eye[axis] < -half ? [1, 0] : [0.5, 0.5];
    ends.forEach((face, end) => (sized = moveFace(sized, face, by * away[end]!)));
  }
  return moveFace(sized, "top", size[2] - cuboid.size[2]);
}

const ENDS: readonly (readonly [Axis, readonly [Face, Face]])[] = [
  [0, ["front", "back"]],
  [1, ["left", "right"]],
];

function nearest(points: readonly Vec3[], eye: Vec3 | null): readonly Vec3[] {
  if (eye === null) return points;
  const enough = Math.max(ENOUGH, SHARE * points.length);
  const away = (cluster: readonly Vec3[]) =>
    cluster.reduce((least, point) => Math.min(least, distance(point, eye)), Infinity);
  let found: { readonly cluster: readonly Vec3[]; readonly awayM: number } | null = null;
  for (const cluster of clustersOf(points)) {
    const awayM = away(cluster);
    if (cluster.length >= enough && awayM < (found?.awayM ?? Infinity)) found = { cluster, awayM };
  }
  return found?.cluster ?? [];
}

function topOf(points: readonly Vec3[], bottom: number): number {
  const heights = points.map(([, , z]) => z).sort((a, b) => a - b);
  let top = Math.max(bottom, heights[0]!);
  for (const z of heights) {
    if (z - top > GAP_M) break;
    top = Math.max(top, z);
  }
  return top;
}

function headed(points: readonly Vec3[], likelyRad: number): Rectangle | null {
  const found = points.length < TELLING_POINTS ? null : rectangleAround(points);
  const lengths = found?.spans.map(({ from, to }) => to - from) ?? [0];
  return Math.max(...lengths) < TELLING_M ? rectangleAt(points, likelyRad) : found;
}

/** Which of the four sides is the front: as little longer and wider than usual as can be, then the likelier. */
function likeliest(
  { yawRad, spans }: Rectangle,
  [bottom, top]: readonly [number, number],
  usual: Surroundings["usual"],
): Cuboid {
  const [along, across] = spans;
  const [u, v] = [(along.from + along.to) / 2, (across.from + across.to) / 2];
  const [cosine, sine] = [Math.cos(yawRad), Math.sin(yawRad)];
  const centre: Vec3 = [u * cosine - v * sine, u * sine + v * cosine, (bottom + top) / 2];
  const sides = [along, across].map(({ from, to }) => Math.max(MIN_SIZE_M, to - from + 2 * MARGIN_M));
  const ways = [0, 1, 2, 3].map((quarter): Cuboid => {
    const turned = quarter % 2 === 1;
    const size: Vec3 = [sides[turned ? 1 : 0]!, sides[turned ? 0 : 1]!, top - bottom];
    return { centre, size, rotation: fromYaw(withinHalfTurn(yawRad + (quarter * Math.PI) / 2)) };
  });
  const cost = (way: Cuboid, quarter: number) => {
    const beyond = ([0, 1] as const).map((axis) => Math.max(0, way.size[axis] / usual.size[axis] - 1));
    const turnRad = Math.abs(withinHalfTurn(yawRad + (quarter * Math.PI) / 2 - usual.yawRad));
    return beyond[0]! + beyond[1]! + (TURN_WEIGHT * turnRad) / Math.PI;
  };
  const costs = ways.map(cost);
  return ways[costs.indexOf(Math.min(...costs))]!;
}

const withinHalfTurn = (rad: number): number => Math.atan2(Math.sin(rad), Math.cos(rad));

/** The ground of each square metre is searched for once. */
function remembering(groundAt: Surroundings["groundAt"]): Surroundings["groundAt"] {
  const known = new Map<string, number | null>();
  return (x, y) => {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const name = `${column} ${row}`;
    let z = known.get(name);
    if (z === undefined) known.set(name, (z = groundAt(column + 0.5, row + 0.5)));
    return z;
  };
}
