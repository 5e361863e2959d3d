/**
 * Decoded things kept by bytes, the least recently shown thrown out first.
 *
 * What the labeler looks at is loaded at once; what comes next follows, a few at a time, in the
 * order given, and is cancelled when the labeler has passed it. The limit holds always, except that
 * what is shown stays, however large it is.
 */

export interface CacheOptions<T> {
  readonly load: (key: string, signal: AbortSignal) => Promise<T>;
  readonly bytesOf: (value: T) => number;
  readonly limitBytes?: number;
  /** How many of those ahead are loaded at the same time; asked before each. */
  readonly parallel?: () => number;
  /** Told of each value that is thrown out. */
  readonly discard?: (value: T) => void;
}

export const DEFAULT_LIMIT_BYTES = 384 * 1024 * 1024;

interface Pending<T> {
  readonly value: Promise<T>;
  readonly cancel: AbortController;
}

export class ByteCache<T> {
  readonly #options: CacheOptions<T>;
  readonly #limitBytes: number;
  /** Map order is age: the first is the least recently asked for. */
  readonly #ready = new Map<string, T>();
  readonly #pending = new Map<string, Pending<T>>();
  readonly #listeners = new Set<() => void>();
  #bytes = 0;
  #shown: readonly string[] = [];
  #ahead: readonly string[] = [];
  #loading = 0;
  /** Ahead of what is shown nothing is loaded before that has come. */
  #shownSettled = false;
  /** Those ahead that failed or were loaded since the last `want`. */
  #tried = new Set<string>();

  constructor(options: CacheOptions<T>) {
    this.#options = options;
    this.#limitBytes = options.limitBytes ?? DEFAULT_LIMIT_BYTES;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get limitBytes(): number {
    return this.#limitBytes;
  }

  /** Asks without making it younger. */
  has(key: string): boolean {
    return this.#ready.has(key);
  }

  /** The value if it is here already; a frame step that hits draws in the same tick. */
  peek(key: string): T | null {
    const value = this.#ready.get(key);
    if (value === undefined) return null;
    this.#ready.delete(key);
    this.#ready.set(key, value);
    return value;
  }

  /** Rejects with the loader's error, and with an AbortError when `want` has dropped it since. */
  get(key: string): Promise<T> {
    const ready = this.peek(key);
    if (ready !== null) return Promise.resolve(ready);
    return this.#start(key).value;
  }

  /**
   * Say what is wanted: `shown` is loaded at once and stays; then come those `ahead`, in their order;
   * whatever else is still loading is cancelled. Failures ahead are silent: they are tried again
   * when they are shown.
   */
  want(shown: readonly string[], ahead: readonly string[]): void {
    const wanted = new Set([...shown, ...ahead]);
    for (const [key, { cancel }] of this.#pending) if (!wanted.has(key)) cancel.abort();
    this.#shown = shown;
    this.#ahead = ahead;
    this.#tried = new Set();
    this.#shownSettled = false;
    // What was shown may have been over the limit; now it is held to it as the rest.
    const before = this.#bytes;
    this.#trim();
    if (this.#bytes !== before) this.#tell();
    void Promise.allSettled(shown.map((key) => this.get(key))).then(() => {
      if (this.#shown !== shown) return;
      this.#shownSettled = true;
      this.#loadAhead();
    });
  }

  /** Told whenever something has come or gone. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  clear(): void {
    this.#shown = [];
    this.#ahead = [];
    for (const { cancel } of this.#pending.values()) cancel.abort();
    this.#pending.clear();
    for (const key of [...this.#ready.keys()]) this.#drop(key);
    this.#tell();
  }

  #start(key: string): Pending<T> {
    const running = this.#pending.get(key);
    if (running !== undefined && this.#isUnderWay(key)) return running;
    const cancel = new AbortController();
    const value = this.#options.load(key, cancel.signal).then((loaded) => {
      if (cancel.signal.aborted) this.#options.discard?.(loaded);
      cancel.signal.throwIfAborted();
      this.#keep(key, loaded);
      return loaded;
    });
    const pending = { value, cancel };
    this.#pending.set(key, pending);
    const forget = () => {
      if (this.#pending.get(key) === pending) this.#pending.delete(key);
    };
    value.then(forget, forget);
    return pending;
  }

  #keep(key: string, value: T): void {
    this.#ready.set(key, value);
    this.#bytes += this.#options.bytesOf(value);
    this.#trim();
    this.#tell();
  }

  /** What nobody wants goes first, the oldest first; then what is farthest ahead. */
  #trim(): void {
    const wanted = new Set([...this.#shown, ...this.#ahead]);
    const unwanted = [...this.#ready.keys()].filter((key) => !wanted.has(key));
    for (const key of [...unwanted, ...this.#ahead.toReversed()]) {
      if (this.#bytes <= this.#limitBytes) return;
      if (!this.#shown.includes(key)) this.#drop(key);
    }
  }

  #drop(key: string): void {
    const value = this.#ready.get(key);
    if (value === undefined) return;
    this.#ready.delete(key);
    this.#bytes -= this.#options.bytesOf(value);
    this.#options.discard?.(value);
  }

  #loadAhead(): void {
    while (this.#shownSettled && this.#loading < (this.#options.parallel?.() ?? 1)) {
      const next = this.#ahead.find((key) => !this.#ready.has(key) && !this.#tried.has(key) && !this.#isUnderWay(key));
      if (next === undefined || !this.#hasRoomAhead()) return;
      this.#tried.add(next);
      this.#loading += 1;
      const settled = () => {
        this.#loading -= 1;
        this.#loadAhead();
      };
      this.#start(next).value.then(settled, settled);
    }
  }

  #isUnderWay(key: string): boolean {
    return this.#pending.get(key)?.cancel.signal.aborted === false;
  }

  /** Room for one more beside all that is wanted: else it would push out what comes before it. */
  #hasRoomAhead(): boolean {
    if (this.#ready.size === 0) return true;
    const wanted = new Set([...this.#shown, ...this.#ahead]);
    let bytes = this.#bytes / this.#ready.size;
    for (const [key, value] of this.#ready) {
      if (wanted.has(key)) bytes += this.#options.bytesOf(value);
    }
    return bytes <= this.#limitBytes;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
