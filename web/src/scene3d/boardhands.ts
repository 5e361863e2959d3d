/** The pointer on a board of crops: what it does to the cuboid in one, and which crops it chooses. */

import type { Vec3 } from "../geometry/vec";
import type { Gaze, Hit, SceneInput } from "../tools/input";
import type { CropBoard } from "./cropboard";
import { paneAt } from "./cropgrid";
import type { CropPane } from "./cropink";
import { flatRay, type FlatView } from "./flat";
import type { HandleId } from "./handles";
import { hitOf } from "./picking";
import { hoverOf, lazyInput, modifiersOf, type PointerKind } from "./pointer";
import { isInside, pickSideHandle, sideCursor } from "./sidehandles";
import type { ScreenXY } from "./viewpoint";
import { zoomFactor } from "./wheel";

const CLICK_PX = 4;

export interface BoardHost {
  /** What a hand does in the crop of a frame; true: the tool has taken it. */
  readonly send: (frame: number, input: SceneInput) => boolean;
  /** A click without a gesture; null: beside the crops. */
  readonly click: (frame: number | null, modifiers: { readonly shift: boolean; readonly ctrl: boolean }) => void;
  readonly open: (frame: number) => void;
  readonly hover: (frame: number | null) => void;
  readonly zoom: (factor: number) => void;
}

interface Place {
  readonly index: number;
  readonly frame: number;
  /** Null: on the head of the cell. */
  readonly pane: CropPane | null;
}

interface Held {
  readonly place: Place | null;
  readonly from: ScreenXY;
  readonly byTool: boolean;
  readonly isClick: boolean;
}

export class BoardHands {
  readonly #board: CropBoard;
  readonly #host: BoardHost;
  readonly #stop = new AbortController();
  #held: Held | null = null;
  #hovered: number | null = null;

  constructor(board: CropBoard, host: BoardHost) {
    this.#board = board;
    this.#host = host;
    const { canvas } = board;
    const { signal } = this.#stop;
    canvas.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.#move(event), { signal });
    canvas.addEventListener("pointerup", (event) => this.#up(event), { signal });
    canvas.addEventListener("pointercancel", () => this.cancel(), { signal });
    canvas.addEventListener("pointerleave", () => this.#leave(), { signal });
    canvas.addEventListener("dblclick", (event) => this.#twice(event), { signal });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
  }

  stop(): void {
    this.#stop.abort();
  }

  /** What is under way never happened. */
  cancel(): void {
    const held = this.#held;
    if (held === null) return;
    this.#held = { ...held, byTool: false, isClick: false };
    if (held.byTool && held.place !== null) this.#host.send(held.place.frame, { kind: "cancel" });
  }

  #down(event: PointerEvent): void {
    if (this.#held !== null || event.button !== 0) return;
    this.#board.canvas.setPointerCapture(event.pointerId);
    const from = within(event);
    const place = this.#placeAt(from);
    const byTool = place !== null && this.#point("down", place, from, event);
    this.#held = { place, from, byTool, isClick: true };
  }

  #move(event: PointerEvent): void {
    const at = within(event);
    const held = this.#held;
    if (held === null) {
      this.#hover(at, event);
      return;
    }
    if (Math.hypot(at.x - held.from.x, at.y - held.from.y) >= CLICK_PX) {
      this.#held = { ...held, isClick: false };
    }
    if (held.byTool && held.place !== null) this.#point("move", held.place, at, event);
  }

  #up(event: PointerEvent): void {
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    const at = within(event);
    if (held.byTool && held.place !== null) this.#point("up", held.place, at, event);
    if (held.isClick) this.#host.click(held.place?.frame ?? null, modifiersOf(event));
    this.#hover(at, event);
  }

  #twice(event: MouseEvent): void {
    const at = within(event);
    const place = this.#placeAt(at);
    if (place === null) return;
    const { handle } = hoverOf(this.#hitAt(place, at));
    if (handle === null) this.#host.open(place.frame);
    else this.#point("twice", place, at, event);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    if (this.#held === null) this.#host.zoom(zoomFactor(event));
  }

  #leave(): void {
    if (this.#held !== null) return;
    this.#light(null, null);
    this.#say(null);
  }

  #hover(at: ScreenXY, event: MouseEvent): void {
    const place = this.#placeAt(at);
    const pane = place?.pane ?? null;
    if (place === null || pane === null) {
      this.#light(null, null);
      this.#board.canvas.style.cursor = "default";
    } else {
      const { handle } = hoverOf(this.#hitAt(place, at));
      this.#light(place, handle);
      const mayEdit = this.#board.board?.mayEdit === true && !event.ctrlKey;
      const inside = mayEdit && this.#isInside(place, pane, at);
      this.#board.canvas.style.cursor = sideCursor(mayEdit ? handle : null, pane.side, inside);
    }
    this.#say(place?.frame ?? null);
  }

  #say(frame: number | null): void {
    if (frame === this.#hovered) return;
    this.#hovered = frame;
    this.#host.hover(frame);
  }

  #light(place: Place | null, handle: HandleId | null): void {
    const pane = place?.pane ?? null;
    this.#board.light(place === null || pane === null ? null : { frame: place.frame, side: pane.side, handle });
  }

