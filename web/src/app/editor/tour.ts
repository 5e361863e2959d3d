/** The tour in an open editor: starts by itself on the demo, once, and watches the work. */

import { keysOf } from "../../model/interpolate";
import { nextStep, previousStep, seen, type Sight, startTour, type TourState } from "../../model/tour";
import { remember, remembered } from "../remember";
import { create, type StoreApi } from "../store";
import type { Editor } from "./editor";

export type TourShown =
  | { readonly kind: "off" }
  | { readonly kind: "on"; readonly tour: TourState }
  /** Asked for in a task where nobody may just try things out. */
  | { readonly kind: "elsewhere" };

type Watched = Pick<Editor, "work" | "task" | "view" | "document" | "shown">;

export class Tour {
  readonly shown: StoreApi<TourShown> = create<TourShown>({ kind: "off" });
  readonly #editor: Watched;
  readonly #key: string;

  constructor(editor: Watched) {
    this.#editor = editor;
    this.#key = `groundplane.tour.${editor.task.personId}`;
  }

  /** Until the returned function is called. */
  follow(): () => void {
    const { task, view } = this.#editor;
    const look = () => {
      this.#startOnce();
      const shown = this.shown.getState();
      if (shown.kind === "on") this.#show(seen(shown.tour, this.#sight()), shown.tour);
    };
    const undo = [task.status.subscribe(look), task.store.subscribe(look), view.subscribe(look)];
    look();
    return () => undo.forEach((one) => one());
  }

  restart(): void {
    const isHere = this.#editor.work.is_demo && this.#editor.task.status.getState().editing;
    if (!isHere) this.shown.setState({ kind: "elsewhere" }, true);
    else this.#show(startTour(this.#sight()));
  }

  next(): void {
    this.#go(nextStep);
  }

  back(): void {
    this.#go(previousStep);
  }

  /** Closed for good, until it is asked for. */
  end(): void {
    if (this.shown.getState().kind === "on") remember(this.#key, "over");
    this.shown.setState({ kind: "off" }, true);
  }

  #startOnce(): void {
    const { work, task } = this.#editor;
    if (!work.is_demo || !task.status.getState().editing) return;
    if (this.shown.getState().kind !== "off") return;
    const last = remembered(this.#key);
    if (last === "over") return;
    this.#show(startTour(this.#sight(), typeof last === "number" ? last : 0));
  }

  #go(move: typeof nextStep): void {
    const shown = this.shown.getState();
    if (shown.kind === "on") this.#show(move(shown.tour, this.#sight()), shown.tour);
  }

  #show(tour: TourState, before?: TourState): void {
    if (tour === before) return;
    if (tour.step !== before?.step) remember(this.#key, tour.step);
    this.shown.setState({ kind: "on", tour }, true);
  }

  #sight(): Sight {
    const { view, document } = this.#editor;
    const { viewpoint, frameIndex, mode } = view.getState();
    return {
      look: viewpoint,
      frame: frameIndex,
      placing: mode === "place",
      cuboids: this.#editor.shown().map(({ id, cuboid, stationary }) => ({
        id,
        stands: stationary,
        pose: JSON.stringify([cuboid.centre, cuboid.size, cuboid.rotation]),
        keys: keysOf(document, id).length,
      })),
    };
  }
}
