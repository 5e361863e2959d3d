/** The main view: a perspective camera that a person turns, flies, or has follow an object. */

import type { Cuboid } from "../geometry/cuboid";
import { yawOf } from "../geometry/cuboid";
import { add, distance, scale, type Vec3 } from "../geometry/vec";
import type { Gaze, Hit, Ray, SceneInput } from "../tools/input";
import type { DecodedChunk } from "../workers/chunk";
import type { Content } from "./content";
import { HandleLayer } from "./cuboids";
import { Fly } from "./fly";
import { handlesOf, pickHandle, type Handle } from "./handles";
import type { Rect } from "./layout";
import { Motion, type Stage } from "./motion";
import { hitOf, innerBox, pickCuboid } from "./picking";
import { pickPolygonHandle, pickPolygonLine } from "./polygons";
import { cursorOf, hoverOf, lazyInput, modifiersOf, NO_HOVER, type Hover } from "./pointer";
import type { Hands } from "./pointing";
import type { Lens, Pane, Surface } from "./surface";
import * as views from "./viewpoint";
import type { ScreenXY, Size, Viewpoint } from "./viewpoint";

export const MAIN_LAYER = 0;

const HIT_PX = 3;
const POINT_PX = 7;
const FLIGHT_MS = 220;
const OVERVIEW_M = 45;
const OVERVIEW_ELEVATION = (34 * Math.PI) / 180;
/** A pivot much farther away than what is looked at would make the camera swing. */
const FARTHEST_PIVOT = 4;

interface Flight {
  readonly from: Viewpoint;
  readonly to: Viewpoint;
  readonly startMs: number;
}

export interface MainHost {
  readonly surface: Surface;
  readonly content: Content;
  readonly send: (input: SceneInput) => boolean;
  /** Escape ended flying, or the hand ended following. */
  readonly cameraChanged: () => void;
}

export class MainView implements Pane, Hands {
  readonly layer = MAIN_LAYER;
  readonly handleLayer = new HandleLayer();
  rect: Rect = { x: 0, y: 0, width: 1, height: 1 };
  readonly #host: MainHost;
  readonly #motion: Motion;
  readonly #fly: Fly;
  #view: Viewpoint;
  #placed = false;
  #flight: Flight | null = null;
  #follows = false;
  #wasAbove = false;
  #hovered: Hover = NO_HOVER;
  #handles: readonly Handle[] = [];
  #handlesStale = true;