  #placeAt(at: ScreenXY): Place | null {
    const { board } = this.#board;
    const hit = board === null ? null : paneAt(board.grid, board.crops.length, board.sides, at);
    const frame = hit === null ? undefined : board?.crops[hit.index]?.frame;
    if (hit === null || frame === undefined) return null;
    const pane = hit.pane === null ? null : this.#board.pane(hit.index, hit.pane.side);
    return { index: hit.index, frame, pane };
  }

  #point(kind: PointerKind, place: Place, at: ScreenXY, event: MouseEvent): boolean {
    const { pane } = place;
    if (pane === null) return false;
    const ray = flatRay(pane.view, inPane(pane, at), pane.rect);
    const about = { ray, screen: at, modifiers: modifiersOf(event), gaze: gazeOf(pane.view) };
    const input = lazyInput(kind, about, { hit: () => this.#hitAt(place, at), ground: () => null });
    return this.#host.send(place.frame, input);
  }

  #hitAt(place: Place, at: ScreenXY): Hit {
    const { pane } = place;
    const crop = this.#board.board?.crops[place.index];
    if (pane === null || crop === undefined) return { kind: "nothing" };
    const { view, rect, side } = pane;
    const worked = crop.preview ?? crop.cuboid;
    const handles = this.#board.handles(place.index, pane);
    const screen = inPane(pane, at);
    const handle = handles.length === 0 ? null : pickSideHandle(handles, worked, side, view, screen, rect);
    const point = flatRay(view, screen, rect).origin;
    const body = this.#isInside(place, pane, at) ? { id: ONLY, point: inPlane(view, point, worked.centre) } : null;
    return hitOf(handle, ONLY, body);
  }

  #isInside(place: Place, pane: CropPane, at: ScreenXY): boolean {
    const crop = this.#board.board?.crops[place.index];
    if (crop === undefined) return false;
    return isInside(crop.preview ?? crop.cuboid, pane.side, pane.view, inPane(pane, at), pane.rect);
  }
}

/** A board is about one object; its host knows which. */
export const ONLY = "the object";

const within = (event: MouseEvent): ScreenXY => ({ x: event.offsetX, y: event.offsetY });

const inPane = ({ rect }: CropPane, at: ScreenXY): ScreenXY => ({ x: at.x - rect.x, y: at.y - rect.y });

function gazeOf({ basis: { forward, right } }: FlatView): Gaze {
  return { flat: true, forward, headingRad: Math.atan2(right[1], right[0]) };
}

/** A point of a ray moved along the view into the plane of the object's middle. */
function inPlane({ basis: { forward } }: FlatView, from: Vec3, through: Vec3): Vec3 {
  const depth =
    (through[0] - from[0]) * forward[0] + (through[1] - from[1]) * forward[1] + (through[2] - from[2]) * forward[2];
  return [from[0] + depth * forward[0], from[1] + depth * forward[1], from[2] + depth * forward[2]];
}
