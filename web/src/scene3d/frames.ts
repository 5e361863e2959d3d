/** What stands over the flat views: their names, a scale in metres, and why they are empty. */

import { SIDE_NAMES, type Layout, type Rect, type SideName } from "./layout";

const TITLES: Readonly<Record<SideName, string>> = { top: "Top", side: "Side", front: "Front" };

interface Frame {
  readonly element: HTMLElement;
  readonly scale: HTMLElement;
  readonly length: HTMLElement;
  /** What the scale says now, so that a draw that changes nothing touches no element. */
  shown: string;
}

export class Frames {
  readonly #host: HTMLElement;
  readonly #frames: Readonly<Record<SideName, Frame>>;
  readonly #empty: HTMLElement;
  #sentence = "";

  constructor(host: HTMLElement) {
    this.#host = host;
    this.#frames = { top: frame("top"), side: frame("side"), front: frame("front") };
    this.#empty = element("p", "flat-empty");
    this.#empty.hidden = true;
    host.append(...SIDE_NAMES.map((side) => this.#frames[side].element), this.#empty);
  }

  arrange({ main, sides }: Layout): void {
    // Panels over the scene keep to the main view.
    this.#host.style.setProperty("--main-width", `${main.width}px`);
    this.#host.style.setProperty("--main-height", `${main.height}px`);
    for (const side of SIDE_NAMES) {
      const { element: shown } = this.#frames[side];
      shown.hidden = sides === null;
      if (sides !== null) place(shown, sides[side]);
    }
    this.#empty.hidden = sides === null || this.#sentence === "";
    if (sides !== null) place(this.#empty, around(sides));
  }

  /** A sentence instead of the views; an empty one ends it. */
  say(sentence: string): void {
    if (sentence === this.#sentence) return;
    this.#sentence = sentence;
    this.#empty.textContent = sentence;
    this.#empty.hidden = sentence === "" || this.#frames.top.element.hidden;
  }

  showScale(side: SideName, bar: { readonly text: string; readonly px: number } | null): void {
    const frame = this.#frames[side];
    const width = bar === null ? "" : `${bar.px.toFixed(1)}px`;
    const shown = bar === null ? "" : `${bar.text} ${width}`;
    if (shown === frame.shown) return;
    frame.shown = shown;
    frame.scale.hidden = bar === null;
    if (bar === null) return;
    frame.length.textContent = bar.text;
    frame.scale.style.width = width;
  }

  dispose(): void {
    for (const side of SIDE_NAMES) this.#frames[side].element.remove();
    this.#empty.remove();
    this.#host.style.removeProperty("--main-width");
    this.#host.style.removeProperty("--main-height");
  }
}

function frame(side: SideName): Frame {
  const outer = element("div", "flat-view");
  outer.dataset["side"] = side;
  const name = element("span", "flat-name");
  name.textContent = TITLES[side];
  const scale = element("div", "flat-scale");
  scale.hidden = true;
  const length = element("span", "numbers");
  scale.append(length);
  outer.append(name, scale);
  return { element: outer, scale, length, shown: "" };
}

function element(tag: string, className: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

function place(shown: HTMLElement, { x, y, width, height }: Rect): void {
  Object.assign(shown.style, {
    left: `${x}px`,
    top: `${y}px`,
    width: `${width}px`,
    height: `${height}px`,
  });
}

function around(sides: NonNullable<Layout["sides"]>): Rect {
  const { top, front } = sides;
  return {
    x: top.x,
    y: top.y,
    width: front.x + front.width - top.x,
    height: front.y + front.height - top.y,
  };
}
