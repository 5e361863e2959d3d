/** Cuboids as lines, faces and handles: which are drawn, and how they look in each state. */

import type { Object3D } from "three";
import { corners, EDGES, FACES, FACE_NAMES, headingArrow, toWorld } from "../geometry/cuboid";
import type { Cuboid } from "../geometry/cuboid";
import type { Vec3 } from "../geometry/vec";
import { DotBatch, FaceBatch, LineBatch } from "./batches";
import type { Dot, Line, Rgba, Triangle } from "./batches";
import { handleId, isHidden, type Handle, type HandleId } from "./handles";
import { bytesOfColour } from "./palette";

export interface CuboidView extends Cuboid {
  readonly id: string;
  /** "#rrggbb" */
  readonly colour: string;
  readonly selected: boolean;
  /** Drawn solid; poses between keyframes are dashed. */
  readonly keyframe: boolean;
  /** Shown, but without handles. */
  readonly locked?: boolean;
}

const DASH_PX = 5;
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

export class CuboidBatch {
  readonly objects: readonly Object3D[];
  readonly #faces = new FaceBatch();
  readonly #lines = new LineBatch();

  constructor() {
    this.objects = [this.#faces.object, this.#lines.object];
  }

  fill(anchor: Vec3, cuboids: readonly CuboidView[], hovered: string | null): void {
    this.#lines.fill(
      anchor,
      cuboids.flatMap((cuboid) => linesOf(cuboid, cuboid.id === hovered)),
    );
    this.#faces.fill(
      anchor,
      cuboids.flatMap((cuboid) => facesOf(cuboid, cuboid.id === hovered)),
    );
  }

  place(eye: Vec3, width: number, height: number, pixelRatio: number): void {
    this.#lines.place(eye);
    this.#lines.setViewport(width, height, pixelRatio);
    this.#faces.place(eye);
  }

  dispose(): void {
    this.#lines.dispose();
    this.#faces.dispose();
  }
}

function linesOf(cuboid: CuboidView, hovered: boolean): Line[] {
  const at = corners(cuboid);
  const rgb = bytesOfColour(cuboid.colour);
  const strong = cuboid.selected || hovered;
  const tint: Rgba = [...rgb, strong ? 255 : 210];
  const style = {
    tint,
    widthPx: cuboid.selected ? 2.4 : hovered ? 2 : 1.5,
    dashPx: cuboid.keyframe ? 0 : DASH_PX,
  };
  const edges = EDGES.map(([a, b]): Line => ({ from: at[a]!, to: at[b]!, ...style }));
  return [...edges, ...arrowOf(cuboid, { ...style, dashPx: 0 })];
}

/** On the floor of the cuboid, so that it is read from above and from the side alike. */
function arrowOf(cuboid: CuboidView, style: Omit<Line, "from" | "to">): Line[] {
  const floor = -cuboid.size[2] / 2;
  const head = Math.min(cuboid.size[0], cuboid.size[1]) / 4;
  const local = { tail: cuboid.size[0] / 4, tip: arrowReach(cuboid) };
  const tip = toWorld(cuboid, [local.tip, 0, floor]);
  const line = (x: number, y: number): Line => ({
    from: toWorld(cuboid, [x, y, floor]),
    to: tip,
    ...style,
  });
  return [line(local.tail, 0), line(local.tip - head, head), line(local.tip - head, -head)];
}

function arrowReach(cuboid: Cuboid): number {
  const { tail, tip } = headingArrow(cuboid);
  return Math.hypot(tip[0] - tail[0], tip[1] - tail[1], tip[2] - tail[2]);
}

function facesOf(cuboid: CuboidView, hovered: boolean): Triangle[] {
  const at = corners(cuboid);
  const rgb = bytesOfColour(cuboid.colour);
  return FACE_NAMES.flatMap((face): Triangle[] => {
    const alpha = faceAlpha(cuboid, hovered, face === "front");
    if (alpha === 0) return [];
    const [a, b, c, d] = FACES[face].corners;
    const tint: Rgba = [...rgb, alpha];
    return [
      { corners: [at[a]!, at[b]!, at[c]!], tint },
      { corners: [at[a]!, at[c]!, at[d]!], tint },
    ];
  });
}

function faceAlpha(cuboid: CuboidView, hovered: boolean, front: boolean): number {
  if (cuboid.selected) return front ? 64 : 20;
  if (hovered) return front ? 52 : 14;
  return front ? 34 : 0;
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
