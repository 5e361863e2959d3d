/** What each command of the editor does; keys and buttons both come here. */

import type { Vec3 } from "../../geometry/vec";
import { nextColours, resized } from "../../scene3d/display";
import { tells } from "../../scene3d/legend";
import { type Nudge, nudged } from "../../tools/boxes";
import type { ToolMode } from "../../tools/driver";
import type { ActionId, Handlers } from "../../tools/index";
import type { KeyPress } from "../../tools/keys";
import { idsOf } from "../../model/document";
import { polygonObject, thingOf } from "../../model/polygons";
import type { Editor } from "./editor";
import { labelInHand } from "./granted";
import { keyAdded, keyRemoved } from "./keyframes";
import type { PanelName } from "./layout";
import { chooseLabel } from "./labelChoice";
import { allDeleted } from "./many";
import { reshape, switchStationary } from "./reshape";
import { withBatch } from "./batchCommands";
import { NOTHING_SELECTED, objectCommands } from "./objectCommands";
import { NUDGES } from "./nudges";
import { closePanel, isOpen, openPanel } from "./panels";
import { ONLY_CUBOIDS } from "./trackEdits";
import { usualOf } from "./usual";
import {
  cuboidObject,
  moveCuboid,
  setVisibleRange,
  visibleRange,
  type Write,
} from "./edits";

const LABEL_NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

export function createCommands(editor: Editor): Handlers {
  const { view, task, look } = editor;
  const selected = () => view.getState().selected;
  const nudges = NUDGES.map((nudge) => [nudge, (press: KeyPress) => doNudge(editor, nudge, press)]);
  const labels = LABEL_NUMBERS.map((n) => [`label.${n}`, () => chooseLabel(editor, n - 1)]);
  return withBatch(editor, {
    ...(Object.fromEntries([...nudges, ...labels]) as Record<
      Nudge | `label.${(typeof LABEL_NUMBERS)[number]}`,
      (press: KeyPress) => void
    >),
    "tool.place": () => takeTool(editor, "place"),
    "tool.lasso": () => takeTool(editor, "lasso"),
    "tool.polygon": () => takeTool(editor, "polygon"),
    "tool.select": () => escape(editor),
    "edit.undo": () => keepingLabel(editor, () => selectingBack(editor, () => task.undo())),
    "edit.redo": () => keepingLabel(editor, () => selectingBack(editor, () => task.redo())),
    "object.delete": () => deleteSelected(editor),
    ...objectCommands(editor),
    ...timeCommands(editor),
    "keyframe.add": () => withSelected(editor, (id) => keyAdded(editor, id)),
    "keyframe.remove": () => withSelected(editor, (id) => keyRemoved(editor, id, editor.time_ns)),
    "track.end": () => endTrack(editor),
    "object.stationary": () => switchStationary(editor),
    "shape.fit": () => reshape(editor, "fit"),
    "shape.onto": () => reshape(editor, "onto"),
    "shape.ground": () => reshape(editor, "ground"),
    "shape.flip": () => reshape(editor, "flip"),
    "shape.quarter": () => reshape(editor, "quarter"),
    "shape.usual": () => takeUsualSize(editor),
    "view.focus": () => {
      const id = selected();
      if (id !== null) editor.stage?.lookAt(id);
    },
    "view.top": () => editor.stage?.topView(),
    "view.all": () => editor.stage?.frameAll(),
    "label.guide": () => view.setState(({ guide }) => ({ guide: !guide })),
    ...panelCommands(editor),
    palette: () => view.setState({ ...CLOSED, palette: true }),
    keys: () => view.setState({ ...CLOSED, choosingKeys: true }),
    help: () => view.setState(({ help }) => ({ ...CLOSED, help: !help })),
    "points.colours": () => nextPointColours(editor),
    "points.smaller": () => look.setState((state) => resized(state, -1)),
    "points.larger": () => look.setState((state) => resized(state, 1)),
    "points.merge": () =>
      view.setState(({ merge }) => ({ merge: { ...merge, on: !merge.on, along: false } })),
    "points.along": () =>
      view.setState(({ merge }) => ({ merge: { ...merge, on: true, along: !(merge.on && merge.along) } })),
    "points.ground": () => look.setState(({ hideGround }) => ({ hideGround: !hideGround })),
    "view.behind": () => editor.stage?.toggleBehind(),
    "view.fly": () => editor.stage?.toggleFly(),
    "view.ghosts": () => look.setState(({ ghosts }) => ({ ghosts: !ghosts })),
    "view.sides": () => editor.stage?.toggleSides(),
    tour: () => {
      view.setState(CLOSED);
      editor.tour.restart();
    },
    submit: () => view.setState({ submitting: true }),
  });
}

