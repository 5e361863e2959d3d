/** Which rectangle of the canvas each view has. Pure; CSS pixels from the canvas's top left corner. */

import type { Rect } from "../geometry/rect";
import type { ScreenXY, Size } from "./viewpoint";

export type { Rect } from "../geometry/rect";

/** The flat views of the selected object. */
export type SideName = "top" | "side" | "front";
export const SIDE_NAMES: readonly SideName[] = ["top", "side", "front"];

export type ViewName = "main" | SideName;

export interface Layout {
  readonly main: Rect;
  /** Null: there is no room for them, or they are not wanted. */
  readonly sides: Readonly<Record<SideName, Rect>> | null;
}

/** Of the whole, what the flat views take. */
const SHARE = 0.32;
/** A flat view much wider than high shows road instead of object. */
const WIDEST = 1.7;
const LEAST_WIDTH_PX = 340;
const LEAST_HEIGHT_PX = 260;
/** From this on they stand in a column beside the main view; otherwise in a row under it. */
const LANDSCAPE = 1.05;

export function layoutOf(size: Size, wanted: boolean): Layout {
  const whole: Rect = { x: 0, y: 0, width: size.width, height: size.height };
  const roomy = size.width >= LEAST_WIDTH_PX && size.height >= LEAST_HEIGHT_PX;
  if (!wanted || !roomy) return { main: whole, sides: null };
  return size.width >= LANDSCAPE * size.height ? inColumn(size) : inRow(size);
}

function inColumn({ width, height }: Size): Layout {
  const wide = Math.floor(Math.min(SHARE * width, (WIDEST * height) / 3));
  const x = width - wide;
  const cut = (part: number) => Math.round((part * height) / 3);
  const cell = (part: number): Rect => ({
    x,
    y: cut(part),
    width: wide,
    height: cut(part + 1) - cut(part),
  });
  return {
    main: { x: 0, y: 0, width: x, height },
    sides: { top: cell(0), side: cell(1), front: cell(2) },
  };
}

function inRow({ width, height }: Size): Layout {
  const high = Math.floor(SHARE * height);
  const y = height - high;
  const cut = (part: number) => Math.round((part * width) / 3);
  const cell = (part: number): Rect => ({
    x: cut(part),
    y,
    width: cut(part + 1) - cut(part),
    height: high,
  });
  return {
    main: { x: 0, y: 0, width, height: y },
    sides: { top: cell(0), side: cell(1), front: cell(2) },
  };
}

export function contains({ x, y, width, height }: Rect, at: ScreenXY): boolean {
  return at.x >= x && at.y >= y && at.x < x + width && at.y < y + height;
}
