/** Straight edges of the world as the lens bends them: polylines off by less than half a pixel. */

import { nearestTurn, projectCameraPointInto, toCamera, type Camera, type Round } from "./camera";
import { dot, length, lerp, subtract, type Vec2, type Vec3 } from "./vec";

/** Nothing nearer to the camera's centre than this is drawn. */
const NEAR_M = 0.01;
const MAX_DEPTH = 12;
const PROBES = [0.25, 0.5, 0.75] as const;

/**
 * The image of the straight edge from p0 to p1 (world) as polylines (pixels), none when it is out
 * of sight. The edge is cut to the cone of the picture, which lies inside the lens's field, and
 * halved until no part of the curve is more than `maxErrorPx` from its chord. Points may lie
 * a little beside the picture. A fisheye over 180° can show one edge in two pieces, and so does a
 * picture that goes round where the edge crosses its seam.
 */
export function projectEdge(p0: Vec3, p1: Vec3, camera: Camera, maxErrorPx = 0.5): Vec2[][] {
  const start = toCamera(camera, p0);
  const end = toCamera(camera, p1);
  const pieces: Vec2[][] = [];
  for (const [from, to] of seenIntervals(start, end, camera)) {
    const middle = node(camera, lerp(start, end, (from + to) / 2), null);
    if (middle === null) continue;
    // On the seam itself either end of the picture is right; a line of one piece stays at one.
    const beside = middle.uv[0];
    const a = node(camera, lerp(start, end, from), beside);
    const b = node(camera, lerp(start, end, to), beside);
    if (a === null || b === null) continue;
    const polyline = [a.uv];
    subdivide(camera, a, b, maxErrorPx, MAX_DEPTH, beside, polyline);
    pieces.push(polyline);
  }
  return pieces;
}

/**
 * False when nothing inside the sphere (world) can be on the picture; asked before its edges, which
 * cost far more.
 */
export function mayBeSeen(camera: Camera, centre: Vec3, radiusM: number): boolean {
  const at = toCamera(camera, centre);
  const away = length(at);
  if (away <= radiusM) return true;
  const offAxisRad = Math.acos(Math.min(1, Math.max(-1, at[2] / away)));
  return offAxisRad - Math.asin(radiusM / away) <= camera.pictureRad;
}

/** `projectEdge` for each step of a world polyline, joined where it stays in sight. */
export function projectPolyline(
  points: readonly Vec3[],
  camera: Camera,
  maxErrorPx = 0.5,
): Vec2[][] {
  const pieces: Vec2[][] = [];
  points.slice(1).forEach((point, index) => {
    for (const piece of projectEdge(points[index]!, point, camera, maxErrorPx)) {
      const last = pieces.at(-1);
      if (last !== undefined && same(last.at(-1)!, piece[0]!)) last.push(...piece.slice(1));
      else pieces.push(piece);
    }
  });
  return pieces;
}

interface Node {
  readonly at: Vec3;
  readonly distanceM: number;
  readonly uv: Vec2;
}

const pixel = new Float64Array(2);

/** @param beside of a picture that goes round, the u that the node is less than half a turn from. */
function node(camera: Camera, at: Vec3, beside: number | null): Node | null {
  if (!projectCameraPointInto(camera, at[0], at[1], at[2], pixel)) return null;
  const u = beside === null ? pixel[0]! : nearestTurn(camera, pixel[0]!, beside);
  return { at, distanceM: length(at), uv: [u, pixel[1]!] };
}

/** Appends the curve after a, up to b. */
function subdivide(
  camera: Camera,
  a: Node,
  b: Node,
  maxErrorPx: number,
  depth: number,
  beside: number,
  polyline: Vec2[],
): void {
  const probes = PROBES.map((fraction) => node(camera, between(a, b, fraction), beside));
  const bent = probes.some(
    // Half of what is allowed, because the curve bulges most between the probes.
    (probe) => probe !== null && distanceToChord(probe.uv, a.uv, b.uv) > maxErrorPx / 2,
  );
  const middle = probes[1];
  if (!bent || depth === 0 || middle === null || middle === undefined) {
    polyline.push(b.uv);
    return;
  }
  subdivide(camera, a, middle, maxErrorPx, depth - 1, beside, polyline);
  subdivide(camera, middle, b, maxErrorPx, depth - 1, beside, polyline);
}

