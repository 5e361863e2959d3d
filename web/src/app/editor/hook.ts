/** `window.groundplane`: what a test may read. Nothing in it changes anything. */

import type { Quat } from "../../geometry/quat";
import type { Vec3 } from "../../geometry/vec";
import type { PlacedHandle, Rect, ViewName } from "../../scene3d/view";
import type { Editor } from "./editor";

export interface GroundplaneHook {
  /** Pixels of the page, in the main view unless another is named; null: not to be seen in it. */
  worldToScreen(
    x: number,
    y: number,
    z: number,
    view?: ViewName,
  ): { x: number; y: number } | null;
  /** Where a view is, in pixels of the page; null while it is not shown. */
  viewBox(view: ViewName): Rect | null;
  /** Where the selected cuboid can be taken hold of, in pixels of the page. */
  handles(view: ViewName): readonly PlacedHandle[];
  frameIndex(): number;
  cuboids(): readonly {
    readonly uuid: string;
    readonly label: string;
    readonly centre: Vec3;
    readonly size: Vec3;
    readonly rotation: Quat;
  }[];
  polygons(): readonly { readonly uuid: string; readonly label: string; readonly vertices: readonly Vec3[] }[];
  selected(): string | null;
  unsent(): number;
  /** The points of the current frame are on screen. */
  ready(): boolean;
}

declare global {
  interface Window {
    groundplane?: GroundplaneHook;
  }
}

export function installHook(editor: Editor): () => void {
  const hook: GroundplaneHook = Object.freeze({
    worldToScreen: (x: number, y: number, z: number, view: ViewName = "main") =>
      editor.stage?.worldToScreen([x, y, z], view) ?? null,
    viewBox: (view: ViewName) => editor.stage?.boxOf(view) ?? null,
    handles: (view: ViewName) => editor.stage?.handlesIn(view) ?? [],
    frameIndex: () => editor.frameIndex,
    cuboids: () =>
      editor.shown().map(({ id, label, cuboid }) => ({ uuid: id, label, ...cuboid })),
    polygons: () =>
      editor.polygons().map(({ id, label, vertices }) => ({ uuid: id, label, vertices: vertices.map(({ at }) => at) })),
    selected: () => editor.view.getState().selected,
    unsent: () => editor.task.status.getState().unsent,
    ready: () => editor.stage?.status.getState().ready ?? false,
  });
  window.groundplane = hook;
  return () => {
    if (window.groundplane === hook) delete window.groundplane;
  };
}
