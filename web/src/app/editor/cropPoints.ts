/**
 * The points around one object in many frames. They are cut out of the frames as those come, so that
 * the frames may go again: what is kept is small, and the scene's own frames are not driven out.
 */

import type { Vec3 } from "../../geometry/vec";
import type { Cropper } from "../../scene3d/cropper";
import { covers, type NearCloud } from "../../scene3d/nearcloud";
import type { DecodedChunk } from "../../workers/chunk";

export interface Wanted {
  readonly frame: number;
  /** World metres. */
  readonly centre: Vec3;
  readonly neededM: number;
}

/** Where frames come from: those decoded already, and those that have to be asked for; and who cuts them. */
export interface FrameSource extends Pick<Cropper, "cut" | "forget"> {
  readonly peekFrame: (frame: number) => DecodedChunk | null;
  /** Rejects with an AbortError when something else was wanted since. */
  readonly loadFrame: (frame: number) => Promise<DecodedChunk>;
  /** These frames will be asked for, beside what the scene needs. */
  readonly wantAlso: (frames: readonly number[]) => void;
}

const PARALLEL = 2;
/** A cut reaches farther than is shown, so that it lasts for a while; and as far as the ground is sought. */
const AHEAD = 1.1;
const LEAST_M = 7;
/** Cuts that are kept, the oldest thrown out first: some 100 kB each. */
const MOST_CUTS = 200;

export class CropPoints {
  readonly #source: FrameSource;
  readonly #changed: (isLast: boolean) => void;
  readonly #cuts = new Map<number, NearCloud>();
  readonly #failed = new Map<number, string>();
  readonly #loading = new Set<number>();
  readonly #waiting = new Set<() => void>();
  #shown: readonly Wanted[] = [];
  #asked: readonly Wanted[] = [];
  #missing: readonly Wanted[] = [];
  #told = "";
  #disposed = false;

  /** @param changed told when points have come, or failed to; and whether they were the last. */
  constructor(source: FrameSource, changed: (isLast: boolean) => void) {
    this.#source = source;
    this.#changed = changed;
  }

  peek(frame: number): NearCloud | null {
    return this.#cuts.get(frame) ?? null;
  }

  /** Why the points of a frame did not come; null: they have, or may still. */
  problem(frame: number): string | null {
    return this.#failed.get(frame) ?? null;
  }

  /** What shall be there, in this order; what was asked for before and is not among it is let go. */
  want(wanted: readonly Wanted[]): void {
    this.#shown = wanted;
    this.#look();
  }

  /** The points of all these frames, whether they are shown or not; without those that failed. */
  async fetch(wanted: readonly Wanted[]): Promise<ReadonlyMap<number, NearCloud>> {
    const found = new Map<number, NearCloud>();
    let open = wanted;
    while (!this.#disposed) {
      open = open.filter((one) => {
        if (this.#here(one)) found.set(one.frame, this.#cuts.get(one.frame)!);
        return !found.has(one.frame) && !this.#failed.has(one.frame);
      });
      this.#asked = open;
      this.#look();
      if (open.length === 0) break;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    return found;
  }

  #look(): void {
    const missing = [...this.#shown, ...this.#asked].filter((one) => !this.#here(one));
    this.#missing = missing;
    this.#tell();
    this.#pump();
  }

  /** Ask again for what failed. */
  retry(): void {
    this.#failed.clear();
    this.#pump();
  }

  dispose(): void {
    this.#disposed = true;
    this.#missing = [];
    this.#tell();
    this.#wake();
  }

  #tell(): void {
    const frames = this.#missing.map(({ frame }) => frame).filter((frame) => this.#source.peekFrame(frame) === null);
    if (frames.join() === this.#told) return;
    this.#told = frames.join();
    this.#source.wantAlso(frames);
  }

  #here(one: Wanted): boolean {
    const cut = this.#cuts.get(one.frame);
    return cut !== undefined && covers(cut, one.centre, one.neededM);
  }

  async #cut({ frame, centre, neededM }: Wanted, chunk: DecodedChunk): Promise<void> {
    const cut = await this.#source.cut(chunk, centre, Math.max(LEAST_M, AHEAD * neededM));
    this.#drop(frame);
    this.#cuts.set(frame, cut);
    const [oldest] = this.#cuts.keys();
    if (this.#cuts.size > MOST_CUTS && oldest !== undefined) this.#drop(oldest);
  }

  #drop(frame: number): void {
    const cut = this.#cuts.get(frame);
    if (cut === undefined) return;
    this.#cuts.delete(frame);
    this.#source.forget(cut);
  }

  #pump(): void {
    while (this.#loading.size < PARALLEL && !this.#disposed) {
      const next = this.#missing.find(({ frame }) => !this.#loading.has(frame) && !this.#failed.has(frame));
      if (next === undefined) return;
      this.#loading.add(next.frame);
      void this.#load(next.frame);
    }
  }

  async #load(frame: number): Promise<void> {
    try {
      const chunk = this.#source.peekFrame(frame) ?? (await this.#source.loadFrame(frame));
      // The object may have moved, or be another one, since it was asked for.
      const wanted = this.#missing.find((one) => one.frame === frame);
      if (wanted !== undefined) await this.#cut(wanted, chunk);
    } catch (error) {
      if (!isAbort(error)) this.#failed.set(frame, error instanceof Error ? error.message : String(error));
    } finally {
      this.#loading.delete(frame);
    }
    if (this.#disposed) return;
    this.#missing = this.#missing.filter((one) => one.frame !== frame || !this.#here(one));
    this.#changed(this.#missing.length === 0);
    this.#wake();
    this.#pump();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";
