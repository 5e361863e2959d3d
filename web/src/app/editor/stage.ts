/** Binds the 3D view to the editor: documents and frames in, gestures out. React is not involved. */

import { shallow } from "zustand/shallow";
import type { Cuboid } from "../../geometry/cuboid";
import { boxAround } from "../../geometry/outline";
import type { NearPoints } from "../../geometry/fitting";
import type { Vec3 } from "../../geometry/vec";
import { pointsIn, type PointTimes, timesIn } from "../../scene3d/inside";
import type { PointFacts } from "../../scene3d/legend";
import { type PlacedHandle, type Rect, SceneView, type ViewName } from "../../scene3d/view";
import type { Preview } from "../../tools/cuboid";
import { ToolDriver, type ToolMode } from "../../tools/driver";
import type { Sketch } from "../../tools/polygon";
import type { Pointer, Ray } from "../../tools/input";
import type { DecodedChunk } from "../../workers/chunk";
import { type Loader, startLoader } from "../../workers/loader";
import { create, type StoreApi } from "../store";
import { followPointer, showFrustums } from "./cameraLinks";
import type { Editor } from "./editor";
import { cuboidViews, type Drawn, previewView } from "./cuboidViews";
import { afterMaking, commitCuboid } from "./making";
import { FrameFeed, type Motion } from "./frameFeed";
import { MergedFrames } from "./mergedFrames";
import { type Merge, type MergeStatus, sameStatus, USUAL_MERGE } from "./merging";
import { showGhosts } from "./ghosts";
import type { LookState } from "./look";
import { PolygonHand } from "./polygonHand";
import { Shape } from "./shape";
import { type Motions, ShownMotions } from "./shownMotions";
import { toolContext } from "./toolContext";

export const FIRST_POINTS_MARK = "groundplane:points-on-screen";

export interface StageStatus {
  /** Points of the current frame are on screen. */
  readonly ready: boolean;
  /** What the points on screen tell of themselves, for the legend. */
  readonly facts: PointFacts | null;
  readonly problem: string | null;
  /** Null: one frame is drawn. */
  readonly merged: MergeStatus | null;
  /** The browser took the graphics away; the scene is drawn again when they are back. */
  readonly isLost: boolean;
}

/** What the main camera does by itself. */
export interface CameraStatus {
  readonly flies: boolean;
  readonly follows: boolean;
}

const NOTHING_SELECTED = "Select an object to see it from the top, the side and the front.";
const NOT_HERE = "The selected object is not in this frame.";

/** How far away one looks at an object, in its own lengths. */
const CLOSE_UP = 4;
const NEAREST_M = 8;
const CLOSE_UP_M = 25;

export class Stage {
  readonly status: StoreApi<StageStatus> = create({
    ready: false,
    facts: null,
    problem: null,
    merged: null,
    isLost: false,
  });
  readonly camera: StoreApi<CameraStatus> = create({ flies: false, follows: false });
  /** What the mouse points at in 3D, for the cameras to mark; null when it is nothing. */
  readonly pointed: StoreApi<Vec3 | null> = create<Vec3 | null>(null);
  readonly view: SceneView;
  readonly shape: Shape;
  readonly polygons: PolygonHand;
  readonly #editor: Editor;
  readonly #driver: ToolDriver;
  readonly #loader: Loader;
  readonly #feed: FrameFeed;
  readonly #merged: MergedFrames;
  readonly #motions: ShownMotions;
  readonly #undo: (() => void)[] = [];
  readonly #previewListeners = new Set<() => void>();
  /** Where the pointer was last, while it is over the scene. */
  #pointer: Pointer | null = null;
  #preview: Preview | null = null;
  #drawn: Drawn | null = null;
  #frame = -1;
  #merge: Merge = USUAL_MERGE;
  #marked = false;
  #disposed = false;

