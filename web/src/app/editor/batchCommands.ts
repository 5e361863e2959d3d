/** What commands do while the batch view is open: they act on its crops instead of the scene. */

import type { Cuboid } from "../../geometry/cuboid";
import { sizedAway } from "../../geometry/surrounding";
import { flipped, nudged, quartered } from "../../tools/boxes";
import type { ActionId, Handlers } from "../../tools/index";
import type { KeyPress } from "../../tools/keys";
import type { CropSides } from "../../scene3d/cropgrid";
import type { Batch } from "./batch";
import { type CropPose, keysRemoved, keysStated, setSeen } from "./batchEdits";
import { cuboidObject, setVisibleRange, visibleRange } from "./edits";
import type { Editor } from "./editor";
import { NUDGES } from "./nudges";
import type { ShapeChange } from "./shape";
import { othersBeside, shownCuboids } from "./shown";
import { usualOf } from "./usual";

type BatchCommand = (batch: Batch, editor: Editor, press: KeyPress) => void;

export const CROP_SIDES: readonly CropSides[] = ["top", "side", "front", "all"];
const WHOLE = "Delete is for whole objects: close this view first. X removes keyframes, Shift+H hides the object in frames.";
const OF_THE_SCENE = "That is done in the scene: Esc closes this view.";

/** These need the scene in sight, or are about the one frame that it shows. */
const SCENE_ONLY: readonly ActionId[] = [
  "tool.place",
  "tool.lasso",
  "tool.polygon",
  "tool.polygon",
  "object.done",
  "object.paste",
  "object.duplicate",
  "track.along",
  "track.split",
  "track.merge",
  "track.give",
  "check.unlabeled",
  "view.focus",
  "view.all",
  "view.behind",
  "view.fly",
  "play",
  "play.back",
];

const COMMANDS: Readonly<Partial<Record<ActionId, BatchCommand>>> = {
  ...Object.fromEntries(SCENE_ONLY.map((id) => [id, (_: Batch, editor: Editor) => editor.say(OF_THE_SCENE)])),
  ...Object.fromEntries(
    NUDGES.map((nudge): [ActionId, BatchCommand] => [
      nudge,
      (batch, _, press) =>
        batch.withTargets((_id, frames) =>
          batch.change(frames, ({ cuboid }) => nudged(cuboid, nudge, press.shiftKey)),
        ),
    ]),
  ),
  "shape.fit": (batch, editor) => void reshape(batch, editor, "fit"),
  "shape.onto": (batch, editor) => void reshape(batch, editor, "onto"),
  "shape.ground": (batch, editor) => void reshape(batch, editor, "ground"),
  "shape.flip": (batch) =>
    batch.withTargets((_, frames) => batch.change(frames, ({ cuboid }) => flipped(cuboid))),
  "shape.quarter": (batch) =>
    batch.withTargets((_, frames) => batch.change(frames, ({ cuboid }) => quartered(cuboid))),
  "shape.usual": (batch, editor) => batch.withTargets((id, frames) => takeUsualSize(batch, editor, id, frames)),
  "keyframe.add": (batch, editor) =>
    batch.withTargets((id, frames) => batch.edit(keysStated(editor.document, id, placesOf(batch, frames)))),
  "keyframe.remove": (batch, editor) =>
    batch.withTargets((id, frames) => {
      batch.edit(keysRemoved(editor.document, id, frames.map((frame) => editor.frames_ns[frame]!)));
    }),
  "object.hide": (batch, editor) => batch.withTargets((id, frames) => hide(batch, editor, id, frames)),
  "object.delete": (_, editor) => editor.say(WHOLE),
  "track.begin": (batch, editor) =>
    batch.withTargets((id, frames) => bound(batch, editor, id, ([, last]) => [frames[0]!, last])),
  "track.end": (batch, editor) =>
    batch.withTargets((id, frames) => bound(batch, editor, id, ([first]) => [first, frames.at(-1)!])),
  "select.label": (batch) => batch.chooseAll(),
  "frame.next": (batch) => batch.step(1),
  "frame.previous": (batch) => batch.step(-1),
  "frame.first": (batch) => batch.step(-Infinity),
  "frame.last": (batch) => batch.step(Infinity),
  "keyframe.next": (batch) => batch.step(1, true),
  "keyframe.previous": (batch) => batch.step(-1, true),
  "view.top": (batch) => batch.showSides("top"),
  "view.sides": (batch) => {
    const at = CROP_SIDES.indexOf(batch.state.getState().sides);
    batch.showSides(CROP_SIDES[(at + 1) % CROP_SIDES.length]!);
  },
};

