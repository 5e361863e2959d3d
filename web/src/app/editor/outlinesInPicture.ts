/** The polygons of the frame for a camera's picture, as the 3D view shows them. No DOM, no React. */

import type { PolygonView } from "../../scene3d/view";
import type { Editor } from "./editor";
import { polygonViews } from "./polygonHand";

export class OutlinesInPicture {
  readonly #editor: Editor;
  #seen: readonly unknown[] = [];
  #views: readonly PolygonView[] = [];

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  get views(): readonly PolygonView[] {
    return this.#views;
  }

  /** Takes up what is shown now; whether anything of it is drawn otherwise. */
  look(): boolean {
    const editor = this.#editor;
    const sketch = editor.stage?.polygons.sketch ?? null;
    const { selected, label } = editor.view.getState();
    const seen = [editor.polygons(), sketch, selected, sketch === null ? "" : label];
    if (seen.every((one, index) => one === this.#seen[index])) return false;
    const had = this.#views.length > 0;
    this.#seen = seen;
    this.#views = polygonViews(editor, sketch);
    return had || this.#views.length > 0;
  }
}
