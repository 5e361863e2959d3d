import { useStore } from "zustand";
import { type Drop, dropped, placesOf } from "../app/editor/dockPlaces";
import { PANELS, type PanelName } from "../app/editor/layout";
import { closePanel, isOpen, openPanel, PANEL_TITLES } from "../app/editor/panels";
import { Dialog } from "./Dialog";
import { useEditor, useView } from "./useEditor";

const SIDES = [
  ["left", "Left of"],
  ["right", "Right of"],
  ["above", "Above"],
  ["below", "Below"],
] as const;
const EDGES = { left: "left", right: "right", above: "top", below: "bottom" } as const;
/** What a panel gets that comes beside another one; the lines between them change it. */
const WIDTH_PX = 288;
const HEIGHT_PX = 196;

/** All that dragging does, from the keyboard. */
export function PanelsDialog() {
  const { editor } = useEditor();
  const close = () => editor.view.setState({ arranging: false });
  return (
    <Dialog title="Arrange panels" size="medium" onClose={close}>
      <p className="muted">
        You can also drag a panel by its tab, and the lines between panels. The places are yours:
        they are the same on every machine on which you sign in.
      </p>
      <ul className="arrange-list">
        {PANELS.filter((panel) => panel !== "scene").map((panel) => (
          <PanelRow key={panel} panel={panel} />
        ))}
      </ul>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={() => editor.dock.reset()}>
          Reset to the usual places
        </button>
        <button type="button" className="button primary" onClick={close}>
          Done
        </button>
      </div>
    </Dialog>
  );
}

function PanelRow({ panel }: { readonly panel: PanelName }) {
  const { editor } = useEditor();
  const { work, dock } = editor;
  const hasCameras = work.scene.cameras.length > 0;
  const state = useStore(dock.state);
  const shown = useView((view) => isOpen(panel, view, state, hasCameras));
  const missing =
    (panel === "instructions" && work.instructions === null) ||
    ((panel === "camera" || panel === "cameras") && !hasCameras);
  const title = PANEL_TITLES[panel];
  const move = (spelled: string) => {
    const drop = JSON.parse(spelled) as Drop;
    dock.change((layout) => dropped(layout, panel, drop));
    dock.bringToFront(panel);
  };
  return (
    <li className="arrange-row">
      <label className="check">
        <input
          type="checkbox"
          checked={shown}
          disabled={missing}
          onChange={() => (shown ? closePanel(editor, panel) : openPanel(editor, panel))}
        />
        {title}
      </label>
      <select
        className="select"
        aria-label={`Move ${title} to`}
        value=""
        disabled={missing || !shown}
        onChange={(event) => move(event.target.value)}
      >
        <option value="">Move to…</option>
        {useDrops(panel).map(({ name, drop }) => (
          <option key={name} value={JSON.stringify(drop)}>
            {name}
          </option>
        ))}
      </select>
    </li>
  );
}

function useDrops(panel: PanelName): readonly { readonly name: string; readonly drop: Drop }[] {
  const { editor } = useEditor();
  const { dock, work } = editor;
  const state = useStore(dock.state);
  const hasCameras = work.scene.cameras.length > 0;
  const names = useView((view) =>
    PANELS.filter((one) => isOpen(one, view, state, hasCameras)).join(),
  );
  const open = new Set(names.split(",") as PanelName[]);
  const { width, height } = dock.size.getState();
  const { stacks } = placesOf(dock.layout, open, width, height);
  const others = stacks.map(({ panels }) => panels.filter((one) => one !== panel)[0]);
  const beside = SIDES.flatMap(([side, words]) => {
    const size = side === "left" || side === "right" ? WIDTH_PX : HEIGHT_PX;
    return others
      .filter((one) => one !== undefined)
      .map((of) => ({
        name: `${words} ${PANEL_TITLES[of]}`,
        drop: { kind: "beside", of, side, size } as const,
      }));
  });
  const edges = SIDES.map(([side]) => ({
    name: `The ${EDGES[side]} edge, beside everything`,
    drop: {
      kind: "beside",
      of: "all",
      side,
      size: side === "left" || side === "right" ? WIDTH_PX : HEIGHT_PX,
    } as const,
  }));
  const stacked = others
    .filter((one) => one !== undefined && one !== "scene")
    .map((on) => ({
      name: `A tab with ${PANEL_TITLES[on]}`,
      drop: { kind: "stack", on } as const,
    }));
  return [...stacked, ...edges, ...beside];
}
