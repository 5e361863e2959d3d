/** A canvas full of crops, one a frame: draws those that changed. The pointer on it is `boardhands`. */

import type { Cuboid } from "../geometry/cuboid";
import { cellRect, type CropGrid, type CropSides, paneRect, sidesOf } from "./cropgrid";
import { inkHandles, inkOutline, type CropPane, type Ink } from "./cropink";
import { flatView } from "./flat";
import type { Handle, HandleId } from "./handles";
import type { Rect, SideName } from "./layout";
import type { NearCloud } from "./nearcloud";
import { clearPlate, plateOf, plotPoints, type Plate } from "./plot";
import type { Shades } from "./shade";
import { sideHandles } from "./sidehandles";
import type { Size } from "./viewpoint";

export interface Crop {
  readonly frame: number;
  /** The pose that the crop is centred on and turned with. */
  readonly cuboid: Cuboid;
  /** What a hand makes of it just now. */
  readonly preview: Cuboid | null;
  /** Null: its points have not come yet. */
  readonly points: { readonly near: NearCloud; readonly shades: Shades } | null;
  /** Drawn solid; poses between keyframes are dashed. */
  readonly stated: boolean;
  /** The object is not in the scene then. */
  readonly faint: boolean;
}

/** All that is to be seen. A member that is the same object is not drawn again. */
export interface Board {
  readonly grid: CropGrid;
  readonly sides: CropSides;
  readonly crops: readonly Crop[];
  readonly metresPerPixel: Readonly<Record<SideName, number>>;
  readonly colour: string;
  /** Multiplies the size of every point. */
  readonly pointSize: number;
  readonly mayEdit: boolean;
  readonly mayTilt: boolean;
}

/** Which crop has handles, and which of them is lit. */
export interface Lit {
  readonly frame: number;
  readonly side: SideName;
  readonly handle: HandleId | null;
}

const POINT_PX = 2.2;
const FAINT = 0.4;
const MOST_PIXEL_RATIO = 2;

export class CropBoard {
  readonly canvas = document.createElement("canvas");
  readonly #ink: Ink;
  readonly #plates = new Map<string, { readonly plate: Plate; readonly picture: ImageData }>();
  #board: Board | null = null;
  #lit: Lit | null = null;
  #drawn: Board | null = null;
  readonly #dirty = new Set<number>();
  #size: Size = { width: 1, height: 1 };
  #ratio = 1;
  #frame: number | null = null;

  constructor(host: HTMLElement) {
    // Written by the CPU alone: on a GPU each picture would be an upload.
    this.#ink = this.canvas.getContext("2d", { alpha: false, willReadFrequently: true })!;
    host.prepend(this.canvas);
  }

  get board(): Board | null {
    return this.#board;
  }

  resize(size: Size): void {
    this.#size = size;
    this.#ratio = Math.min(MOST_PIXEL_RATIO, devicePixelRatio);
    this.#drawn = null;
    this.#schedule();
  }

  show(board: Board): void {
    this.#board = board;
    this.#schedule();
  }

