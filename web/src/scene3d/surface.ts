/**
 * The canvas and its renderer: when a frame is drawn, how large, and with how many points.
 *
 * A view is a rectangle of the canvas with a camera of its own, drawn with the scissor test; the main
 * view is the only one yet. A canvas a view would run into the browser's limit of contexts.
 */

import {
  Color,
  ColorManagement,
  PerspectiveCamera,
  Scene,
  WebGLRenderer,
  type Object3D,
} from "three";
import { PointBudget } from "./budget";
import { BACKGROUND } from "./palette";
import type { PointCloud } from "./points";
import { basisOf, HALF_FIELD, type Size, type Viewpoint } from "./viewpoint";

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

// Colours are written as they are meant on the screen; nothing is lit.
ColorManagement.enabled = false;

export class Surface {
  readonly canvas: HTMLCanvasElement;
  readonly #host: HTMLElement;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #camera = new PerspectiveCamera(FIELD_DEGREES, 1, 0.1, FAR_M);
  readonly #cloud: PointCloud;
  readonly #prepare: (nowMs: number) => Viewpoint;
  readonly #budget = new PointBudget();
  readonly #resized: ResizeObserver;
  readonly #stop = new AbortController();
  #size: Size = { width: 1, height: 1 };
  #sizeStale = true;
  #pixelRatio = 1;
  #dirty = false;
  #frame: number | null = null;
  #motions = 0;
  #drawnAtMs: number | null = null;

  /** `prepare` is called just before each draw and says from where to look. */
  constructor(host: HTMLElement, cloud: PointCloud, prepare: (nowMs: number) => Viewpoint) {
    this.#host = host;
    this.#cloud = cloud;
    this.#prepare = prepare;
    this.canvas = document.createElement("canvas");
    Object.assign(this.canvas.style, CANVAS_STYLE);
    this.canvas.tabIndex = 0;
    this.#renderer = startRenderer(this.canvas);
    this.#camera.matrixAutoUpdate = false;
    host.append(this.canvas);
    this.#measure();
    this.#resized = new ResizeObserver(() => {
      // Applied in the frame that draws: resizing empties the canvas at once.
      this.#sizeStale = true;
      this.request();
    });
    this.#resized.observe(host);
    this.canvas.addEventListener("webglcontextrestored", () => this.request(), {
      signal: this.#stop.signal,
    });
  }

  get size(): Size {
    return this.#size;
  }

  get pixelRatio(): number {
    return this.#pixelRatio;
  }

  /** In the order in which they are drawn; what is blended comes after all that is not. */
  show(objects: readonly Object3D[]): void {
    this.#scene.add(...objects);
  }

  /** Draw in the next frame; any number of calls draws once. */
  request(): void {
    this.#dirty = true;
    this.#frame ??= requestAnimationFrame((nowMs) => this.#tick(nowMs));
  }

  motionBegins(): void {
    this.#motions += 1;
  }

  motionEnds(): void {
    this.#motions = Math.max(0, this.#motions - 1);
    // Complete what was drawn with fewer points.
    if (this.#motions === 0 && this.#budget.stride > 1) this.request();
  }

  dispose(): void {
    this.#stop.abort();
    this.#resized.disconnect();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#renderer.dispose();
    this.#renderer.forceContextLoss();
    this.canvas.remove();
  }

  #tick(nowMs: number): void {
    this.#frame = null;
    if (this.#drawnAtMs !== null) {
      this.#budget.measured(nowMs - this.#drawnAtMs, this.#cloud.chunk?.count ?? 0);
      this.#drawnAtMs = null;
    }
    if (!this.#dirty) return;
    this.#dirty = false;
    if (this.#sizeStale) this.#measure();
    const moving = this.#motions > 0;
    this.#cloud.thin(moving ? this.#budget.stride : 1);
    this.#draw(this.#prepare(nowMs));
    // The next frame comes when the GPU is ready for it, drawn or not: that is the measure.
    if (moving) {
      this.#drawnAtMs = nowMs;
      this.#frame ??= requestAnimationFrame((nextMs) => this.#tick(nextMs));
    }
  }

  #draw(view: Viewpoint): void {
    const { width, height } = this.#size;
    const { right, up, forward } = basisOf(view);
    // The eye is the origin: objects are placed relative to it, in float64.
    this.#camera.matrix.set(
      ...[right[0], up[0], -forward[0], 0],
      ...[right[1], up[1], -forward[1], 0],
      ...[right[2], up[2], -forward[2], 0],
      ...([0, 0, 0, 1] as const),
    );
    this.#camera.matrixWorldNeedsUpdate = true;
    this.#camera.aspect = width / height;
    this.#camera.near = Math.min(0.5, Math.max(0.05, view.distance / 100));
    this.#camera.updateProjectionMatrix();
    this.#renderer.setViewport(0, 0, width, height);
    this.#renderer.setScissor(0, 0, width, height);
    this.#renderer.clear();
    this.#renderer.render(this.#scene, this.#camera);
  }

  #measure(): void {
    this.#sizeStale = false;
    const { clientWidth, clientHeight } = this.#host;
    this.#size = { width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) };
    this.#pixelRatio = Math.min(MOST_PIXEL_RATIO, devicePixelRatio);
    this.#renderer.setPixelRatio(this.#pixelRatio);
    this.#renderer.setSize(this.#size.width, this.#size.height, false);
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
  renderer.setClearColor(new Color().fromArray(BACKGROUND.map((byte) => byte / 255)));
  // Objects are shown in the order given; sorting would compute the bounds of every cloud.
  renderer.sortObjects = false;
  renderer.setScissorTest(true);
  return renderer;
}
