/**
 * The scene of one window: one renderer on one canvas, a main view and three flat ones in it, each
 * drawn only in a frame that something asked for.
 *
 * Positions come and go as world metres in float64. Each draw is made relative to the eye, so no world
 * coordinate ever becomes float32. Panels and React know nothing of what happens here.
 */

import type { Cuboid } from "../geometry/cuboid";
import type { NearPoints } from "../geometry/fitting";
import type { Vec3 } from "../geometry/vec";
import type { Column } from "../tools/cuboid";
import type { SceneInput } from "../tools/input";
import type { Lasso } from "../tools/lasso";
import type { DecodedChunk } from "../workers/chunk";
import { Anchor } from "./anchor";
import { Content, type Mode } from "./content";
import type { CuboidView } from "./cuboids";
import { Frames } from "./frames";
import type { PointDisplay } from "./display";
import type { DevicePose } from "./ground";
import { handleId, type HandleId } from "./handles";
import { layoutOf, SIDE_NAMES, type Rect, type ViewName } from "./layout";
import { MAIN_LAYER, MainView } from "./mainview";
import type { OtherFrame } from "./merged";
import { Pointing } from "./pointing";
import type { PolygonView } from "./polygons";
import { SideView, type SideHost } from "./sideview";
import { Surface } from "./surface";
import type { Frustum } from "./surroundings";
import type { Terrain } from "./terrain";
import { Trace } from "./trace";
import type { ScreenXY, Size, Viewpoint } from "./viewpoint";

export type { CuboidView } from "./cuboids";
export type { DevicePose } from "./ground";
export type { PolygonView } from "./polygons";
export type { ViewName, Rect } from "./layout";
export type { PointDisplay } from "./display";
export { NoWebGl } from "./surface";

export interface SceneViewOptions {
  /** Where the camera looks before there are points, world metres. */
  readonly origin: Vec3;
  /** Objects may lean: the flat views from the side can turn them. */
  readonly mayTilt: boolean;
  /** How far from the sensor objects are labeled, as a ring; null: no limit. */
  readonly maxDistanceM: number | null;
  /** Flying or following began or ended, or the graphics were lost or came back. */
  readonly onChange: () => void;
}

export interface PlacedHandle extends ScreenXY {
  readonly id: HandleId;
}

type InputListener = (input: SceneInput) => boolean;

export class SceneView {
  readonly canvas: HTMLCanvasElement;
  readonly #options: SceneViewOptions;
  readonly #content: Content;
  readonly #surface: Surface;
  readonly #frames: Frames;
  readonly #trace: Trace;
  readonly #main: MainView;
  readonly #sides: readonly SideView[];
  readonly #pointing: Pointing;
  readonly #listeners = new Set<InputListener>();
  readonly rest = (resting: boolean): void => this.#surface.rest(resting);
  #previewed: CuboidView | null = null;
  readonly #anchor = new Anchor();
  #wantsSides = true;
  #arrived = false;
  #mergedStride = 1;
  #isLost = false;