/** The selected object in all of its frames, or the panels again. */
function toggleBatch(editor: Editor): void {
  const { batch, selected } = editor.view.getState();
  editor.player.pause();
  if (batch) editor.view.setState({ batch: false });
  else if (selected === null || !editor.exists(selected)) editor.say(NOTHING_SELECTED);
  else {
    editor.stage?.cancel();
    editor.view.setState({ batch: true });
  }
}

/** Looks at what stands in this frame and has no cuboid, one after the other. */
function nextUnlabeled(editor: Editor): void {
  const chunk = editor.stage?.feed.peek(editor.frameIndex) ?? null;
  if (chunk === null) return;
  const at = editor.framesCheck.next(chunk);
  if (at === null) editor.say("Everything that stands here has a cuboid.");
  else lookAtUnlabeled(editor, at);
}

/** Nothing stays selected: keys would go to an object that is elsewhere. */
export function lookAtUnlabeled(editor: Editor, at: Vec3): void {
  editor.select(null);
  editor.stage?.lookAtPlace(at);
}

type PanelCommand = Extract<ActionId, `panel${string}` | "instructions" | "history" | "check.unlabeled" | "batch">;

function panelCommands(editor: Editor): Readonly<Record<PanelCommand, () => void>> {
  const { view, work, dock } = editor;
  const toggle = (panel: PanelName) => () => {
    const hasCameras = work.scene.cameras.length > 0;
    const shown = isOpen(panel, view.getState(), dock.state.getState(), hasCameras);
    (shown ? closePanel : openPanel)(editor, panel);
  };
  return {
    instructions: () => work.instructions !== null && toggle("instructions")(),
    history: toggle("history"),
    panels: () => view.setState({ ...CLOSED, arranging: true }),
    "panels.reset": () => dock.reset(),
    "panel.checks": toggle("checks"),
    batch: () => toggleBatch(editor),
    "check.unlabeled": () => nextUnlabeled(editor),
    "panel.labels": toggle("labels"),
    "panel.cameras": toggle("cameras"),
    "panel.inspector": toggle("inspector"),
  };
}

type TimeCommand = Extract<ActionId, `play${string}` | `frame.${string}` | `keyframe.${"next" | "previous"}` | "tracks">;

function timeCommands(editor: Editor): Readonly<Record<TimeCommand, () => void>> {
  const { player, view } = editor;
  const count = editor.frames_ns.length;
  return {
    play: () => player.toggle(1),
    "play.back": () => player.toggle(-1),
    "play.faster": () => player.faster(1),
    "play.slower": () => player.faster(-1),
    "frame.previous": () => editor.step(-1),
    "frame.next": () => editor.step(1),
    "frame.first": () => editor.step(-count),
    "frame.last": () => editor.step(count),
    "frame.jump": () => view.setState({ jumping: true }),
    "keyframe.previous": () => editor.stepToKey(-1),
    "keyframe.next": () => editor.stepToKey(1),
    tracks: () => view.setState(({ tracks }) => ({ tracks: !tracks })),
  };
}

export function run(handlers: Handlers, id: ActionId): void {
  handlers[id]({ code: "", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false });
}

const DIALOGS = ["help", "palette", "choosingKeys", "arranging", "submitting", "refusedList"] as const;
const CLOSED = {
  help: false,
  palette: false,
  choosingKeys: false,
  arranging: false,
  submitting: false,
  refusedList: false,
} as const;

/** The next colour that the points on screen can have. */
function nextPointColours({ look, stage }: Editor): void {
  const facts = stage?.status.getState().facts ?? null;
  let colours = nextColours(look.getState().colours);
  while (facts !== null && !tells(colours, facts)) colours = nextColours(colours);
  look.setState({ colours });
}

