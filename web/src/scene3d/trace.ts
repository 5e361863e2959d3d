/** A line that a hand is drawing, over the canvas: it belongs to the picture, not to the world. */

import { add, scale, type Vec3 } from "../geometry/vec";
import type { Lasso } from "../tools/lasso";
import type { ViewName } from "./layout";
import type { ScreenXY } from "./viewpoint";

/** A place on each ray: any will do, they are seen along it. */
const ALONG_M = 10;
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
    this.show(null, () => null);
  }

  /** @param seen where a point of the world is on the canvas, CSS pixels, in the view of this name. */
  show(lasso: Lasso | null, seen: (point: Vec3, view: ViewName) => ScreenXY | null): void {
    const view = lasso?.gaze.flat === true ? "top" : "main";
    const places = (lasso?.rays ?? [])
      .map(({ origin, direction }) => seen(add(origin, scale(direction, ALONG_M)), view))
      .filter((place) => place !== null);
    this.#svg.style.display = places.length < 2 ? "none" : "";
    const points = places.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`);
    this.#line.setAttribute("points", points.join(" "));
  }

  dispose(): void {
    this.#svg.remove();
  }
}
