import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { dragged, type Separator } from "../app/editor/dockPlaces";
import { resized } from "../app/editor/layout";
import { PANEL_TITLES } from "../app/editor/panels";
import { useEditor } from "./useEditor";

const STEP_PX = 16;

/** Between two panels: drag it, or move it with the arrow keys. */
export function SeparatorLine({ separator }: { readonly separator: Separator }) {
  const { editor } = useEditor();
  const begun = useRef<{ readonly at: number; readonly separator: Separator } | null>(null);
  const { across, box, path, sizes, before, between } = separator;
  const isRow = across === "row";
  const along = (event: PointerEvent) => (isRow ? event.clientX : event.clientY);
  const move = (from: Separator, by: number) =>
    editor.dock.change((layout) => resized(layout, path, dragged(from, by)));

  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    // The keyboard stays with the editor.
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    begun.current = { at: along(event), separator };
  };
  const drag = (event: PointerEvent) => {
    if (begun.current !== null) move(begun.current.separator, along(event) - begun.current.at);
  };
  const end = () => {
    if (begun.current === null) return;
    begun.current = null;
    editor.stage?.view.canvas.focus({ preventScroll: true });
  };
  const press = (event: KeyboardEvent) => {
    const [less, more] = isRow ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    const by = event.code === more ? STEP_PX : event.code === less ? -STEP_PX : 0;
    if (by === 0) return;
    event.preventDefault();
    move(separator, by);
  };
  const [first, whole] = [sizes.get(before) ?? 0, [...sizes.values()].reduce((a, b) => a + b, 0)];
  return (
    <div
      role="separator"
      tabIndex={0}
      className={`dock-separator ${isRow ? "in-row" : "in-column"}`}
      aria-label={`Between “${PANEL_TITLES[between[0]]}” and “${PANEL_TITLES[between[1]]}”`}
      aria-orientation={isRow ? "vertical" : "horizontal"}
      aria-valuenow={first}
      aria-valuemin={0}
      aria-valuemax={whole}
      style={{ left: box.x, top: box.y, ...(isRow ? { height: box.height } : { width: box.width }) }}
      onPointerDown={down}
      onPointerMove={drag}
      onPointerUp={end}
      onPointerCancel={end}
      onKeyDown={press}
    />
  );
}