  /** Throws `NoWebGl` when the browser cannot draw. */
  constructor(host: HTMLElement, editor: Editor) {
    this.#editor = editor;
    this.view = new SceneView(host, {
      origin: editor.work.scene.origin_m,
      mayTilt: editor.work.config.pitch_and_roll_enabled,
      maxDistanceM: editor.work.config.max_distance_m,
      onChange: () => this.#viewChanged(),
    });
    this.shape = new Shape(this.view, () => this.#device()?.device_position_m ?? [0, 0, 0]);
    this.#loader = startLoader();
    this.#feed = new FrameFeed(editor.work, this.#loader.load);
    this.#motions = new ShownMotions(editor, (index) => this.#feed.peek(index));
    this.#merged = new MergedFrames({
      editor,
      feed: this.#feed,
      view: this.view,
      told: (merged) => {
        if (!sameStatus(merged, this.status.getState().merged)) this.status.setState({ merged });
      },
    });
    this.#driver = new ToolDriver({
      context: () => toolContext(editor, this),
      preview: (preview) => this.#showPreview(preview),
      sketch: (sketch) => this.#showSketch(sketch),
      trace: (lasso) => this.view.setTrace(lasso),
      commit: (edit) => commitCuboid(editor, edit),
      shape: (edit) => this.polygons.commit(edit),
      made: (mode) => afterMaking(editor, mode),
      select: (id) => editor.select(id),
      toggle: (id) => editor.toggle(id),
      mode: (mode) => {
        this.view.setMode(mode === "select" ? "select" : "place");
        editor.view.setState({ mode });
      },
    });
    this.polygons = new PolygonHand(editor, this.view, this.#driver);
    this.#undo.push(
      () => this.polygons.dispose(),
      this.view.onInput((input) => {
        if ("ground" in input) this.#pointer = input;
        else if (input.kind === "leave") this.#pointer = null;
        return this.#driver.handle(input);
      }),
      followPointer(this, editor),
      showFrustums(this, editor),
      showGhosts(this, editor),
      editor.view.subscribe(() => this.#refresh()),
      editor.task.store.subscribe(() => this.#refresh()),
      editor.task.status.subscribe(() => this.#refresh()),
      this.#feed.subscribe(() => {
        editor.decoded.setState(({ changes }) => ({ changes: changes + 1 }));
        this.#merged.came();
      }),
      editor.player.state.subscribe(() => this.aim(this.#frame)),
      editor.look.subscribe((look) => this.#showLook(look)),
    );
    this.#showLook(editor.look.getState());
    editor.stage = this;
    this.#refresh();
  }

  arm(mode: Exclude<ToolMode, "select">): void {
    this.#driver.arm(mode);
  }

  /** False when nothing was under way. */
  cancel(): boolean {
    const underWay = this.#driver.busy || this.#driver.mode !== "select";
    this.#driver.cancel();
    return underWay;
  }

  /** At an object of the frame; nothing happens when it has no place. */
  lookAt(id: string): void {
    const polygon = this.#editor.polygons().find((shown) => shown.id === id);
    const box = polygon && boxAround(polygon.vertices.map(({ at }) => at));
    const seen = this.#editor.cuboid(id) ?? box;
    if (seen !== undefined) this.view.lookAt(seen.centre, Math.max(NEAREST_M, CLOSE_UP * Math.max(...seen.size)));
  }

  /** Look at a place that may be worth it, and mark it. */
  lookAtPlace(at: Vec3): void {
    this.view.setMark(at);
    this.view.lookAt(at, CLOSE_UP_M);
  }

  /** Look at what a ray from a camera meets: the points near it, else the ground. */
  lookAlong(ray: Ray, tangent: number): void {
    const { terrain } = this.view;
    const at = terrain.pointOn(ray, tangent) ?? terrain.groundOn(ray);
    if (at === null) return;
    this.pointed.setState(at, true);
    this.lookAtPlace(at);
  }

  /** The ground under the pointer; null while it is not over the scene or points to the sky. */
  groundPointed(): Vec3 | null {
    return this.#pointer?.ground ?? null;
  }

  topView(): void {
    this.view.topView(this.#editor.view.getState().selected === null);
  }

  frameAll(): void {
    this.view.frameAll();
  }

  /** Behind the selected object and with it through the frames, or no more. */
  toggleBehind(): void {
    const { selected } = this.#editor.view.getState();
    this.view.setFollow(!this.view.follows && selected !== null);
  }

  toggleFly(): void {
    this.view.setFly(!this.view.flies);
  }

  toggleSides(): void {
    this.#editor.look.setState({ sides: !this.view.hasSides });
  }

  /** Pixels of the page; null behind the eye, or when the view shows nothing. */
  worldToScreen(point: Vec3, view: ViewName = "main"): { x: number; y: number } | null {
    const at = this.view.worldToScreen(point, view);
    if (at === null) return null;
    const box = this.view.canvas.getBoundingClientRect();
    return { x: at.x + box.left, y: at.y + box.top };
  }

  /** In pixels of the page. */
  handlesIn(view: ViewName): readonly PlacedHandle[] {
    const box = this.view.canvas.getBoundingClientRect();
    return this.view.handlesIn(view).map(({ id, x, y }) => ({ id, x: x + box.left, y: y + box.top }));
  }

  isDecoded(index: number): boolean {
    return this.#feed.isDecoded(index);
  }

  /** This frame is due while playing: load what comes after it. */
  aim(due: number): void {
    this.#feed.aim(due, this.#motion());
  }

  /** Pixels of the page; null when the view is not on it. */
  boxOf(view: ViewName): Rect | null {
    const rect = this.view.rectOf(view);
    if (rect === null) return null;
    const box = this.view.canvas.getBoundingClientRect();
    return { ...rect, x: rect.x + box.left, y: rect.y + box.top };
  }

  dispose(): void {
    this.#disposed = true;
    this.#merged.stop();
    for (const undo of this.#undo) undo();
    if (this.#editor.stage === this) this.#editor.stage = null;
    this.#feed.clear();
    this.#loader.stop();
    this.view.dispose();
  }

  #showLook(look: LookState): void {
    this.view.setDisplay(look);
    if (look.sides !== this.view.hasSides) this.view.setSides(look.sides);
  }

  #device() {
    return this.#editor.work.scene.frames[this.#editor.frameIndex];
  }

  #viewChanged(): void {
    const { flies, follows, isLost } = this.view;
    this.camera.setState({ flies, follows });
    this.status.setState({ isLost });
    this.#merged.tell();
  }

  #isShown(id: string): boolean {
    const isIt = (shown: { readonly id: string }) => shown.id === id;
    return this.#editor.shown().some(isIt) || this.#editor.polygons().some(isIt);
  }

  #showSketch(sketch: Sketch | null): void {
    this.polygons.setSketch(sketch);
    for (const listener of this.#previewListeners) listener();
  }

  #showPreview(preview: Preview | null): void {
    // What the hand holds must not move in time.
    if (preview !== null) this.#editor.player.pause();
    this.#preview = preview;
    this.view.setPreview(preview === null ? null : previewView(this.#editor, preview));
    for (const listener of this.#previewListeners) listener();
  }

  /** What is being dragged, for the camera images, which draw it themselves. */
  preview(): Preview | null {
    return this.#preview;
  }

  readonly onPreview = (listener: () => void): (() => void) => {
    this.#previewListeners.add(listener);
    return () => this.#previewListeners.delete(listener);
  };

  #refresh(): void {
    if (this.#disposed) return;
    const editor = this.#editor;
    const { selected, also, locked, frameIndex, merge } = editor.view.getState();
    const readOnly = !editor.mayEdit;
    if (readOnly && this.#driver.mode !== "select") this.#driver.cancel();
    this.#showCuboids({ shown: editor.shown(), selected, also, locked, readOnly });
    this.polygons.refresh();
    this.view.setSidesSentence(
      selected === null ? NOTHING_SELECTED : this.#isShown(selected) ? "" : NOT_HERE,
    );
    if (selected === null && this.view.follows) this.view.setFollow(false);
    this.#feed.setReach(merge.on ? merge.reach : 0);
    if (frameIndex !== this.#frame) this.#showFrame(frameIndex);
    else if (merge !== this.#merge) this.aim(this.#frame);
    this.#merge = merge;
    this.#merged.refresh();
  }

  /** When the points of an object were measured; null when the file or the frame does not tell. */
  timesOf(index: number, id: string): PointTimes | null {
    const [chunk, cuboid] = [this.#feed.peek(index), this.#editor.cuboid(id)];
    return chunk === null || cuboid === null ? null : timesIn(chunk, cuboid);
  }

  /** How the objects of the shown frame move, where that matters to its pictures. */
  motions(): Motions {
    return this.#motions.get();
  }

  /** The points of one frame in or near a cuboid; null when the frame is not here. */
  pointsOf(index: number, cuboid: Cuboid, reachM: number): NearPoints | null {
    const chunk = this.#feed.peek(index);
    return chunk === null ? null : pointsIn(chunk, cuboid, reachM);
  }

  get feed(): FrameFeed {
    return this.#feed;
  }

  /** Every status and every panel comes by here; what is drawn changes seldom. */
  #showCuboids(now: Drawn): void {
    const editor = this.#editor;
    if (this.#drawn !== null && shallow(this.#drawn, now)) return;
    this.#drawn = now;
    this.view.setCuboids(cuboidViews(editor, now));
  }

  #showFrame(index: number): void {
    this.#frame = index;
    const { frames } = this.#editor.work.scene;
    const frame = frames[index];
    if (frame === undefined) return;
    this.view.setDevice({
      position: frame.device_position_m,
      rotation: frame.device_rotation_wxyz ?? [1, 0, 0, 0],
    });
    const here = this.#feed.peek(index);
    const wanted = this.#feed.show(index, this.#motion());
    if (here !== null) this.#showCloud(here);
    else this.status.setState({ ready: false });
    wanted.then(
      (chunk) => index === this.#frame && chunk !== here && this.#showCloud(chunk),
      (error: unknown) => index === this.#frame && this.#failed(error),
    );
  }

  #motion(): Motion {
    const { view, player, frames_ns } = this.#editor;
    const { playing, rate, direction } = player.state.getState();
    if (!playing) return { playing, direction: view.getState().direction, framesPerSecond: 0 };
    const lasts_s = ((frames_ns.at(-1) ?? 0) - (frames_ns[0] ?? 0)) / 1e9;
    return { playing, direction, framesPerSecond: (rate * (frames_ns.length - 1)) / lasts_s };
  }

  #showCloud(chunk: DecodedChunk): void {
    if (this.#disposed) return;
    this.view.setCloud(chunk);
    this.#merged.show();
    // The view draws in the next frame; in the one after that the points are on screen.
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        if (!this.#marked) performance.mark(FIRST_POINTS_MARK, { detail: chunk.count });
        this.#marked = true;
        this.status.setState({ ready: true, facts: chunk, problem: null });
      });
    });
  }

  #failed(error: unknown): void {
    if (this.#disposed || (error instanceof DOMException && error.name === "AbortError")) return;
    const why = error instanceof Error ? error.message : String(error);
    this.status.setState({ ready: false, problem: `The points did not arrive: ${why}` });
  }

  /** Ask again for a frame that failed. */
  retry(): void {
    this.status.setState({ problem: null });
    this.#showFrame(this.#frame);
  }
}
