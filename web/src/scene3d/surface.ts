/**
 * The canvas and its renderer: which views are drawn, when, how large, and with how many points.
 *
 * A view is a pane: a rectangle of the canvas with a camera of its own, drawn with the scissor test
 * when it is dirty; what is not drawn stays as it was. A canvas a view would run into the browser's
 * limit of contexts, and each would hold the cloud again.
 */

import {
  Color,
  ColorManagement,
  OrthographicCamera,
  PerspectiveCamera,
  Scene,
  WebGLRenderer,
  type Camera,
  type Object3D,
} from "three";
import { PointBudget } from "./budget";
import type { Rect } from "./layout";
import { BACKGROUND } from "./palette";
import { HALF_FIELD, type Basis, type Size } from "./viewpoint";

const MOST_PIXEL_RATIO = 2;
const FIELD_DEGREES = (2 * Math.atan(HALF_FIELD) * 180) / Math.PI;
const FAR_M = 12_000;

export class NoWebGl extends Error {
  override readonly name = "NoWebGl";
  constructor() {
    super(
      "This browser cannot draw the scene: WebGL 2 is off. " +
        "Turn on hardware acceleration in the browser's settings, then reload.",
    );
  }
}

/** How a pane looks. The eye is the origin: objects are placed relative to it, in float64. */
export type Lens =
  | { readonly kind: "perspective"; readonly basis: Basis; readonly nearM: number }
  | {
      readonly kind: "flat";
      readonly basis: Basis;
      readonly metresPerPixel: number;
      readonly nearM: number;
      readonly farM: number;
    };

export interface Pane {
  /** CSS pixels of the canvas; null: it is not shown. */
  readonly rect: Rect | null;
  /** It draws the objects shown on this layer. */
  readonly layer: number;
  /** Called just before each of its draws; null: there is nothing to see. */
  readonly prepare: (nowMs: number) => Lens | null;
}

/** What is drawn with fewer points while the hand moves. */
export interface Thinned {
  /** Points of the frame that is shown, and of those merged with it. */
  readonly own: number;
  readonly others: number;
  readonly thin: (own: number, others: number) => void;
}

export interface SurfaceHost {
  /** The canvas has another size; panes take their rectangles anew. */
  readonly arrange: (size: Size) => void;
  /** The browser has taken the graphics away (true) or given them back. */
  readonly lost: (isLost: boolean) => void;
  /** At rest, of the frames merged with the shown one every so many-th point is drawn. */
  readonly thinned: (stride: number) => void;
}

// Colours are written as they are meant on the screen; nothing is lit.
ColorManagement.enabled = false;

export class Surface {
  readonly canvas: HTMLCanvasElement;
  readonly #element: HTMLElement;
  readonly #host: SurfaceHost;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #perspective = new PerspectiveCamera(FIELD_DEGREES, 1, 0.1, FAR_M);
  readonly #flat = new OrthographicCamera();
  readonly #points: Thinned;
  readonly #budget = new PointBudget();
  readonly #resized: ResizeObserver;
  readonly #stop = new AbortController();
  readonly #panes: Pane[] = [];
  readonly #dirty = new Set<Pane>();
  #size: Size = { width: 1, height: 1 };
  #sizeStale = true;
  #pixelRatio = 1;
  #frame: number | null = null;
  #motions = 0;
  #arriving = false;
  #drawnAtMs: number | null = null;
  /** Points were left out because the hand moved. */
  #thinned = false;
  #restStride = 1;
  #isLost = false;
  #resting = false;

