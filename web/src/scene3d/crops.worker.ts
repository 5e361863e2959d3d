/** The worker behind `startCropper`: ordering, plotting and counting forty crops would hold up the page. */

import { expose, transfer } from "comlink";
import type { Vec3 } from "../geometry/vec";
import type { DecodedChunk } from "../workers/chunk";
import { type Around, type CutOut, inRings, type NearCloud, nearOf } from "./nearcloud";
import { type Plot, type PlotOrder, Plotter } from "./plotorder";

const cuts = new Map<number, NearCloud>();
const plotter = new Plotter();

const cropper = {
  /** Order and keep them under this number; the page gets a copy for what it does with points. */
  keep(id: number, frame: DecodedChunk, found: Around, centre: Vec3, reachM: number): CutOut {
    const cut = inRings(frame, found, centre, reachM);
    cuts.set(id, nearOf(frame, cut, centre, reachM));
    const positions = cut.positions.slice();
    const tags = cut.tags?.slice() ?? null;
    const moved = tags === null ? [positions.buffer] : [positions.buffer, tags.buffer];
    return transfer({ positions, tags, ends: cut.ends }, moved);
  },

  /** Null: that cut has been forgotten. */
  plot(id: number, order: PlotOrder): Plot | null {
    const near = cuts.get(id);
    if (near === undefined) return null;
    const plot = plotter.plot(near, order);
    return transfer(plot, [plot.pixels.buffer]);
  },

  forget(id: number): void {
    cuts.delete(id);
  },
};

export type CropperApi = typeof cropper;

expose(cropper);
