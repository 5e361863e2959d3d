/**
 * Work for many places, of which only the newest wish of each counts: what waits is replaced, what is
 * under way is finished. What came is handed over together, so that one draw shows many.
 */

export interface LatestOptions<Wish, Made> {
  readonly make: (wish: Wish) => Promise<Made>;
  /** What came since the last time, in the order in which it came. */
  readonly hand: (made: readonly (readonly [place: string, wish: Wish, made: Made])[]) => void;
  /** Told when work begins and when none is left. */
  readonly busy: (isBusy: boolean) => void;
  /** How long what came may wait for more, while more is under way. */
  readonly togetherMs: number;
}

/** One is made while the next one waits there already. */
const PARALLEL = 2;

export class Latest<Wish, Made> {
  readonly #options: LatestOptions<Wish, Made>;
  readonly #waiting = new Map<string, Wish>();
  #came: (readonly [place: string, wish: Wish, made: Made])[] = [];
  #underWay = 0;
  #isBusy = false;
  #handedMs = 0;
  /** What was asked before the last `drop` is not wanted when it comes. */
  #round = 0;

  constructor(options: LatestOptions<Wish, Made>) {
    this.#options = options;
  }

  /** A place that waits keeps its turn. */
  ask(place: string, wish: Wish): void {
    this.#waiting.set(place, wish);
    this.#pump();
  }

  /** Nothing that was asked for is wanted any more. */
  drop(): void {
    this.#round += 1;
    this.#waiting.clear();
    this.#came = [];
    this.#settle();
  }

  #pump(): void {
    if (!this.#isBusy) {
      this.#isBusy = true;
      this.#handedMs = performance.now();
      this.#options.busy(true);
    }
    for (const [place, wish] of this.#waiting) {
      if (this.#underWay >= PARALLEL) return;
      this.#waiting.delete(place);
      this.#underWay += 1;
      void this.#make(place, wish, this.#round);
    }
  }

  async #make(place: string, wish: Wish, round: number): Promise<void> {
    try {
      const made = await this.#options.make(wish);
      if (round === this.#round) this.#came.push([place, wish, made]);
    } finally {
      this.#underWay -= 1;
      this.#settle();
    }
  }

  #settle(): void {
    const isLast = this.#waiting.size === 0 && this.#underWay === 0;
    const now = performance.now();
    if (this.#came.length > 0 && (isLast || now - this.#handedMs >= this.#options.togetherMs)) {
      const came = this.#came;
      this.#came = [];
      this.#handedMs = now;
      this.#options.hand(came);
    }
    if (this.#waiting.size > 0) this.#pump();
    else if (isLast && this.#isBusy) {
      this.#isBusy = false;
      this.#options.busy(false);
    }
  }
}
