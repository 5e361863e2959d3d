/** Polygons as lines, with the handles of the selected one, and what of them is under the pointer. */

import type { Object3D } from "three";
import { middleOf } from "../geometry/outline";
import { lerp, type Vec3 } from "../geometry/vec";
import type { Hit } from "../tools/input";
import { DotBatch, LineBatch, type Dot, type Line, type Rgba } from "./batches";
import { bytesOfColour } from "./palette";
import type { ScreenXY } from "./viewpoint";

export interface PolygonView {
  readonly id: string;
  readonly colour: string;
  readonly vertices: readonly Vec3[];
  readonly selected: boolean;
  /** Stated at this time, not computed between two. */
  readonly keyframe: boolean;
  /** Without handles. */
  readonly locked: boolean;
  /** Its last side is not drawn yet. */
  readonly open: boolean;
}

const VERTEX_TINT: Rgba = [236, 240, 246, 255];
const SIDE_TINT: Rgba = [236, 240, 246, 130];
const WHOLE_TINT: Rgba = [255, 196, 74, 255];
const DASH_PX = 6;
const HANDLE_PX = 9;
const LINE_PX = 6;

export class PolygonLayer {
  readonly objects: readonly Object3D[];
  readonly #lines = new LineBatch();
  readonly #dots = new DotBatch();
  #polygons: readonly PolygonView[] = [];

  constructor() {
    this.objects = [this.#lines.object, this.#dots.object];
  }

  get polygons(): readonly PolygonView[] {
    return this.#polygons;
  }

  show(polygons: readonly PolygonView[]): void {
    this.#polygons = polygons;
    const anchor = polygons.find(({ vertices }) => vertices.length > 0)?.vertices[0] ?? [0, 0, 0];
    this.#lines.fill(anchor, polygons.flatMap(linesOf));
    this.#dots.fill(anchor, polygons.flatMap(dotsOf));
  }

  place(eye: Vec3, width: number, height: number, pixelRatio: number): void {
    this.#lines.place(eye);
    this.#lines.setViewport(width, height, pixelRatio);
    this.#dots.place(eye);
    this.#dots.setPixelRatio(pixelRatio);
  }

  dispose(): void {
    this.#lines.dispose();
    this.#dots.dispose();
  }
}

/** Each side with its index: from the vertex of that index to the next. */
function sidesOf({ vertices, open }: PolygonView): (readonly [number, Vec3, Vec3])[] {
  const sides = vertices.map((from, index) => [index, from, vertices[(index + 1) % vertices.length]!] as const);
  return open ? sides.slice(0, -1) : sides;
}

function linesOf(polygon: PolygonView): Line[] {
  const [r, g, b] = bytesOfColour(polygon.colour);
  const style = { widthPx: polygon.selected ? 3 : 2, dashPx: polygon.keyframe ? 0 : DASH_PX };
  return sidesOf(polygon).map(([, from, to]) => ({ from, to, tint: [r, g, b, 255], ...style }));
}

/** Squares on the vertices, small ones amid the sides, a round one in the middle. */
function dotsOf(polygon: PolygonView): Dot[] {
  if (!polygon.selected || polygon.locked) return [];
  const { vertices } = polygon;
  const corners = vertices.map((at): Dot => ({ at, tint: VERTEX_TINT, sizePx: 9, round: false }));
  if (polygon.open) return corners;
  const sides = sidesOf(polygon).map(([, from, to]): Dot => {
    return { at: lerp(from, to, 0.5), tint: SIDE_TINT, sizePx: 6, round: false, diamond: true };
  });
  return [...sides, ...corners, { at: middleOf(vertices), tint: WHOLE_TINT, sizePx: 11, round: true }];
}

type Seen = (point: Vec3) => ScreenXY | null;

/** A handle of the selected polygon within reach of the pointer: vertices before the rest. */
export function pickPolygonHandle(polygons: readonly PolygonView[], screen: ScreenXY, seen: Seen): Hit | null {
  const polygon = polygons.find(({ selected, locked, open }) => selected && !locked && !open);
  if (polygon === undefined) return null;
  const { id, vertices } = polygon;
  const isNear = (point: Vec3) => awayFrom(seen(point), screen) <= HANDLE_PX;
  const index = vertices.findIndex(isNear);
  if (index >= 0) return { kind: "vertex", id, index, point: vertices[index]! };
  const middle = middleOf(vertices);
  if (isNear(middle)) return { kind: "whole", id, point: middle };
  for (const [side, from, to] of sidesOf(polygon)) {
    const point = lerp(from, to, 0.5);
    if (isNear(point)) return { kind: "side", id, index: side, point };
  }
  return null;
}

/** The polygon of which a side passes under the pointer, the nearest on the screen. */
export function pickPolygonLine(polygons: readonly PolygonView[], screen: ScreenXY, seen: Seen): Hit | null {
  let [found, nearest]: [Hit | null, number] = [null, LINE_PX];
  for (const polygon of polygons) {
    for (const [, from, to] of sidesOf(polygon)) {
      const [a, b] = [seen(from), seen(to)];
      if (a === null || b === null) continue;
      const { away, fraction } = besideLine(a, b, screen);
      if (away >= nearest) continue;
      nearest = away;
      found = { kind: "body", id: polygon.id, point: lerp(from, to, fraction) };
    }
  }
  return found;
}

function awayFrom(at: ScreenXY | null, screen: ScreenXY): number {
  return at === null ? Infinity : Math.hypot(at.x - screen.x, at.y - screen.y);
}

function besideLine(a: ScreenXY, b: ScreenXY, at: ScreenXY): { readonly away: number; readonly fraction: number } {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : ((at.x - a.x) * dx + (at.y - a.y) * dy) / squared;
  const fraction = Math.min(1, Math.max(0, along));
  return { away: Math.hypot(a.x + fraction * dx - at.x, a.y + fraction * dy - at.y), fraction };
}