  /** Throws `NoWebGl` when the browser cannot draw. */
  constructor(element: HTMLElement, points: Thinned, host: SurfaceHost) {
    this.#element = element;
    this.#points = points;
    this.#host = host;
    this.canvas = document.createElement("canvas");
    Object.assign(this.canvas.style, CANVAS_STYLE);
    this.canvas.tabIndex = 0;
    this.#renderer = startRenderer(this.canvas);
    this.#perspective.matrixAutoUpdate = false;
    this.#flat.matrixAutoUpdate = false;
    element.append(this.canvas);
    this.#resized = new ResizeObserver(() => this.rearrange());
    this.#resized.observe(element);
    const { signal } = this.#stop;
    this.canvas.addEventListener("webglcontextlost", () => this.#lose(), { signal });
    this.canvas.addEventListener("webglcontextrestored", () => this.#restore(), { signal });
  }

  get size(): Size {
    return this.#size;
  }

  get pixelRatio(): number {
    return this.#pixelRatio;
  }

  /** The first one is the main view: its frames are what the point budget is measured by. */
  addPane(pane: Pane): void {
    this.#panes.push(pane);
  }

  /** In the order in which they are drawn; what is blended comes after all that is not. */
  show(objects: readonly Object3D[], layers: readonly number[]): void {
    for (const object of objects) {
      object.layers.disableAll();
      for (const layer of layers) object.layers.enable(layer);
    }
    this.#scene.add(...objects);
  }

  /** Draw the pane in the next frame; any number of calls draws once. */
  request(pane: Pane): void {
    this.#dirty.add(pane);
    this.#schedule();
  }

  /** Measure the canvas and its panes anew, in the frame that draws: resizing empties it at once. */
  rearrange(): void {
    this.#sizeStale = true;
    this.#schedule();
  }

  /** Something stands over the canvas: what changes is drawn when it is gone. */
  rest(resting: boolean): void {
    this.#resting = resting;
    if (!resting) this.#schedule();
  }

  motionBegins(): void {
    this.#motions += 1;
  }

  motionEnds(): void {
    this.#motions = Math.max(0, this.#motions - 1);
    // Complete what was drawn with fewer points.
    const [main] = this.#panes;
    if (this.#motions === 0 && this.#thinned && main !== undefined) this.request(main);
  }

  /** More points are about to come: until then it is as while the hand moves. */
  setArriving(arriving: boolean): void {
    if (arriving && !this.#arriving) this.motionBegins();
    if (!arriving && this.#arriving) this.motionEnds();
    this.#arriving = arriving;
  }

  dispose(): void {
    this.#stop.abort();
    this.#resized.disconnect();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#renderer.dispose();
    this.#renderer.forceContextLoss();
    this.canvas.remove();
  }

  #schedule(): void {
    this.#frame ??= requestAnimationFrame((nowMs) => this.#tick(nowMs));
  }

  #tick(nowMs: number): void {
    this.#frame = null;
    if (this.#drawnAtMs !== null) {
      const { own, others } = this.#points;
      this.#budget.measured(nowMs - this.#drawnAtMs, own + others);
      this.#drawnAtMs = null;
    }
    if (this.#isLost || this.#resting) return;
    if (this.#sizeStale) this.#measure();
    const panes = this.#panes.filter((pane) => this.#dirty.has(pane));
    this.#dirty.clear();
    const moving = this.#motions > 0;
    const [main] = this.#panes;
    const isMain = main !== undefined && panes.includes(main);
    if (isMain) this.#thin(moving);
    for (const pane of panes) this.#draw(pane, nowMs);
    // The next frame comes when the GPU is ready for it, drawn or not: that is the measure.
    if (moving && isMain) {
      this.#drawnAtMs = nowMs;
      this.#schedule();
    }
  }

  #thin(moving: boolean): void {
    const { own, others } = this.#points;
    const stride = this.#budget.strideOf(own + others);
    if (moving) this.#points.thin(stride, stride);
    else this.#thinAtRest(this.#budget.restStride(own, others));
    this.#thinned = moving && stride > 1;
  }

  #thinAtRest(stride: number): void {
    this.#points.thin(1, stride);
    if (stride === this.#restStride) return;
    this.#restStride = stride;
    this.#host.thinned(stride);
  }

  #draw(pane: Pane, nowMs: number): void {
    const { rect } = pane;
    if (rect === null || rect.width < 1 || rect.height < 1) return;
    const lens = pane.prepare(nowMs);
    const bottom = this.#size.height - rect.y - rect.height;
    this.#renderer.setViewport(rect.x, bottom, rect.width, rect.height);
    this.#renderer.setScissor(rect.x, bottom, rect.width, rect.height);
    this.#renderer.clear();
    if (lens === null) return;
    this.#renderer.render(this.#scene, this.#camera(lens, rect, pane.layer));
  }

  #camera(lens: Lens, { width, height }: Rect, layer: number): Camera {
    const { right, up, forward } = lens.basis;
    const camera = lens.kind === "flat" ? this.#flat : this.#perspective;
    camera.layers.set(layer);
    camera.matrix.set(
      ...[right[0], up[0], -forward[0], 0],
      ...[right[1], up[1], -forward[1], 0],
      ...[right[2], up[2], -forward[2], 0],
      ...([0, 0, 0, 1] as const),
    );
    camera.matrixWorldNeedsUpdate = true;
    if (lens.kind === "flat") {
      const halfWidth = (width / 2) * lens.metresPerPixel;
      const halfHeight = (height / 2) * lens.metresPerPixel;
      [this.#flat.left, this.#flat.right] = [-halfWidth, halfWidth];
      [this.#flat.bottom, this.#flat.top] = [-halfHeight, halfHeight];
      [this.#flat.near, this.#flat.far] = [lens.nearM, lens.farM];
    } else {
      this.#perspective.aspect = width / height;
      this.#perspective.near = lens.nearM;
    }
    camera.updateProjectionMatrix();
    return camera;
  }

  #measure(): void {
    this.#sizeStale = false;
    const { clientWidth, clientHeight } = this.#element;
    this.#size = { width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) };
    this.#pixelRatio = Math.min(MOST_PIXEL_RATIO, devicePixelRatio);
    this.#renderer.setPixelRatio(this.#pixelRatio);
    this.#renderer.setSize(this.#size.width, this.#size.height, false);
    this.#host.arrange(this.#size);
    for (const pane of this.#panes) this.#dirty.add(pane);
  }

  /** three.js asks for the context back; until it comes nothing can be drawn. */
  #lose(): void {
    this.#isLost = true;
    this.#host.lost(true);
  }

  /** three.js has started anew and uploads as it draws; only what we told it once is forgotten. */
  #restore(): void {
    this.#isLost = false;
    settle(this.#renderer);
    this.rearrange();
    this.#host.lost(false);
  }
}

const CANVAS_STYLE = {
  display: "block",
  width: "100%",
  height: "100%",
  outline: "none",
  touchAction: "none",
} as const;

function startRenderer(canvas: HTMLCanvasElement): WebGLRenderer {
  const context = canvas.getContext("webgl2", {
    alpha: false,
    // Lines are feathered by their shader; multisampling would cost every point.
    antialias: false,
    depth: true,
    stencil: false,
    powerPreference: "high-performance",
    preserveDrawingBuffer: true,
  });
  if (context === null) throw new NoWebGl();
  const renderer = new WebGLRenderer({ canvas, context });
  renderer.autoClear = false;
  // Objects are shown in the order given; sorting would compute the bounds of every cloud.
  renderer.sortObjects = false;
  settle(renderer);
  return renderer;
}

/** What a context forgets when it is lost. */
function settle(renderer: WebGLRenderer): void {
  renderer.setClearColor(new Color().fromArray(BACKGROUND.map((byte) => byte / 255)));
  renderer.setScissorTest(true);
}
