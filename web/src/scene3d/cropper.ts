/** The page's side of the worker that keeps what was cut out of frames, and plots it. */

import { transfer, wrap } from "comlink";
import type { Vec3 } from "../geometry/vec";
import type { DecodedChunk } from "../workers/chunk";
import type { CropperApi } from "./crops.worker";
import { around, type NearCloud, nearOf } from "./nearcloud";
import type { Plot, PlotOrder } from "./plotorder";

export interface PlottedCrop {
  readonly image: ImageData;
  readonly inside: Plot["inside"];
}

export interface Cropper {
  /** The points of a frame in a cube around a place, world metres. */
  readonly cut: (chunk: DecodedChunk, centre: Vec3, reachM: number) => Promise<NearCloud>;
  /** A cut is no longer needed. */
  readonly forget: (near: NearCloud) => void;
  /** Of a cut of this cropper; null: it has been forgotten. */
  readonly plot: (near: NearCloud, order: PlotOrder) => Promise<PlottedCrop | null>;
  /** What is under way never comes. */
  readonly stop: () => void;
}

const NO_POSITIONS = new Uint16Array(0);

export function startCropper(): Cropper {
  const worker = new Worker(new URL("./crops.worker.ts", import.meta.url), { type: "module" });
  const api = wrap<CropperApi>(worker);
  const ids = new WeakMap<NearCloud, number>();
  let last = 0;
  return {
    async cut(chunk, centre, reachM) {
      last += 1;
      const id = last;
      const found = around(chunk, centre, reachM);
      const { positions, tags } = found;
      // Of the frame without its points, which are many.
      const frame = { ...chunk, count: 0, positions: NO_POSITIONS, tags: null, radar: [] };
      const moved = tags === null ? [positions.buffer] : [positions.buffer, tags.buffer];
      const cut = await api.keep(id, frame, transfer(found, moved), centre, reachM);
      const near = nearOf(chunk, cut, centre, reachM);
      ids.set(near, id);
      return near;
    },
    forget(near) {
      const id = ids.get(near);
      if (id !== undefined) void api.forget(id);
    },
    async plot(near, order) {
      const plot = await api.plot(ids.get(near) ?? 0, order);
      if (plot === null) return null;
      const image = new ImageData(new Uint8ClampedArray(plot.pixels.buffer), order.width, order.height);
      return { image, inside: plot.inside };
    },
    stop: () => worker.terminate(),
  };
}
