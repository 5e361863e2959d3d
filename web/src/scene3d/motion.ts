/** The pointer on the main view: tools get it first, the camera what they leave. */

import type { Vec3 } from "../geometry/vec";
import type { SceneInput } from "../tools/input";
import type { PointerKind } from "./pointer";
import { lookedAround, orbited, panned, zoomed } from "./viewpoint";
import type { ScreenXY, Size, Viewpoint } from "./viewpoint";
import { deviceOf, gestureOf, type WheelDevice } from "./wheel";

/** What the view can do for the pointer; MainView is one. */
export interface Stage {
  readonly size: Size;
  viewpoint: Viewpoint;
  /** The pointer turns the head. */
  readonly looksAround: boolean;
  /** The right button went down or came up. */
  readonly hold: (held: boolean) => void;
  /** Measure the pointer and tell the tools; true when one has taken it. */
  readonly point: (kind: PointerKind, screen: ScreenXY, event: MouseEvent) => boolean;
  readonly send: (input: SceneInput) => boolean;
  /** What is under the cursor, to turn and zoom around; never null, the target if nothing is. */
  readonly pivotAt: (screen: ScreenXY) => Vec3;
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

export class Motion {
  readonly #stage: Stage;
  readonly #wheelRest: WheelRest;
  #drag: Drag = NONE;
  /** What turns the wheel, and what it turns around, until it rests. */
  #wheel: { readonly device: WheelDevice; readonly pivot: Vec3 } | null = null;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#wheelRest = new WheelRest(stage);
  }

  down(screen: ScreenXY, event: PointerEvent): void {
    if (this.#drag.kind !== "none") return;
    if (event.button === LEFT) {
      if (this.#stage.point("down", screen, event)) {
        this.#drag = { kind: "tool" };
        this.#stage.motionBegins();
        return;
      }
    }
    const kind = cameraDrag(event);
    if (kind === null) return;
    if (event.button === RIGHT) this.#stage.hold(true);
    const pivot = this.#stage.pivotAt(screen);
    this.#drag = { kind, pivot, from: screen, last: screen, click: event.button === LEFT };
    this.#stage.motionBegins();
  }

  move(screen: ScreenXY, event: PointerEvent): void {
    const drag = this.#drag;
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

  up(screen: ScreenXY, event: PointerEvent): void {
    const drag = this.#drag;
    if (drag.kind === "none") return;
    this.#end();
    if (drag.kind === "tool") this.#stage.point("up", screen, event);
    else if (drag.click) this.#stage.point("click", screen, event);
  }

  cancel(): void {
    const drag = this.#drag;
    if (drag.kind !== "none") this.#end();
    if (drag.kind === "tool") this.#stage.send({ kind: "cancel" });
  }

  leave(): void {
    if (this.#drag.kind === "none") this.#stage.send({ kind: "leave" });
  }

  wheel(screen: ScreenXY, event: WheelEvent): void {
    if (this.#wheelRest.turned()) this.#wheel = null;
    this.#wheel ??= { device: deviceOf(event), pivot: this.#stage.pivotAt(screen) };
    const gesture = gestureOf(event, this.#wheel.device);
    if (gesture.kind === "zoom") {
      const pivot = this.#stage.pivotAt(screen);
      this.#stage.viewpoint = zoomed(this.#stage.viewpoint, gesture.factor, pivot);
    } else this.#turn(gesture.kind, gesture.dx, gesture.dy, this.#wheel.pivot);
  }

  stop(): void {
    this.#wheelRest.stop();
  }

  #end(): void {
    this.#drag = NONE;
    this.#stage.hold(false);
    this.#stage.motionEnds();
  }

  #turn(kind: "orbit" | "pan", dx: number, dy: number, pivot: Vec3): void {
    const { viewpoint, size } = this.#stage;
    const [turn, tilt] = [-dx * RADIANS_PER_PX, dy * RADIANS_PER_PX];
    if (this.#stage.looksAround) this.#stage.viewpoint = lookedAround(viewpoint, turn, tilt);
    else if (kind === "pan") this.#stage.viewpoint = panned(viewpoint, dx, dy, pivot, size);
    else this.#stage.viewpoint = orbited(viewpoint, turn, tilt, pivot);
  }
}

/** Tells when the wheel begins and when it rests. */
class WheelRest {
  readonly #stage: Stage;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** True at the first turn after a rest. */
  turned(): boolean {
    const begins = this.#timer === null;
    if (this.#timer === null) this.#stage.motionBegins();
    else clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#stage.motionEnds();
    }, WHEEL_REST_MS);
    return begins;
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}

function cameraDrag(event: PointerEvent): "orbit" | "pan" | null {
  if (event.button === RIGHT) return "pan";
  if (event.button === MIDDLE) return "orbit";
  if (event.button !== LEFT) return null;
  return event.shiftKey ? "pan" : "orbit";
}

function travelled(from: ScreenXY, to: ScreenXY): boolean {
  return Math.hypot(to.x - from.x, to.y - from.y) >= CLICK_PX;
}
