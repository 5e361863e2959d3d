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
  readonly submitting: boolean;
  readonly refusedList: boolean;
}

export type View = StoreApi<ViewState>;

export function createView(label: string, instructions: boolean): View {
  return create<ViewState>({
    frameIndex: 0,
    direction: 1,
    selected: null,
    mode: "select",
    label,
    camera: null,
    instructions,
    help: false,
    submitting: false,
    refusedList: false,
  });
}

export function goToFrame(view: View, index: number, count: number): void {
  const { frameIndex } = view.getState();
  const to = Math.min(count - 1, Math.max(0, index));
  if (to === frameIndex) return;
  view.setState({ frameIndex: to, direction: to > frameIndex ? 1 : -1 });
}
