/**
 * What is drawn on the canvases of a camera: cuboids as the lens sees them, and their signs. It runs
 * in the page and in a worker: no DOM, no editor.
 */

import { type Camera, nearestTurn, projectPoint } from "../geometry/camera";
import { corners, type Cuboid, EDGES, FACES } from "../geometry/cuboid";
import { mayBeSeen, projectEdge } from "../geometry/edges";
import { distance, type Vec3 } from "../geometry/vec";
import { ink } from "../model/colour";
import type { PictureView, Size } from "./view";

const DASH_PX = [5, 4];
/** Cuboids lower than this on screen have no sign: it would hide them. */
const SIGN_FROM_PX = 26;
const SIGN_FONT = "600 10px system-ui, sans-serif";
const FARTHEST_M = 250;

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export interface Drawn {
  readonly cuboid: Cuboid;
  readonly colour: string;
  readonly selected: boolean;
  readonly isKey: boolean;
  readonly tag: string;
}

/** Whether any of it can be on the picture, near enough to matter. */
export function isSeen(camera: Camera, { centre, size }: Cuboid): boolean {
  if (distance(centre, camera.worldFromCamera.translation) >= FARTHEST_M) return false;
  return mayBeSeen(camera, centre, Math.hypot(...size) / 2);
}

/** The canvas at its size in device pixels, ready to be drawn on in CSS pixels. */
export function emptied(
  canvas: HTMLCanvasElement | OffscreenCanvas,
  { width, height }: Size,
  ratio: number,
): Context | null {
  // The compiler takes the two kinds of canvas together for one that has other contexts, too.
  const context: Context | null =
    canvas instanceof OffscreenCanvas ? canvas.getContext("2d") : canvas.getContext("2d");
  if (context === null) return null;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

export function onCanvas(view: PictureView, u: number, v: number): readonly [number, number] {
  return [(u + 0.5) * view.scale + view.x, (v + 0.5) * view.scale + view.y];
}

/** Lines end where the picture does; the letters of a cuboid at its border may stand over it. */
export function drawCuboids(
  context: Context,
  camera: Camera,
  view: PictureView,
  picture: Size,
  cuboids: readonly Drawn[],
): void {
  context.save();
  context.beginPath();
  context.rect(view.x, view.y, picture.width * view.scale, picture.height * view.scale);
  context.clip();
  for (const one of cuboids) drawEdges(context, camera, view, one);
  context.restore();
  for (const one of cuboids) drawSign(context, camera, view, picture, one);
}

export interface Outline {
  readonly vertices: readonly Vec3[];
  readonly colour: string;
  readonly selected: boolean;
  readonly keyframe: boolean;
  /** Its last side is not drawn. */
  readonly open: boolean;
}

/** Polygons as the lens sees them; like those of cuboids their lines end where the picture does. */
export function drawOutlines(
  context: Context,
  camera: Camera,
  view: PictureView,
  picture: Size,
  outlines: readonly Outline[],
): void {
  if (outlines.length === 0) return;
  context.save();
  context.beginPath();
  context.rect(view.x, view.y, picture.width * view.scale, picture.height * view.scale);
  context.clip();
  context.lineJoin = "round";
  for (const { vertices, colour, selected, keyframe, open } of outlines) {
    context.strokeStyle = colour;
    context.setLineDash(keyframe ? [] : DASH_PX);
    context.lineWidth = selected ? 2.5 : 1.75;
    context.beginPath();
    for (const [from, to] of linesOf({ vertices, open }, camera)) trace(context, camera, view, from, to);
    context.stroke();
  }
  context.restore();
}

/** The outline that passes within this many CSS pixels of a place on the canvas, the nearest; null: none. */
export function outlineAt<One extends Outline>(
  camera: Camera,
  view: PictureView,
  outlines: readonly One[],
  at: { readonly x: number; readonly y: number },
  withinPx: number,
): One | null {
  let found: One | null = null;
  let nearestPx = withinPx;
  for (const outline of outlines) {
    for (const [from, to] of linesOf(outline, camera)) {
      for (const piece of projectEdge(from, to, camera, 0.5 / view.scale)) {
        const places = piece.map(([u, v]) => onCanvas(view, u, v));
        for (let end = 1; end < places.length; end += 1) {
          const awayPx = distanceToLine(at, places[end - 1]!, places[end]!);
          if (awayPx <= nearestPx) [found, nearestPx] = [outline, awayPx];
        }
      }
    }
  }
  return found;
}

function distanceToLine(
  { x, y }: { readonly x: number; readonly y: number },
  [ax, ay]: readonly [number, number],
  [bx, by]: readonly [number, number],
): number {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const part = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square));
  return Math.hypot(x - ax - part * dx, y - ay - part * dy);
}

