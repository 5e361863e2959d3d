/**
 * One camera on three 2D canvases: the picture, over it the cuboids that rest as the lens sees them,
 * and on top the one that is worked on. Those that rest are drawn by a worker; a moving cuboid draws
 * itself again and nothing else, and nothing at all where no lens sees it. It works in any window of
 * ours. No React.
 */

import type { CameraImage } from "../../api/types";
import { projectPoint, tangentBeside, unproject } from "../../geometry/camera";
import { intersectRay } from "../../geometry/cuboid";
import { type Context, type Drawn, drawCuboids, drawOutlines, outlineAt, emptied, onCanvas } from "../../pictures/drawing";
import { packCuboids } from "../../pictures/packed";
import type { PlacedLens } from "../../pictures/resting";
import { fitted, panned, pixelAt, type PictureView, type Size, zoomed } from "../../pictures/view";
import type { RestingCanvas } from "../../workers/pictures";
import { CuboidsInPicture } from "./cuboidsInPicture";
import { OutlinesInPicture } from "./outlinesInPicture";
import { cameraOf, imageAsOf, isOf } from "./cameras";
import type { Editor } from "./editor";
import type { ImageCache } from "./images";

const CLICK_SLOP_PX = 4;
const ZOOM_PER_PIXEL = 0.0016;
/** A click this near to a side of a polygon selects it. */
const SIDE_PX = 6;
/** A click to look there means a point within this many pixels of the screen. */
const LOOK_PX = 5;

export interface CameraLayers {
  readonly picture: HTMLCanvasElement;
  /** The topmost, which also has the pointer. */
  readonly overlay: HTMLCanvasElement;
  /** Moved over the pixel of the point under the mouse in 3D. */
  readonly mark: HTMLElement;
}

export interface CameraPainterOptions {
  readonly editor: Editor;
  readonly images: ImageCache;
  readonly camera: number;
  /** A double click looks there in 3D; with Alt every click does. */
  readonly looksOnDoubleClick: boolean;
  /** A click that hit no cuboid. */
  readonly onBackground: () => void;
  readonly onProblem: (sentence: string | null) => void;
}

export class CameraPainter {
  readonly #layers: CameraLayers;
  readonly #window: Window;
  readonly #options: CameraPainterOptions;
  readonly #undo: (() => void)[] = [];
  #image: CameraImage | null = null;
  #bitmap: ImageBitmap | null = null;
  #view: PictureView | null = null;
  #size: Size = { width: 0, height: 0 };
  #requested = 0;
  #stale = { picture: true, resting: true, active: true };
  readonly #cuboids: CuboidsInPicture;
  readonly #outlines: OutlinesInPicture;
  readonly #resting: RestingCanvas;

  constructor(layers: CameraLayers, options: CameraPainterOptions) {
    this.#layers = layers;
    this.#options = options;
    // Of the second screen, when the camera is there: its frames and pixels are its own.
    this.#window = layers.overlay.ownerDocument.defaultView ?? window;
    const { editor } = options;
    this.#cuboids = new CuboidsInPicture(editor);
    this.#outlines = new OutlinesInPicture(editor);
    this.#resting = this.#openResting();
    this.#undo.push(
      this.#watchSize(),
      editor.view.subscribe(() => this.#refresh()),
      editor.task.store.subscribe(() => this.#look()),
      editor.decoded.subscribe(() => this.#look()),
      editor.look.subscribe(({ light }, before) => {
        if (light !== before.light) this.#requestAll();
        this.#look();
      }),
      this.#listenToPointer(),
    );
    const { stage } = editor;
    if (stage !== null) {
      this.#undo.push(
        stage.onPreview(() => this.#look()),
        stage.pointed.subscribe(() => this.#placeMark()),
      );
    }
    this.#refresh();
  }

  /** Show all of the picture. */
  whole(): void {
    this.#view = null;
    this.#requestAll();
  }

  dispose(): void {
    this.#window.cancelAnimationFrame(this.#requested);
    for (const undo of this.#undo) undo();
  }

  /** Made anew for each painter: a canvas can be given to a worker only once. */
  #openResting(): RestingCanvas {
    const { overlay } = this.#layers;
    const element = overlay.ownerDocument.createElement("canvas");
    overlay.before(element);
    const resting = this.#options.editor.restingPictures.open(element);
    this.#undo.push(() => {
      resting.close();
      element.remove();
    });
    return resting;
  }

  /** Kept: to ask for it at each draw would lay out the page each time. */
  #watchSize(): () => void {
    const { overlay } = this.#layers;
    const resized = new ResizeObserver(() => {
      this.#size = { width: overlay.clientWidth, height: overlay.clientHeight };
      this.whole();
    });
    resized.observe(overlay);
    return () => resized.disconnect();
  }

