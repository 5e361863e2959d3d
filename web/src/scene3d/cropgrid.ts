/** Where the crops of one object stand, a cell a frame. Pure; CSS pixels from the grid's top left corner. */

import { contains, type Rect, SIDE_NAMES, type SideName } from "./layout";
import type { ScreenXY, Size } from "./viewpoint";

/** What a cell shows: one flat view of the object, or the three beside each other. */
export type CropSides = SideName | "all";

export interface CropGrid {
  readonly columns: number;
  readonly rows: number;
  readonly cell: Size;
}

export const GAP_PX = 4;
/** Over each cell stands which frame it is of. */
export const HEAD_PX = 20;
const LEAST_PX: Size = { width: 120, height: 108 };
const LEAST_PANE_PX = 92;
const MOST_PX: Size = { width: 520, height: 420 };
const MOST_PANE_PX = 320;
/** A pane this many times as wide as high shows a vehicle from above at its largest. */
const WIDE = 1.4;

export function sidesOf(sides: CropSides): readonly SideName[] {
  return sides === "all" ? SIDE_NAMES : [sides];
}

/** The grid that shows the most of `count` frames at once, and of those the one with the largest crops. */
export function cropGrid(size: Size, count: number, sides: CropSides): CropGrid {
  const panes = sidesOf(sides).length;
  const leastWidth = Math.max(LEAST_PX.width, panes * LEAST_PANE_PX);
  const mostColumns = fitting(size.width, leastWidth);
  const mostRows = fitting(size.height, LEAST_PX.height);
  let best: CropGrid = { columns: 1, rows: 1, cell: LEAST_PX };
  let bestShown = 0;
  let bestScale = 0;
  for (let columns = 1; columns <= Math.min(mostColumns, Math.max(1, count)); columns += 1) {
    const rows = Math.min(mostRows, Math.max(1, Math.ceil(count / columns)));
    const cell = {
      width: Math.min(panes === 1 ? MOST_PX.width : panes * MOST_PANE_PX, each(size.width, columns)),
      height: Math.min(MOST_PX.height, each(size.height, rows)),
    };
    const shown = Math.min(count, columns * rows);
    const scale = Math.min(cell.width / panes / WIDE, cell.height - HEAD_PX);
    if (shown < bestShown || (shown === bestShown && scale <= bestScale)) continue;
    [best, bestShown, bestScale] = [{ columns, rows, cell }, shown, scale];
  }
  return best;
}

export const perPage = ({ columns, rows }: CropGrid): number => columns * rows;

export function cellRect({ columns, cell }: CropGrid, index: number): Rect {
  const [column, row] = [index % columns, Math.floor(index / columns)];
  return {
    x: GAP_PX + column * (cell.width + GAP_PX),
    y: GAP_PX + row * (cell.height + GAP_PX),
    ...cell,
  };
}

/** The part of a cell in which this side is drawn; one beside the other, without a rest. */
export function paneRect(grid: CropGrid, index: number, sides: CropSides, side: SideName): Rect {
  const cell = cellRect(grid, index);
  const all = sidesOf(sides);
  const at = all.indexOf(side);
  const cut = (part: number) => Math.round((part * cell.width) / all.length);
  return {
    x: cell.x + cut(at),
    y: cell.y + HEAD_PX,
    width: cut(at + 1) - cut(at),
    height: cell.height - HEAD_PX,
  };
}

export interface PaneHit {
  readonly index: number;
  /** Null: on the head of the cell. */
  readonly pane: { readonly side: SideName; readonly rect: Rect } | null;
}

/** What is under the pointer of the first `count` cells; null: a gap, or beyond the last one. */
export function paneAt(grid: CropGrid, count: number, sides: CropSides, at: ScreenXY): PaneHit | null {
  const column = Math.floor((at.x - GAP_PX) / (grid.cell.width + GAP_PX));
  const row = Math.floor((at.y - GAP_PX) / (grid.cell.height + GAP_PX));
  const index = row * grid.columns + column;
  if (column < 0 || column >= grid.columns || row < 0 || index >= count) return null;
  if (!contains(cellRect(grid, index), at)) return null;
  for (const side of sidesOf(sides)) {
    const rect = paneRect(grid, index, sides, side);
    if (contains(rect, at)) return { index, pane: { side, rect } };
  }
  return { index, pane: null };
}

const fitting = (room: number, least: number): number =>
  Math.max(1, Math.floor((room - GAP_PX) / (least + GAP_PX)));

const each = (room: number, count: number): number => Math.floor((room - GAP_PX) / count) - GAP_PX;
