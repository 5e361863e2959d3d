/** One flat view of the selected object: its camera, what is under the pointer, and its handles. */

import type { Cuboid } from "../geometry/cuboid";
import type { Vec3 } from "../geometry/vec";
import type { Gaze, Hit, Ray, SceneInput } from "../tools/input";
import type { Content } from "./content";
import { HandleLayer, type CuboidView } from "./cuboids";
import { EYE_M, fitted, flatEye, flatRay, flatView, onFlat, pannedFlat, reachOf } from "./flat";
import { scaleBar, shows, zoomedFlat, type FlatView, type Framing } from "./flat";
import type { Handle, HandleId } from "./handles";
import type { Rect, SideName } from "./layout";
import { hitOf, pickCuboid, type BodyHit } from "./picking";
import { pickPolygonHandle, pickPolygonLine } from "./polygons";
import { hoverOf, lazyInput, modifiersOf, type PointerKind } from "./pointer";
import type { Hands } from "./pointing";
import { isInside, pickSideHandle, sideCursor, sideHandles } from "./sidehandles";
import type { Lens, Pane, Surface } from "./surface";
import type { ScreenXY } from "./viewpoint";
import { zoomFactor } from "./wheel";

const POINT_PX = 2.2;
const HIT_PX = 3;
const CLICK_PX = 4;

export interface SideHost {
  readonly surface: Pick<Surface, "request" | "pixelRatio" | "motionBegins" | "motionEnds">;
  readonly content: Content;
  readonly send: (input: SceneInput) => boolean;
  /** While a gesture is made in one of the views, all of them stand still. */
  readonly pin: (pinned: boolean) => void;
  /** The cuboid that the views are locked to: the selected one, or as it was when pinned. */
  readonly locked: () => CuboidView | null;
  /** Whether this stage allows an object to lean. */
  readonly mayTilt: () => boolean;
  readonly showScale: (side: SideName, bar: { text: string; px: number } | null) => void;
}

type Drag =
  | { readonly kind: "none" }
  | { readonly kind: "tool" }
  | { readonly kind: "pan"; readonly from: ScreenXY; readonly last: ScreenXY; readonly click: boolean };

export class SideView implements Pane, Hands {
  rect: Rect | null = null;
  readonly layer: number;
  readonly handleLayer = new HandleLayer();
  readonly side: SideName;
  readonly #host: SideHost;
  #framing: Framing | null = null;
  /** A person has zoomed or slid the view: it is theirs until it is fitted again. */
  #byHand = false;
  #framed: string | null = null;
  #handles: readonly Handle[] = [];
  #hovered: HandleId | null = null;
  #inside = false;
  #drag: Drag = { kind: "none" };

  constructor(side: SideName, layer: number, host: SideHost) {
    this.side = side;
    this.layer = layer;
    this.#host = host;
  }

  request(): void {
    this.#host.surface.request(this);
  }

