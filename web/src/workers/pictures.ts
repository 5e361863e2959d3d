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
  #told: unknown = null;
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

  /** The cuboids that the next drawings are about; `source` is theirs, and packed only when new. */
  tell(source: unknown, pack: () => PackedCuboids): void {
    if (this.#told === source || this.#worker === null) return;
    this.#told = source;
    const cuboids = pack();
    this.#say({ kind: "cuboids", cuboids }, [cuboids.poses.buffer, cuboids.styles.buffer]);
  }

  #close(canvas: number): void {
    this.#say({ kind: "close", canvas });
    this.#open -= 1;
    if (this.#open > 0) return;
    this.#worker?.terminate();
    this.#worker = null;
    this.#told = null;
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
