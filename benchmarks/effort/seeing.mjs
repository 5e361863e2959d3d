/** What a person sees of an object, by the points that are its own, and where it does not fit. */

import { toLocal, turn, yawOf } from "./boxes.mjs";

/** Room that a hand leaves between a thing and the line around it. */
const MARGIN_PX = 10;
const PIECE_PX = 18;
/** Of the points, so many stray beyond a side. */
const STRAY = 0.01;
/** An eye that is not measuring sees no smaller difference than this. */
const TELLING_M = 0.05;
const TELLING_SHARE = 0.05;
const TELLING_RAD = 0.03;
/** Half of a turn by so much is as bad as a side too long by the same share. */
const TURN_WEIGHT = 1.2;

const FACES = [
  ["front", 0, 1],
  ["back", 0, -1],
  ["left", 1, 1],
  ["right", 1, -1],
  ["top", 2, 1],
  ["bottom", 2, -1],
];

/**
 * What is wrong with a box, the worst first: a heading, or a side and how far it is to be moved
 * outward. Sides that the sensor sees are where the points end. The others were not measured, and a roof
 * may lie between two rings: they are as the picture or the ground beside it shows them (`shown`), or
 * stay as they are.
 */
export function faults(box, pose, eye, shown) {
  const off = turn(yawOf(pose) - yawOf(box));
  const found = [];
  if (Math.abs(off) > TELLING_RAD) found.push({ kind: "turn", byRad: off, cost: TURN_WEIGHT * Math.abs(off) });
  const local = pose.points.map((point) => toLocal(box, point));
  const from = toLocal(box, eye);
  for (const [face, axis, sign] of FACES) {
    const isSeen = axis < 2 && sign * from[axis] > box.size[axis] / 2;
    const outermostM = quantile(local.map((at) => sign * at[axis]), 1 - STRAY) - box.size[axis] / 2;
    const otherwise = face === "top" ? outermostM : null;
    const byM = isSeen ? outermostM : (shown(face, axis, sign) ?? otherwise);
    const cost = Math.abs(byM ?? 0) / box.size[axis];
    if (byM === null || Math.abs(byM) < TELLING_M || cost < TELLING_SHARE) continue;
    found.push({ kind: "side", face, axis, sign, byM, cost });
  }
  return found.toSorted((a, b) => b.cost - a.cost);
}

/** Where a box of this size and heading belongs, by the sides that are seen: metres along its x and y. */
export function shiftOf(box, pose, eye) {
  const mean = (at) => pose.points.reduce((sum, point) => sum + point[at], 0) / pose.points.length;
  const [x, y] = [mean(0), mean(1)];
  const moved = { ...box, centre: [x, y, box.centre[2]] };
  const [byX, byY] = toLocal(box, moved.centre);
  const [ahead, left] = nearShift(moved, pose, eye);
  return [byX + ahead, byY + left];
}

function nearShift(box, pose, eye) {
  const local = pose.points.map((point) => toLocal(box, point));
  const from = toLocal(box, eye);
  return [0, 1].map((axis) => {
    const half = box.size[axis] / 2;
    const along = local.map((at) => at[axis]);
    const [low, high] = [quantile(along, STRAY), quantile(along, 1 - STRAY)];
    if (from[axis] > half) return high - half;
    return from[axis] < -half ? low + half : (low + high) / 2;
  });
}

function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))];
}

/** A line around places of the screen. */
export function ringAround(places) {
  const corners = Array.from({ length: 8 }, (_, at) => (at * Math.PI) / 4);
  const out = places.flatMap(({ x, y }) =>
    corners.map((angle) => ({ x: x + MARGIN_PX * Math.cos(angle), y: y + MARGIN_PX * Math.sin(angle) })),
  );
  const hull = hullOf(out);
  return hull.flatMap((from, at) => {
    const to = hull[(at + 1) % hull.length];
    const pieces = Math.max(1, Math.round(Math.hypot(to.x - from.x, to.y - from.y) / PIECE_PX));
    return Array.from({ length: pieces }, (_, n) => ({
      x: from.x + ((to.x - from.x) * n) / pieces,
      y: from.y + ((to.y - from.y) * n) / pieces,
    }));
  });
}

function hullOf(points) {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const half = (all) => {
    const chain = [];
    for (const point of all) {
      while (chain.length > 1 && !isLeft(chain.at(-2), chain.at(-1), point)) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

const isLeft = (a, b, c) => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) > 0;