  /** Throws `NoWebGl` when the browser cannot draw. */
  constructor(host: HTMLElement, options: SceneViewOptions) {
    this.#options = options;
    this.#content = new Content(options.origin, options.maxDistanceM);
    this.#surface = new Surface(host, this.#content, {
      arrange: (size) => this.#arrange(size),
      lost: (isLost) => {
        this.#isLost = isLost;
        options.onChange();
      },
      thinned: (stride) => {
        this.#mergedStride = stride;
        options.onChange();
      },
    });
    this.canvas = this.#surface.canvas;
    this.#frames = new Frames(host);
    this.#trace = new Trace(host);
    const shared = {
      surface: this.#surface,
      content: this.#content,
      send: (input: SceneInput) => this.#send(input),
    };
    this.#main = new MainView({ ...shared, cameraChanged: options.onChange }, options.origin);
    const sideHost = this.#sideHost(shared);
    this.#sides = SIDE_NAMES.map((side, index) => new SideView(side, 1 + index, sideHost));
    this.#show();
    for (const pane of [this.#main, ...this.#sides]) this.#surface.addPane(pane);
    this.#pointing = new Pointing(this.canvas, [this.#main, ...this.#sides]);
    this.#surface.rearrange();
  }

  // What is shown ----------------------------------------------------------------------------

  setCloud(chunk: DecodedChunk | null): void {
    const content = this.#content;
    if (chunk === content.cloud.chunk) return;
    content.setCloud(chunk);
    this.#anchor.release();
    if (chunk !== null && !this.#arrived) {
      this.#arrived = true;
      content.terrain.estimateLevel();
      content.ground.setLevel(content.terrain.level);
      content.showRing();
      this.#main.arrive(chunk);
    }
    this.#drawAll();
  }

  /** Other frames, to be drawn with that of setCloud. */
  setMerged(frames: readonly OtherFrame[]): void {
    if (this.#content.merged.show(frames)) this.#drawAll();
  }

  /** More of them are about to come: until then as little is drawn as while the hand moves. */
  setArriving(arriving: boolean): void {
    this.#surface.setArriving(arriving);
  }

  /** Points on the screen, and every how many-th of other frames is drawn while nothing moves. */
  get amount(): { readonly points: number; readonly stride: number } {
    return { points: this.#content.own + this.#content.others, stride: this.#mergedStride };
  }

  setCuboids(list: readonly CuboidView[]): void {
    this.#content.setCuboids(list);
    const { worked } = this.#content;
    if (worked !== null) for (const side of this.#sides) side.settle(worked);
    this.#main.keepBehind();
    this.#main.staleHandles();
    this.#drawSides();
  }

  /** Drawn in place of the cuboid with the same id, or beside all; null ends it. */
  setPreview(cuboid: CuboidView | null): void {
    const before = this.#previewed ?? this.#content.worked;
    this.#previewed = cuboid;
    this.#content.setPreview(cuboid);
    // A change out of sight is not drawn: while a pointer is down every draw counts.
    const changed = [before, cuboid].filter((shown) => shown !== null);
    if (cuboid === null || changed.some((shown) => this.#main.sees(shown))) {
      this.#main.staleHandles();
    }
    this.#drawSides();
  }

  setPolygons(polygons: readonly PolygonView[]): void {
    this.#content.polygons.show(polygons);
    this.#drawAll();
  }

  /** Cursor and handles follow what the tool is about to do. */
  setMode(mode: Mode): void {
    this.#content.setMode(mode);
    this.#main.forgetHover();
    this.#pointing.showCursor();
    this.#drawSides();
  }

  /** A line that is drawn by hand, over the view in which it is; null takes it away. */
  setTrace(lasso: Lasso | null): void {
    this.#trace.show(lasso, (point, name) => this.worldToScreen(point, name));
  }

  /** What to see of the points, and of what surrounds them. */
  setDisplay(display: PointDisplay): void {
    this.#content.setDisplay(display);
    this.#drawAll();
  }

  setFrustums(frustums: readonly Frustum[]): void {
    this.#content.surroundings.setFrustums(frustums);
    this.#main.request();
  }

  /** The selected object in the frames beside this one and at the ends of its part of the sweep, dashed. */
  setGhosts(ghosts: readonly Cuboid[], swept: readonly Cuboid[]): void {
    this.#content.surroundings.setGhosts(ghosts, swept);
    this.#main.request();
  }

  /** A sign at a place that someone pointed at; null takes it away. */
  setMark(at: Vec3 | null): void {
    if (this.#content.surroundings.setMark(at)) this.#main.request();
  }

  /** The axes of the vehicle in this frame, and the centre of the distance palette. */
  setDevice(device: DevicePose | null): void {
    this.#content.setDevice(device);
    this.#drawAll();
  }

  /** World z of the grid, and of the ground where points say nothing; by default from the points. */
  setGroundHeight(z: number): void {
    this.#content.setGroundHeight(z);
    this.#drawAll();
  }

  /** The three flat views are on the page. */
  get hasSides(): boolean {
    return this.#wantsSides;
  }

  setSides(wanted: boolean): void {
    this.#wantsSides = wanted;
    this.#surface.rearrange();
  }

  /** Why the flat views are empty. */
  setSidesSentence(sentence: string): void {
    this.#frames.say(sentence);
  }

  /** The browser has taken the graphics away; all is drawn again when it gives them back. */
  get isLost(): boolean {
    return this.#isLost;
  }

  // Where one looks --------------------------------------------------------------------------

  frameAll(): void {
    const { chunk } = this.#content.cloud;
    if (chunk !== null) this.#main.frameAll(chunk);
  }

  lookAt(target: Vec3, distanceM?: number): void {
    this.#main.lookAt(target, distanceM);
  }

  topView(showsAll: boolean): void {
    this.#main.topView(showsAll);
  }

  get flies(): boolean {
    return this.#main.flies;
  }

  setFly(on: boolean): void {
    this.#main.switchFly(on);
    this.#options.onChange();
  }

  get follows(): boolean {
    return this.#main.follows;
  }

  /** Behind the selected cuboid, through the frames, until a person turns the view. */
  setFollow(on: boolean): void {
    this.#main.switchFollow(on);
    this.#options.onChange();
  }

  /** Where the camera is, or is flying to. */
  get viewpoint(): Viewpoint {
    return this.#main.viewpoint;
  }

  /** Look from there at once; the first points then do not move the camera. */
  set viewpoint(view: Viewpoint) {
    this.#main.viewpoint = view;
  }

  // Measuring --------------------------------------------------------------------------------

  /** The cloud as something to point at. */
  get terrain(): Terrain {
    return this.#content.terrain;
  }

  /** What stands on a footprint, by the points of this frame. */
  standingIn(footprint: Cuboid): Column | null {
    return this.#content.standingIn(footprint);
  }

  /** The points drawn inside of a cuboid or near it; null when there is no frame. */
  pointsIn(cuboid: Cuboid, reachM = 0): NearPoints | null {
    return this.#content.pointsIn(cuboid, reachM);
  }

  /** The points drawn that a line by hand goes around; null when there is no frame. */
  enclosed(lasso: Lasso): readonly Vec3[] | null {
    return this.#content.enclosed(lasso);
  }

  /** How many points of this frame are inside of a cuboid, as the answer counts them. */
  countIn(cuboid: Cuboid): number | null {
    return this.#content.countIn(cuboid);
  }

  /** CSS pixels of the canvas; null: not shown. */
  rectOf(name: ViewName): Rect | null {
    return this.#view(name).rect;
  }

  /** CSS pixels from the canvas's top left corner, also outside of the view; null: nowhere in it. */
  worldToScreen(point: Vec3, name: ViewName = "main"): ScreenXY | null {
    const view = this.#view(name);
    const at = view.toScreen(point);
    if (at === null || view.rect === null) return null;
    return { x: at.x + view.rect.x, y: at.y + view.rect.y };
  }

  /** The handles that were drawn last, where `worldToScreen` has them. */
  handlesIn(name: ViewName): readonly PlacedHandle[] {
    return this.#view(name).handles.flatMap((handle) => {
      const at = this.worldToScreen(handle.at, name);
      return at === null ? [] : [{ id: handleId(handle), ...at }];
    });
  }

  /** A listener returns true when it takes the pointer: the camera then stays. */
  onInput(listener: InputListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  dispose(): void {
    this.#pointing.stop();
    this.#listeners.clear();
    this.#main.dispose();
    for (const side of this.#sides) side.dispose();
    this.#frames.dispose();
    this.#trace.dispose();
    this.#content.dispose();
    this.#surface.dispose();
  }

  #view(name: ViewName): MainView | SideView {
    return this.#sides.find(({ side }) => side === name) ?? this.#main;
  }

  #send(input: SceneInput): boolean {
    let taken = false;
    for (const listener of this.#listeners) taken = listener(input) || taken;
    return taken;
  }

  #arrange(size: Size): void {
    const layout = layoutOf(size, this.#wantsSides);
    this.#main.rect = layout.main;
    for (const view of this.#sides) view.moveTo(layout.sides?.[view.side] ?? null);
    this.#frames.arrange(layout);
    this.#main.staleHandles();
  }

  #drawAll(): void {
    this.#main.request();
    this.#drawSides();
  }

  #drawSides(): void {
    for (const side of this.#sides) side.request();
  }

  #sideHost(shared: Pick<SideHost, "surface" | "content" | "send">): SideHost {
    return {
      ...shared,
      pin: (pinned) => {
        this.#anchor.hold(pinned ? this.#content.framed : null);
        this.#drawSides();
      },
      locked: () => this.#anchor.of(this.#content.framed),
      mayTilt: () => this.#options.mayTilt,
      showScale: (side, bar) => this.#frames.showScale(side, bar),
    };
  }

  /** Who shows what, in the order in which it is drawn. */
  #show(): void {
    const { ground, cloud, crop, merged, layer, neighbours, surroundings, polygons } = this.#content;
    const flat = this.#sides.map((side) => side.layer);
    this.#surface.show([...ground.objects, cloud.object, merged.object], [MAIN_LAYER]);
    this.#surface.show([crop.object, ...neighbours.objects], flat);
    this.#surface.show([merged.crops], [MAIN_LAYER, ...flat]);
    this.#surface.show([...layer.objects, ...surroundings.objects], [MAIN_LAYER]);
    this.#surface.show([...layer.activeObjects, ...polygons.objects], [MAIN_LAYER, ...flat]);
    for (const view of [this.#main, ...this.#sides]) {
      this.#surface.show(view.handleLayer.objects, [view.layer]);
    }
  }
}
