/** What this window looks at; only the place in it is remembered, and only by this browser. */

import type { Viewpoint } from "../../scene3d/viewpoint";
import type { ToolMode } from "../../tools/driver";
import { create, type StoreApi } from "../store";
import { type Merge, USUAL_MERGE } from "./merging";
import { rememberedPlace, rememberPlace } from "./place";

export interface ViewState {
  readonly frameIndex: number;
  readonly direction: 1 | -1;
  readonly selected: string | null;
  /** Selected beside that one, without handles. */
  readonly also: readonly string[];
  /** Objects that hands must not move; this window forgets them. */
  readonly locked: readonly string[];
  /** Objects that are not drawn; this window forgets them. */
  readonly hidden: readonly string[];
  readonly mode: ToolMode;
  /** What a new cuboid is called. */
  readonly label: string;
  /** The camera shown large, by its id; null: all as a strip. */
  readonly camera: number | null;
  readonly instructions: boolean;
  /** What is known of the label in hand is shown. */
  readonly guide: boolean;
  /** Of the main view, noted when it rests; null until there was one. */
  readonly viewpoint: Viewpoint | null;
  readonly help: boolean;
  /** The list of commands to search in. */
  readonly palette: boolean;
  /** The dialog in which keys are chosen. */
  readonly choosingKeys: boolean;
  /** The dialog in which panels are moved. */
  readonly arranging: boolean;
  /** The number of a frame is being typed. */
  readonly jumping: boolean;
  /** All objects in time, above the timeline. */
  readonly tracks: boolean;
  readonly submitting: boolean;
  readonly refusedList: boolean;
  readonly history: boolean;
  /** Several frames drawn as one. */
  readonly merge: Merge;
  /** What may be wrong is listed. */
  readonly checks: boolean;
  /** The revision that is looked at, by its number; null: the present. */
  readonly revision: number | null;
  /** The selected object is shown in all of its frames, in place of the panels. */
  readonly batch: boolean;
}

export type View = StoreApi<ViewState>;

interface First {
  readonly frames: number;
  readonly label: string;
  readonly instructions: boolean;
}

/**
 * @param key what to remember the place under (place.ts).
 * @param first what to begin with where nothing is remembered; how many frames there are.
 */
export function createView(key: string, first: First): View {
  const place = rememberedPlace(key);
  const view = create<ViewState>({
    frameIndex: Math.min(linkedFrame() ?? place.frameIndex, Math.max(0, first.frames - 1)),
    direction: 1,
    selected: place.selected,
    also: [],
    locked: [],
    hidden: [],
    mode: "select",
    guide: false,
    label: place.label ?? first.label,
    camera: place.camera,
    instructions: place.instructions ?? first.instructions,
    viewpoint: place.viewpoint,
    help: false,
    palette: false,
    choosingKeys: false,
    arranging: false,
    jumping: false,
    tracks: false,
    submitting: false,
    refusedList: false,
    history: false,
    merge: USUAL_MERGE,
    checks: false,
    revision: null,
    batch: false,
  });
  view.subscribe(({ frameIndex, selected, label, camera, instructions, viewpoint }) => {
    rememberPlace(key, { frameIndex, selected, label, camera, instructions, viewpoint });
  });
  return view;
}

export function goToFrame(view: View, index: number, count: number): void {
  const { frameIndex } = view.getState();
  const to = Math.min(count - 1, Math.max(0, index));
  if (to === frameIndex) return;
  view.setState({ frameIndex: to, direction: to > frameIndex ? 1 : -1 });
}

/** The frame that the address asks for, as links from the task's page do. */
function linkedFrame(): number | null {
  if (typeof location === "undefined") return null; // tests have no address
  const asked = new URLSearchParams(location.search).get("frame") ?? "";
  return /^\d{1,6}$/u.test(asked) ? Number(asked) : null;
}
