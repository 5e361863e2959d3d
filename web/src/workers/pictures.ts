/** The page's side of the worker that draws the cuboids at rest over the cameras' pictures. */

import type { PackedCuboids } from "../pictures/packed";
import type { Drawing, Order } from "../pictures/resting";

export interface RestingCanvas {
  draw(drawing: Drawing): void;
  close(): void;
}

/** Starts with the first canvas and ends with the last. */
export class RestingPictures {
  #worker: Worker | null = null;
  #open = 0;
  #canvases = 0;
  /** What the worker knows, to tell it nothing twice. */
  #told: readonly unknown[] = [];
  /** Said together when the cameras of a frame have all asked: each message costs a wake-up. */
  #orders: Order[] = [];
  #moved: Transferable[] = [];

  /** The canvas is the worker's from now on: nobody else may draw on it or size it. */
  open(element: HTMLCanvasElement): RestingCanvas {
    this.#worker ??= new Worker(new URL("./pictures.worker.ts", import.meta.url), {
      type: "module",
    });
    this.#open += 1;
    this.#canvases += 1;
    const canvas = this.#canvases;
    const surface = element.transferControlToOffscreen();
    this.#say({ kind: "open", canvas, surface }, [surface]);
    return {
      draw: (drawing) => this.#say({ kind: "draw", canvas, ...drawing }),
      close: () => this.#close(canvas),
    };
  }

  /** The cuboids that the next drawings are about; `sources` are theirs, and packed only when new. */
  tell(sources: readonly unknown[], pack: () => PackedCuboids): void {
    const isTold = sources.every((source, index) => source === this.#told[index]);
    if ((isTold && this.#told.length > 0) || this.#worker === null) return;
    this.#told = sources;
    const cuboids = pack();
    const { poses, styles, motions } = cuboids;
    this.#say({ kind: "cuboids", cuboids }, [poses.buffer, styles.buffer, motions.buffer]);
  }

  #close(canvas: number): void {
    this.#say({ kind: "close", canvas });
    this.#open -= 1;
    if (this.#open > 0) return;
    this.#worker?.terminate();
    this.#worker = null;
    this.#told = [];
  }

  #say(order: Order, moved: Transferable[] = []): void {
    if (this.#orders.length === 0) setTimeout(() => this.#send());
    this.#orders.push(order);
    this.#moved.push(...moved);
  }

  #send(): void {
    this.#worker?.postMessage(this.#orders, this.#moved);
    this.#orders = [];
    this.#moved = [];
  }
}
