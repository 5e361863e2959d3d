/** One picture of a crop's points: what it takes to make it, in a form that goes between threads. */

import type { Cuboid } from "../geometry/cuboid";
import type { Vec3 } from "../geometry/vec";
import type { FlatView } from "./flat";
import { countIn } from "./inside";
import { firstOf, firstWithin, type NearCloud } from "./nearcloud";
import { clearPlate, type Plate, plateOf, type PlotOptions, plotPoints } from "./plot";
import type { Labelled } from "./points";
import { type ShadeDisplay, type Shades, shadesOf } from "./shade";

/** How the points of a frame are coloured. Never changed: another one has another `key`. */
export interface Colouring {
  readonly key: number;
  readonly display: ShadeDisplay;
  /** Where the sensor is, world metres. */
  readonly device: Vec3;
  /** The cuboids of the frame; empty where labels neither colour nor hide. */
  readonly labelled: readonly Labelled[];
}

export interface PlotOrder extends PlotOptions {
  readonly colouring: Colouring;
  readonly view: FlatView;
  /** Points inside of it are drawn brighter. */
  readonly box: Cuboid;
  /** Device pixels. */
  readonly width: number;
  readonly height: number;
  /** Whether the points inside of the box shall be counted. */
  readonly counts: boolean;
}

export interface Plot {
  /** As r, g, b, a bytes, row by row. */
  readonly pixels: Uint32Array<ArrayBuffer>;
  /** Points inside of the box; null: they were not to be counted. */
  readonly inside: number | null;
}

function insideOf(near: NearCloud, box: Cuboid): number {
  const reachM = Math.hypot(...box.size) / 2;
  return countIn(firstOf(near, firstWithin(near, box.centre, reachM)), box);
}

/** Plots orders, keeping what the next one may use again. */
export class Plotter {
  readonly #shades = new WeakMap<NearCloud, { readonly key: number; readonly shades: Shades }>();
  #depths: Plate | null = null;

  plot(near: NearCloud, order: PlotOrder): Plot {
    const { width, height, colouring, view, box, counts } = order;
    const pixels = new Uint32Array(width * height);
    const plate = this.#plate(width, height, pixels);
    clearPlate(plate);
    plotPoints(plate, near, this.#shadesOf(near, colouring), view, box, order);
    return { pixels, inside: counts ? insideOf(near, box) : null };
  }

  #plate(width: number, height: number, pixels: Uint32Array): Plate {
    const known = this.#depths;
    const isAsLarge = known?.width === width && known.height === height;
    this.#depths = isAsLarge ? { ...known, pixels } : plateOf(width, height, pixels);
    return this.#depths;
  }

  #shadesOf(near: NearCloud, { key, display, device, labelled }: Colouring): Shades {
    const known = this.#shades.get(near);
    if (known?.key === key) return known.shades;
    const shades = shadesOf(near, display, device, () => labelled);
    this.#shades.set(near, { key, shades });
    return shades;
  }
}
