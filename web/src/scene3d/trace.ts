/** A line that a hand is drawing, over the canvas: it belongs to the picture, not to the world. */

import type { ScreenXY } from "./viewpoint";

const SVG = "http://www.w3.org/2000/svg";

export class Trace {
  readonly #svg: SVGSVGElement;
  readonly #line: SVGPolygonElement;

  constructor(host: HTMLElement) {
    this.#svg = document.createElementNS(SVG, "svg");
    this.#svg.setAttribute("class", "scene-trace");
    this.#svg.setAttribute("aria-hidden", "true");
    this.#line = document.createElementNS(SVG, "polygon");
    this.#svg.append(this.#line);
    host.append(this.#svg);
    this.show([]);
  }

  /** CSS pixels of the canvas; fewer than two places show nothing. */
  show(places: readonly ScreenXY[]): void {
    this.#svg.style.display = places.length < 2 ? "none" : "";
    const points = places.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`);
    this.#line.setAttribute("points", points.join(" "));
  }

  dispose(): void {
    this.#svg.remove();
  }
}
