/** The polygons of the frame for a camera's picture, as the 3D view shows them. No DOM, no React. */

import type { CameraImage } from "../../api/types";
import { mayBeSeen } from "../../geometry/edges";
import { boxAround } from "../../geometry/outline";
import type { PolygonView } from "../../scene3d/view";
import { cameraOf } from "./cameras";
import type { Editor } from "./editor";
import { polygonViews } from "./polygonHand";

export class OutlinesInPicture {
  readonly #editor: Editor;
  #seen: readonly unknown[] = [];
  #views: readonly PolygonView[] = [];

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  /** Those that the lens may see. */
  get views(): readonly PolygonView[] {
    return this.#views;
  }

  /** Takes up what is shown now; whether anything of it is drawn otherwise. */
  look(image: CameraImage | null): boolean {
    const editor = this.#editor;
    const sketch = editor.stage?.polygons.sketch ?? null;
    const { selected, label } = editor.view.getState();
    const seen = [editor.polygons(), sketch, selected, sketch === null ? "" : label, image];
    if (seen.every((one, index) => one === this.#seen[index])) return false;
    const had = this.#views.length > 0;
    this.#seen = seen;
    this.#views = image === null ? [] : polygonViews(editor, sketch).filter((view) => isSeenBy(image, view));
    return had || this.#views.length > 0;
  }
}

function isSeenBy(image: CameraImage, { vertices }: PolygonView): boolean {
  if (vertices.length === 0) return false;
  const { centre, size } = boxAround(vertices);
  return mayBeSeen(cameraOf(image), centre, Math.hypot(...size) / 2);
}
