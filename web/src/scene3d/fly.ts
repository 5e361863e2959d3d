/**
 * Flying through the scene by keys, only while it is on: by its own switch, or while the right button
 * is down. At all other times the same keys keep their meaning.
 *
 *     W S ahead and back · A D to the sides · E Q up and down · Shift faster · Esc ends it
 */

import type { Vec3 } from "../geometry/vec";

const KEYS: Readonly<Record<string, Vec3>> = {
  KeyW: [1, 0, 0],
  KeyS: [-1, 0, 0],
  KeyD: [0, 1, 0],
  KeyA: [0, -1, 0],
  KeyE: [0, 0, 1],
  KeyQ: [0, 0, -1],
};
const FASTER = 4;
/** A frame that took longer than this moves no farther: nobody jumps through a wall of waiting. */
const LONGEST_FRAME_S = 0.1;
const SLOWEST_M_S = 4;
const FASTEST_M_S = 40;
/** One crosses what lies between the eye and what it looks at in so many seconds. */
const CROSSING_S = 1.6;

export interface Flyer {
  /** Fly by these metres ahead, to the right and up. */
  readonly by: (metres: Vec3) => void;
  /** How far away what is looked at is, metres. */
  readonly distance: () => number;
  readonly begins: () => void;
  readonly ends: () => void;
  /** Escape ended the switched mode. */
  readonly off: () => void;
}

export class Fly {
  readonly #flyer: Flyer;
  readonly #pressed = new Set<string>();
  readonly #stop = new AbortController();
  #switched = false;
  #held = false;
  #used = false;
  #fast = false;
  #lastMs: number | null = null;
  #frame: number | null = null;

  constructor(flyer: Flyer) {
    this.#flyer = flyer;
    const { signal } = this.#stop;
    // Before any other listener: what flies must not also step to the next frame.
    const first = { signal, capture: true };
    addEventListener("keydown", (event) => this.#down(event), first);
    addEventListener("keyup", (event) => this.#up(event), first);
    addEventListener("blur", () => this.#rest(), { signal });
  }

  get switched(): boolean {
    return this.#switched;
  }

  /** The pointer turns the head instead of sliding or turning the scene. */
  get looksAround(): boolean {
    return this.#switched || (this.#held && this.#used);
  }

  switch(on: boolean): void {
    this.#switched = on;
    if (!on) this.#rest();
  }

  /** The right button went down or came up. */
  hold(held: boolean): void {
    this.#held = held;
    this.#used = false;
    if (!held && !this.#switched) this.#rest();
  }

  dispose(): void {
    this.#stop.abort();
    this.#rest();
  }

  #down(event: KeyboardEvent): void {
    this.#fast = event.shiftKey;
    if (!this.#switched && !this.#held) return;
    if (event.ctrlKey || event.metaKey || event.altKey || isTyped(event.target)) return;
    if (event.code === "Escape" && this.#switched) {
      this.switch(false);
      this.#flyer.off();
    } else if (event.code in KEYS) {
      this.#press(event.code);
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #up(event: KeyboardEvent): void {
    this.#fast = event.shiftKey;
    this.#pressed.delete(event.code);
    if (this.#pressed.size === 0) this.#rest();
  }

  #press(code: string): void {
    this.#used = true;
    this.#pressed.add(code);
    if (this.#frame !== null) return;
    this.#flyer.begins();
    this.#lastMs = null;
    this.#frame = requestAnimationFrame((nowMs) => this.#tick(nowMs));
  }

  #tick(nowMs: number): void {
    const seconds = Math.min(LONGEST_FRAME_S, (nowMs - (this.#lastMs ?? nowMs - 16)) / 1_000);
    this.#lastMs = nowMs;
    const metres = seconds * speedAt(this.#flyer.distance()) * (this.#fast ? FASTER : 1);
    this.#flyer.by(wayOf(this.#pressed, metres));
    this.#frame = requestAnimationFrame((nextMs) => this.#tick(nextMs));
  }

  #rest(): void {
    this.#pressed.clear();
    if (this.#frame === null) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = null;
    this.#flyer.ends();
  }
}

/** Metres ahead, to the right and up; two keys at once are not faster than one. */
export function wayOf(pressed: ReadonlySet<string>, metres: number): Vec3 {
  let [ahead, aside, up] = [0, 0, 0];
  for (const code of pressed) {
    const way = KEYS[code] ?? [0, 0, 0];
    [ahead, aside, up] = [ahead + way[0], aside + way[1], up + way[2]];
  }
  const length = Math.hypot(ahead, aside, up);
  const by = length === 0 ? 0 : metres / length;
  return [ahead * by, aside * by, up * by];
}

export function speedAt(distanceM: number): number {
  return Math.min(FASTEST_M_S, Math.max(SLOWEST_M_S, distanceM / CROSSING_S));
}

function isTyped(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, dialog") !== null;
}