  #refresh(): void {
    const { editor, camera, images, onProblem } = this.#options;
    const image = imageAsOf(editor.work.scene, editor.frameIndex, camera);
    if (image !== this.#image) {
      this.#image = image;
      onProblem(image === null ? "This camera has no picture" : null);
      if (image === null) this.#show(null);
      else {
        images.get(image).then(
          (bitmap) => image === this.#image && this.#show(bitmap),
          (error: unknown) => {
            if (image === this.#image && !isAbort(error)) this.#failed(error);
          },
        );
      }
    }
    this.#look();
  }

  /** What changed of the cuboids since the last look, if anything of it can be seen. */
  #look(): void {
    const { editor } = this.#options;
    const image = this.#image;
    const isOwn = image !== null && isOf(editor.work.scene, editor.frameIndex, image);
    const changed = this.#cuboids.look(image, isOwn);
    this.#stale.resting ||= changed.resting;
    const outlined = this.#outlines.look(this.#image);
    this.#stale.active ||= changed.active || outlined;
    if (changed.resting || changed.active || outlined) this.#request();
  }

  #show(bitmap: ImageBitmap | null): void {
    this.#bitmap = bitmap;
    if (bitmap !== null) this.#options.onProblem(null);
    this.#requestAll();
  }

  /** The cuboids are drawn as before: they need the lens, not the picture. */
  #failed(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.#show(null);
    this.#options.onProblem(`The picture did not arrive: ${why}.`);
  }

  #requestAll(): void {
    this.#stale = { picture: true, resting: true, active: true };
    this.#request();
  }

  #request(): void {
    if (this.#requested !== 0) return;
    this.#requested = this.#window.requestAnimationFrame(() => {
      this.#requested = 0;
      this.#draw();
    });
  }

  get #picture(): Size | null {
    const lens = this.#image?.lens;
    return lens === undefined ? null : { width: lens.width_px, height: lens.height_px };
  }

  #draw(): void {
    const size = this.#size;
    const ratio = this.#window.devicePixelRatio;
    if (size.width === 0) return;
    const [picture, image] = [this.#picture, this.#image];
    const view = picture === null ? null : (this.#view ??= fitted(picture, size));
    const stale = this.#stale;
    this.#stale = { picture: false, resting: false, active: false };
    if (stale.picture) this.#drawPicture(emptied(this.#layers.picture, size, ratio), view);
    if (stale.resting) this.#drawResting(image, view, ratio);
    if (stale.active) {
      const context = emptied(this.#layers.overlay, size, ratio);
      this.#drawCuboids(context, image, view, this.#cuboids.active);
    }
    if (stale.resting) this.#placeMark();
  }

  #drawResting(image: CameraImage | null, view: PictureView | null, ratio: number): void {
    const { editor } = this.#options;
    const { shown, motions, apart, taken_ns } = this.#cuboids;
    editor.restingPictures.tell([shown, motions], () =>
      packCuboids(shown, motions, (label) => ({
        colour: editor.colour(label),
        tag: editor.tag(label),
      })),
    );
    const seen =
      image === null || view === null ? null : { camera: placedLens(image), view, taken_ns };
    this.#resting.draw({ size: this.#size, ratio, seen, apart });
  }

  #drawCuboids(
    context: Context | null,
    image: CameraImage | null,
    view: PictureView | null,
    cuboids: readonly Drawn[],
  ): void {
    if (context === null || image === null || view === null) return;
    const picture = { width: image.lens.width_px, height: image.lens.height_px };
    drawCuboids(context, cameraOf(image), view, picture, cuboids);
    drawOutlines(context, cameraOf(image), view, picture, this.#outlines.views);
  }

  #drawPicture(context: Context | null, view: PictureView | null): void {
    const [bitmap, picture] = [this.#bitmap, this.#picture];
    if (context === null || view === null || bitmap === null || picture === null) return;
    // Dropped from the cache it is closed, and has no width.
    if (bitmap.width === 0) return;
    const { brightness, contrast } = this.#options.editor.look.getState().light;
    // By the style, which the overlay does not share and every browser knows.
    this.#layers.picture.style.filter =
      brightness === 1 && contrast === 1 ? "" : `brightness(${brightness}) contrast(${contrast})`;
    context.imageSmoothingEnabled = view.scale < 3;
    const [width, height] = [picture.width * view.scale, picture.height * view.scale];
    context.drawImage(bitmap, view.x, view.y, width, height);
  }

  /** Over the pixel of what the mouse points at in 3D, when this camera sees it. */
  #placeMark(): void {
    const { mark } = this.#layers;
    const point = this.#options.editor.stage?.pointed.getState() ?? null;
    const [view, image] = [this.#view, this.#image];
    const at = point === null || image === null ? null : projectPoint(cameraOf(image), point);
    mark.hidden = at?.visible !== true || view === null;
    if (at === null || view === null) return;
    const [x, y] = onCanvas(view, at.u, at.v);
    mark.style.transform = `translate(${x}px, ${y}px)`;
  }

  #listenToPointer(): () => void {
    const canvas = this.#layers.overlay;
    const stop = new AbortController();
    const { signal } = stop;
    let pressed: { x: number; y: number } | null = null;
    let dragged = false;
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    canvas.addEventListener(
      "dblclick",
      (event) => {
        if (this.#options.looksOnDoubleClick) this.#lookThere(event);
      },
      { signal },
    );
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
    this.#requestAll();
  }

  #pan(dx: number, dy: number): void {
    const picture = this.#picture;
    if (picture === null || this.#view === null) return;
    this.#view = panned(this.#view, dx, dy, picture, this.#size);
    this.#requestAll();
  }

  #click(event: PointerEvent): void {
    const { editor, onBackground } = this.#options;
    if (event.altKey) {
      this.#lookThere(event);
      return;
    }
    const id = this.#hit(event.offsetX, event.offsetY);
    if (id === null) onBackground();
    else editor.select(id);
  }

  #lookThere(event: MouseEvent): void {
    const [view, image] = [this.#view, this.#image];
    if (view === null || image === null) return;
    const camera = cameraOf(image);
    const [u, v] = pixelAt(view, event.offsetX, event.offsetY);
    const ray = unproject(camera, u, v);
    const tangent = tangentBeside(camera, u, v, LOOK_PX / view.scale);
    if (ray !== null && tangent !== null) this.#options.editor.stage?.lookAlong(ray, tangent);
  }

  /** The polygon with a side here, else the nearest cuboid that the ray through this pixel meets. */
  #hit(x: number, y: number): string | null {
    if (this.#view === null || this.#image === null) return null;
    const camera = cameraOf(this.#image);
    const outline = outlineAt(camera, this.#view, this.#outlines.views.filter(({ open }) => !open), { x, y }, SIDE_PX);
    if (outline !== null) return outline.id;
    const ray = unproject(camera, ...pixelAt(this.#view, x, y));
    if (ray === null) return null;
    let nearest: { id: string; distance: number } | null = null;
    for (const { id, cuboid } of this.#options.editor.shown()) {
      const drawn = this.#cuboids.placed(id, cuboid);
      const hit = intersectRay(drawn, ray.origin, ray.direction);
      if (hit !== null && !hit.inside && hit.distance < (nearest?.distance ?? Infinity)) {
        nearest = { id, distance: hit.distance };
      }
    }
    return nearest?.id ?? null;
  }
}

function placedLens({ lens, rotation_wxyz, position_m }: CameraImage): PlacedLens {
  return { lens, worldFromCamera: { rotation: rotation_wxyz, translation: position_m } };
}

/** Another frame was shown meanwhile. */
function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
