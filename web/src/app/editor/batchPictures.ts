/** What the batch view's board shows: poses and points of a page become crops, those unchanged stay. */

import { shallow } from "zustand/shallow";
import type { Cuboid } from "../../geometry/cuboid";
import { type Board, type Count, type Crop, CropBoard } from "../../scene3d/cropboard";
import type { Cropper } from "../../scene3d/cropper";
import { cellRect, type CropGrid, type CropSides, paneRect, perPage, sidesOf } from "../../scene3d/cropgrid";
import { fitted, flatView, reachOf, shows } from "../../scene3d/flat";
import type { Rect, SideName } from "../../scene3d/layout";
import type { NearCloud } from "../../scene3d/nearcloud";
import type { Colouring } from "../../scene3d/plotorder";
import type { Size } from "../../scene3d/viewpoint";
import { create, type StoreApi } from "../store";
import type { CropPose, PoseMark } from "./batchEdits";
import { CropPoints, type FrameSource, type Wanted } from "./cropPoints";
import { cuboidObject } from "./edits";
import type { Editor } from "./editor";
import { shownCuboids } from "./shown";

/** What stands over a crop. */
export interface BatchCell {
  readonly frame: number;
  readonly rect: Rect;
  readonly mark: PoseMark;
  readonly present: boolean;
  readonly chosen: boolean;
  /** Inside of the cuboid; null before they came. */
  readonly points: number | null;
  readonly problem: string | null;
}

export interface Page {
  readonly id: string;
  readonly grid: CropGrid;
  readonly sides: CropSides;
  readonly poses: readonly CropPose[];
  readonly chosen: ReadonlySet<number>;
  readonly mayEdit: boolean;
}

/** Points that come within this time are shown by one draw. */
const TOGETHER_MS = 500;

type Scales = Board["metresPerPixel"];

export class BatchPictures {
  readonly cells: StoreApi<{ readonly list: readonly BatchCell[] }> = create<{
    readonly list: readonly BatchCell[];
  }>({ list: [] });
  readonly points: CropPoints;
  /** Multiplies how many metres a pixel shows. */
  zoom = 1;
  readonly #editor: Editor;
  readonly board: CropBoard;
  #crops: readonly Crop[] = [];
  #previews: ReadonlyMap<number, Cuboid> = new Map();
  #scales: { readonly key: string; readonly scales: Scales } | null = null;
  readonly #colourings = new WeakMap<NearCloud, { readonly of: readonly unknown[]; readonly colouring: Colouring }>();
  #lastColouring = 0;
  /** Points inside, as they were counted last for what a crop shows. */
  readonly #counts = new WeakMap<NearCloud, number>();
  #page: Page | null = null;
  #due: ReturnType<typeof setTimeout> | null = null;

