/** How long a person worked: the sum of the gaps between inputs, gaps over a minute left out. */

const MOST_IDLE_MS = 60_000;

export class ActiveTime {
  #lastInput_ms: number;
  #worked_ms = 0;

  /** @param now_ms any clock that never goes back, e.g. `performance.now()`. */
  constructor(now_ms: number) {
    this.#lastInput_ms = now_ms;
  }

  /** The person moved the mouse, pressed a key, or an edit was made. */
  input(now_ms: number): void {
    const gap_ms = now_ms - this.#lastInput_ms;
    if (gap_ms > 0 && gap_ms <= MOST_IDLE_MS) this.#worked_ms += gap_ms;
    this.#lastInput_ms = now_ms;
  }

  /** Work since the previous edit, as the `active_ms` of this one. */
  edit(now_ms: number): number {
    this.input(now_ms);
    const worked_ms = Math.round(this.#worked_ms);
    this.#worked_ms = 0;
    return worked_ms;
  }
}