  light(lit: Lit | null): void {
    for (const one of [this.#lit, lit]) if (one !== null) this.#dirty.add(one.frame);
    this.#lit = lit;
    this.#schedule();
  }

  /** As the crop is drawn on this side; null: it is not on the board. */
  pane(index: number, side: SideName): CropPane | null {
    const board = this.#board;
    const crop = board?.crops[index];
    if (board === null || crop === undefined) return null;
    const framing = { metresPerPixel: board.metresPerPixel[side], shift: [0, 0] as const };
    const view = flatView(crop.cuboid, side, framing);
    return { rect: paneRect(board.grid, index, board.sides, side), side, view };
  }

  handles(index: number, pane: CropPane): readonly Handle[] {
    const board = this.#board;
    const crop = board?.crops[index];
    if (board?.mayEdit !== true || crop === undefined) return [];
    const mayTurn = pane.side === "top" || board.mayTilt;
    return sideHandles(crop.preview ?? crop.cuboid, pane.side, pane.view, mayTurn);
  }

  dispose(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.canvas.remove();
  }

  #schedule(): void {
    this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = null;
    const board = this.#board;
    if (board === null) return;
    const before = this.#drawn;
    const isAnew = before === null || !sameFrame(before, board);
    if (isAnew) this.#clear();
    const stale = [...board.crops.keys()].filter((index) => {
      const crop = board.crops[index]!;
      return isAnew || before.crops[index] !== crop || this.#dirty.has(crop.frame);
    });
    // All pictures before all lines: a canvas that goes to and fro between them finishes each time.
    for (const index of stale) this.#eachPane(board, index, (pane) => this.#drawPoints(board, index, pane));
    for (const index of stale) this.#eachPane(board, index, (pane) => this.#drawInk(board, index, pane));
    for (let index = board.crops.length; index < (before?.crops.length ?? 0); index += 1) {
      this.#blank(cellRect(board.grid, index));
    }
    this.#drawn = board;
    this.#dirty.clear();
  }

  /** Setting its size empties a canvas. */
  #clear(): void {
    const { canvas } = this;
    canvas.width = Math.round(this.#size.width * this.#ratio);
    canvas.height = Math.round(this.#size.height * this.#ratio);
    this.#blank({ x: 0, y: 0, ...this.#size });
  }

  #blank({ x, y, width, height }: Rect): void {
    this.#ink.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    this.#ink.fillStyle = BEHIND;
    this.#ink.fillRect(x, y, width, height);
  }

  #eachPane({ sides }: Board, index: number, draw: (pane: CropPane) => void): void {
    for (const side of sidesOf(sides)) {
      const pane = this.pane(index, side);
      if (pane !== null) draw(pane);
    }
  }

  #drawPoints(board: Board, index: number, { rect, view }: CropPane): void {
    const crop = board.crops[index]!;
    const ratio = this.#ratio;
    const at = (css: number) => Math.round(css * ratio);
    const [left, top] = [at(rect.x), at(rect.y)];
    const { plate, picture } = this.#plate(at(rect.x + rect.width) - left, at(rect.y + rect.height) - top);
    clearPlate(plate);
    if (crop.points !== null) {
      const { near, shades } = crop.points;
      const dotPx = Math.max(1, Math.round(POINT_PX * ratio * board.pointSize));
      plotPoints(plate, near, shades, view, crop.preview ?? crop.cuboid, { ratio, dotPx });
    }
    this.#ink.putImageData(picture, left, top);
  }

  #drawInk(board: Board, index: number, pane: CropPane): void {
    const crop = board.crops[index]!;
    const ink = this.#ink;
    const { x, y, width, height } = pane.rect;
    const ratio = this.#ratio;
    ink.save();
    ink.setTransform(ratio, 0, 0, ratio, 0, 0);
    ink.beginPath();
    ink.rect(x, y, width, height);
    ink.clip();
    ink.globalAlpha = crop.faint ? FAINT : 1;
    const dashed = !crop.stated && crop.preview === null;
    inkOutline(ink, pane, crop.preview ?? crop.cuboid, { colour: board.colour, dashed });
    const lit = this.#lit;
    if (lit?.frame === crop.frame && lit.side === pane.side) {
      inkHandles(ink, pane, this.handles(index, pane), lit.handle);
    }
    ink.restore();
    if (board.sides === "all" && pane.side !== "top") {
      ink.setTransform(ratio, 0, 0, ratio, 0, 0);
      ink.fillStyle = BETWEEN;
      ink.fillRect(x, y, 1, height);
    }
  }

  /** One for each size that panes have, which are a few. */
  #plate(width: number, height: number) {
    const key = `${width} ${height}`;
    const known = this.#plates.get(key);
    if (known !== undefined) return known;
    const picture = new ImageData(Math.max(1, width), Math.max(1, height));
    const plate = plateOf(picture.width, picture.height, new Uint32Array(picture.data.buffer));
    if (this.#plates.size > MOST_PLATES) this.#plates.clear();
    this.#plates.set(key, { plate, picture });
    return { plate, picture };
  }
}

const MOST_PLATES = 8;
const BEHIND = "#0b0e13";
const BETWEEN = "#2b3544";

/** Everything but the crops themselves. */
function sameFrame(one: Board, other: Board): boolean {
  const rest = (board: Board) => {
    const { grid, sides, metresPerPixel, colour, pointSize, mayEdit, mayTilt } = board;
    return JSON.stringify([grid, sides, metresPerPixel, colour, pointSize, mayEdit, mayTilt]);
  };
  return rest(one) === rest(other);
}
