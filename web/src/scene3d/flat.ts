/**
 * A flat (orthographic) view of the selected object, along one of the object's own axes. Pure.
 *
 *     top     the heading points right, the left side up; one looks down
 *     side    the heading points right, the roof up; one looks at the right side
 *     front   the left side points right, the roof up; one looks at the front
 */

import type { Axis, Cuboid } from "../geometry/cuboid";
import { headingArrow, toWorld } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { add, distance, dot, scale, subtract, type Vec2, type Vec3 } from "../geometry/vec";
import type { Ray } from "../tools/input";
import type { SideName } from "./layout";
import type { Basis, ScreenXY, Size } from "./viewpoint";

export interface FlatView {
  /** World metres in the middle of the rectangle. */
  readonly centre: Vec3;
  readonly basis: Basis;
  readonly metresPerPixel: number;
  /** Only what is this near to the object's middle along the view is drawn. */
  readonly depthM: number;
}

/** How a person has zoomed and slid one of the views. */
export interface Framing {
  readonly metresPerPixel: number;
  /** Metres right and up from the object's centre to the middle of the rectangle. */
  readonly shift: Vec2;
}

/** The object's axes that run to the right and up; each view looks along the third. */
export const AXES: Readonly<Record<SideName, { readonly right: Axis; readonly up: Axis }>> = {
  top: { right: 0, up: 1 },
  side: { right: 0, up: 2 },
  front: { right: 1, up: 2 },
};
const DEPTH: Readonly<Record<SideName, { readonly axis: Axis; readonly sign: 1 | -1 }>> = {
  top: { axis: 2, sign: -1 },
  side: { axis: 1, sign: 1 },
  front: { axis: 0, sign: -1 },
};
const UNIT: readonly Vec3[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** How far before the object the eye stands: beyond any slab, near enough for float32. */
export const EYE_M = 40;
/** Beyond the object, so much is seen along the view: its ground and not the tree above it. */
const SLAB_M = 1;
const THICKEST_M = 35;
/** Room for the handles around a fitted object. */
const MARGIN_PX = 46;
const MOST_MARGIN = 0.3;
const FINEST_M = 0.001;
const COARSEST_M = 0.5;

export function flatView(cuboid: Cuboid, side: SideName, framing: Framing): FlatView {
  const { right, up } = AXES[side];
  const depth = DEPTH[side];
  const basis: Basis = {
    right: quat.rotate(cuboid.rotation, UNIT[right]!),
    up: quat.rotate(cuboid.rotation, UNIT[up]!),
    forward: quat.rotate(cuboid.rotation, scale(UNIT[depth.axis]!, depth.sign)),
  };
  const [x, y] = framing.shift;
  return {
    centre: add(cuboid.centre, add(scale(basis.right, x), scale(basis.up, y))),
    basis,
    metresPerPixel: framing.metresPerPixel,
    depthM: Math.min(THICKEST_M, cuboid.size[depth.axis] / 2 + SLAB_M),
  };
}

/** Beyond the front, so far reaches the arrow that shows the heading; 0 where it is not seen. */
export function arrowM(cuboid: Cuboid, side: SideName): number {
  if (side === "front") return 0;
  const { tail, tip } = headingArrow(cuboid);
  return distance(tail, tip) - cuboid.size[0] / 2;
}

/** The whole object in the middle, with room for its arrow and its handles. */
export function fitted(cuboid: Cuboid, side: SideName, size: Size): Framing {
  const { right, up } = AXES[side];
  const room = (pixels: number) => pixels - 2 * Math.min(MARGIN_PX, MOST_MARGIN * pixels);
  const wideM = cuboid.size[right] + 2 * arrowM(cuboid, side);
  const needed = Math.max(wideM / room(size.width), cuboid.size[up] / room(size.height));
  return { metresPerPixel: within(needed), shift: [0, 0] };
}

/** Whether the object, at its centre plus nothing, lies wholly in the rectangle. */
export function shows(cuboid: Cuboid, side: SideName, framing: Framing, size: Size): boolean {
  const { right, up } = AXES[side];
  const { metresPerPixel, shift } = framing;
  return (
    cuboid.size[right] / 2 + Math.abs(shift[0]) <= (size.width / 2) * metresPerPixel &&
    cuboid.size[up] / 2 + Math.abs(shift[1]) <= (size.height / 2) * metresPerPixel
  );
}

export const flatEye = (view: FlatView): Vec3 =>
  subtract(view.centre, scale(view.basis.forward, EYE_M));

export function flatRay(view: FlatView, screen: ScreenXY, size: Size): Ray {
  const right = (screen.x - size.width / 2) * view.metresPerPixel;
  const up = (size.height / 2 - screen.y) * view.metresPerPixel;
  const across = add(scale(view.basis.right, right), scale(view.basis.up, up));
  return { origin: add(flatEye(view), across), direction: view.basis.forward };
}

/** CSS pixels from the view's top left corner, also outside of it. */
export function onFlat(view: FlatView, point: Vec3, size: Size): ScreenXY {
  const away = subtract(point, view.centre);
  return {
    x: size.width / 2 + dot(away, view.basis.right) / view.metresPerPixel,
    y: size.height / 2 - dot(away, view.basis.up) / view.metresPerPixel,
  };
}

/** Factor < 1 comes nearer; what is under the cursor stays there. */
export function zoomedFlat(framing: Framing, factor: number, at: ScreenXY, size: Size): Framing {
  const metresPerPixel = within(framing.metresPerPixel * factor);
  const kept = framing.metresPerPixel - metresPerPixel;
  return {
    metresPerPixel,
    shift: [
      framing.shift[0] + (at.x - size.width / 2) * kept,
      framing.shift[1] + (size.height / 2 - at.y) * kept,
    ],
  };
}

export function pannedFlat(framing: Framing, dx: number, dy: number): Framing {
  const { metresPerPixel, shift } = framing;
  return { metresPerPixel, shift: [shift[0] - dx * metresPerPixel, shift[1] + dy * metresPerPixel] };
}

/** World metres that the rectangle reaches from the object's centre, at most. */
export function reachOf(framing: Framing, size: Size): number {
  const { metresPerPixel, shift } = framing;
  return Math.hypot(
    (size.width / 2) * metresPerPixel + Math.abs(shift[0]),
    (size.height / 2) * metresPerPixel + Math.abs(shift[1]),
  );
}

const BAR_PX = 72;

/** The longest of 1, 2 or 5 times a power of ten that a bar of about 70 pixels can show. */
export function scaleBar(metresPerPixel: number): { readonly text: string; readonly px: number } {
  const most = BAR_PX * metresPerPixel;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map((n) => n * power).find((m) => m <= most) ?? power;
  const text = metres >= 1 ? `${Math.round(metres)} m` : `${Math.round(metres * 100)} cm`;
  return { text, px: metres / metresPerPixel };
}

/** Of the object's own frame in the world: `right` and `up` in halves of its size, -1 to 1. */
export function onOutline(cuboid: Cuboid, side: SideName, right: number, up: number): Vec3 {
  const axes = AXES[side];
  const local: [number, number, number] = [0, 0, 0];
  local[axes.right] = (right * cuboid.size[axes.right]) / 2;
  local[axes.up] = (up * cuboid.size[axes.up]) / 2;
  return toWorld(cuboid, local);
}

function within(metresPerPixel: number): number {
  return Math.min(COARSEST_M, Math.max(FINEST_M, metresPerPixel));
}
