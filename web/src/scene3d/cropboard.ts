/**
 * A board full of crops, one a frame: draws those that changed. Points come as pictures, made elsewhere;
 * lines lie over them on a canvas of their own, so that they follow a hand at once. The pointer on it is
 * `boardhands`.
 */

import type { Cuboid } from "../geometry/cuboid";
import type { Cropper, PlottedCrop } from "./cropper";
import { cellRect, type CropGrid, type CropSides, paneRect, sidesOf } from "./cropgrid";
import { inkHandles, inkOutline, type CropPane, type Ink } from "./cropink";
import { flatView } from "./flat";
import type { Handle, HandleId } from "./handles";
import { Latest } from "./latest";
import type { Rect, SideName } from "./layout";
import type { NearCloud } from "./nearcloud";
import { BACKGROUND } from "./palette";
import type { Colouring, PlotOrder } from "./plotorder";
import { sideHandles } from "./sidehandles";
import type { Size } from "./viewpoint";

export interface Crop {
  readonly frame: number;
  /** The pose that the crop is centred on and turned with. */
  readonly cuboid: Cuboid;
  /** What a hand makes of it just now. */
  readonly preview: Cuboid | null;
  /** Null: its points have not come yet. */
  readonly points: { readonly near: NearCloud; readonly colouring: Colouring } | null;
  /** Drawn solid; poses between keyframes are dashed. */
  readonly stated: boolean;
  /** The object is not in the scene then. */
  readonly faint: boolean;
}

/** How many of the points that a crop shows are inside of its object. */
export interface Count {
  readonly near: NearCloud;
  readonly inside: number;
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

/** The picture of one side of one crop: what it shows, and where on the canvas it goes, device pixels. */
interface Picture {
  readonly index: number;
  readonly side: SideName;
  readonly crop: Crop;
  readonly near: NearCloud;
  readonly left: number;
  readonly top: number;
  readonly order: PlotOrder;
}

const POINT_PX = 2.2;
const FAINT = 0.4;
const MOST_PIXEL_RATIO = 2;
/** Each draw sends the whole board to the screen: pictures of a full board come in a few. */
const TOGETHER_MS = 120;
const EMPTY = `rgb(${BACKGROUND.join(" ")})`;
const BEHIND = "#0b0e13";
const BETWEEN = "#2b3544";

export class CropBoard {
  /** Lines and handles, and the pointer. */
  readonly canvas = document.createElement("canvas");
  readonly #ink: Ink;
  readonly #points: Ink;
  readonly #pictures: Latest<Picture, PlottedCrop | null>;
  /** Of each pane what was asked for last, and of what the picture is that it shows. */
  readonly #asked = new Map<string, Picture>();
  readonly #shown = new Map<string, Picture>();
  #board: Board | null = null;
  #lit: Lit | null = null;
  #drawn: Board | null = null;
  readonly #dirty = new Set<number>();
  #size: Size = { width: 1, height: 1 };
  #ratio = 1;
  #frame: number | null = null;

