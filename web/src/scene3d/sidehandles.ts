/** The handles of the selected object in a flat view, and what of it is under the pointer. Pure. */

import { FACE_NAMES, FACES } from "../geometry/cuboid";
import type { Axis, Cuboid, Face } from "../geometry/cuboid";
import { add, scale, subtract } from "../geometry/vec";
import { arrowM, AXES, onFlat, onOutline, type FlatView } from "./flat";
import { handleId, type Handle, type HandleId } from "./handles";
import type { SideName } from "./layout";
import type { ScreenXY, Size } from "./viewpoint";

/** So far beyond the outline, or beyond the tip of the heading's arrow. */
const STEM_PX = 24;
const PAST_ARROW_PX = 14;
const CORNER_PX = 9;
const TURN_PX = 12;
const SIDE_PX = 7;
/** Towards the middle a side reaches less, so that something is left to move a small object by. */
const INWARD = 0.2;

const faceOf = (axis: Axis, sign: number): Face =>
  FACE_NAMES.find((face) => FACES[face].axis === axis && FACES[face].sign === sign)!;

/** The four sides, the four corners (edges of the cuboid, seen from their end) and the turn. */
export function sideHandles(
  cuboid: Cuboid,
  side: SideName,
  view: FlatView,
  mayTurn: boolean,
): Handle[] {
  const { right, up } = AXES[side];
  const handles: Handle[] = [];
  for (const sign of [1, -1]) {
    const at = { right: onOutline(cuboid, side, sign, 0), up: onOutline(cuboid, side, 0, sign) };
    handles.push({ kind: "face", face: faceOf(right, sign), at: at.right, facing: true });
    handles.push({ kind: "face", face: faceOf(up, sign), at: at.up, facing: true });
    for (const other of [1, -1]) {
      const faces = [faceOf(right, sign), faceOf(up, other)] as const;
      handles.push({ kind: "edge", faces, at: onOutline(cuboid, side, sign, other) });
    }
  }
  if (mayTurn) handles.push(turnHandle(cuboid, side, view));
  return handles;
}

/** Before the front where one sees the heading; above the roof where one looks along it. */
function turnHandle(cuboid: Cuboid, side: SideName, view: FlatView): Handle {
  const ahead = side !== "front";
  const stem = onOutline(cuboid, side, ahead ? 1 : 0, ahead ? 0 : 1);
  const out = subtract(stem, cuboid.centre);
  const perPixel = view.metresPerPixel;
  const reachM = Math.max(STEM_PX * perPixel, arrowM(cuboid, side) + PAST_ARROW_PX * perPixel);
  const at = add(stem, scale(out, reachM / Math.hypot(...out)));
  return { kind: "turn", at, stem };
}

/** The part of the outline under the pointer: corners before the turn before the sides. */
export function pickSideHandle(
  handles: readonly Handle[],
  cuboid: Cuboid,
  side: SideName,
  view: FlatView,
  screen: ScreenXY,
  size: Size,
): Handle | null {
  const away = (handle: Handle) => {
    const at = onFlat(view, handle.at, size);
    return Math.hypot(at.x - screen.x, at.y - screen.y);
  };
  const nearest = (kind: Handle["kind"], reachPx: number) =>
    handles
      .filter((handle) => handle.kind === kind && away(handle) <= reachPx)
      .sort((a, b) => away(a) - away(b))[0] ?? null;
  const smallest = Math.min(...outlinePx(cuboid, side, view));
  return (
    nearest("edge", Math.min(CORNER_PX, Math.max(3, smallest / 3))) ??
    nearest("turn", TURN_PX) ??
    sideAt(handles, cuboid, side, view, screen, size)
  );
}

/** Pixels of the outline to the right and up. */
function outlinePx(cuboid: Cuboid, side: SideName, view: FlatView): readonly [number, number] {
  const { right, up } = AXES[side];
  return [cuboid.size[right] / view.metresPerPixel, cuboid.size[up] / view.metresPerPixel];
}

/** A side is held anywhere along its line, not at its handle only. */
function sideAt(
  handles: readonly Handle[],
  cuboid: Cuboid,
  side: SideName,
  view: FlatView,
  screen: ScreenXY,
  size: Size,
): Handle | null {
  const [u, v] = inOutline(cuboid, side, view, screen, size);
  const [w, h] = outlinePx(cuboid, side, view);
  const { right, up } = AXES[side];
  const candidates = [
    { axis: right, out: Math.abs(u) - w / 2, beside: Math.abs(v) - h / 2, sign: Math.sign(u), px: w },
    { axis: up, out: Math.abs(v) - h / 2, beside: Math.abs(u) - w / 2, sign: Math.sign(v), px: h },
  ];
  const held = candidates
    .filter(({ out, beside, px }) => {
      return out <= SIDE_PX && -out <= Math.min(SIDE_PX, INWARD * px) && beside <= SIDE_PX;
    })
    .sort((a, b) => Math.abs(a.out) - Math.abs(b.out))[0];
  if (held === undefined) return null;
  const face = faceOf(held.axis, held.sign);
  return handles.find((handle) => handleId(handle) === face) ?? null;
}

/** Pixels from the outline's middle along its own right and up, however the outline is turned. */
function inOutline(
  cuboid: Cuboid,
  side: SideName,
  view: FlatView,
  screen: ScreenXY,
  size: Size,
): readonly [number, number] {
  const middle = onFlat(view, cuboid.centre, size);
  const end = onFlat(view, onOutline(cuboid, side, 1, 0), size);
  const along = { x: end.x - middle.x, y: end.y - middle.y };
  const length = Math.hypot(along.x, along.y);
  const [ex, ey] = [along.x / length, along.y / length];
  const [dx, dy] = [screen.x - middle.x, screen.y - middle.y];
  // Screen y points down: the outline's up is its right turned a quarter to the left.
  return [dx * ex + dy * ey, dx * ey - dy * ex];
}

/** Inside the outline: what is dragged there moves the object. */
export function isInside(
  cuboid: Cuboid,
  side: SideName,
  view: FlatView,
  screen: ScreenXY,
  size: Size,
): boolean {
  const [u, v] = inOutline(cuboid, side, view, screen, size);
  const [w, h] = outlinePx(cuboid, side, view);
  return Math.abs(u) <= w / 2 && Math.abs(v) <= h / 2;
}

/** As the arrows of a desktop look that resize a window. */
export function sideCursor(handle: HandleId | null, side: SideName, inside: boolean): string {
  if (handle === "turn") return "grab";
  if (handle === null) return inside ? "move" : "default";
  const faces = handle.split("+") as Face[];
  const { right } = AXES[side];
  const [first, second] = faces.map((face) => FACES[face]);
  if (second === undefined) return first?.axis === right ? "ew-resize" : "ns-resize";
  return first?.sign === second.sign ? "nesw-resize" : "nwse-resize";
}
