/** Which panels are open: some are closed by hand, the others come and go with what they show. */

import { backToPresent } from "./history";
import type { Editor } from "./editor";
import type { DockState } from "./dock";
import { CLOSABLE, type Closable, type PanelName } from "./layout";
import type { ViewState } from "./viewState";

export const PANEL_TITLES: Readonly<Record<PanelName, string>> = {
  labels: "Labels and objects",
  scene: "Scene",
  camera: "Large camera",
  cameras: "Cameras",
  inspector: "Selected object",
  instructions: "Instructions",
  history: "History",
  guide: "About the label",
  checks: "Checks",
};

export function isClosable(panel: PanelName): panel is Closable {
  return (CLOSABLE as readonly PanelName[]).includes(panel);
}

export function isOpen(
  panel: PanelName,
  view: ViewState,
  { chosen }: DockState,
  hasCameras: boolean,
): boolean {
  switch (panel) {
    case "scene":
      return true;
    case "camera":
      return view.camera !== null && hasCameras;
    case "cameras":
      return hasCameras && chosen?.closed.includes(panel) !== true;
    case "labels":
    case "inspector":
      return chosen?.closed.includes(panel) !== true;
    case "instructions":
    case "history":
    case "guide":
    case "checks":
      return view[panel];
  }
}

export function closePanel(editor: Editor, panel: PanelName): void {
  if (isClosable(panel)) editor.dock.hide(panel);
  else if (panel === "camera") editor.view.setState({ camera: null });
  else if (panel === "history") {
    backToPresent(editor);
    editor.view.setState({ history: false });
  } else if (panel !== "scene") editor.view.setState({ [panel]: false });
}

export function openPanel(editor: Editor, panel: PanelName): void {
  if (isClosable(panel)) editor.dock.show(panel);
  else if (panel === "camera") {
    editor.view.setState({ camera: editor.work.scene.cameras[0]?.index ?? null });
  } else if (panel !== "scene") editor.view.setState({ [panel]: true });
}
