/** Polygons between the document and the scene: what is drawn of them, and what a hand makes of them. */

import { subtract, type Vec3 } from "../../geometry/vec";
import type { PolygonView, SceneView } from "../../scene3d/view";
import type { ToolDriver } from "../../tools/driver";
import type { PolygonContext, PolygonEdit, Sketch } from "../../tools/polygon";
import type { Editor } from "./editor";
import type { Write } from "./edits";
import { isTextField } from "./focus";
import { labelInHand } from "./granted";
import { createPolygon, insertVertex, movePolygon, moveVertex, removeVertex } from "./polygonEdits";

/** Half the tangent of the angle in which a measured point counts as being under the pointer. */
const POINT_TANGENT = 0.006;
const TOO_FEW = "A polygon needs three vertices.";

export class PolygonHand {
  readonly #editor: Editor;
  readonly #view: SceneView;
  readonly #stop = new AbortController();
  #sketch: Sketch | null = null;
  #drawn: readonly unknown[] = [];

  constructor(editor: Editor, view: SceneView, driver: ToolDriver) {
    this.#editor = editor;
    this.#view = view;
    // Before the page's own keys: Enter may belong to a button, Backspace to the object.
    window.addEventListener("keydown", (event) => this.#press(driver, event), {
      signal: this.#stop.signal,
      capture: true,
    });
  }

  /** What is being drawn or bent, for the camera images, which draw it themselves. */
  get sketch(): Sketch | null {
    return this.#sketch;
  }

  setSketch(sketch: Sketch | null): void {
    if (sketch !== null) this.#editor.player.pause();
    this.#sketch = sketch;
    this.refresh();
  }

  /** Draws again what has changed. */
  refresh(): void {
    const editor = this.#editor;
    const { selected, also, locked, label } = editor.view.getState();
    const now = [editor.polygons(), selected, also, locked, editor.mayEdit, this.#sketch, label];
    if (now.every((one, index) => one === this.#drawn[index])) return;
    this.#drawn = now;
    this.#view.setPolygons(polygonViews(editor, this.#sketch));
  }

  context(): PolygonContext {
    const editor = this.#editor;
    const { selected, locked } = editor.view.getState();
    return {
      selected,
      polygon: (id) => {
        const shown = editor.polygons().find((one) => one.id === id);
        if (shown === undefined || !editor.mayEdit || locked.includes(id)) return null;
        return shown.vertices.map(({ at }) => at);
      },
      pointOn: (ray) => this.#view.terrain.pointOn(ray, POINT_TANGENT),
    };
  }

  commit(edit: PolygonEdit): void {
    const editor = this.#editor;
    if (edit.kind === "bend") {
      editor.attempt(bent(editor, edit));
      return;
    }
    const { label } = editor.view.getState();
    // It may have been chosen while the outline was drawn.
    const fitting = labelInHand(editor.work.config, "polygon", label);
    if (fitting === null) return;
    const id = crypto.randomUUID();
    const vertices = edit.vertices.map((at) => ({ id: crypto.randomUUID(), at }));
    editor.edit(createPolygon(id, fitting, vertices, editor.time_ns));
    if (editor.exists(id)) editor.select(id);
  }

  dispose(): void {
    this.#stop.abort();
  }

  #press(driver: ToolDriver, event: KeyboardEvent): void {
    const { drawn } = driver;
    const isOurs = event.code === "Enter" || event.code === "NumpadEnter" || event.code === "Backspace";
    if (drawn === null || !isOurs || isTextField(event.target) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.code === "Backspace") driver.handle({ kind: "back" });
    else if (drawn < 3) this.#editor.say(TOO_FEW);
    else driver.handle({ kind: "close" });
  }
}

/** As they are in this frame, and what a hand holds in place of what it was. */
export function polygonViews(editor: Editor, sketch: Sketch | null): PolygonView[] {
  const { selected, also, locked, label } = editor.view.getState();
  const isHeld = (id: string) => sketch?.id === id;
  const views = editor.polygons().map(
    (shown): PolygonView => ({
      id: shown.id,
      colour: editor.colour(shown.label),
      vertices: isHeld(shown.id) ? sketch!.vertices : shown.vertices.map(({ at }) => at),
      selected: shown.id === selected || also.includes(shown.id),
      keyframe: shown.isKey,
      locked: !editor.mayEdit || locked.includes(shown.id) || shown.id !== selected,
      open: false,
    }),
  );
  if (sketch === null || sketch.id !== null) return views;
  const drawn = { id: "", colour: editor.colour(label), vertices: sketch.vertices };
  return [...views, { ...drawn, selected: true, keyframe: true, locked: false, open: true }];
}

function bent(editor: Editor, { id, bend, before, after }: PolygonEdit & { kind: "bend" }): readonly Write[] | string {
  const { document, time_ns } = editor;
  const to = (index: number): Vec3 => after[index]!;
  switch (bend.kind) {
    case "vertex":
      return moveVertex(document, id, bend.index, to(bend.index), time_ns);
    case "insert":
      return insertVertex(document, id, bend.index, { id: crypto.randomUUID(), at: to(bend.index) }, time_ns);
    case "whole":
      return movePolygon(document, id, subtract(to(0), before[0]!), time_ns);
    case "remove":
      return removeVertex(document, id, bend.index, time_ns);
  }
}