  /**
   * @param host is busy (`aria-busy`) as long as pictures are on their way.
   * @param counted told how many points are inside of what crops show.
   */
  constructor(host: HTMLElement, cropper: Pick<Cropper, "plot">, counted: (counts: readonly Count[]) => void) {
    const behind = document.createElement("canvas");
    // Written by the CPU alone: on a GPU each picture would be an upload.
    this.#points = behind.getContext("2d", { alpha: false, willReadFrequently: true })!;
    this.#ink = this.canvas.getContext("2d")!;
    host.prepend(behind, this.canvas);
    this.#pictures = new Latest<Picture, PlottedCrop | null>({
      make: ({ near, order }) => cropper.plot(near, order),
      hand: (made) => {
        for (const [place, picture, plotted] of made) this.#arrive(place, picture, plotted);
        counted(made.flatMap(([, { near }, plotted]) => countOf(near, plotted)));
      },
      busy: (isBusy) => host.setAttribute("aria-busy", `${isBusy}`),
      togetherMs: TOGETHER_MS,
    });
  }

  get board(): Board | null {
    return this.#board;
  }

  resize(size: Size): void {
    const ratio = Math.min(MOST_PIXEL_RATIO, devicePixelRatio);
    const { width, height } = this.#size;
    if (width === size.width && height === size.height && ratio === this.#ratio) return;
    [this.#size, this.#ratio] = [size, ratio];
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
    this.#frame = null;
    this.#board = null;
    this.#pictures.drop();
    this.#points.canvas.remove();
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
    if (before === null || !sameLayout(before, board)) this.#clear();
    const isAnew = before === null || !sameFrame(before, board);
    const lit = this.#lit?.frame;
    const stale = [...board.crops.keys()].filter((index) => {
      const crop = board.crops[index]!;
      return isAnew || before.crops[index] !== crop || this.#dirty.has(crop.frame);
    });
    // The one in hand first.
    stale.sort((one, other) => Number(board.crops[other]!.frame === lit) - Number(board.crops[one]!.frame === lit));
    for (const index of stale) {
      for (const side of sidesOf(board.sides)) this.#drawPane(board, index, side);
    }
    for (let index = board.crops.length; index < (before?.crops.length ?? 0); index += 1) {
      this.#blank(cellRect(board.grid, index));
      for (const side of sidesOf(board.sides)) this.#forget(placeOf(index, side));
    }
    this.#drawn = board;
    this.#dirty.clear();
  }

  /** Setting its size empties a canvas. */
  #clear(): void {
    for (const { canvas } of [this.#points, this.#ink]) {
      canvas.width = Math.round(this.#size.width * this.#ratio);
      canvas.height = Math.round(this.#size.height * this.#ratio);
    }
    for (const ink of [this.#points, this.#ink]) ink.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    this.#blank({ x: 0, y: 0, ...this.#size });
    this.#pictures.drop();
    this.#asked.clear();
    this.#shown.clear();
  }

  #blank({ x, y, width, height }: Rect, colour = BEHIND): void {
    this.#points.fillStyle = colour;
    this.#points.fillRect(x, y, width, height);
    this.#ink.clearRect(x, y, width, height);
  }

  #forget(place: string): void {
    this.#asked.delete(place);
    this.#shown.delete(place);
  }

  /** Asks for its picture, if it is another one; lines are drawn when they fit to what is shown. */
  #drawPane(board: Board, index: number, side: SideName): void {
    const pane = this.pane(index, side);
    const crop = board.crops[index]!;
    if (pane === null) return;
    const place = placeOf(index, side);
    const picture = crop.points === null ? null : this.#pictureOf(board, crop.points, index, pane);
    if (picture === null) {
      this.#forget(place);
      this.#blank(pane.rect, EMPTY);
    } else {
      const asked = this.#asked.get(place);
      if (asked === undefined || !sameOrder(asked, picture)) {
        this.#asked.set(place, picture);
        this.#pictures.ask(place, picture);
      }
      if (asked === undefined) this.#blank(pane.rect, EMPTY);
    }
    const shown = this.#shown.get(place);
    if (picture === null || shown === undefined || sameView(shown, picture)) this.#drawInk(board, index, pane);
  }

  #pictureOf(board: Board, points: NonNullable<Crop["points"]>, index: number, { rect, side, view }: CropPane): Picture {
    const crop = board.crops[index]!;
    const ratio = this.#ratio;
    const at = (css: number) => Math.round(css * ratio);
    const [left, top] = [at(rect.x), at(rect.y)];
    const order: PlotOrder = {
      colouring: points.colouring,
      view,
      box: crop.preview ?? crop.cuboid,
      width: Math.max(1, at(rect.x + rect.width) - left),
      height: Math.max(1, at(rect.y + rect.height) - top),
      ratio,
      dotPx: Math.max(1, Math.round(POINT_PX * ratio * board.pointSize)),
      counts: side === sidesOf(board.sides)[0],
    };
    return { index, side, crop, near: points.near, left, top, order };
  }

  #arrive(place: string, picture: Picture, plotted: PlottedCrop | null): void {
    const board = this.#board;
    const asked = this.#asked.get(place);
    if (board === null || asked === undefined) return;
    if (plotted === null) {
      // Its points have been cut anew, and the crop is about to be shown with those.
      this.#asked.delete(place);
      return;
    }
    this.#points.putImageData(plotted.image, picture.left, picture.top);
    this.#shown.set(place, picture);
    const { index, side } = picture;
    const pane = this.pane(index, side);
    // Else the next picture is on its way already, and the lines change with it.
    if (pane !== null && sameView(picture, asked)) this.#drawInk(board, index, pane);
  }

  #drawInk(board: Board, index: number, pane: CropPane): void {
    const crop = board.crops[index]!;
    const ink = this.#ink;
    const { x, y, width, height } = pane.rect;
    ink.clearRect(x, y, width, height);
    ink.save();
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
      ink.fillStyle = BETWEEN;
      ink.fillRect(x, y, 1, height);
    }
  }
}

const placeOf = (index: number, side: SideName): string => `${index} ${side}`;

function countOf(near: NearCloud, plotted: PlottedCrop | null): readonly Count[] {
  const inside = plotted?.inside ?? null;
  return inside === null ? [] : [{ near, inside }];
}

/** Whether what lies where is the same in both. */
function sameView(one: Picture, other: Picture): boolean {
  const [a, b] = [one.order, other.order];
  return one.crop.cuboid === other.crop.cuboid && a.view.metresPerPixel === b.view.metresPerPixel;
}

function sameOrder(one: Picture, other: Picture): boolean {
  const [a, b] = [one.order, other.order];
  const isSame = one.near === other.near && a.colouring === b.colouring && a.box === b.box && a.dotPx === b.dotPx;
  return isSame && sameView(one, other);
}

function sameLayout(one: Board, other: Board): boolean {
  return one.sides === other.sides && JSON.stringify(one.grid) === JSON.stringify(other.grid);
}

/** Everything but the crops themselves. */
function sameFrame(one: Board, other: Board): boolean {
  const rest = (board: Board) => {
    const { grid, sides, metresPerPixel, colour, pointSize, mayEdit, mayTilt } = board;
    return JSON.stringify([grid, sides, metresPerPixel, colour, pointSize, mayEdit, mayTilt]);
  };
  return rest(one) === rest(other);
}