/** The same commands; those that crops take do what they do there while the batch view is open. */
export function withBatch(editor: Editor, handlers: Handlers): Handlers {
  const entries = Object.entries(handlers) as [ActionId, (press: KeyPress) => void][];
  return Object.fromEntries(
    entries.map(([id, run]) => [
      id,
      (press: KeyPress) => {
        const own = COMMANDS[id];
        if (editor.batch === null || own === undefined) run(press);
        else own(editor.batch, editor, press);
      },
    ]),
  ) as Handlers;
}

const posesOf = (batch: Batch, frames: readonly number[]): CropPose[] =>
  frames.flatMap((frame) => batch.pose(frame) ?? []);

const placesOf = (batch: Batch, frames: readonly number[]) =>
  posesOf(batch, frames).map(({ frame, cuboid }) => batch.place(frame, cuboid));

/** One edit for all frames whose points tell a shape; the others stay, and it is said why. */
async function reshape(batch: Batch, editor: Editor, change: ShapeChange): Promise<void> {
  const { targets } = batch;
  batch.withTargets(() => undefined);
  if (targets.length === 0 || !batch.mayEdit) return;
  const clouds = await batch.pictures.fetch(posesOf(batch, targets));
  let why = "its points did not come.";
  const remarks: string[] = [];
  const changed = batch.change(targets, ({ frame, cuboid }) => {
    const near = clouds.get(frame);
    if (near === undefined) return null;
    const shape = batch.shapeOf(frame, near);
    const after = shape.changed(cuboid, change, othersIn(editor, frame));
    const { sentence } = shape.refusal.getState();
    if (after === null) why = sentence ?? why;
    else if (sentence !== null) remarks.push(sentence);
    return after;
  });
  const left = targets.length - changed;
  const many = targets.length > 1;
  if (left > 0) editor.say(many ? `${left} of ${targets.length} frames stay as they were: ${why}` : why);
  else if (remarks.length > 0) editor.say(many ? `${remarks.length} of ${targets.length} frames: ${remarks[0]!}` : remarks[0]!);
}

/** What else is in that frame. */
function othersIn({ document, frames_ns, view }: Editor, frame: number): readonly Cuboid[] {
  return othersBeside(shownCuboids(document, frames_ns[frame]!), view.getState().selected ?? "");
}

/** As others of its label measure; what the sensor sees of it in each frame stays where it is. */
function takeUsualSize(batch: Batch, editor: Editor, id: string, frames: readonly number[]): void {
  const label = cuboidObject(editor.document, id)?.label ?? "";
  const { size } = usualOf(editor.document, label, id);
  batch.change(frames, ({ frame, cuboid }) => sizedAway(cuboid, size, batch.eye(frame)));
}

/** In none of these frames; where it is in none already, in all of them again. */
function hide(batch: Batch, editor: Editor, id: string, frames: readonly number[]): void {
  const isThere = posesOf(batch, frames).some(({ present }) => present);
  batch.edit(setSeen(editor.document, id, new Set(frames), !isThere, editor.frames_ns));
}

type Range = readonly [number, number];

function bound(batch: Batch, editor: Editor, id: string, next: (range: Range) => Range): void {
  const { document, frames_ns } = editor;
  const range = visibleRange(document, id, frames_ns) ?? [0, frames_ns.length - 1];
  const [first, last] = next(range);
  if (first > last) batch.edit("The object is not there then.");
  else batch.edit(setVisibleRange(document, id, [first, last], frames_ns));
}
