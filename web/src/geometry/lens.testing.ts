/** What tests of lenses and of edges share. */

import fc from "fast-check";
import { projectPoint, type Camera } from "./camera";
import { cross, length, normalise, type Vec2, type Vec3 } from "./vec";

export const number = (low: number, high: number) =>
  fc.double({ min: low, max: high, noNaN: true, noDefaultInfinity: true });
export const vectors = (reach: number) =>
  fc.tuple(number(-reach, reach), number(-reach, reach), number(-reach, reach));

export function uvOf(camera: Camera, point: Vec3): Vec2 {
  const { u, v } = projectPoint(camera, point)!;
  return [u, v];
}

export function distanceToPieces(p: Vec2, pieces: readonly (readonly Vec2[])[]): number {
  const distances = pieces.flatMap((piece) =>
    piece.slice(1).map((b, index) => {
      const a = piece[index]!;
      const squared = distance2(a, b) ** 2;
      const along =
        squared === 0 ? 0 : ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / squared;
      const t = Math.min(1, Math.max(0, along));
      return distance2(p, [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
    }),
  );
  return Math.min(Infinity, ...distances);
}

export const distance2 = (a: Vec2, b: Vec2): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

export const angleOf = (p: Vec3): number => Math.atan2(Math.hypot(p[0], p[1]), p[2]);

/** Unit normal of the plane through the camera's centre that holds the edge; zero: there is none. */
export function planeOf(a: Vec3, b: Vec3): Vec3 {
  const normal = cross(a, b);
  return length(normal) < 1e-9 ? [0, 0, 0] : normalise(normal);
}