/** Its sides that are near enough to matter. */
function linesOf({ vertices, open }: Pick<Outline, "vertices" | "open">, camera: Camera): (readonly [Vec3, Vec3])[] {
  return vertices.flatMap((from, index): (readonly [Vec3, Vec3])[] => {
    if (open && index === vertices.length - 1) return [];
    const isNear = distance(from, camera.worldFromCamera.translation) < FARTHEST_M;
    return isNear ? [[from, vertices[(index + 1) % vertices.length]!]] : [];
  });
}

/** A straight line of the world, as the lens bends it. */
function trace(context: Context, camera: Camera, view: PictureView, from: Vec3, to: Vec3): void {
  // Half a pixel of the screen, whatever the zoom.
  for (const piece of projectEdge(from, to, camera, 0.5 / view.scale)) {
    piece.forEach(([u, v], index) => {
      const [x, y] = onCanvas(view, u, v);
      if (index === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
  }
}

function drawEdges(
  context: Context,
  camera: Camera,
  view: PictureView,
  { cuboid, colour, selected, isKey }: Drawn,
): void {
  const at = corners(cuboid);
  context.strokeStyle = colour;
  context.lineJoin = "round";
  // As in 3D: poses between keyframes are dashed.
  context.setLineDash(isKey ? [] : DASH_PX);
  const front: readonly number[] = FACES.front.corners;
  for (const [a, b] of EDGES) {
    const isFront = front.includes(a) && front.includes(b);
    context.lineWidth = (selected ? 2 : 1.25) + (isFront ? 1 : 0);
    context.globalAlpha = selected ? 1 : 0.85;
    context.beginPath();
    trace(context, camera, view, at[a]!, at[b]!);
    context.stroke();
  }
}

/** The label's letters over the cuboid, when it is large enough to carry them. */
function drawSign(
  context: Context,
  camera: Camera,
  view: PictureView,
  picture: Size,
  { cuboid, colour, tag, selected }: Drawn,
): void {
  const at = corners(cuboid);
  const seen = at.map((corner) => projectPoint(camera, corner)).filter((one) => one !== null);
  if (seen.length < at.length || !seen.some(({ visible }) => visible)) return;
  // Of a cuboid on the seam of a picture that goes round, corners are at both ends of the picture.
  const places = seen.map(({ u, v }) => onCanvas(view, nearestTurn(camera, u, seen[0]!.u), v));
  const top = Math.min(...places.map(([, y]) => y));
  const bottom = Math.max(...places.map(([, y]) => y));
  if (!selected && bottom - top < SIGN_FROM_PX) return;
  const centre = places.reduce((sum, [x]) => sum + x, 0) / places.length;
  const middle = Math.min(view.x + picture.width * view.scale, Math.max(view.x, centre));
  context.font = SIGN_FONT;
  const width = context.measureText(tag).width + 6;
  context.fillStyle = colour;
  context.fillRect(middle - width / 2, top - 14, width, 13);
  context.fillStyle = ink(colour);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(tag, middle, top - 7);
}
