/** Pictures decoded once and kept while there is room; the least recently shown go first. */

import type { CameraImage } from "../../api/types";
import { withoutExif } from "./unturned";

/** A full HD picture takes 8 MB. */
const LIMIT_BYTES = 256 * 1024 * 1024;
const UPRIGHT = 1;

export class ImageCache {
  readonly #urls: Readonly<Record<string, string>>;
  readonly #images = new Map<string, Promise<ImageBitmap>>();
  readonly #bytes = new Map<string, number>();

  constructor(urls: Readonly<Record<string, string>>) {
    this.#urls = urls;
  }

  get(image: CameraImage): Promise<ImageBitmap> {
    const { sha256 } = image.image;
    const known = this.#images.get(sha256);
    const promise = known ?? this.#load(image);
    // Map order is age: asking makes it the youngest.
    this.#images.delete(sha256);
    this.#images.set(sha256, promise);
    return promise;
  }

  clear(): void {
    for (const sha256 of [...this.#images.keys()]) this.#drop(sha256);
  }

  async #load(image: CameraImage): Promise<ImageBitmap> {
    const { sha256 } = image.image;
    try {
      const response = await fetch(this.#urls[sha256] ?? "");
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      const blob = await response.blob();
      const bitmap = await createImageBitmap(
        image.exif_orientation === UPRIGHT
          ? blob
          : withoutExif(new Uint8Array(await blob.arrayBuffer())),
      );
      this.#bytes.set(sha256, 4 * bitmap.width * bitmap.height);
      this.#trim(sha256);
      return bitmap;
    } catch (error) {
      // Asked again the next time it is shown.
      this.#images.delete(sha256);
      throw error;
    }
  }

  #trim(newest: string): void {
    let total = [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
    for (const sha256 of [...this.#images.keys()]) {
      if (total <= LIMIT_BYTES) return;
      const bytes = this.#bytes.get(sha256);
      if (sha256 === newest || bytes === undefined) continue;
      total -= bytes;
      this.#drop(sha256);
    }
  }

  #drop(sha256: string): void {
    const image = this.#images.get(sha256);
    this.#images.delete(sha256);
    this.#bytes.delete(sha256);
    image?.then(
      (bitmap) => bitmap.close(),
      () => undefined,
    );
  }
}
