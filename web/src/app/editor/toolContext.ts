/** What the tool in the hand may know of the document and of the points. */

import { type Cuboid, yawOf } from "../../geometry/cuboid";
import * as quat from "../../geometry/quat";
import { AROUND_M, spreadOf, wayAlong } from "../../geometry/stillness";
import { flipped } from "../../tools/boxes";
import type { ToolContext } from "../../tools/cuboid";
import type { Editor } from "./editor";
import { lastLike } from "./shown";
import type { Stage } from "./stage";
import { usualOf } from "./usual";

const NOTHING_LASSOED = "Too few points stand above the ground inside the line.";

type Scene = Pick<Stage, "view" | "shape" | "polygons" | "pointsOf">;

export function toolContext(editor: Editor, stage: Scene): ToolContext {
  const { view, shape, polygons } = stage;
  let placing: ToolContext["placing"] | null = null;
  // Only when it is asked for: most events of a pointer place nothing, and it looks at every track.
  const placed = () => (placing ??= placingOf(editor));
  return {
    ...polygons.context(),
    cuboid: (id) => (mayMove(editor, id) ? editor.cuboid(id) : null),
    get placing() {
      return placed();
    },
    standingIn: (footprint) => view.standingIn(footprint),
    lassoed: (lasso, keepsSeen) => {
      const cuboid = shape.lassoed(lasso, placed(), keepsSeen);
      if (cuboid === null) editor.say(NOTHING_LASSOED);
      return cuboid && headedAsItGoes(cuboid, editor.frameIndex, stage);
    },
    shrunk: (cuboid, faces) => shape.shrunk(cuboid, faces),
  };
}

function placingOf(editor: Editor): ToolContext["placing"] {
  const { label } = editor.view.getState();
  const like = lastLike(editor.document, label);
  return {
    size: usualOf(editor.document, label).size,
    // Most traffic goes the way of the vehicle.
    yawRad: like === null ? deviceYawRad(editor) : yawOf(like),
  };
}

function deviceYawRad(editor: Editor): number {
  const device = editor.work.scene.frames[editor.frameIndex];
  return quat.yawOf(device?.device_rotation_wxyz ?? quat.IDENTITY);
}

function mayMove(editor: Editor, id: string): boolean {
  const isShown = editor.shown().some((shown) => shown.id === id);
  return editor.mayEdit && isShown && !editor.view.getState().locked.includes(id);
}

/** Turned around where the points of the frames beside this one, if they are here, tell that it goes backwards. */
export function headedAsItGoes(cuboid: Cuboid, frame: number, stage: Pick<Stage, "pointsOf">): Cuboid {
  return goesBackwards(cuboid, frame, stage) ? flipped(cuboid) : cuboid;
}

/** Whether the points of the frames beside this one, if they are here, tell that it goes backwards. */
export function goesBackwards(cuboid: Cuboid, frame: number, stage: Pick<Stage, "pointsOf">): boolean {
  const spreadIn = (index: number) => {
    const near = stage.pointsOf(index, cuboid, AROUND_M);
    return near === null ? [] : [spreadOf(cuboid, near)];
  };
  const [now] = spreadIn(frame);
  return now !== undefined && wayAlong(now, spreadIn(frame - 1), spreadIn(frame + 1)) === -1;
}