  /** @param refresh asked for when points have come. */
  constructor(editor: Editor, source: FrameSource, host: HTMLElement, cropper: Cropper, refresh: () => void) {
    this.#editor = editor;
    this.board = new CropBoard(host, cropper, (counts) => this.#counted(counts));
    // Frames come one after the other, and each draw sends the whole board to the screen.
    const draw = () => {
      this.#wait();
      refresh();
    };
    this.points = new CropPoints(source, (isLast) => {
      if (isLast) draw();
      else this.#due ??= setTimeout(draw, TOGETHER_MS);
    });
  }

  /** No draw is due. */
  #wait(): void {
    if (this.#due !== null) clearTimeout(this.#due);
    this.#due = null;
  }

  get pageSize(): number {
    return this.#page === null ? 1 : perPage(this.#page.grid);
  }

  resize(size: Size): void {
    this.board.resize(size);
  }

  /** What hands make of the poses of these frames just now. */
  preview(previews: ReadonlyMap<number, Cuboid>): void {
    this.#previews = previews;
  }

  show(page: Page): void {
    // Numbers of another object are not this one's.
    if (this.#page?.id !== page.id) this.cells.setState({ list: [] });
    this.#page = page;
    const scales = this.#scalesOf(page);
    this.points.want(page.poses.map((pose) => this.#wanted(page, pose, scales)));
    const crops = page.poses.map((pose, index) => this.#crop(pose, index));
    this.#crops = crops;
    const label = cuboidObject(this.#editor.document, page.id)?.label ?? "";
    this.board.show({
      grid: page.grid,
      sides: page.sides,
      crops,
      metresPerPixel: scales,
      colour: this.#editor.colour(label),
      pointSize: this.#editor.look.getState().size,
      mayEdit: page.mayEdit,
      mayTilt: this.#editor.work.config.pitch_and_roll_enabled,
    });
    this.#showCells(page, crops);
  }

  /** The points around the object in these frames, also of those on other pages. */
  fetch(poses: readonly CropPose[]): Promise<ReadonlyMap<number, NearCloud>> {
    const page = this.#page;
    if (page === null) return Promise.resolve(new Map());
    return this.points.fetch(poses.map((pose) => this.#wanted(page, pose, this.#scalesOf(page))));
  }

  dispose(): void {
    this.#wait();
    this.points.dispose();
    this.board.dispose();
  }

  /** One scale for all, so that sizes compare; kept while everything fits, so that an edit moves nothing. */
  #scalesOf({ id, grid, sides, poses }: Page): Scales {
    const panes = sidesOf(sides).map((side) => [side, paneRect(grid, 0, sides, side)] as const);
    const frames = poses.map(({ frame }) => frame).join();
    const key = JSON.stringify([id, grid, sides, frames, this.zoom]);
    const known = this.#scales;
    const fits = (side: SideName, rect: Rect) => {
      const framing = { metresPerPixel: known!.scales[side] / this.zoom, shift: [0, 0] as const };
      return poses.every(({ cuboid }) => shows(cuboid, side, framing, rect));
    };
    if (known?.key === key && panes.every(([side, rect]) => fits(side, rect))) return known.scales;
    const scales = { top: 1, side: 1, front: 1 };
    for (const [side, rect] of panes) {
      const needed = poses.map(({ cuboid }) => fitted(cuboid, side, rect).metresPerPixel);
      scales[side] = this.zoom * Math.max(0.001, ...needed);
    }
    this.#scales = { key, scales };
    return scales;
  }

  #wanted({ grid, sides }: Page, { frame, cuboid }: CropPose, scales: Scales): Wanted {
    const reaches = sidesOf(sides).map((side) => {
      const framing = { metresPerPixel: scales[side], shift: [0, 0] as const };
      const { depthM } = flatView(cuboid, side, framing);
      return Math.hypot(reachOf(framing, paneRect(grid, 0, sides, side)), depthM);
    });
    return { frame, centre: cuboid.centre, neededM: Math.max(...reaches) };
  }

  #crop({ frame, cuboid, mark, present }: CropPose, index: number): Crop {
    const near = this.points.peek(frame);
    const known = this.#crops[index];
    const made: Crop = {
      frame,
      cuboid: known !== undefined && sameCuboid(known.cuboid, cuboid) ? known.cuboid : cuboid,
      preview: this.#previews.get(frame) ?? null,
      points: near === null ? null : this.#pointsOf(near, frame, known?.points ?? null),
      stated: mark !== "between",
      faint: !present,
    };
    return known !== undefined && shallow(known, made) ? known : made;
  }

  #pointsOf(near: NearCloud, frame: number, known: Crop["points"]): Crop["points"] {
    const colouring = this.#colouringOf(near, frame);
    return known?.near === near && known.colouring === colouring ? known : { near, colouring };
  }

  #colouringOf(near: NearCloud, frame: number): Colouring {
    const { look, document, work, frames_ns } = this.#editor;
    const { colours, groundLight, hideGround, hideLabelled } = look.getState();
    const isLabelled = colours === "label" || hideLabelled;
    const of = [colours, groundLight, hideGround, hideLabelled, isLabelled ? document : null];
    const known = this.#colourings.get(near);
    if (known !== undefined && shallow(known.of, of)) return known.colouring;
    this.#lastColouring += 1;
    const labelled = isLabelled ? shownCuboids(document, frames_ns[frame]!) : [];
    const colouring = {
      key: this.#lastColouring,
      display: { colours, groundLight, hideGround, hideLabelled },
      device: work.scene.frames[frame]?.device_position_m ?? near.centre,
      labelled: labelled.map(({ id, label, cuboid }) => ({ ...cuboid, id, colour: this.#editor.colour(label) })),
    };
    this.#colourings.set(near, { of, colouring });
    return colouring;
  }

  #counted(counts: readonly Count[]): void {
    for (const { near, inside } of counts) this.#counts.set(near, inside);
    if (this.#page !== null) this.#showCells(this.#page, this.#crops);
  }

  #showCells({ grid, poses, chosen }: Page, crops: readonly Crop[]): void {
    const before = this.cells.getState().list;
    const list = poses.map(({ frame, mark, present }, index): BatchCell => {
      const crop = crops[index]!;
      const rect = cellRect(grid, index);
      const known = before[index];
      // Until those of a new cut have been counted the old number stands.
      const counted = known?.frame === frame ? known.points : null;
      const made: BatchCell = {
        frame,
        rect: known !== undefined && shallow(known.rect, rect) ? known.rect : rect,
        mark,
        present,
        chosen: chosen.has(frame),
        points: crop.points === null ? null : (this.#counts.get(crop.points.near) ?? counted),
        problem: this.points.problem(frame),
      };
      return known !== undefined && shallow(known, made) ? known : made;
    });
    if (!shallow(list, before)) this.cells.setState({ list });
  }
}

function sameCuboid(one: Cuboid, other: Cuboid): boolean {
  return (["centre", "size", "rotation"] as const).every((part) => shallow(one[part], other[part]));
}
