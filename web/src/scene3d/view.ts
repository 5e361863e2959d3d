/**
 * The 3D view: one renderer on one canvas, drawn only in a frame that something asked for.
 *
 * Positions come and go as world metres in float64. Each draw is made relative to the eye, so no world
 * coordinate ever becomes float32. Panels and React know nothing of what happens here.
 */

import type { Cuboid } from "../geometry/cuboid";
import { add, distance, scale, type Vec3 } from "../geometry/vec";
import type { Hit, Ray, SceneInput } from "../tools/input";
import type { DecodedChunk } from "../workers/chunk";
import { ANCHOR_REACH_M } from "./batches";
import { CuboidLayer, type CuboidView } from "./cuboids";
import type { PointDisplay } from "./display";
import { Ground, type DevicePose } from "./ground";
import { handlesOf, pickHandle, type Handle } from "./handles";
import { listen, type Stage } from "./motion";
import { hitOf, innerBox, pickCuboid } from "./picking";
import { cursorOf, hoverOf, lazyInput, modifiersOf, NO_HOVER, type Hover } from "./pointer";
import { PointCloud } from "./points";
import { Surface } from "./surface";
import { Terrain } from "./terrain";
import * as views from "./viewpoint";
import type { ScreenXY, Viewpoint } from "./viewpoint";

export type { CuboidView } from "./cuboids";
export type { DevicePose } from "./ground";
export type { PointDisplay } from "./display";

export interface SceneViewOptions {
  /** Where the camera looks before there are points, world metres. */
  readonly origin: Vec3;
}

type InputListener = (input: SceneInput) => boolean;

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

export class SceneView {
  readonly canvas: HTMLCanvasElement;
  readonly #surface: Surface;
  readonly #cloud = new PointCloud();
  readonly #ground = new Ground();
  readonly #terrain: Terrain;
  readonly #layer = new CuboidLayer();
  readonly #listeners = new Set<InputListener>();
  readonly #stopListening: () => void;
  #view: Viewpoint;
  #flight: Flight | null = null;
  #anchor: Vec3;
  #device: DevicePose | null = null;
  #cuboids: readonly CuboidView[] = [];
  #preview: CuboidView | null = null;
  #mode: "select" | "place" = "select";
  #hovered: Hover = NO_HOVER;
  #arrived = false;
  #placed = false;
  #handles: readonly Handle[] = [];
  /** What must be filled anew before the next draw. */
  #stale = { resting: true, active: true, handles: true };

