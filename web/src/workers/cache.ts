/**
 * Decoded chunks kept by bytes, the least recently shown thrown out first.
 *
 * What the labeler looks at is loaded at once; neighbours follow one at a time, in the order given,
 * and are cancelled when the labeler has moved on.
 */

import { bytesOf, type DecodedChunk } from "./chunk";
import type { LoadChunk } from "./loader";

const DEFAULT_LIMIT_BYTES = 384 * 1024 * 1024;

interface Pending {
  readonly chunk: Promise<DecodedChunk>;
  readonly cancel: AbortController;
}

export class ChunkCache {
  readonly #load: LoadChunk;
  readonly #limitBytes: number;
  /** Map order is age: the first is the least recently asked for. */
  readonly #ready = new Map<string, DecodedChunk>();
  readonly #pending = new Map<string, Pending>();
  #bytes = 0;
  #ahead: readonly string[] = [];
  #prefetching = false;

  constructor(load: LoadChunk, limitBytes: number = DEFAULT_LIMIT_BYTES) {
    this.#load = load;
    this.#limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The chunk if it is here already; a frame step that hits draws in the same tick. */
  peek(url: string): DecodedChunk | null {
    const chunk = this.#ready.get(url);
    if (chunk === undefined) return null;
    this.#ready.delete(url);
    this.#ready.set(url, chunk);
    return chunk;
  }

  /** Rejects with the loader's error, and with an AbortError when `want` has dropped it since. */
  get(url: string): Promise<DecodedChunk> {
    const ready = this.peek(url);
    if (ready !== null) return Promise.resolve(ready);
    return this.#start(url).chunk;
  }

  /**
   * Say what is wanted: `now` is loaded first, then `neighbours` one after the other; whatever else
   * is still loading is cancelled. Failures of neighbours are silent: they are tried again when
   * they are shown.
   */
  want(now: string, neighbours: readonly string[]): Promise<DecodedChunk> {
    for (const [url, pending] of this.#pending) {
      if (url !== now && !neighbours.includes(url)) pending.cancel.abort();
    }
    this.#ahead = neighbours;
    const shown = this.get(now);
    shown.then(
      () => void this.#prefetch(),
      () => undefined,
    );
    return shown;
  }

  clear(): void {
    for (const pending of this.#pending.values()) pending.cancel.abort();
    this.#pending.clear();
    this.#ready.clear();
    this.#ahead = [];
    this.#bytes = 0;
  }

  #start(url: string): Pending {
    const running = this.#pending.get(url);
    if (running !== undefined && !running.cancel.signal.aborted) return running;
    const cancel = new AbortController();
    const chunk = this.#load(url, cancel.signal).then((loaded) => {
      cancel.signal.throwIfAborted();
      this.#keep(url, loaded);
      return loaded;
    });
    const pending = { chunk, cancel };
    this.#pending.set(url, pending);
    const forget = () => {
      if (this.#pending.get(url) === pending) this.#pending.delete(url);
    };
    chunk.then(forget, forget);
    return pending;
  }

  #keep(url: string, chunk: DecodedChunk): void {
    this.#ready.set(url, chunk);
    this.#bytes += bytesOf(chunk);
    for (const [oldUrl, old] of this.#ready) {
      // The newest stays even when it alone is over the limit: it is about to be drawn.
      if (this.#bytes <= this.#limitBytes || oldUrl === url) break;
      this.#ready.delete(oldUrl);
      this.#bytes -= bytesOf(old);
    }
  }

  async #prefetch(): Promise<void> {
    if (this.#prefetching) return;
    this.#prefetching = true;
    try {
      // `#ahead` may be replaced while one loads: look again each time.
      const tried = new Set<string>();
      for (;;) {
        const next = this.#ahead.find((url) => !this.#ready.has(url) && !tried.has(url));
        if (next === undefined) return;
        tried.add(next);
        await this.#start(next).chunk.catch(() => undefined);
      }
    } finally {
      this.#prefetching = false;
    }
  }
}

/** Indices of the frames to prefetch around `index`: ahead in the direction of travel, then behind. */
export function neighboursOf(
  index: number,
  count: number,
  direction: 1 | -1,
  ahead = 3,
): readonly number[] {
  const wanted: number[] = [];
  for (let away = 1; away <= ahead; away += 1) wanted.push(index + direction * away);
  wanted.push(index - direction);
  return wanted.filter((other) => other >= 0 && other < count);
}
