/** Outlines and handles of a crop, drawn over its points by a 2D context. */

import { headingArrow, type Cuboid } from "../geometry/cuboid";
import type { Vec3 } from "../geometry/vec";
import { onFlat, onOutline, type FlatView } from "./flat";
import { handleId, type Handle, type HandleId } from "./handles";
import type { Rect, SideName } from "./layout";
import type { ScreenXY } from "./viewpoint";

export type Ink = CanvasRenderingContext2D;

export interface CropPane {
  readonly rect: Rect;
  readonly side: SideName;
  readonly view: FlatView;
}

const DASH_PX = 5;
const HEAD_PX = 6;
const HANDLE_PX = { face: 5, edge: 5, turn: 9 } as const;
const HANDLE_COLOUR = "#ecf0f6";
const HOVER_COLOUR = "#ffc44a";
const RIM_COLOUR = "#0d0f14";
const CORNERS = [
  [1, 1],
  [-1, 1],
  [-1, -1],
  [1, -1],
] as const;

const toCanvas = ({ rect, view }: CropPane, point: Vec3): ScreenXY => {
  const { x, y } = onFlat(view, point, rect);
  return { x: x + rect.x, y: y + rect.y };
};

export function inkOutline(
  ink: Ink,
  pane: CropPane,
  cuboid: Cuboid,
  { colour, dashed }: { readonly colour: string; readonly dashed: boolean },
): void {
  const { side } = pane;
  const corners = CORNERS.map(([right, up]) => toCanvas(pane, onOutline(cuboid, side, right, up)));
  ink.strokeStyle = colour;
  ink.lineWidth = 2;
  ink.setLineDash(dashed ? [DASH_PX, DASH_PX] : []);
  ink.beginPath();
  corners.forEach(({ x, y }) => ink.lineTo(x, y));
  ink.closePath();
  ink.stroke();
  ink.setLineDash([]);
  if (side !== "front") inkArrow(ink, toCanvas(pane, onOutline(cuboid, side, 0.5, 0)), toCanvas(pane, headingArrow(cuboid).tip));
}

function inkArrow(ink: Ink, tail: ScreenXY, tip: ScreenXY): void {
  const length = Math.hypot(tip.x - tail.x, tip.y - tail.y);
  if (length < 1) return;
  const [ex, ey] = [(tip.x - tail.x) / length, (tip.y - tail.y) / length];
  const wing = (turn: 1 | -1): ScreenXY => ({
    x: tip.x - HEAD_PX * (ex - turn * 0.6 * ey),
    y: tip.y - HEAD_PX * (ey + turn * 0.6 * ex),
  });
  ink.beginPath();
  for (const end of [tail, wing(1), wing(-1)]) {
    ink.moveTo(end.x, end.y);
    ink.lineTo(tip.x, tip.y);
  }
  ink.stroke();
}

export function inkHandles(ink: Ink, pane: CropPane, handles: readonly Handle[], hovered: HandleId | null): void {
  for (const handle of handles) {
    const at = toCanvas(pane, handle.at);
    const lit = handleId(handle) === hovered;
    const half = HANDLE_PX[handle.kind] / 2 + (lit ? 1.5 : 0);
    ink.strokeStyle = HANDLE_COLOUR;
    ink.lineWidth = 1;
    if (handle.kind === "turn") {
      const stem = toCanvas(pane, handle.stem);
      ink.beginPath();
      ink.moveTo(stem.x, stem.y);
      ink.lineTo(at.x, at.y);
      ink.stroke();
    }
    ink.fillStyle = lit ? HOVER_COLOUR : HANDLE_COLOUR;
    ink.strokeStyle = RIM_COLOUR;
    ink.beginPath();
    if (handle.kind === "turn") ink.arc(at.x, at.y, half, 0, 2 * Math.PI);
    else ink.rect(at.x - half, at.y - half, 2 * half, 2 * half);
    ink.fill();
    ink.stroke();
  }
}