function escape(editor: Editor): void {
  const state = editor.view.getState();
  const { camera, guide } = state;
  if (DIALOGS.some((dialog) => state[dialog])) editor.view.setState(CLOSED);
  else if (editor.tour.shown.getState().kind === "elsewhere") editor.tour.end();
  else if (editor.batch !== null) editor.batch.escape();
  else if (editor.stage?.cancel() !== true) {
    if (guide) editor.view.setState({ guide: false });
    else if (camera !== null) editor.view.setState({ camera: null });
    else editor.select(null);
  }
}

type WithCuboid = (id: string, at: ReturnType<Editor["place"]>) => Parameters<Editor["edit"]>[0];

function withCuboid(editor: Editor, writes: WithCuboid): void {
  const id = editor.view.getState().selected;
  if (id !== null && polygonObject(editor.document, id) !== null) editor.say(ONLY_CUBOIDS);
  const cuboid = id === null ? null : editor.cuboid(id);
  if (id !== null && cuboid !== null) editor.edit(writes(id, editor.place(cuboid.centre)));
}

function doNudge(editor: Editor, nudge: Nudge, press: KeyPress): void {
  withCuboid(editor, (id, at) => {
    const cuboid = editor.cuboid(id);
    if (cuboid === null) return [];
    return moveCuboid(editor.document, id, nudged(cuboid, nudge, press.shiftKey), at);
  });
}

/** The label in hand gives way to one that such objects may have. */
function takeTool(editor: Editor, mode: Exclude<ToolMode, "select">): void {
  const kind = mode === "polygon" ? "polygon" : "cuboid";
  const { label } = editor.view.getState();
  const fitting = labelInHand(editor.work.config, kind, label);
  if (!editor.mayEdit || editor.stage === null) return;
  if (fitting === null) return;
  if (fitting !== label) {
    editor.view.setState({ label: fitting });
    editor.say(`${editor.display(label)} is no label of ${kind}s: ${editor.display(fitting)} is in hand now.`);
  }
  editor.stage.arm(mode);
}

/** The size that others of its label have; what the sensor sees of it stays where it is. */
function takeUsualSize(editor: Editor): void {
  withCuboid(editor, (id, at) => {
    const [cuboid, object] = [editor.cuboid(id), cuboidObject(editor.document, id)];
    if (cuboid === null || object === null || editor.stage === null) return [];
    const { size } = usualOf(editor.document, object.label, id);
    return moveCuboid(editor.document, id, editor.stage.shape.sized(cuboid, size), at);
  });
}

function deleteSelected(editor: Editor): void {
  const { selection } = editor;
  if (selection.length === 0 || !editor.mayEdit) return;
  editor.edit(allDeleted(editor.document, selection));
  if (!selection.some((id) => editor.exists(id))) editor.select(null);
}

/** The track is there up to this frame and in none after it. */
function endTrack(editor: Editor): void {
  withSelected(editor, (id) => {
    const range = visibleRange(editor.document, id, editor.frames_ns);
    if (range === null || range[0] > editor.frameIndex) return [];
    return setVisibleRange(editor.document, id, [range[0], editor.frameIndex], editor.frames_ns);
  });
}

function withSelected(editor: Editor, writes: (id: string) => readonly Write[]): void {
  const { selected } = editor.view.getState();
  if (selected !== null && editor.exists(selected)) editor.edit(writes(selected));
}

/** With nothing selected, or nothing that is left, objects that come back are what the next command is about. */
function selectingBack(editor: Editor, change: () => void): void {
  const before = new Set(idsOf(editor.document));
  change();
  if (editor.selection.length > 0) return;
  editor.selectAll(idsOf(editor.document).filter((id) => !before.has(id) && editor.exists(id)));
}

/** What relabels the selected object sets the label in hand, also when it is undone. */
function keepingLabel(editor: Editor, change: () => void): void {
  const { selected } = editor.view.getState();
  const labelOf = () => (selected === null ? undefined : thingOf(editor.document, selected)?.label);
  const before = labelOf();
  change();
  const label = labelOf();
  if (label !== undefined && before !== undefined && label !== before) editor.view.setState({ label });
}