  get cursor(): string {
    const { content } = this.#host;
    if (content.mode === "place") return this.side === "top" ? "crosshair" : "not-allowed";
    return sideCursor(this.#hovered, this.side, this.#inside);
  }

  /** The view as it is drawn now; null: nothing is selected. */
  get view(): FlatView | null {
    const cuboid = this.#host.locked();
    if (cuboid === null || this.rect === null) return null;
    return flatView(cuboid, this.side, this.#framingOf(cuboid, this.rect));
  }

  /** CSS pixels from the view's corner, also outside of it; null: nothing is selected. */
  toScreen(point: Vec3): ScreenXY | null {
    const { view, rect } = this;
    return view === null || rect === null ? null : onFlat(view, point, rect);
  }

  get handles(): readonly Handle[] {
    return this.#handles;
  }

  prepare(): Lens | null {
    const { content, surface } = this.#host;
    const { view, rect } = this;
    const worked = content.framed;
    if (view === null || rect === null || worked === null) {
      this.#host.showScale(this.side, null);
      return null;
    }
    const reachM = Math.hypot(reachOf(this.#framing!, rect), view.depthM);
    const around = this.#host.locked()!.centre;
    content.crop.cover(around, reachM);
    content.keepAround(around, reachM);
    content.refill();
    this.#refillHandles(worked, view);
    const eye = flatEye(view);
    const ratio = surface.pixelRatio;
    const [width, height] = [rect.width * ratio, rect.height * ratio];
    content.cloud.placeFlat(eye, POINT_PX * ratio);
    content.crop.follow();
    content.merged.placeFlat(eye, POINT_PX * ratio, around, reachM);
    content.layer.place(eye, width, height, ratio);
    content.neighbours.place(eye, width, height, ratio);
    content.polygons.place(eye, width, height, ratio);
    this.handleLayer.place(eye, width, height, ratio);
    this.#host.showScale(this.side, scaleBar(view.metresPerPixel));
    return {
      kind: "flat",
      basis: view.basis,
      metresPerPixel: view.metresPerPixel,
      nearM: EYE_M - view.depthM,
      farM: EYE_M + view.depthM,
    };
  }

  dispose(): void {
    this.handleLayer.dispose();
  }

  // Pointer ----------------------------------------------------------------------------------

  down(screen: ScreenXY, event: PointerEvent): void {
    if (this.#drag.kind !== "none") return;
    const isLeft = event.button === 0;
    if (isLeft && this.#point("down", screen, event)) {
      this.#drag = { kind: "tool" };
      this.#host.pin(true);
      this.#host.surface.motionBegins();
      return;
    }
    this.#drag = { kind: "pan", from: screen, last: screen, click: isLeft };
  }

  move(screen: ScreenXY, event: PointerEvent): void {
    const drag = this.#drag;
    switch (drag.kind) {
      case "none":
        this.#point("hover", screen, event);
        return;
      case "tool":
        this.#point("move", screen, event);
        return;
      case "pan": {
        const far = Math.hypot(screen.x - drag.from.x, screen.y - drag.from.y) >= CLICK_PX;
        if (drag.click && !far) return;
        this.#reframe((framing) =>
          pannedFlat(framing, screen.x - drag.last.x, screen.y - drag.last.y),
        );
        this.#drag = { ...drag, last: screen, click: false };
      }
    }
  }

  up(screen: ScreenXY, event: PointerEvent): void {
    const drag = this.#drag;
    this.#drag = { kind: "none" };
    if (drag.kind === "tool") {
      this.#point("up", screen, event);
      this.#release();
    } else if (drag.kind === "pan" && drag.click) this.#point("click", screen, event);
  }

  cancel(): void {
    const drag = this.#drag;
    this.#drag = { kind: "none" };
    if (drag.kind !== "tool") return;
    this.#host.send({ kind: "cancel" });
    this.#release();
  }

  leave(): void {
    this.#hover(null, false);
    this.#host.send({ kind: "leave" });
  }

  wheel(screen: ScreenXY, event: WheelEvent): void {
    const { rect } = this;
    if (rect === null) return;
    this.#reframe((framing) => zoomedFlat(framing, zoomFactor(event), screen, rect));
  }

  /** On a handle it is the tool's; elsewhere the view fits the object again. */
  twice(screen: ScreenXY, event: MouseEvent): void {
    if (this.#hovered !== null || this.#host.content.mode === "place" || this.#isOnVertex(screen)) {
      this.#point("twice", screen, event);
      return;
    }
    this.#fitAgain();
    this.request();
  }

  #release(): void {
    this.#host.surface.motionEnds();
    this.#host.pin(false);
  }

  #point(kind: PointerKind, screen: ScreenXY, event: MouseEvent): boolean {
    const { view, rect } = this;
    if (view === null || rect === null) return false;
    const ray = flatRay(view, screen, rect);
    const at = { ray, screen, modifiers: modifiersOf(event), gaze: this.#gaze(view) };
    const input = lazyInput(kind, at, {
      hit: () => this.#hitAt(screen, ray, view, rect),
      ground: () => this.#groundUnder(ray),
    });
    if (kind === "hover") this.#hoverOver(input.hit, screen, view, rect);
    return this.#host.send(input);
  }

  #gaze({ basis }: FlatView): Gaze {
    const { forward, right } = basis;
    return { flat: true, forward, headingRad: Math.atan2(right[1], right[0]) };
  }

  /** From the top there is ground under everything; from the side nothing can be placed. */
  #groundUnder({ origin: [x, y] }: Ray): Vec3 | null {
    if (this.side !== "top") return null;
    const { terrain } = this.#host.content;
    return [x, y, terrain.heightAt(x, y) ?? terrain.level];
  }

  #hitAt(screen: ScreenXY, ray: Ray, view: FlatView, rect: Rect): Hit {
    const { content } = this.#host;
    const { worked } = content;
    if (content.mode === "place") return { kind: "nothing" };
    const { polygons } = content.polygons;
    const seen = (point: Vec3) => onFlat(view, point, rect);
    const held = pickPolygonHandle(polygons, screen, seen);
    if (held !== null) return held;
    if (worked === null) return pickPolygonLine(polygons, screen, seen) ?? { kind: "nothing" };
    const handle =
      this.#handles.length === 0
        ? null
        : pickSideHandle(this.#handles, worked, this.side, view, screen, rect);
    return hitOf(handle, worked.id, this.#bodyAt(screen, ray, view, rect, worked));
  }

  #isOnVertex(screen: ScreenXY): boolean {
    const seen = (point: Vec3) => this.toScreen(point);
    return pickPolygonHandle(this.#host.content.polygons.polygons, screen, seen)?.kind === "vertex";
  }

  #bodyAt(
    screen: ScreenXY,
    ray: Ray,
    view: FlatView,
    rect: Rect,
    worked: CuboidView,
  ): BodyHit | null {
    if (isInside(worked, this.side, view, screen, rect)) {
      // Held in the plane of the centre, which is where a drag in this view takes place.
      return { id: worked.id, point: inPlane(ray, worked.centre) };
    }
    const tolerance = (HIT_PX * view.metresPerPixel) / EYE_M;
    return pickCuboid(ray, this.#host.content.cuboids, tolerance);
  }

  #hoverOver(hit: Hit, screen: ScreenXY, view: FlatView, rect: Rect): void {
    const { worked, mode } = this.#host.content;
    if (mode === "place" || worked === null) return;
    const { handle } = hoverOf(hit);
    this.#hover(handle, isInside(worked, this.side, view, screen, rect));
  }

  #hover(handle: HandleId | null, inside: boolean): void {
    this.#inside = inside;
    if (handle === this.#hovered) return;
    this.#hovered = handle;
    this.request();
  }

  // Framing ----------------------------------------------------------------------------------

  /** As a person left it; anew for another object, and when it does not fit any more. */
  #framingOf(cuboid: CuboidView, rect: Rect): Framing {
    if (this.#framed !== cuboid.id) this.#fitAgain();
    this.#framed = cuboid.id;
    this.#framing ??= fitted(cuboid, this.side, rect);
    return this.#framing;
  }

  #fitAgain(): void {
    this.#framing = null;
    this.#byHand = false;
  }

