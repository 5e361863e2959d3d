/** Cuboids as lines, faces and handles: which are drawn, and how they look in each state. */

import type { Object3D } from "three";
import type { Vec3 } from "../geometry/vec";
import { DotBatch, LineBatch, type Dot, type Rgba } from "./batches";
import { CuboidBatch, type CuboidView } from "./cuboidbatch";
import { handleId, isHidden, type Handle, type HandleId } from "./handles";

export type { CuboidView } from "./cuboidbatch";

const HANDLE_TINT: Rgba = [236, 240, 246, 255];
const HOVER_TINT: Rgba = [255, 196, 74, 255];

export class CuboidLayer {
  readonly objects: readonly Object3D[];
  /** What rests, filled when the list changes; what is worked on, filled at every move. */
  readonly #resting = new CuboidBatch();
  readonly #active = new CuboidBatch();

  constructor() {
    this.objects = [...this.#resting.objects, ...this.#active.objects];
  }

  /** Of `objects`, those of what is worked on: every view shows them. */
  get activeObjects(): readonly Object3D[] {
    return this.#active.objects;
  }

  showResting(anchor: Vec3, cuboids: readonly CuboidView[]): void {
    this.#resting.fill(anchor, cuboids, null);
  }

  showActive(anchor: Vec3, cuboids: readonly CuboidView[], hovered: string | null): void {
    this.#active.fill(anchor, cuboids, hovered);
  }

  place(eye: Vec3, width: number, height: number, pixelRatio: number): void {
    for (const batch of [this.#resting, this.#active]) {
      batch.place(eye, width, height, pixelRatio);
    }
  }

  dispose(): void {
    this.#resting.dispose();
    this.#active.dispose();
  }
}

/** The handles of the selected cuboid in one view. */
export class HandleLayer {
  readonly objects: readonly Object3D[];
  readonly #stem = new LineBatch();
  readonly #dots = new DotBatch();

  constructor() {
    this.objects = [this.#stem.object, this.#dots.object];
  }

  show(anchor: Vec3, handles: readonly Handle[], hovered: HandleId | null): void {
    const turn = handles.find((handle) => handle.kind === "turn");
    this.#stem.fill(
      anchor,
      turn?.kind === "turn"
        ? [{ from: turn.stem, to: turn.at, tint: HANDLE_TINT, widthPx: 1.5, dashPx: 0 }]
        : [],
    );
    this.#dots.fill(
      anchor,
      handles.map((handle) => dotOf(handle, hovered)),
    );
  }

  place(eye: Vec3, width: number, height: number, pixelRatio: number): void {
    this.#stem.place(eye);
    this.#stem.setViewport(width, height, pixelRatio);
    this.#dots.place(eye);
    this.#dots.setPixelRatio(pixelRatio);
  }

  dispose(): void {
    this.#stem.dispose();
    this.#dots.dispose();
  }
}

function dotOf(handle: Handle, hovered: HandleId | null): Dot {
  const lit = handleId(handle) === hovered;
  const [r, g, b] = lit ? HOVER_TINT : HANDLE_TINT;
  return {
    at: handle.at,
    tint: [r, g, b, isHidden(handle) && !lit ? 120 : 255],
    sizePx: (handle.kind === "turn" ? 13 : isHidden(handle) ? 7 : 9) + (lit ? 3 : 0),
    round: handle.kind === "turn",
  };
}
