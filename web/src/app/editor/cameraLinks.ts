/** What 3D and cameras show of each other: the place under the mouse, and what each camera sees. */

import type { Ray } from "../../tools/input";
import type { Editor } from "./editor";
import { frustumsOf } from "./frustums";
import type { Stage } from "./stage";

/** Tangent of the angle within which a point counts as under the mouse: some pixels. */
const NEAR_MOUSE = 0.006;

/** Keeps `stage.pointed` at the point of the cloud under the mouse, once a frame at most. */
export function followPointer(stage: Stage, editor: Editor): () => void {
  let ray: Ray | null = null;
  let requested = 0;
  const settle = () => {
    requested = 0;
    const at = ray === null ? null : stage.view.terrain.pointOn(ray, NEAR_MOUSE);
    if (at === null && stage.pointed.getState() === null) return;
    stage.pointed.setState(at, true);
    stage.view.setMark(null);
  };
  const stop = stage.view.onInput((input) => {
    if (editor.work.scene.cameras.length === 0) return false;
    if (input.kind === "hover") ray = input.ray;
    else if (input.kind === "leave") ray = null;
    else return false;
    if (requested === 0) requested = requestAnimationFrame(settle);
    return false;
  });
  return () => {
    stop();
    cancelAnimationFrame(requested);
  };
}

/** Draws what the cameras of the frame see, while the person wants it. */
export function showFrustums(stage: Stage, editor: Editor): () => void {
  let shown = "";
  const refresh = () => {
    const { frustums } = editor.look.getState();
    const { frameIndex, camera } = editor.view.getState();
    const wanted = frustums ? `${frameIndex} ${camera}` : "";
    if (wanted === shown) return;
    shown = wanted;
    stage.view.setFrustums(frustums ? frustumsOf(editor.cameras(), camera) : []);
  };
  const undo = [editor.look.subscribe(refresh), editor.view.subscribe(refresh)];
  refresh();
  return () => undo.forEach((one) => one());
}
