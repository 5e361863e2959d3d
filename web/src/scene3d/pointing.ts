/** The pointer on the canvas, given to the view that it is over; a press keeps its view to the end. */

import { contains, type Rect } from "./layout";
import type { ScreenXY } from "./viewpoint";

/** What a view does with the pointer; places are CSS pixels from the view's own top left corner. */
export interface Hands {
  /** Null: it is not shown and hears nothing. */
  readonly rect: Rect | null;
  /** How the pointer looks over the view now. */
  readonly cursor: string;
  readonly down: (screen: ScreenXY, event: PointerEvent) => void;
  /** With a button down or without. */
  readonly move: (screen: ScreenXY, event: PointerEvent) => void;
  readonly up: (screen: ScreenXY, event: PointerEvent) => void;
  /** The press never happened. */
  readonly cancel: () => void;
  /** The pointer has gone elsewhere, with no button down. */
  readonly leave: () => void;
  readonly twice: (screen: ScreenXY, event: MouseEvent) => void;
  readonly wheel: (screen: ScreenXY, event: WheelEvent) => void;
}

export class Pointing {
  readonly #canvas: HTMLCanvasElement;
  readonly #views: readonly Hands[];
  readonly #stop = new AbortController();
  #held: Hands | null = null;
  #over: Hands | null = null;

  constructor(canvas: HTMLCanvasElement, views: readonly Hands[]) {
    this.#canvas = canvas;
    this.#views = views;
    const { signal } = this.#stop;
    canvas.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.#move(event), { signal });
    canvas.addEventListener("pointerup", (event) => this.#up(event), { signal });
    canvas.addEventListener("pointercancel", () => this.#cancel(), { signal });
    canvas.addEventListener("pointerleave", () => this.#enter(null), { signal });
    canvas.addEventListener("dblclick", (event) => this.#twice(event), { signal });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
  }

  /** The view's cursor has changed without the pointer. */
  showCursor(): void {
    this.#canvas.style.cursor = (this.#held ?? this.#over)?.cursor ?? "default";
  }

  stop(): void {
    this.#stop.abort();
  }

  #down(event: PointerEvent): void {
    // A number field gives up the keyboard when the labeler turns to the scene.
    this.#canvas.focus({ preventScroll: true });
    this.#canvas.setPointerCapture(event.pointerId);
    if (this.#held === null) this.#enter(this.#viewAt(event));
    this.#held ??= this.#over;
    this.#held?.down(within(this.#held, event), event);
    this.showCursor();
  }

  #move(event: PointerEvent): void {
    if (this.#held === null) this.#enter(this.#viewAt(event));
    const view = this.#held ?? this.#over;
    view?.move(within(view, event), event);
    this.showCursor();
  }

  #up(event: PointerEvent): void {
    const view = this.#held;
    this.#held = null;
    view?.up(within(view, event), event);
    this.showCursor();
  }

  #cancel(): void {
    const view = this.#held;
    this.#held = null;
    view?.cancel();
    this.showCursor();
  }

  #twice(event: MouseEvent): void {
    const view = this.#viewAt(event);
    view?.twice(within(view, event), event);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const view = this.#held ?? this.#viewAt(event);
    view?.wheel(within(view, event), event);
  }

  #enter(view: Hands | null): void {
    if (view === this.#over || this.#held !== null) return;
    this.#over?.leave();
    this.#over = view;
  }

  #viewAt(event: MouseEvent): Hands | null {
    const at = { x: event.offsetX, y: event.offsetY };
    return this.#views.find(({ rect }) => rect !== null && contains(rect, at)) ?? null;
  }
}

function within({ rect }: Hands, event: MouseEvent): ScreenXY {
  return { x: event.offsetX - (rect?.x ?? 0), y: event.offsetY - (rect?.y ?? 0) };
}
