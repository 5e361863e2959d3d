/**
 * The rectangle on the ground that fits what a sensor sees of a vehicle: mostly two sides that meet.
 *
 * The smallest rectangle around an L is as large along its diagonal as along its sides, so it is
 * sought by closeness instead: most points lie near one of the sides. X. Zhang, W. Xu, C. Dong,
 * J. M. Dolan, "Efficient L-Shape Fitting for Vehicle Detection Using Laser Scanners", IEEE IV 2017.
 */

import type { Vec3 } from "./vec";

export interface Rectangle {
  /** Heading of its first axis, in [0, π/2). */
  readonly yawRad: number;
  /** From where to where along its first and its second axis, metres from the world's origin. */
  readonly spans: readonly [Span, Span];
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

const COARSE_RAD = Math.PI / 90;
const FINE_RAD = Math.PI / 900;
/** Nearer to a side than what is measured exactly, no point is nearer than another. */
const NEAREST_M = 0.05;
/** More points than this tell no more of a heading. */
const MOST = 600;

/** Null without points. */
export function rectangleAround(points: readonly Vec3[]): Rectangle | null {
  if (points.length === 0) return null;
  const sample = sampleOf(points);
  const coarse = best(sample, anglesBetween(0, Math.PI / 2, COARSE_RAD));
  const fine = best(sample, anglesBetween(coarse - COARSE_RAD, coarse + COARSE_RAD, FINE_RAD));
  const yawRad = ((fine % (Math.PI / 2)) + Math.PI / 2) % (Math.PI / 2);
  return { yawRad, spans: spansAt(points, yawRad) };
}

/**
 * How clearly the points tell their heading: how much closer to the sides they lie at that of
 * `found` than at most others, and than at a heading of `otherRad`. Of an L or a long side both are
 * well above 1; a round thing lies as close at any heading.
 */
export function clearness(
  points: readonly Vec3[],
  found: Rectangle,
  otherRad: number,
): { readonly overMost: number; readonly overOther: number } {
  const sample = sampleOf(points);
  const close = closeness(sample, found.yawRad);
  const all = anglesBetween(0, Math.PI / 2, COARSE_RAD).map((angle) => closeness(sample, angle));
  const usual = all.sort((a, b) => a - b)[all.length >> 1]!;
  return { overMost: close / usual, overOther: close / closeness(sample, otherRad) };
}

/** The rectangle around the points with sides at a heading that is known. */
export function rectangleAt(points: readonly Vec3[], yawRad: number): Rectangle | null {
  return points.length === 0 ? null : { yawRad, spans: spansAt(points, yawRad) };
}

function sampleOf(points: readonly Vec3[]): readonly Vec3[] {
  const every = Math.ceil(points.length / MOST);
  return points.filter((_, index) => index % every === 0);
}

function anglesBetween(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.round((to - from) / step) }, (_, index) => from + index * step);
}

function best(points: readonly Vec3[], angles: readonly number[]): number {
  let [found, most] = [angles[0]!, -Infinity];
  for (const angle of angles) {
    const close = closeness(points, angle);
    if (close > most) [found, most] = [angle, close];
  }
  return found;
}

function closeness(points: readonly Vec3[], yawRad: number): number {
  const [along, across] = spansAt(points, yawRad);
  const [cosine, sine] = [Math.cos(yawRad), Math.sin(yawRad)];
  let sum = 0;
  for (const [x, y] of points) {
    const [u, v] = [x * cosine + y * sine, y * cosine - x * sine];
    const away = Math.min(u - along.from, along.to - u, v - across.from, across.to - v);
    sum += 1 / Math.max(away, NEAREST_M);
  }
  return sum;
}

function spansAt(points: readonly Vec3[], yawRad: number): readonly [Span, Span] {
  const [cosine, sine] = [Math.cos(yawRad), Math.sin(yawRad)];
  let [left, right, near, far] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of points) {
    const [u, v] = [x * cosine + y * sine, y * cosine - x * sine];
    left = Math.min(left, u);
    right = Math.max(right, u);
    near = Math.min(near, v);
    far = Math.max(far, v);
  }
  return [
    { from: left, to: right },
    { from: near, to: far },
  ];
}