/**
 * The point of the edge whose direction divides the angle that the edge subtends. Halving metres
 * instead would put every probe in the far, small end of an edge that passes close by.
 */
function between(a: Node, b: Node, fraction: number): Vec3 {
  const weight = fraction * a.distanceM;
  return lerp(a.at, b.at, weight / ((1 - fraction) * b.distanceM + weight));
}

/**
 * Fractions of the edge (camera frame) that can reach the picture, outside the near ball. The
 * borders are quadratic in the fraction: |p|² = near², and z² = cos²(cone) |p|² or, of a picture that
 * goes round, y² = steepest² (x² + z²). The seam cuts, too.
 */
function seenIntervals(start: Vec3, end: Vec3, camera: Camera): (readonly [number, number])[] {
  const along = subtract(end, start);
  const { round } = camera;
  const seam = round === null ? null : seamAt(start, along, round);
  const cuts = [
    ...[0, 1],
    ...(seam === null ? [] : [seam]),
    ...roots(dot(along, along), 2 * dot(start, along), dot(start, start) - NEAR_M ** 2),
    ...(round === null ? coneCuts(start, along, camera.pictureRad) : steepCuts(start, along, round)),
  ].sort((a, b) => a - b);
  const intervals: [number, number][] = [];
  cuts.slice(1).forEach((to, index) => {
    const from = cuts[index]!;
    if (to === from || !seen(lerp(start, end, (from + to) / 2), camera)) return;
    const last = intervals.at(-1);
    if (last?.[1] === from && from !== seam) last[1] = to;
    else intervals.push([from, to]);
  });
  return intervals;
}

function coneCuts(start: Vec3, along: Vec3, coneRad: number): number[] {
  const cosine = Math.cos(coneRad) ** 2;
  return roots(
    along[2] ** 2 - cosine * dot(along, along),
    2 * (start[2] * along[2] - cosine * dot(start, along)),
    start[2] ** 2 - cosine * dot(start, start),
  );
}

function steepCuts(start: Vec3, along: Vec3, { steepest }: Round): number[] {
  const level = steepest ** 2;
  const [sx, sy, sz] = start;
  const [ax, ay, az] = along;
  return roots(
    ay * ay - level * (ax * ax + az * az),
    2 * (sy * ay - level * (sx * ax + sz * az)),
    sy * sy - level * (sx * sx + sz * sz),
  );
}

/** Where the edge goes through the half plane opposite to the picture's middle; null: it does not. */
function seamAt(start: Vec3, along: Vec3, { middleRad }: Round): number | null {
  const [sin, cos] = [Math.sin(middleRad), Math.cos(middleRad)];
  const fraction = -(start[0] * cos - start[2] * sin) / (along[0] * cos - along[2] * sin);
  if (!(fraction > 0 && fraction < 1)) return null;
  const ahead = (start[0] + fraction * along[0]) * sin + (start[2] + fraction * along[2]) * cos;
  return ahead < 0 ? fraction : null;
}

function seen(point: Vec3, { round, pictureRad }: Camera): boolean {
  const [x, y, z] = point;
  const inside =
    round === null
      ? Math.atan2(Math.hypot(x, y), z) < pictureRad
      : Math.abs(y) < round.steepest * Math.hypot(x, z);
  return inside && length(point) > NEAR_M;
}

/** Those roots of a t² + b t + c that lie in (0, 1). */
function roots(a: number, b: number, c: number): number[] {
  const discriminant = b * b - 4 * a * c;
  if (discriminant < 0) return [];
  // The form that does not subtract nearly equal numbers; a = 0 gives an infinity, filtered out.
  const q = -(b + (b < 0 ? -1 : 1) * Math.sqrt(discriminant)) / 2;
  return [q / a, c / q].filter((t) => t > 0 && t < 1);
}

function distanceToChord(p: Vec2, a: Vec2, b: Vec2): number {
  const [abU, abV] = [b[0] - a[0], b[1] - a[1]];
  const squared = abU * abU + abV * abV;
  const along = squared === 0 ? 0 : ((p[0] - a[0]) * abU + (p[1] - a[1]) * abV) / squared;
  const nearest = Math.min(1, Math.max(0, along));
  return Math.hypot(p[0] - a[0] - nearest * abU, p[1] - a[1] - nearest * abV);
}

const same = (a: Vec2, b: Vec2): boolean => a[0] === b[0] && a[1] === b[1];
