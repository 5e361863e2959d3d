/** What is drawn beside points and cuboids: radar, what the cameras see, and the place pointed at. */

import type { Object3D } from "three";
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
  #points: readonly RadarPoint[] = [];
  #shown = true;

  constructor() {
    const batches = [this.#frustums, this.#arrows, this.#radar, this.#mark];
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

  setMark(at: Vec3 | null): void {
    const dots: Dot[] =
      at === null ? [] : [{ at, tint: MARK_TINT, sizePx: MARK_PX, round: false, diamond: true }];
    this.#mark.fill(at ?? [0, 0, 0], dots);
  }

  place(eye: Vec3, width: number, height: number, pixelRatio: number): void {
    for (const lines of [this.#arrows, this.#frustums]) {
      lines.place(eye);
      lines.setViewport(width, height, pixelRatio);
    }
    for (const dots of [this.#radar, this.#mark]) {
      dots.place(eye);
      dots.setPixelRatio(pixelRatio);
    }
  }

  dispose(): void {
    for (const batch of [this.#arrows, this.#frustums, this.#radar, this.#mark]) batch.dispose();
  }

  #fillRadar(): void {
    const points = this.#shown ? this.#points : [];
    const anchor = points[0]?.position ?? [0, 0, 0];
    this.#arrows.fill(anchor, points.flatMap(arrowOf));
    this.#radar.fill(
      anchor,
      points.map(({ position, size }): Dot => {
        const sizePx = RADAR_PX + RADAR_SIZE_PX * Math.min(1, Math.max(0, size ?? 0));
        return { at: position, tint: RADAR_TINT, sizePx, round: false, diamond: true };
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
