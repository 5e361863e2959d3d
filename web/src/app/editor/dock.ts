/** Where this person's panels stand, remembered for them on every machine. */

import { PreferenceCopy } from "../preference";
import type { Folded } from "./dockPlaces";
import { create, type StoreApi } from "../store";
import {
  bringToFront,
  type Closable,
  close,
  defaultLayout,
  type Layout,
  layoutJson,
  open,
  type PanelName,
  parseLayout,
} from "./layout";

export interface DockState {
  /** Null until the person changes something: then the default of the window's size serves. */
  readonly chosen: Layout | null;
  /** Tabs that were brought to the front since, the last one last; kept with the next change. */
  readonly fronts: readonly PanelName[];
}

export interface DockSize {
  readonly width: number;
  readonly height: number;
}

/** What the default is after a reset, on every machine of the person. */
const DEFAULT = { version: "default" };

export class Dock {
  readonly state: StoreApi<DockState>;
  /** The room that the panels have, CSS pixels. */
  readonly size: StoreApi<DockSize> = create({ width: 1280, height: 600 });
  /** Panels that need only so much of their column, as they themselves tell. */
  readonly folded: StoreApi<{ readonly heights: Folded }> = create<{ heights: Folded }>({ heights: new Map() });
  readonly #kept: PreferenceCopy;

  constructor(personId: string) {
    this.#kept = new PreferenceCopy("panels", personId);
    this.state = create<DockState>({ chosen: parseLayout(this.#kept.value), fronts: [] });
  }

  get layout(): Layout {
    return layoutOf(this.state.getState(), this.size.getState());
  }

  /** The page tells how large the dock is; nothing is arranged in no room at all. */
  measured(width: number, height: number): void {
    const size = this.size.getState();
    if (width === 0 || height === 0) return;
    if (width !== size.width || height !== size.height) this.size.setState({ width, height });
  }

  /** @param height pixels under its tab; null: it takes what it is given. */
  fold(panel: PanelName, height: number | null): void {
    const { heights } = this.folded.getState();
    if ((heights.get(panel) ?? null) === height) return;
    const next = new Map(heights);
    if (height === null) next.delete(panel);
    else next.set(panel, height);
    this.folded.setState({ heights: next });
  }

  change(next: (layout: Layout) => Layout): void {
    const before = this.layout;
    const chosen = next(before);
    if (chosen === before) return;
    this.state.setState({ chosen, fronts: [] });
    this.#kept.write(layoutJson(chosen));
  }

  show(panel: Closable): void {
    this.change((layout) => open(layout, panel));
  }

  hide(panel: Closable): void {
    this.change((layout) => close(layout, panel));
  }

  bringToFront(panel: PanelName): void {
    const { fronts } = this.state.getState();
    if (fronts.at(-1) === panel) return;
    this.state.setState({ fronts: [...fronts.filter((one) => one !== panel), panel] });
  }

  reset(): void {
    this.state.setState({ chosen: null, fronts: [] });
    this.#kept.write(DEFAULT);
  }

  /** What was arranged on another machine shows when the editor is opened. */
  follow(): () => void {
    return this.#kept.follow((value) => this.state.setState({ chosen: parseLayout(value) }));
  }
}

export function layoutOf({ chosen, fronts }: DockState, { width, height }: DockSize): Layout {
  return fronts.reduce(bringToFront, chosen ?? defaultLayout(width, height));
}
