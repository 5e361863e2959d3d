/** What this window looks at; nothing of it is saved. */

import type { ToolMode } from "../../tools/driver";
import { create, type StoreApi } from "../store";

export interface ViewState {
  readonly frameIndex: number;
  readonly direction: 1 | -1;
  readonly selected: string | null;
  readonly mode: ToolMode;
  /** What a new cuboid is called. */
  readonly label: string;
  /** The camera shown large, by its id; null: all as a strip. */
  readonly camera: number | null;
  readonly instructions: boolean;
  readonly help: boolean;
  /** The list of commands to search in. */
  readonly palette: boolean;
  /** The dialog in which keys are chosen. */
  readonly choosingKeys: boolean;
  /** The number of a frame is being typed. */
  readonly jumping: boolean;
  /** All objects in time, above the timeline. */
  readonly tracks: boolean;
  readonly submitting: boolean;
  readonly refusedList: boolean;
}

export type View = StoreApi<ViewState>;

/** Where the person was, so that a reload in the middle of a track goes on there. */
interface Remembered {
  readonly frameIndex: number;
  readonly selected: string | null;
}

/** @param key what to remember the place under, in this tab. */
export function createView(key: string, label: string, instructions: boolean): View {
  const view = create<ViewState>({
    ...remembered(key),
    direction: 1,
    mode: "select",
    label,
    camera: null,
    instructions,
    help: false,
    palette: false,
    choosingKeys: false,
    jumping: false,
    tracks: false,
    submitting: false,
    refusedList: false,
  });
  view.subscribe(({ frameIndex, selected }) => {
    sessionStorage.setItem(key, JSON.stringify({ frameIndex, selected } satisfies Remembered));
  });
  return view;
}

function remembered(key: string): Remembered {
  const text = sessionStorage.getItem(key);
  return text === null
    ? { frameIndex: 0, selected: null }
    : // Written by the line above, in this very tab.
      (JSON.parse(text) as Remembered);
}

export function goToFrame(view: View, index: number, count: number): void {
  const { frameIndex } = view.getState();
  const to = Math.min(count - 1, Math.max(0, index));
  if (to === frameIndex) return;
  view.setState({ frameIndex: to, direction: to > frameIndex ? 1 : -1 });
}