  /** Throws `NoWebGl` when the browser cannot draw. */
  constructor(host: HTMLElement, options: SceneViewOptions) {
    this.#view = {
      target: options.origin,
      distance: OVERVIEW_M,
      azimuth: 0,
      elevation: OVERVIEW_ELEVATION,
    };
    this.#anchor = options.origin;
    this.#surface = new Surface(host, this.#cloud, (nowMs) => this.#prepare(nowMs));
    this.canvas = this.#surface.canvas;
    this.#surface.show([...this.#ground.objects, this.#cloud.object, ...this.#layer.objects]);
    this.#terrain = new Terrain(options.origin[2]);
    this.#ground.setLevel(options.origin[2]);
    this.#stopListening = listen(this.canvas, this.#stage());
    this.#draw();
  }

  // What is shown ----------------------------------------------------------------------------

  setCloud(chunk: DecodedChunk | null): void {
    if (chunk === this.#cloud.chunk) return;
    this.#cloud.setChunk(chunk);
    this.#terrain.setChunk(chunk);
    if (chunk !== null && !this.#arrived) this.#arrive(chunk);
    this.#draw();
  }

  setCuboids(list: readonly CuboidView[]): void {
    this.#cuboids = list;
    this.#staleAll();
  }

  /** Drawn in place of the cuboid with the same id, or beside all; null ends it. */
  setPreview(cuboid: CuboidView | null): void {
    const hides = (shown: CuboidView | null) =>
      this.#cuboids.some((other) => other.id === shown?.id && !other.selected);
    if (hides(cuboid) || hides(this.#preview)) this.#stale.resting = true;
    this.#preview = cuboid;
    this.#stale.active = this.#stale.handles = true;
    this.#draw();
  }

  /** Cursor and handles follow what the tool is about to do. */
  setMode(mode: "select" | "place"): void {
    this.#mode = mode;
    this.#hover(NO_HOVER);
    this.canvas.style.cursor = mode === "place" ? "crosshair" : "default";
    this.#stale.handles = true;
    this.#draw();
  }

  /** What to see of the points, and of what surrounds them. */
  setDisplay(display: PointDisplay): void {
    this.#cloud.setDisplay(display);
    this.#draw();
  }

  /** The axes of the vehicle in this frame, and the centre of the distance palette. */
  setDevice(device: DevicePose | null): void {
    this.#device = device;
    this.#ground.setDevice(device);
    this.#cloud.setDevice(device?.position ?? null);
    this.#draw();
  }

  /** World z of the grid, and of the ground where points say nothing; by default from the points. */
  setGroundHeight(z: number): void {
    this.#terrain.setLevel(z);
    this.#ground.setLevel(z);
    this.#draw();
  }

  // Where one looks --------------------------------------------------------------------------

  frameAll(): void {
    const chunk = this.#cloud.chunk;
    if (chunk === null) return;
    const { min, max } = innerBox(chunk);
    const tilted = { ...this.#view, elevation: Math.max(this.#view.elevation, OVERVIEW_ELEVATION) };
    this.#flyTo(views.framing(tilted, min, max, this.#surface.size));
  }

  lookAt(target: Vec3, distanceM?: number): void {
    this.#flyTo(views.lookingAt(this.#view, target, distanceM));
  }

  topView(): void {
    this.#flyTo({ ...this.#view, elevation: Math.PI / 2 });
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

  // Measuring --------------------------------------------------------------------------------

  /** World z of the ground near a place; null where the points do not say. */
  groundHeightAt(x: number, y: number): number | null {
    return this.#terrain.heightAt(x, y);
  }

  /** CSS pixels from the canvas's top left corner, also outside of it; null behind the eye. */
  worldToScreen(point: Vec3): ScreenXY | null {
    return views.toScreen(this.#destination(), point, this.#surface.size);
  }

  /** A listener returns true when it takes the pointer: the camera then stays. */
  onInput(listener: InputListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  dispose(): void {
    this.#stopListening();
    this.#listeners.clear();
    this.#cloud.dispose();
    this.#ground.dispose();
    this.#layer.dispose();
    this.#surface.dispose();
  }

  // Drawing ----------------------------------------------------------------------------------

  #draw(): void {
    this.#surface.request();
  }

  #staleAll(): void {
    this.#stale = { resting: true, active: true, handles: true };
    this.#draw();
  }

  /** The first points: look at the device, or at their middle. */
  #arrive(chunk: DecodedChunk): void {
    this.#arrived = true;
    this.#terrain.estimateLevel();
    this.#ground.setLevel(this.#terrain.level);
    const { min, max } = innerBox(chunk);
    const middle: Vec3 = [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, this.#terrain.level];
    if (!this.#placed) this.#view = { ...this.#view, target: this.#device?.position ?? middle };
  }

  /** Just before a draw: finish what was put off, and place everything relative to the eye. */
  #prepare(nowMs: number): Viewpoint {
    this.#advance(nowMs);
    const { size, pixelRatio } = this.#surface;
    const eye = views.eyeOf(this.#view);
    if (distance(eye, this.#anchor) > ANCHOR_REACH_M) {
      this.#anchor = this.#view.target;
      this.#stale = { resting: true, active: true, handles: true };
    }
    this.#refill();
    const [width, height] = [size.width * pixelRatio, size.height * pixelRatio];
    this.#cloud.place(eye, height, pixelRatio);
    this.#ground.place(eye, this.#view.target, width, height, pixelRatio);
    this.#layer.place(eye, width, height, pixelRatio);
    return this.#view;
  }

  #refill(): void {
    const { resting, active, handles } = this.#stale;
    this.#stale = { resting: false, active: false, handles: false };
    const preview = this.#preview;
    const rest = this.#cuboids.filter(({ id }) => id !== preview?.id);
    if (resting) {
      const calm = rest.filter(({ selected }) => !selected);
      this.#layer.showResting(this.#anchor, calm, this.#hovered.body);
    }
    const worked = this.#worked();
    if (resting || active) this.#cloud.setLabelled(preview === null ? rest : [...rest, preview]);
    if (active) {
      const selected = rest.filter((cuboid) => cuboid.selected);
      const shown = preview === null ? selected : [...selected, preview];
      this.#layer.showActive(this.#anchor, shown, this.#hovered.body);
      this.#cloud.highlight(preview ?? worked);
    }
    if (handles) {
      this.#handles =
        worked === null || worked.locked === true || this.#mode === "place"
          ? []
          : handlesOf(worked, this.#view, this.#surface.size);
      this.#layer.showHandles(this.#anchor, this.#handles, this.#hovered.handle);
    }
  }

  /** The selected cuboid as it is drawn now. */
  #worked(): CuboidView | null {
    const selected = this.#cuboids.find((cuboid) => cuboid.selected) ?? null;
    return selected !== null && this.#preview?.id === selected.id ? this.#preview : selected;
  }

  // Camera -----------------------------------------------------------------------------------

  #look(view: Viewpoint): void {
    this.#flight = null;
    this.#view = view;
    this.#stale.handles = true;
    this.#draw();
  }

  #flyTo(to: Viewpoint): void {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) this.#look(to);
    else this.#flight = { from: this.#view, to, startMs: performance.now() };
    this.#draw();
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
    this.#stale.handles = true;
    if (this.#flight !== null) this.#draw();
  }

  // Pointer ----------------------------------------------------------------------------------

  #stage(): Stage {
    const getView = () => this.#view;
    const setView = (view: Viewpoint) => this.#look(view);
    const surface = this.#surface;
    return {
      get size() {
        return surface.size;
      },
      get viewpoint() {
        return getView();
      },
      set viewpoint(view) {
        setView(view);
      },
      point: (kind, screen, event) => {
        const ray = views.rayAt(this.#view, screen, surface.size);
        const at = { ray, screen, modifiers: modifiersOf(event) };
        const hit = () => this.#hitAt(screen, ray);
        const ground = () => this.#terrain.groundOn(ray);
        return this.#send(lazyInput(kind, at, { hit, ground }));
      },
      send: (input) => this.#send(input),
      pivotAt: (screen) => this.#pivotAt(screen),
      focusAt: (screen) => this.#focusAt(screen),
      motionBegins: () => surface.motionBegins(),
      motionEnds: () => surface.motionEnds(),
    };
  }

  #send(input: SceneInput): boolean {
    if (input.kind === "hover" && this.#mode === "select") this.#hover(hoverOf(input.hit));
    if (input.kind === "leave") this.#hover(NO_HOVER);
    let taken = false;
    for (const listener of this.#listeners) taken = listener(input) || taken;
    return taken;
  }

  #hitAt(screen: ScreenXY, ray: Ray): Hit {
    if (this.#mode === "place") return { kind: "nothing" };
    const handle = pickHandle(this.#handles, screen, this.#view, this.#surface.size);
    const body = pickCuboid(ray, this.#cuboids, this.#tangent(HIT_PX));
    return hitOf(handle, this.#worked()?.id ?? null, body);
  }

  #hover(hovered: Hover): void {
    const { body, handle } = this.#hovered;
    if (body === hovered.body && handle === hovered.handle) return;
    if (body !== hovered.body) this.#stale.resting = this.#stale.active = true;
    this.#hovered = hovered;
    this.#stale.handles = true;
    this.canvas.style.cursor = cursorOf(hovered, this.#worked()?.id ?? null);
    this.#draw();
  }

  #pivotAt(screen: ScreenXY): Vec3 {
    const ray = views.rayAt(this.#view, screen, this.#surface.size);
    const body = pickCuboid(ray, this.#cuboids, 0);
    const pivot = body?.point ?? this.#terrain.groundOn(ray);
    const { target, distance: away } = this.#view;
    if (pivot !== null && distance(pivot, ray.origin) < FARTHEST_PIVOT * away) return pivot;
    return pivot === null ? target : add(ray.origin, scale(ray.direction, away));
  }

  #focusAt(screen: ScreenXY): void {
    if (this.#mode === "place") return;
    const ray = views.rayAt(this.#view, screen, this.#surface.size);
    const body = pickCuboid(ray, this.#cuboids, this.#tangent(HIT_PX));
    const cuboid = this.#cuboids.find(({ id }) => id === body?.id);
    const point = this.#terrain.pointOn(ray, this.#tangent(POINT_PX));
    const target = cuboid?.centre ?? point ?? this.#terrain.groundOn(ray);
    if (target === null) return;
    this.lookAt(target, Math.min(this.#view.distance, closeUp(cuboid)));
  }

  /** Tangent of the angle that some pixels span in the middle of the view. */
  #tangent(pixels: number): number {
    return (2 * views.HALF_FIELD * pixels) / this.#surface.size.height;
  }
}

function closeUp(cuboid: Cuboid | undefined): number {
  return cuboid === undefined ? 25 : 3.5 * Math.hypot(...cuboid.size);
}