  constructor(host: MainHost, origin: Vec3) {
    this.#host = host;
    this.#view = {
      target: origin,
      distance: OVERVIEW_M,
      azimuth: 0,
      elevation: OVERVIEW_ELEVATION,
    };
    this.#motion = new Motion(this.#stage());
    const { surface } = host;
    this.#fly = new Fly({
      by: (metres) => this.#look(views.flown(this.#view, metres)),
      distance: () => this.#view.distance,
      begins: () => surface.motionBegins(),
      ends: () => surface.motionEnds(),
      off: () => host.cameraChanged(),
    });
  }

  get size(): Size {
    return this.rect;
  }

  get cursor(): string {
    const { mode, worked } = this.#host.content;
    if (mode === "place") return "crosshair";
    return cursorOf(this.#hovered, worked?.id ?? null);
  }

  // Where one looks --------------------------------------------------------------------------

  /** The first points: look at the device, or at their middle. */
  arrive(chunk: DecodedChunk): void {
    const { content } = this.#host;
    const { min, max } = innerBox(chunk);
    const middle: Vec3 = [
      (min[0] + max[0]) / 2,
      (min[1] + max[1]) / 2,
      content.terrain.level,
    ];
    if (!this.#placed) this.#view = { ...this.#view, target: content.device?.position ?? middle };
  }

  /** Where the camera is, or is flying to. */
  get viewpoint(): Viewpoint {
    return this.#destination();
  }

  /** Look from there at once; the first points then do not move the camera. */
  set viewpoint(view: Viewpoint) {
    this.#placed = true;
    this.#look(view);
  }

  frameAll(chunk: DecodedChunk): void {
    const { min, max } = innerBox(chunk);
    // On its way it goes on from where it was to be: H and T at once are both.
    const view = this.#destination();
    const tilted = { ...view, elevation: Math.max(view.elevation, OVERVIEW_ELEVATION) };
    this.#goTo(views.framing(tilted, min, max, this.size));
  }

  lookAt(target: Vec3, distanceM?: number): void {
    this.#goTo(views.lookingAt(this.#destination(), target, distanceM));
  }

  /** From above already: all that is labeled. @param showsAll so too the first time. */
  topView(showsAll: boolean): void {
    const view = this.#destination();
    const isAll = views.isAbove(view) || (showsAll && !this.#wasAbove);
    this.#wasAbove = true;
    this.#goTo(views.fromAbove(view, isAll ? this.#host.content.around : null, this.size));
  }

  get flies(): boolean {
    return this.#fly.switched;
  }

  switchFly(on: boolean): void {
    this.#fly.switch(on);
  }

  get follows(): boolean {
    return this.#follows;
  }

  /** Behind the selected cuboid, also when it moves, until the hand turns the view. */
  switchFollow(on: boolean): void {
    this.#follows = on;
    this.keepBehind();
  }

  /** What is followed may have moved. */
  keepBehind(): void {
    const { worked } = this.#host.content;
    if (!this.#follows || worked === null) return;
    const to = views.behind(worked.centre, worked.size, yawOf(worked));
    if (!views.isSame(to, this.#destination())) this.#flyTo(to);
  }

  toScreen(point: Vec3): ScreenXY | null {
    return views.toScreen(this.#destination(), point, this.size);
  }

  get handles(): readonly Handle[] {
    return this.#handles;
  }

  /** Whether any of a cuboid can be in the picture. */
  sees({ centre, size }: Cuboid): boolean {
    return views.sees(this.#view, centre, Math.hypot(...size), this.size);
  }

  // Drawing ----------------------------------------------------------------------------------

  request(): void {
    this.#host.surface.request(this);
  }

  /** The handles are where they were no more. */
  staleHandles(): void {
    this.#handlesStale = true;
    this.request();
  }

  prepare(nowMs: number): Lens {
    const { content, surface } = this.#host;
    this.#advance(nowMs);
    const eye = views.eyeOf(this.#view);
    content.keepNear(eye, this.#view.target);
    content.refill();
    if (this.#handlesStale) this.#refillHandles();
    const ratio = surface.pixelRatio;
    const [width, height] = [this.rect.width * ratio, this.rect.height * ratio];
    content.cloud.place(eye, height, ratio);
    content.merged.place(eye, height, ratio, content.worked);
    content.ground.place(eye, this.#view.target, width, height, ratio);
    content.layer.place(eye, width, height, ratio);
    content.polygons.place(eye, width, height, ratio);
    content.surroundings.place(eye, width, height, ratio);
    this.handleLayer.place(eye, width, height, ratio);
    const nearM = Math.min(0.5, Math.max(0.05, this.#view.distance / 100));
    return { kind: "perspective", basis: views.basisOf(this.#view), nearM };
  }

  dispose(): void {
    this.#fly.dispose();
    this.#motion.stop();
    this.handleLayer.dispose();
  }

  #refillHandles(): void {
    this.#handlesStale = false;
    const { worked, mode } = this.#host.content;
    const none = worked === null || worked.locked === true || mode === "place";
    this.#handles = none ? [] : handlesOf(worked, this.#view, this.size);
    this.handleLayer.show(worked?.centre ?? [0, 0, 0], this.#handles, this.#hovered.handle);
  }

  // Camera -----------------------------------------------------------------------------------

  #look(view: Viewpoint): void {
    this.#flight = null;
    this.#view = view;
    this.#letGo();
    this.staleHandles();
  }

  /** Following ends where a person takes the camera. */
  #letGo(): void {
    if (!this.#follows) return;
    this.#follows = false;
    this.#host.cameraChanged();
  }

  #goTo(to: Viewpoint): void {
    this.#letGo();
    this.#flyTo(to);
  }

  #flyTo(to: Viewpoint): void {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) this.#view = to;
    else this.#flight = { from: this.#view, to, startMs: performance.now() };
    this.staleHandles();
  }

  #destination(): Viewpoint {
    return this.#flight?.to ?? this.#view;
  }

  #advance(nowMs: number): void {
    if (this.#flight === null) return;
    const { from, to, startMs } = this.#flight;
    const fraction = Math.min(1, Math.max(0, (nowMs - startMs) / FLIGHT_MS));
    this.#view = fraction === 1 ? to : views.between(from, to, fraction);
    this.#flight = fraction === 1 ? null : this.#flight;
    this.#handlesStale = true;
    if (this.#flight !== null) this.request();
  }

  // Pointer ----------------------------------------------------------------------------------

  down(screen: ScreenXY, event: PointerEvent): void {
    this.#motion.down(screen, event);
  }

  move(screen: ScreenXY, event: PointerEvent): void {
    this.#motion.move(screen, event);
  }

  up(screen: ScreenXY, event: PointerEvent): void {
    this.#motion.up(screen, event);
  }

  cancel(): void {
    this.#motion.cancel();
  }

  leave(): void {
    this.#motion.leave();
  }

  wheel(screen: ScreenXY, event: WheelEvent): void {
    this.#motion.wheel(screen, event);
  }

  /** On a handle it is the tool's; elsewhere the camera goes there. */
  twice(screen: ScreenXY, event: MouseEvent): void {
    const { content } = this.#host;
    const ray = views.rayAt(this.#view, screen, this.size);
    const isTools = content.mode === "place" || this.#hovered.handle !== null;
    if (isTools || this.#hitAt(screen, ray).kind === "vertex") {
      this.#point("twice", screen, event);
      return;
    }
    const body = pickCuboid(ray, content.cuboids, this.#tangent(HIT_PX));
    const cuboid = content.cuboids.find(({ id }) => id === body?.id);
    const point = content.terrain.pointOn(ray, this.#tangent(POINT_PX));
    const target = cuboid?.centre ?? point ?? content.terrain.groundOn(ray);
    if (target === null) return;
    this.lookAt(target, Math.min(this.#view.distance, closeUp(cuboid)));
  }

  /** The tool has changed: what it will do shows under the pointer. */
  forgetHover(): void {
    this.#hover(NO_HOVER);
    this.staleHandles();
  }

  #stage(): Stage {
    const getView = () => this.#view;
    const getFly = () => this.#fly;
    const getSize = () => this.size;
    const setView = (view: Viewpoint) => this.#look(view);
    const { surface } = this.#host;
    return {
      get size() {
        return getSize();
      },
      get viewpoint() {
        return getView();
      },
      set viewpoint(view) {
        setView(view);
      },
      get looksAround() {
        return getFly().looksAround;
      },
      hold: (held) => this.#fly.hold(held),
      point: (kind, screen, event) => this.#point(kind, screen, event),
      send: (input) => this.#send(input),
      pivotAt: (screen) => this.#pivotAt(screen),
      motionBegins: () => surface.motionBegins(),
      motionEnds: () => surface.motionEnds(),
    };
  }

  #point(kind: Parameters<Stage["point"]>[0], screen: ScreenXY, event: MouseEvent): boolean {
    const ray = views.rayAt(this.#view, screen, this.size);
    const at = { ray, screen, modifiers: modifiersOf(event), gaze: this.#gaze() };
    const hit = () => this.#hitAt(screen, ray);
    const ground = () => this.#host.content.terrain.groundOn(ray);
    return this.#send(lazyInput(kind, at, { hit, ground }));
  }

  #gaze(): Gaze {
    const { forward } = views.basisOf(this.#view);
    return { flat: false, forward, headingRad: this.#view.azimuth };
  }

  #send(input: SceneInput): boolean {
    const { content, send } = this.#host;
    if (input.kind === "hover" && content.mode === "select") this.#hover(hoverOf(input.hit));
    if (input.kind === "leave") this.#hover(NO_HOVER);
    return send(input);
  }

  #hitAt(screen: ScreenXY, ray: Ray): Hit {
    const { content } = this.#host;
    if (content.mode === "place") return { kind: "nothing" };
    const { polygons } = content.polygons;
    const seen = (point: Vec3) => views.toScreen(this.#view, point, this.size);
    const held = pickPolygonHandle(polygons, screen, seen);
    if (held !== null) return held;
    const handle = pickHandle(this.#handles, screen, this.#view, this.size);
    const body = pickCuboid(ray, content.cuboids, this.#tangent(HIT_PX));
    const hit = hitOf(handle, content.worked?.id ?? null, body);
    return hit.kind === "nothing" ? (pickPolygonLine(polygons, screen, seen) ?? hit) : hit;
  }

  #hover(hovered: Hover): void {
    const { body, handle } = this.#hovered;
    if (body === hovered.body && handle === hovered.handle) return;
    this.#hovered = hovered;
    this.#host.content.setHovered(hovered.body);
    this.staleHandles();
  }

  #pivotAt(screen: ScreenXY): Vec3 {
    const { content } = this.#host;
    const ray = views.rayAt(this.#view, screen, this.size);
    const body = pickCuboid(ray, content.cuboids, 0);
    const pivot = body?.point ?? content.terrain.groundOn(ray);
    const { target, distance: away } = this.#view;
    if (pivot !== null && distance(pivot, ray.origin) < FARTHEST_PIVOT * away) return pivot;
    return pivot === null ? target : add(ray.origin, scale(ray.direction, away));
  }

  /** Tangent of the angle that some pixels span in the middle of the view. */
  #tangent(pixels: number): number {
    return (2 * views.HALF_FIELD * pixels) / this.size.height;
  }
}

function closeUp(cuboid: Cuboid | undefined): number {
  return cuboid === undefined ? 25 : 3.5 * Math.hypot(...cuboid.size);
}
