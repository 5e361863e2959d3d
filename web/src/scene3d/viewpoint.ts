/**
 * Where the viewer stands, as a value in float64, and what follows from it. No three, no DOM.
 *
 * `azimuth` is the heading one looks along (0 = world +x, counter-clockwise), `elevation` how far one
 * looks down. Straight down is an ordinary value: the azimuth then points to the top of the screen.
 */

import { add, dot, scale, subtract, type Vec3 } from "../geometry/vec";
import type { Ray } from "../tools/input";

export interface Viewpoint {
  readonly target: Vec3;
  readonly distance: number;
  readonly azimuth: number;
  readonly elevation: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface ScreenXY {
  readonly x: number;
  readonly y: number;
}

/** Half of the vertical field of view, as a tangent: 50 degrees in all. */
export const HALF_FIELD = Math.tan((25 * Math.PI) / 180);

const NEAREST_M = 0.3;
const FARTHEST_M = 4_000;
const LOWEST = (-8 * Math.PI) / 180;
const STRAIGHT_DOWN = Math.PI / 2;
/** Closer than this in front of the eye nothing has a place on the screen. */
const NEAR_M = 0.05;

export interface Basis {
  readonly right: Vec3;
  readonly up: Vec3;
  readonly forward: Vec3;
}

export function basisOf({ azimuth, elevation }: Viewpoint): Basis {
  const [ca, sa] = [Math.cos(azimuth), Math.sin(azimuth)];
  const [ce, se] = [Math.cos(elevation), Math.sin(elevation)];
  return {
    right: [sa, -ca, 0],
    up: [se * ca, se * sa, ce],
    forward: [ce * ca, ce * sa, -se],
  };
}

export function eyeOf(view: Viewpoint): Vec3 {
  return subtract(view.target, scale(basisOf(view).forward, view.distance));
}

export function rayAt(view: Viewpoint, screen: ScreenXY, size: Size): Ray {
  const { right, up, forward } = basisOf(view);
  const perPixel = (2 * HALF_FIELD) / size.height;
  const across = (screen.x - size.width / 2) * perPixel;
  const above = (size.height / 2 - screen.y) * perPixel;
  const direction = add(forward, add(scale(right, across), scale(up, above)));
  const length = Math.hypot(1, across, above);
  return { origin: eyeOf(view), direction: scale(direction, 1 / length) };
}

/** CSS pixels from the top left corner, also outside the view; null behind the eye. */
export function toScreen(view: Viewpoint, point: Vec3, size: Size): ScreenXY | null {
  const { right, up, forward } = basisOf(view);
  const away = subtract(point, eyeOf(view));
  const depth = dot(away, forward);
  if (depth < NEAR_M) return null;
  const perMetre = size.height / (2 * HALF_FIELD * depth);
  return {
    x: size.width / 2 + dot(away, right) * perMetre,
    y: size.height / 2 - dot(away, up) * perMetre,
  };
}

/** Metres that one pixel spans at the depth of a point. */
export function metresPerPixel(view: Viewpoint, point: Vec3, size: Size): number {
  const depth = dot(subtract(point, eyeOf(view)), basisOf(view).forward);
  return (2 * HALF_FIELD * Math.max(depth, NEAR_M)) / size.height;
}

/** Turn around `pivot`, which keeps its place on the screen. */
export function orbited(view: Viewpoint, turn: number, tilt: number, pivot: Vec3): Viewpoint {
  const before = basisOf(view);
  const away = subtract(pivot, eyeOf(view));
  const elevation = Math.min(STRAIGHT_DOWN, Math.max(LOWEST, view.elevation + tilt));
  const next = { ...view, azimuth: view.azimuth + turn, elevation };
  const after = basisOf(next);
  const kept = add(
    scale(after.right, dot(away, before.right)),
    add(scale(after.up, dot(away, before.up)), scale(after.forward, dot(away, before.forward))),
  );
  const eye = subtract(pivot, kept);
  return { ...next, target: add(eye, scale(after.forward, view.distance)) };
}

/** Slide so that what was under the pointer at the depth of `held` follows by (dx, dy) pixels. */
export function panned(
  view: Viewpoint,
  dx: number,
  dy: number,
  held: Vec3,
  size: Size,
): Viewpoint {
  const { right, up } = basisOf(view);
  const perPixel = metresPerPixel(view, held, size);
  const slide = add(scale(right, -dx * perPixel), scale(up, dy * perPixel));
  return { ...view, target: add(view.target, slide) };
}

/** Come nearer (factor < 1) or go away; `around` keeps its place on the screen. */
export function zoomed(view: Viewpoint, factor: number, around: Vec3): Viewpoint {
  const distance = Math.min(FARTHEST_M, Math.max(NEAREST_M, view.distance * factor));
  const real = distance / view.distance;
  return {
    ...view,
    distance,
    target: add(around, scale(subtract(view.target, around), real)),
  };
}

export function lookingAt(view: Viewpoint, target: Vec3, distance?: number): Viewpoint {
  return { ...view, target, distance: distance ?? view.distance };
}

/** The whole box is in view, from the present direction. */
export function framing(view: Viewpoint, min: Vec3, max: Vec3, size: Size): Viewpoint {
  const radius = Math.hypot(max[0] - min[0], max[1] - min[1], max[2] - min[2]) / 2;
  const tightest = Math.min(1, size.width / size.height) * HALF_FIELD;
  return {
    ...view,
    target: [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2],
    distance: Math.min(FARTHEST_M, Math.max(1, radius / Math.sin(Math.atan(tightest)))),
  };
}

/** On the way from one viewpoint to another; fraction 0 is `from`, 1 is `to`. */
export function between(from: Viewpoint, to: Viewpoint, fraction: number): Viewpoint {
  const eased = fraction * fraction * (3 - 2 * fraction);
  const mix = (a: number, b: number) => a + (b - a) * eased;
  const turn = Math.atan2(Math.sin(to.azimuth - from.azimuth), Math.cos(to.azimuth - from.azimuth));
  return {
    target: [
      mix(from.target[0], to.target[0]),
      mix(from.target[1], to.target[1]),
      mix(from.target[2], to.target[2]),
    ],
    distance: from.distance * Math.pow(to.distance / from.distance, eased),
    azimuth: from.azimuth + turn * eased,
    elevation: mix(from.elevation, to.elevation),
  };
}

/** The eye stays where it is and looks elsewhere. */
export function lookedAround(view: Viewpoint, turn: number, tilt: number): Viewpoint {
  return orbited(view, turn, tilt, eyeOf(view));
}

/** Metres forward along the look, to the right, and up along the world's vertical. */
export function flown(view: Viewpoint, [ahead, aside, up]: Vec3): Viewpoint {
  const { forward, right } = basisOf(view);
  const by = add(scale(forward, ahead), add(scale(right, aside), [0, 0, up]));
  return { ...view, target: add(view.target, by) };
}

/** A circle on the level of its centre. */
export interface Circle {
  readonly centre: Vec3;
  readonly radiusM: number;
}

/** Of the circle's radius, what is left free around it. */
const RIM = 1.06;

export const isAbove = (view: Viewpoint): boolean => view.elevation > STRAIGHT_DOWN - 1e-6;

/** Straight down on what is looked at, as far away as before; or on all of a circle. */
export function fromAbove(view: Viewpoint, circle: Circle | null, size: Size): Viewpoint {
  const above = { ...view, elevation: STRAIGHT_DOWN };
  if (circle === null) return above;
  const tightest = Math.min(1, size.width / size.height) * HALF_FIELD;
  const distance = Math.min(FARTHEST_M, (RIM * circle.radiusM) / tightest);
  return { ...above, target: circle.centre, distance };
}

const BEHIND_ELEVATION = (20 * Math.PI) / 180;

/** Behind and above an object, looking along its heading and over it. */
export function behind(centre: Vec3, size: Vec3, yawRad: number): Viewpoint {
  const aheadM = size[0];
  return {
    target: add(centre, [Math.cos(yawRad) * aheadM, Math.sin(yawRad) * aheadM, 0]),
    distance: 7 + 2.4 * size[0] + size[2],
    azimuth: yawRad,
    elevation: BEHIND_ELEVATION,
  };
}

/** Whether any of a sphere can be in the picture; sometimes true although it is just beside it. */
export function sees(view: Viewpoint, centre: Vec3, radius: number, size: Size): boolean {
  const { right, up, forward } = basisOf(view);
  const away = subtract(centre, eyeOf(view));
  const depth = dot(away, forward) + radius;
  if (depth < 0) return false;
  const high = HALF_FIELD * depth;
  const wide = high * (size.width / size.height);
  // A border of the picture is slanted: the sphere reaches over it by more than its radius.
  const reach = radius * Math.hypot(1, HALF_FIELD * Math.max(1, size.width / size.height));
  return Math.abs(dot(away, up)) < high + reach && Math.abs(dot(away, right)) < wide + reach;
}

/** The same to the eye: less than a millimetre and a hundredth of a degree apart. */
export function isSame(one: Viewpoint, other: Viewpoint): boolean {
  const away = subtract(one.target, other.target);
  return (
    Math.hypot(...away, one.distance - other.distance) < 1e-3 &&
    Math.hypot(one.azimuth - other.azimuth, one.elevation - other.elevation) < 1e-4
  );
}
