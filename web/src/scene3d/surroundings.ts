/** What is drawn beside points and cuboids: radar, what the cameras see, and the place pointed at. */

import type { Object3D } from "three";
import { type Cuboid, corners, EDGES } from "../geometry/cuboid";
import { add, length, scale, subtract, type Vec3 } from "../geometry/vec";
import type { DecodedChunk, RadarPoint } from "../workers/chunk";
import { DotBatch, LineBatch, type Dot, type Line, type Rgba } from "./batches";

const RADAR_TINT: Rgba = [226, 160, 255, 255];
const RADAR_PX = 9;
/** A `size` of 1 adds this much. */
const RADAR_SIZE_PX = 6;
const HEAD_M = 0.8;
const FRUSTUM_TINT: Rgba = [190, 204, 222, 90];
const CHOSEN_TINT: Rgba = [190, 204, 222, 230];
const RING_TINT: Rgba = [255, 138, 101, 190];
const RING_DASH_PX = 8;
const RING_SIDES = 180;
const GHOST_TINT: Rgba = [214, 222, 235, 120];
const GHOST_DASH_PX = 3;
const SWEPT_TINT: Rgba = [255, 202, 105, 210];
const MARK_TINT: Rgba = [255, 255, 255, 255];
const MARK_PX = 11;

/** A camera's eye, and the border of its picture some metres before it. */
export interface Frustum {
  readonly eye: Vec3;
  readonly border: readonly Vec3[];
  readonly corners: readonly Vec3[];
  /** Of the camera shown large. */
  readonly chosen: boolean;
}

export class Surroundings {
  readonly objects: readonly Object3D[];
  readonly #arrows = new LineBatch();
  readonly #radar = new DotBatch();
  readonly #frustums = new LineBatch();
  readonly #mark = new DotBatch();
  readonly #ring = new LineBatch();
  readonly #ghosts = new LineBatch();
  #points: readonly RadarPoint[] = [];
  #shown = true;
  #isMarked = false;

  constructor() {
    const lines = [this.#frustums, this.#arrows, this.#ring, this.#ghosts];
    const batches = [...lines, this.#radar, this.#mark];
    this.objects = batches.map(({ object }) => object);
  }

  setChunk(chunk: DecodedChunk | null): void {
    if (chunk?.radar === this.#points) return;
    this.#points = chunk?.radar ?? [];
    this.#fillRadar();
  }

  showRadar(shown: boolean): void {
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#fillRadar();
  }

  setFrustums(frustums: readonly Frustum[]): void {
    this.#frustums.fill(frustums[0]?.eye ?? [0, 0, 0], frustums.flatMap(frustumLines));
  }

  /** How far from the sensor objects are labeled; null: there is no limit. */
  setRing(centre: Vec3, radiusM: number | null): void {
    this.#ring.fill(centre, radiusM === null ? [] : ringLines(centre, radiusM));
  }

  /**
   * Where the selected object is in the frames beside this one, and where it was when the first and
   * the last of its points were measured.
   */
  setGhosts(ghosts: readonly Cuboid[], swept: readonly Cuboid[]): void {
    const lines = [
      ...ghosts.flatMap((ghost) => ghostLines(ghost, GHOST_TINT)),
      ...swept.flatMap((cuboid) => ghostLines(cuboid, SWEPT_TINT)),
    ];
    this.#ghosts.fill((ghosts[0] ?? swept[0])?.centre ?? [0, 0, 0], lines);
  }

  /** Whether anything is drawn otherwise: a hand that moves takes away what is mostly not there. */
  setMark(at: Vec3 | null): boolean {
    if (at === null && !this.#isMarked) return false;
    this.#isMarked = at !== null;
    const dots: Dot[] =
      at === null ? [] : [{ at, tint: MARK_TINT, sizePx: MARK_PX, round: false, diamond: true }];
    this.#mark.fill(at ?? [0, 0, 0], dots);
    return true;
  }

  place(eye: Vec3, width: number, height: number, pixelRatio: number): void {
    for (const lines of [this.#arrows, this.#frustums, this.#ring, this.#ghosts]) {
      lines.place(eye);
      lines.setViewport(width, height, pixelRatio);
    }
    for (const dots of [this.#radar, this.#mark]) {
      dots.place(eye);
      dots.setPixelRatio(pixelRatio);
    }
  }

  dispose(): void {
    for (const lines of [this.#arrows, this.#frustums, this.#ring, this.#ghosts]) lines.dispose();
    for (const dots of [this.#radar, this.#mark]) dots.dispose();
  }

  #fillRadar(): void {
    const points = this.#shown ? this.#points : [];
    const anchor = points[0]?.position ?? [0, 0, 0];
    this.#arrows.fill(anchor, points.flatMap(arrowOf));
    this.#radar.fill(
      anchor,
      points.map(({ position, size }): Dot => {
        const sizePx = RADAR_PX + RADAR_SIZE_PX * Math.min(1, Math.max(0, size ?? 0));
        // A disc: diamonds are keyframes.
        return { at: position, tint: RADAR_TINT, sizePx, round: true };
      }),
    );
  }
}

/** The way of one second, with a head that lies flat. */
export function arrowOf({ position, velocity }: RadarPoint): Line[] {
  if (velocity === null) return [];
  const speed = length(velocity);
  if (speed === 0) return [];
  const style = { tint: RADAR_TINT, widthPx: 2, dashPx: 0 };
  const tip = add(position, velocity);
  const back = scale(velocity, Math.min(HEAD_M, speed / 2) / speed);
  const side: Vec3 = [-back[1] / 2, back[0] / 2, 0];
  const barb = (towards: Vec3): Line => ({ from: add(subtract(tip, back), towards), to: tip, ...style });
  return [{ from: position, to: tip, ...style }, barb(side), barb(scale(side, -1))];
}

function frustumLines({ eye, border, corners, chosen }: Frustum): Line[] {
  const style = { tint: chosen ? CHOSEN_TINT : FRUSTUM_TINT, widthPx: chosen ? 2 : 1, dashPx: 0 };
  const around = border.map((from, index) => ({
    from,
    to: border[(index + 1) % border.length]!,
    ...style,
  }));
  return [...around, ...corners.map((to) => ({ from: eye, to, ...style }))];
}

/** A circle on the level of its centre, as straight pieces. */
export function ringLines([x, y, z]: Vec3, radiusM: number): Line[] {
  const at = (side: number): Vec3 => {
    const angle = (2 * Math.PI * side) / RING_SIDES;
    return [x + radiusM * Math.cos(angle), y + radiusM * Math.sin(angle), z];
  };
  const style = { tint: RING_TINT, widthPx: 1.5, dashPx: RING_DASH_PX };
  return Array.from({ length: RING_SIDES }, (_, side) => ({ from: at(side), to: at(side + 1), ...style }));
}

function ghostLines(cuboid: Cuboid, tint: Rgba): Line[] {
  const at = corners(cuboid);
  const style = { tint, widthPx: 1.25, dashPx: GHOST_DASH_PX };
  return EDGES.map(([a, b]) => ({ from: at[a]!, to: at[b]!, ...style }));
}
