/** The pointer on the canvas: tools get it first, the camera what they leave. */

import type { Vec3 } from "../geometry/vec";
import type { SceneInput } from "../tools/input";
import type { PointerKind } from "./pointer";
import { orbited, panned, zoomed, type ScreenXY, type Size, type Viewpoint } from "./viewpoint";
import { deviceOf, gestureOf, type WheelDevice } from "./wheel";

/** What the canvas can do for the pointer; SceneView is one. */
export interface Stage {
  readonly size: Size;
  viewpoint: Viewpoint;
  /** Measure the pointer and tell the tools; true when one has taken it. */
  readonly point: (kind: PointerKind, screen: ScreenXY, event: MouseEvent) => boolean;
  readonly send: (input: SceneInput) => boolean;
  /** What is under the cursor, to turn and zoom around; never null, the target if nothing is. */
  readonly pivotAt: (screen: ScreenXY) => Vec3;
  readonly focusAt: (screen: ScreenXY) => void;
  /** Between the two, the picture may be drawn with fewer points. */
  readonly motionBegins: () => void;
  readonly motionEnds: () => void;
}

type Drag =
  | { readonly kind: "none" }
  | { readonly kind: "tool" }
  | {
      readonly kind: "orbit" | "pan";
      readonly pivot: Vec3;
      readonly from: ScreenXY;
      readonly last: ScreenXY;
      /** Only a press of the main button can still become a click. */
      readonly click: boolean;
    };

const NONE: Drag = { kind: "none" };
const CLICK_PX = 4;
const RADIANS_PER_PX = 0.0055;
/** The wheel has no "up": this long after its last tick it rests. */
const WHEEL_REST_MS = 160;
const LEFT = 0;
const MIDDLE = 1;
const RIGHT = 2;

/** Listens on the canvas; call the result to stop. */
export function listen(canvas: HTMLCanvasElement, stage: Stage): () => void {
  const motion = new Motion(canvas, stage);
  const stop = new AbortController();
  const { signal } = stop;
  canvas.addEventListener("pointerdown", (event) => motion.down(event), { signal });
  canvas.addEventListener("pointermove", (event) => motion.move(event), { signal });
  canvas.addEventListener("pointerup", (event) => motion.up(event), { signal });
  canvas.addEventListener("pointercancel", () => motion.cancel(), { signal });
  canvas.addEventListener("pointerleave", () => motion.leave(), { signal });
  canvas.addEventListener("dblclick", (event) => stage.focusAt(at(event)), { signal });
  canvas.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  canvas.addEventListener("wheel", (event) => motion.wheel(event), { signal, passive: false });
  return () => {
    stop.abort();
    motion.stop();
  };
}

class Motion {
  readonly #canvas: HTMLCanvasElement;
  readonly #stage: Stage;
  #drag: Drag = NONE;
  #wheelRest: number | null = null;
  /** What turns the wheel, and what it turns around, until it rests. */
  #wheel: { readonly device: WheelDevice; readonly pivot: Vec3 } | null = null;

  constructor(canvas: HTMLCanvasElement, stage: Stage) {
    this.#canvas = canvas;
    this.#stage = stage;
  }

  down(event: PointerEvent): void {
    if (this.#drag.kind !== "none") return;
    // A number field gives up the keyboard when the labeler turns to the scene.
    this.#canvas.focus({ preventScroll: true });
    this.#canvas.setPointerCapture(event.pointerId);
    const screen = at(event);
    if (event.button === LEFT) {
      if (this.#stage.point("down", screen, event)) {
        this.#drag = { kind: "tool" };
        this.#stage.motionBegins();
        return;
      }
    }
    const kind = cameraDrag(event);
    if (kind === null) return;
    const pivot = this.#stage.pivotAt(screen);
    this.#drag = { kind, pivot, from: screen, last: screen, click: event.button === LEFT };
    this.#stage.motionBegins();
  }

  move(event: PointerEvent): void {
    const drag = this.#drag;
    const screen = at(event);
    switch (drag.kind) {
      case "none":
        this.#stage.point("hover", screen, event);
        return;
      case "tool":
        this.#stage.point("move", screen, event);
        return;
      case "orbit":
      case "pan": {
        const click = drag.click && !travelled(drag.from, screen);
        // Within a click's slop the camera holds still; afterwards it catches up.
        if (click) return;
        this.#turn(drag.kind, screen.x - drag.last.x, screen.y - drag.last.y, drag.pivot);
        this.#drag = { ...drag, last: screen, click };
      }
    }
  }

  up(event: PointerEvent): void {
    const drag = this.#drag;
    if (drag.kind === "none") return;
    this.#drag = NONE;
    this.#stage.motionEnds();
    if (drag.kind === "tool") this.#stage.point("up", at(event), event);
    else if (drag.click) this.#stage.point("click", at(event), event);
  }

  cancel(): void {
    const drag = this.#drag;
    this.#drag = NONE;
    if (drag.kind !== "none") this.#stage.motionEnds();
    if (drag.kind === "tool") this.#stage.send({ kind: "cancel" });
  }

  leave(): void {
    if (this.#drag.kind === "none") this.#stage.send({ kind: "leave" });
  }

  wheel(event: WheelEvent): void {
    event.preventDefault();
    if (this.#wheelRest === null) this.#stage.motionBegins();
    else clearTimeout(this.#wheelRest);
    this.#wheelRest = setTimeout(() => {
      this.#wheelRest = null;
      this.#wheel = null;
      this.#stage.motionEnds();
    }, WHEEL_REST_MS) as unknown as number;
    this.#wheel ??= { device: deviceOf(event), pivot: this.#stage.pivotAt(at(event)) };
    const gesture = gestureOf(event, this.#wheel.device);
    if (gesture.kind === "zoom") {
      const pivot = this.#stage.pivotAt(at(event));
      this.#stage.viewpoint = zoomed(this.#stage.viewpoint, gesture.factor, pivot);
    } else this.#turn(gesture.kind, gesture.dx, gesture.dy, this.#wheel.pivot);
  }

  stop(): void {
    if (this.#wheelRest !== null) clearTimeout(this.#wheelRest);
  }

  #turn(kind: "orbit" | "pan", dx: number, dy: number, pivot: Vec3): void {
    const { viewpoint, size } = this.#stage;
    this.#stage.viewpoint =
      kind === "pan"
        ? panned(viewpoint, dx, dy, pivot, size)
        : orbited(viewpoint, -dx * RADIANS_PER_PX, dy * RADIANS_PER_PX, pivot);
  }
}

/** Left turns, right or Shift slides, the middle button turns even while a tool waits. */
function cameraDrag(event: PointerEvent): "orbit" | "pan" | null {
  if (event.button === RIGHT) return "pan";
  if (event.button === MIDDLE) return "orbit";
  if (event.button !== LEFT) return null;
  return event.shiftKey ? "pan" : "orbit";
}

function travelled(from: ScreenXY, to: ScreenXY): boolean {
  return Math.hypot(to.x - from.x, to.y - from.y) >= CLICK_PX;
}

/** CSS pixels from the canvas's corner; the canvas has neither border nor padding. */
function at(event: MouseEvent): ScreenXY {
  return { x: event.offsetX, y: event.offsetY };
}