  /** Another place on the canvas; another size is fitted anew. */
  moveTo(rect: Rect | null): void {
    const resized = rect?.width !== this.rect?.width || rect?.height !== this.rect?.height;
    if (resized && !this.#byHand) this.#framing = null;
    this.rect = rect;
  }

  /** After an edit: an object that has outgrown its view is fitted again. */
  settle(cuboid: Cuboid): void {
    const [framing, rect] = [this.#framing, this.rect];
    if (framing === null || rect === null) return;
    if (!this.#byHand && !shows(cuboid, this.side, framing, rect)) this.#framing = null;
  }

  #reframe(change: (framing: Framing) => Framing): void {
    if (this.view === null || this.#framing === null) return;
    this.#framing = change(this.#framing);
    this.#byHand = true;
    this.request();
  }

  #refillHandles(worked: CuboidView, view: FlatView): void {
    const { content, mayTilt } = this.#host;
    const none = worked.locked === true || content.mode === "place";
    const mayTurn = this.side === "top" || mayTilt();
    this.#handles = none ? [] : sideHandles(worked, this.side, view, mayTurn);
    this.handleLayer.show(worked.centre, this.#handles, this.#hovered);
  }
}

/** Where a flat view's ray meets the plane of the picture through a point. */
function inPlane({ origin, direction }: Ray, through: Vec3): Vec3 {
  const depth =
    (through[0] - origin[0]) * direction[0] +
    (through[1] - origin[1]) * direction[1] +
    (through[2] - origin[2]) * direction[2];
  return [
    origin[0] + direction[0] * depth,
    origin[1] + direction[1] * depth,
    origin[2] + direction[2] * depth,
  ];
}
