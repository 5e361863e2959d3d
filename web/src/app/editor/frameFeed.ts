/** The points of the frames: which are loaded, in which order, and which are dropped. */

import type { Work } from "../../api/types";
import { ByteCache } from "../../workers/cache";
import { bytesOf, type DecodedChunk } from "../../workers/chunk";
import type { LoadChunk } from "../../workers/loader";
import { framesAround } from "./merging";

/** Decoded and the same again on the GPU. */
const BYTES_PER_POINT = 16;
const AHEAD_AT_REST = 3;
/**
 * Loads at the same time. Somebody waits for all of many: then none of them waits for an answer while
 * others could be decoded. A browser asks a server for six things at once, and pictures are to come, too.
 */
const PARALLEL = { usual: 2, many: 4 } as const;
/** Of the cache, for what is ahead while playing; the rest keeps what was seen. */
const SHARE_AHEAD = 0.6;
/** How much a new measurement of the time to load one says. */
const NEWEST_WEIGHT = 0.3;

export interface Motion {
  readonly playing: boolean;
  readonly direction: 1 | -1;
  /** Frames of the scene that pass in a second; asked while playing only. */
  readonly framesPerSecond: number;
}

export class FrameFeed {
  readonly #work: Work;
  readonly #load: LoadChunk;
  readonly #cache: ByteCache<DecodedChunk>;
  #shown = 0;
  /** Where the clock is while playing: at the shown frame, or past it. */
  #due = 0;
  #loadSeconds = 0.05;
  /** How many frames on both sides are drawn with the one that is shown. */
  #reach = 0;
  /** Wanted beside all that the scene shows or may show next. */
  #also: readonly number[] = [];

  constructor(work: Work, load: LoadChunk, limitBytes?: number) {
    this.#work = work;
    this.#load = load;
    this.#cache = new ByteCache<DecodedChunk>({
      load: (url, signal) => this.#measured(load(url, signal)),
      bytesOf,
      parallel: () => (this.#reach > 0 || this.#also.length > 0 ? PARALLEL.many : PARALLEL.usual),
      ...(limitBytes !== undefined && { limitBytes }),
    });
  }

  get bytes(): number {
    return this.#cache.bytes;
  }

  get subscribe(): (listener: () => void) => () => void {
    return this.#cache.subscribe;
  }

  isDecoded(index: number): boolean {
    return this.#cache.has(this.#url(index));
  }

  peek(index: number): DecodedChunk | null {
    return this.#cache.peek(this.#url(index));
  }

  /** For one look at it: nothing that is kept is thrown out for it. */
  async read(index: number, signal: AbortSignal): Promise<DecodedChunk> {
    const url = this.#url(index);
    return this.#cache.has(url) ? this.#cache.get(url) : this.#load(url, signal);
  }

  /** Rejects with an AbortError when another frame was shown before it came. */
  show(index: number, motion: Motion): Promise<DecodedChunk> {
    this.#shown = index;
    const isLate = motion.playing && (this.#due - index) * motion.direction > 0;
    this.aim(isLate ? this.#due : index, motion);
    return this.#cache.get(this.#url(index));
  }

  /** Frames drawn with the shown one come before those that may be shown next. */
  setReach(frames: number): void {
    this.#reach = frames;
  }

  /** Frames for others than the scene: they come after all that it needs, and are the first to go. */
  setAlso(frames: readonly number[]): void {
    this.#also = frames;
  }

  /** Rejects with an AbortError when it was not wanted any more. */
  load(index: number): Promise<DecodedChunk> {
    return this.#cache.get(this.#url(index));
  }

  /** Load what comes after `due`, the frame that is shown or would be, had it arrived. */
  aim(due: number, motion: Motion): void {
    this.#due = due;
    const count = this.#work.scene.frames.length;
    const next = motion.playing
      ? this.#aheadOf(due, motion)
      : neighboursOf(due, count, motion.direction, AHEAD_AT_REST);
    const order = [...framesAround(this.#shown, count, this.#reach), ...next, ...this.#also];
    this.#cache.want([this.#url(this.#shown)], order.map((index) => this.#url(index)));
  }

  clear(): void {
    this.#cache.clear();
  }

  /**
   * First those that can still be here when they are due; those before them are only kept if they
   * are under way already.
   */
  #aheadOf(due: number, { direction, framesPerSecond }: Motion): readonly number[] {
    const { frames } = this.#work.scene;
    const lead = Math.ceil(this.#loadSeconds * framesPerSecond);
    const roomBytes = SHARE_AHEAD * this.#cache.limitBytes;
    const inTime: number[] = [];
    const perhapsLate: number[] = [];
    let bytes = 0;
    for (let away = 1; bytes < roomBytes; away += 1) {
      const frame = frames[due + direction * away];
      if (frame === undefined) break;
      bytes += BYTES_PER_POINT * frame.points.count;
      (away < lead ? perhapsLate : inTime).push(due + direction * away);
    }
    return [...inTime, ...perhapsLate];
  }

  #url(index: number): string {
    const { scene, urls } = this.#work;
    return urls[scene.frames[index]?.points.blob.sha256 ?? ""] ?? "";
  }

  async #measured(loading: Promise<DecodedChunk>): Promise<DecodedChunk> {
    const begun = performance.now();
    const chunk = await loading;
    const seconds = (performance.now() - begun) / 1e3;
    this.#loadSeconds += NEWEST_WEIGHT * (seconds - this.#loadSeconds);
    return chunk;
  }
}

/** Indices of the frames around `index`: ahead in the direction of travel, then one behind. */
export function neighboursOf(
  index: number,
  count: number,
  direction: 1 | -1,
  ahead: number,
): readonly number[] {
  const wanted: number[] = [];
  for (let away = 1; away <= ahead; away += 1) wanted.push(index + direction * away);
  wanted.push(index - direction);
  return wanted.filter((other) => other >= 0 && other < count);
}
