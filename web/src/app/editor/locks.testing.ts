/** `navigator.locks` as far as tabs use it: one holder, a line, and stealing. */

interface Waiting {
  run(lock: object): unknown;
  fail(reason: unknown): void;
  done(): void;
}

export class FakeLocks {
  readonly #held = new Map<string, Waiting>();
  readonly #line = new Map<string, Waiting[]>();

  request(
    name: string,
    options: { ifAvailable?: boolean; steal?: boolean; signal?: AbortSignal },
    run: (lock: object | null) => unknown,
  ): Promise<void> {
    return new Promise((done, fail) => {
      const asking: Waiting = { run, fail, done: () => done() };
      const holder = this.#held.get(name);
      if (holder === undefined || options.steal === true) {
        this.#hold(name, asking);
        holder?.fail(new DOMException("stolen", "AbortError"));
      } else if (options.ifAvailable === true) {
        run(null);
        done();
      } else {
        const line = this.#line.get(name) ?? [];
        this.#line.set(name, [...line, asking]);
        options.signal?.addEventListener("abort", () => {
          this.#line.set(name, (this.#line.get(name) ?? []).filter((one) => one !== asking));
          fail(new DOMException("given up", "AbortError"));
        });
      }
    });
  }

  #hold(name: string, asking: Waiting): void {
    this.#held.set(name, asking);
    void Promise.resolve(asking.run({})).then(() => {
      if (this.#held.get(name) !== asking) return;
      asking.done();
      const [next, ...rest] = this.#line.get(name) ?? [];
      this.#line.set(name, rest);
      if (next === undefined) this.#held.delete(name);
      else this.#hold(name, next);
    });
  }
}
