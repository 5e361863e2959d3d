/** A tab that is dragged to another place of the dock. */

import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import { dropped, type Places, type Target, targetAt } from "../app/editor/dockPlaces";
import type { DockSize } from "../app/editor/dock";
import type { PanelName } from "../app/editor/layout";
import { useEditor } from "./useEditor";

/** Less is a click. */
const BEGINS_PX = 5;

export interface TabDrag {
  /** The one that is dragged. */
  readonly panel: PanelName | null;
  readonly target: Target | null;
  readonly grab: (panel: PanelName, event: PointerEvent) => void;
}

export function useTabDrag(
  host: RefObject<HTMLElement | null>,
  places: Places,
  size: DockSize,
): TabDrag {
  const { editor } = useEditor();
  const [panel, setPanel] = useState<PanelName | null>(null);
  const [target, setTarget] = useState<Target | null>(null);
  const now = useRef({ places, size });
  const stop = useRef<AbortController>(null);
  useEffect(() => {
    now.current = { places, size };
  });
  useEffect(() => () => stop.current?.abort(), []);

  const grab = (grabbed: PanelName, { button, clientX, clientY }: PointerEvent) => {
    if (button !== 0) return;
    stop.current?.abort();
    const ending = new AbortController();
    stop.current = ending;
    const listening = { signal: ending.signal, capture: true };
    let isDragged = false;
    let found: Target | null = null;
    const end = () => {
      ending.abort();
      setPanel(null);
      setTarget(null);
      editor.stage?.view.canvas.focus({ preventScroll: true });
    };
    const move = (event: globalThis.PointerEvent) => {
      const away = Math.hypot(event.clientX - clientX, event.clientY - clientY);
      if (host.current === null || (!isDragged && away < BEGINS_PX)) return;
      isDragged = true;
      const corner = host.current.getBoundingClientRect();
      const [x, y] = [event.clientX - corner.left, event.clientY - corner.top];
      found = targetAt(now.current.places, now.current.size, grabbed, x, y);
      setPanel(grabbed);
      setTarget(found);
    };
    const up = () => {
      const drop = found?.drop;
      end();
      if (drop !== undefined) editor.dock.change((layout) => dropped(layout, grabbed, drop));
    };
    const cancel = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      end();
    };
    window.addEventListener("pointermove", move, listening);
    window.addEventListener("pointerup", up, listening);
    window.addEventListener("pointercancel", end, listening);
    window.addEventListener("keydown", cancel, listening);
  };
  return { panel, target, grab };
}
