/** Pictures decoded once and kept while there is room; what comes next is fetched ahead. */

import type { CameraImage, Scene } from "../../api/types";
import { ByteCache } from "../../workers/cache";
import { imageAsOf } from "./cameras";
import type { Editor } from "./editor";
import { withoutExif } from "./unturned";

/** Those shown and those of three frames ahead, of six cameras of 1600 by 900: each takes 6 MB. */
const LIMIT_BYTES = 144 * 1024 * 1024;
const UPRIGHT = 1;
const FRAMES_AHEAD = 2;
const FRAMES_AHEAD_PLAYING = 4;

export class ImageCache {
  readonly #urls: Readonly<Record<string, string>>;
  readonly #known = new Map<string, CameraImage>();
  readonly #cache: ByteCache<ImageBitmap>;

  constructor(urls: Readonly<Record<string, string>>, limitBytes = LIMIT_BYTES) {
    this.#urls = urls;
    this.#cache = new ByteCache<ImageBitmap>({
      load: (sha256, signal) => this.#load(sha256, signal),
      bytesOf: ({ width, height }) => 4 * width * height,
      limitBytes,
      parallel: () => 2,
      discard: (bitmap) => bitmap.close(),
    });
  }

  get bytes(): number {
    return this.#cache.bytes;
  }

  /** A picture that is dropped while somebody holds it is closed: its width is 0 then. */
  get(image: CameraImage): Promise<ImageBitmap> {
    return this.#cache.get(this.#key(image));
  }

  /** These are shown and stay; those come next, in this order; all others are not waited for. */
  want(shown: readonly CameraImage[], ahead: readonly CameraImage[]): void {
    const key = (image: CameraImage) => this.#key(image);
    this.#cache.want(shown.map(key), ahead.map(key));
  }

  clear(): void {
    this.#cache.clear();
  }

  #key(image: CameraImage): string {
    this.#known.set(image.image.sha256, image);
    return image.image.sha256;
  }

  async #load(sha256: string, signal: AbortSignal): Promise<ImageBitmap> {
    const response = await fetch(this.#urls[sha256] ?? "", { signal });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const blob = await response.blob();
    signal.throwIfAborted();
    return createImageBitmap(
      this.#known.get(sha256)?.exif_orientation === UPRIGHT
        ? blob
        : withoutExif(new Uint8Array(await blob.arrayBuffer())),
    );
  }
}

/** The pictures of a frame and of those after it, as far as they differ. */
export function imagesAround(
  scene: Scene,
  index: number,
  direction: 1 | -1,
  frames: number,
): { readonly shown: readonly CameraImage[]; readonly ahead: readonly CameraImage[] } {
  const at = (frame: number) =>
    scene.cameras.flatMap((camera) => imageAsOf(scene, frame, camera.index) ?? []);
  const shown = at(index);
  const ahead = new Set<CameraImage>();
  for (let away = 1; away <= frames; away += 1) {
    const next = index + away * direction;
    if (next < 0 || next >= scene.frames.length) break;
    for (const image of at(next)) ahead.add(image);
  }
  return { shown, ahead: [...ahead].filter((image) => !shown.includes(image)) };
}

/** Keep the pictures of the shown frame and fetch those of the next, while the editor is open. */
export function followFrames(editor: Editor, images: ImageCache): () => void {
  const { scene } = editor.work;
  let last = "";
  const aim = () => {
    const { frameIndex, direction } = editor.view.getState();
    const { playing } = editor.player.state.getState();
    const now = `${frameIndex} ${direction} ${playing}`;
    if (now === last) return;
    last = now;
    const frames = playing ? FRAMES_AHEAD_PLAYING : FRAMES_AHEAD;
    const { shown, ahead } = imagesAround(scene, frameIndex, direction, frames);
    images.want(shown, ahead);
  };
  const stops = [editor.view.subscribe(aim), editor.player.state.subscribe(aim)];
  aim();
  return () => {
    for (const stop of stops) stop();
  };
}
