/** The cuboids that rest, drawn over the pictures of all cameras by one worker. */

import { makeCamera, type Lens } from "../geometry/camera";
import { atInstant } from "../geometry/motion";
import type { Transform } from "../geometry/transform";
import { drawCuboids, emptied, isSeen } from "./drawing";
import { type PackedCuboids, type Resting, unpackCuboids } from "./packed";
import type { PictureView, Size } from "./view";

export interface PlacedLens {
  readonly lens: Lens;
  readonly worldFromCamera: Transform;
}

/** What the page says; the canvases have names, because a worker cannot hold elements. */
export type Order =
  | { readonly kind: "open"; readonly canvas: number; readonly surface: OffscreenCanvas }
  | { readonly kind: "close"; readonly canvas: number }
  | { readonly kind: "cuboids"; readonly cuboids: PackedCuboids }
  | ({ readonly kind: "draw"; readonly canvas: number } & Drawing);

export interface Seen {
  readonly camera: PlacedLens;
  readonly view: PictureView;
  /** When the picture was taken; null where it is not of the frame, and moves nothing. */
  readonly taken_ns: number | null;
}

export interface Drawing {
  readonly size: Size;
  /** Device pixels a CSS pixel. */
  readonly ratio: number;
  /** Null: the camera has no picture, so there is nothing to see. */
  readonly seen: Seen | null;
  /** Places of the cuboids that do not rest. */
  readonly apart: readonly number[];
}

/** The worker's half. */
export class RestingCuboids {
  readonly #surfaces = new Map<number, OffscreenCanvas>();
  #cuboids: readonly Resting[] = [];

  obey(order: Order): void {
    switch (order.kind) {
      case "open":
        this.#surfaces.set(order.canvas, order.surface);
        return;
      case "close":
        this.#surfaces.delete(order.canvas);
        return;
      case "cuboids":
        this.#cuboids = unpackCuboids(order.cuboids);
        return;
      case "draw":
        this.#draw(order.canvas, order);
    }
  }

  #draw(canvas: number, { size, ratio, seen, apart }: Drawing): void {
    const surface = this.#surfaces.get(canvas);
    const context = surface === undefined ? null : emptied(surface, size, ratio);
    if (context === null || seen === null) return;
    const { lens, worldFromCamera } = seen.camera;
    const camera = makeCamera(lens, worldFromCamera);
    const resting = this.#cuboids
      .filter((_, index) => !apart.includes(index))
      .map((one) => takenAt(one, seen.taken_ns))
      .filter(({ cuboid }) => isSeen(camera, cuboid));
    const picture = { width: lens.width_px, height: lens.height_px };
    drawCuboids(context, camera, seen.view, picture, resting);
  }
}

function takenAt(resting: Resting, taken_ns: number | null): Resting {
  const { cuboid, measured } = resting;
  if (measured === null || taken_ns === null) return resting;
  return { ...resting, cuboid: atInstant(cuboid, measured, taken_ns) };
}
