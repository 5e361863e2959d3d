/** One camera on a 2D canvas: the picture, and the cuboids as the lens sees them. No React. */

import type { CameraImage } from "../../api/types";
import { type Camera, unproject } from "../../geometry/camera";
import { corners, type Cuboid, EDGES, FACES, intersectRay } from "../../geometry/cuboid";
import { mayBeSeen, projectEdge } from "../../geometry/edges";
import { distance } from "../../geometry/vec";
import { cameraOf, imageAsOf } from "./cameras";
import type { Editor } from "./editor";
import type { ImageCache } from "./images";
import { fitted, panned, pixelAt, type PictureView, type Size, zoomed } from "./pictureView";

const FARTHEST_M = 250;
const CLICK_SLOP_PX = 4;
const ZOOM_PER_PIXEL = 0.0016;

interface Drawn {
  readonly id: string | null;
  readonly cuboid: Cuboid;
  readonly colour: string;
  readonly selected: boolean;
}

export interface CameraPainterOptions {
  readonly editor: Editor;
  readonly images: ImageCache;
  readonly camera: number;
  /** A click that hit no cuboid. */
  readonly onBackground: () => void;
  readonly onProblem: (sentence: string | null) => void;
}

export class CameraPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #options: CameraPainterOptions;
  readonly #undo: (() => void)[] = [];
  #image: CameraImage | null = null;
  #bitmap: ImageBitmap | null = null;
  #view: PictureView | null = null;
  #requested = 0;

  constructor(canvas: HTMLCanvasElement, options: CameraPainterOptions) {
    this.#canvas = canvas;
    this.#options = options;
    const { editor } = options;
    const resized = new ResizeObserver(() => {
      this.#view = null;
      this.#request();
    });
    resized.observe(canvas);
    this.#undo.push(
      () => resized.disconnect(),
      editor.view.subscribe(() => this.#refresh()),
      editor.task.store.subscribe(() => this.#request()),
      this.#listenToPointer(),
    );
    if (editor.stage !== null) this.#undo.push(editor.stage.onPreview(() => this.#request()));
    this.#refresh();
  }

  dispose(): void {
    cancelAnimationFrame(this.#requested);
    for (const undo of this.#undo) undo();
  }

  #refresh(): void {
    const { editor, camera, images, onProblem } = this.#options;
    const image = imageAsOf(editor.work.scene, editor.frameIndex, camera);
    if (image !== this.#image) {
      this.#image = image;
      onProblem(image === null ? "This camera has no picture" : null);
      if (image === null) this.#bitmap = null;
      else {
        images.get(image).then(
          (bitmap) => image === this.#image && this.#show(bitmap),
          (error: unknown) => {
            if (image === this.#image && !isAbort(error)) onProblem(`No picture: ${String(error)}`);
          },
        );
      }
    }
    this.#request();
  }

  #show(bitmap: ImageBitmap): void {
    this.#bitmap = bitmap;
    this.#request();
  }

  #request(): void {
    if (this.#requested !== 0) return;
    this.#requested = requestAnimationFrame(() => {
      this.#requested = 0;
      this.#draw();
    });
  }

  get #size(): Size {
    return { width: this.#canvas.clientWidth, height: this.#canvas.clientHeight };
  }

  get #picture(): Size | null {
    const lens = this.#image?.lens;
    return lens === undefined ? null : { width: lens.width_px, height: lens.height_px };
  }

  #draw(): void {
    const { width, height } = this.#size;
    const ratio = devicePixelRatio;
    const canvas = this.#canvas;
    const context = canvas.getContext("2d");
    if (context === null || width === 0) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const [picture, image] = [this.#picture, this.#image];
    if (picture === null || image === null) return;
    const view = (this.#view ??= fitted(picture, { width, height }));
    // Dropped from the cache it is closed, and has no width.
    if (this.#bitmap !== null && this.#bitmap.width > 0) {
      context.imageSmoothingEnabled = view.scale < 3;
      const [w, h] = [picture.width * view.scale, picture.height * view.scale];
      context.drawImage(this.#bitmap, view.x, view.y, w, h);
    }
    const camera = cameraOf(image);
    for (const one of this.#cuboids()) drawCuboid(context, camera, view, one);
  }

  /** As the 3D view shows them now, what is being dragged included; the selected one last. */
  #cuboids(): Drawn[] {
    const { editor } = this.#options;
    const { selected, label } = editor.view.getState();
    const preview = editor.stage?.preview() ?? null;
    const image = this.#image;
    if (image === null) return [];
    const [camera, eye] = [cameraOf(image), image.position_m];
    const drawn: Drawn[] = editor.shown().map((one) => ({
      id: one.id,
      cuboid: preview?.id === one.id ? preview.cuboid : one.cuboid,
      colour: editor.colour(one.label),
      selected: one.id === selected,
    }));
    if (preview !== null && preview.id === null) {
      const colour = editor.colour(label);
      drawn.push({ id: null, cuboid: preview.cuboid, colour, selected: true });
    }
    return drawn
      .filter(
        ({ cuboid: { centre, size } }) =>
          distance(centre, eye) < FARTHEST_M && mayBeSeen(camera, centre, Math.hypot(...size) / 2),
      )
      .sort((a, b) => Number(a.selected) - Number(b.selected));
  }

  #listenToPointer(): () => void {
    const canvas = this.#canvas;
    const stop = new AbortController();
    const { signal } = stop;
    let pressed: { x: number; y: number } | null = null;
    let dragged = false;
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    canvas.addEventListener("dblclick", () => this.#whole(), { signal });
    canvas.addEventListener(
      "pointerdown",
      (event) => {
        canvas.setPointerCapture(event.pointerId);
        pressed = { x: event.clientX, y: event.clientY };
        dragged = false;
      },
      { signal },
    );
    canvas.addEventListener(
      "pointermove",
      (event) => {
        if (pressed === null) return;
        const far = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y);
        dragged ||= far > CLICK_SLOP_PX;
        if (dragged) this.#pan(event.movementX, event.movementY);
      },
      { signal },
    );
    canvas.addEventListener(
      "pointerup",
      (event) => {
        if (pressed !== null && !dragged) this.#click(event);
        pressed = null;
      },
      { signal },
    );
    canvas.addEventListener("pointercancel", () => (pressed = null), { signal });
    return () => stop.abort();
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const picture = this.#picture;
    if (picture === null || this.#view === null) return;
    const factor = Math.exp(-event.deltaY * ZOOM_PER_PIXEL);
    const at = { x: event.offsetX, y: event.offsetY };
    this.#view = zoomed(this.#view, factor, at, picture, this.#size);
    this.#request();
  }

  #pan(dx: number, dy: number): void {
    const picture = this.#picture;
    if (picture === null || this.#view === null) return;
    this.#view = panned(this.#view, dx, dy, picture, this.#size);
    this.#request();
  }

  #whole(): void {
    this.#view = null;
    this.#request();
  }

  #click(event: PointerEvent): void {
    const { editor, onBackground } = this.#options;
    const id = this.#hit(event.offsetX, event.offsetY);
    if (id === null) onBackground();
    else editor.select(id);
  }

  /** The nearest cuboid that the ray through this pixel meets. */
  #hit(x: number, y: number): string | null {
    if (this.#view === null || this.#image === null) return null;
    const ray = unproject(cameraOf(this.#image), ...pixelAt(this.#view, x, y));
    if (ray === null) return null;
    let nearest: { id: string; distance: number } | null = null;
    for (const { id, cuboid } of this.#options.editor.shown()) {
      const hit = intersectRay(cuboid, ray.origin, ray.direction);
      if (hit !== null && !hit.inside && hit.distance < (nearest?.distance ?? Infinity)) {
        nearest = { id, distance: hit.distance };
      }
    }
    return nearest?.id ?? null;
  }
}

/** Another frame was shown meanwhile. */
function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

function drawCuboid(
  context: CanvasRenderingContext2D,
  camera: Camera,
  view: PictureView,
  { cuboid, colour, selected }: Drawn,
): void {
  const at = corners(cuboid);
  context.strokeStyle = colour;
  context.lineJoin = "round";
  const front: readonly number[] = FACES.front.corners;
  // Half a pixel of the screen, whatever the zoom.
  const error_px = 0.5 / view.scale;
  for (const [a, b] of EDGES) {
    const isFront = front.includes(a) && front.includes(b);
    context.lineWidth = (selected ? 2 : 1.25) + (isFront ? 1 : 0);
    context.globalAlpha = selected ? 1 : 0.85;
    context.beginPath();
    for (const piece of projectEdge(at[a]!, at[b]!, camera, error_px)) {
      piece.forEach(([u, v], index) => {
        const x = (u + 0.5) * view.scale + view.x;
        const y = (v + 0.5) * view.scale + view.y;
        if (index === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      });
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}
