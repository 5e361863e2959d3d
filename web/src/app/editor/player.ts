/**
 * Playing: the clock decides which frame is due, and the newest frame that is decoded and due is
 * shown. What arrives too late is skipped, so the view never lags behind a queue.
 */

import { create, type StoreApi } from "../store";

export const RATES = [0.25, 0.5, 1, 2, 4] as const;
export type Rate = (typeof RATES)[number];

export interface PlayState {
  readonly playing: boolean;
  readonly direction: 1 | -1;
  readonly rate: Rate;
}

/** What the player moves through; the editor is one. */
export interface PlayedFrames {
  /** Ascending. */
  readonly times_ns: readonly number[];
  readonly shown: () => number;
  readonly show: (index: number) => void;
  readonly isDecoded: (index: number) => boolean;
  /** This frame is due now: what comes after it is wanted next. */
  readonly due: (index: number) => void;
}

export interface Clock {
  readonly now_ms: () => number;
  /** Calls once, with the next picture of the screen; the result cancels it. */
  readonly next: (tick: () => void) => () => void;
}

export const SCREEN_CLOCK: Clock = {
  now_ms: () => performance.now(),
  next: (tick) => {
    const request = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(request);
  },
};

/** Nobody looked for so long (another tab, a lid closed): playing goes on where it was. */
const AWAY_MS = 2_000;
const NS_PER_MS = 1e6;

export class Player {
  readonly state: StoreApi<PlayState> = create<PlayState>({
    playing: false,
    direction: 1,
    rate: 1,
  });
  readonly #frames: PlayedFrames;
  readonly #clock: Clock;
  /** The scene's time at a moment of the clock; all others follow from the rate. */
  #anchor = { at_ms: 0, time_ns: 0 };
  #shown = 0;
  #due = 0;
  #ticked_ms = 0;
  #cancel: (() => void) | null = null;

  constructor(frames: PlayedFrames, clock: Clock = SCREEN_CLOCK) {
    this.#frames = frames;
    this.#clock = clock;
  }

  /** From the end it begins again at the other one. */
  play(direction: 1 | -1): void {
    const { times_ns, shown, show } = this.#frames;
    if (times_ns.length < 2) return;
    const end = this.#end(direction);
    if (shown() === end) show(this.#end(direction === 1 ? -1 : 1));
    this.#shown = this.#due = shown();
    this.#anchorAt(times_ns[this.#shown] ?? 0);
    this.state.setState({ playing: true, direction });
    this.#frames.due(this.#due);
    this.#cancel?.();
    this.#cancel = this.#clock.next(() => this.#tick());
  }

  pause(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.state.getState().playing) this.state.setState({ playing: false });
  }

  toggle(direction: 1 | -1): void {
    if (this.state.getState().playing) this.pause();
    else this.play(direction);
  }

  setRate(rate: Rate): void {
    if (this.state.getState().playing) this.#anchorAt(this.#time_ns());
    this.state.setState({ rate });
  }

  /** One step through the rates. */
  faster(by: 1 | -1): void {
    const next = RATES[RATES.indexOf(this.state.getState().rate) + by];
    if (next !== undefined) this.setRate(next);
  }

  #tick(): void {
    this.#cancel = null;
    // Somebody else has moved: the person took over.
    if (this.#frames.shown() !== this.#shown) {
      this.pause();
      return;
    }
    const now_ms = this.#clock.now_ms();
    if (now_ms - this.#ticked_ms > AWAY_MS) this.#anchorAt(this.#frames.times_ns[this.#shown] ?? 0);
    this.#ticked_ms = now_ms;
    const { direction } = this.state.getState();
    const due = dueAt(this.#frames.times_ns, this.#time_ns(), direction);
    if (due !== this.#due) {
      this.#due = due;
      this.#frames.due(due);
    }
    if (due === this.#end(direction)) {
      // The last one is shown even when it comes late.
      this.#frames.show(due);
      this.pause();
      return;
    }
    this.#showNewest(due, direction);
    this.#cancel = this.#clock.next(() => this.#tick());
  }

  #showNewest(due: number, direction: 1 | -1): void {
    for (let index = due; (index - this.#shown) * direction > 0; index -= direction) {
      if (!this.#frames.isDecoded(index)) continue;
      this.#shown = index;
      this.#frames.show(index);
      return;
    }
  }

  #anchorAt(time_ns: number): void {
    this.#ticked_ms = this.#clock.now_ms();
    this.#anchor = { at_ms: this.#ticked_ms, time_ns };
  }

  #time_ns(): number {
    const { direction, rate } = this.state.getState();
    const played_ms = this.#clock.now_ms() - this.#anchor.at_ms;
    return this.#anchor.time_ns + played_ms * NS_PER_MS * rate * direction;
  }

  #end(direction: 1 | -1): number {
    return direction === 1 ? this.#frames.times_ns.length - 1 : 0;
  }
}

/** The frame that a time has reached, coming from before (1) or from after (-1). */
export function dueAt(times_ns: readonly number[], time_ns: number, direction: 1 | -1): number {
  let low = 0;
  let high = times_ns.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const time = times_ns[middle]!;
    if (direction === 1 ? time <= time_ns : time < time_ns) low = middle + 1;
    else high = middle;
  }
  const index = direction === 1 ? low - 1 : low;
  return Math.min(times_ns.length - 1, Math.max(0, index));
}
