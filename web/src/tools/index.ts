/**
 * Every command of the editor, once: what it is called, where help and palette list it and which keys
 * it has unless the person chose others (keymap.ts). Adding one here makes `Handlers` demand what it
 * does.
 */

import { KEYFRAMES, SHAPE } from "./objectActions";
import { key, sign, type KeyBinding, type KeyPress } from "./keys";

/** In the order in which they are listed. */
export const ACTION_GROUPS = [
  "Tools",
  "Edit",
  "Time",
  "Keyframes",
  "Shape",
  "View",
  "Panels",
  "Task",
  "Labels",
  "Fine adjustment",
] as const;

export type ActionGroup = (typeof ACTION_GROUPS)[number];

export interface Action {
  readonly id: string;
  readonly title: string;
  readonly group: ActionGroup;
  /** Any of these; the first is the one shown on buttons. */
  readonly keys: readonly KeyBinding[];
  /** Holding the key down repeats it. */
  readonly repeats?: true;
  /** Works while a text field has the focus, too, by keys that type nothing. */
  readonly inText?: true;
  /** Each key does it with Shift, too, in smaller steps. */
  readonly finerWithShift?: true;
  /** Only for tasks that ask for such objects. */
  readonly makes?: "polygon";
  /** Other words under which people look for it. */
  readonly words?: string;
}

const TOOLS = [
  { id: "tool.place", title: "New cuboid", group: "Tools", keys: [key("KeyC")] },
  {
    id: "tool.lasso",
    title: "New cuboid around the points in a line that you draw",
    group: "Tools",
    keys: [key("KeyL", "shift")],
    words: "lasso freehand cluster fit",
  },
  {
    id: "tool.polygon",
    title: "New polygon: click its vertices, Enter closes it",
    group: "Tools",
    keys: [key("KeyP", "shift")],
    makes: "polygon",
    words: "area outline region shape",
  },
  {
    id: "tool.select",
    title: "Select; cancel what is under way",
    group: "Tools",
    keys: [key("KeyV"), key("Escape")],
  },
] as const satisfies readonly Action[];

const EDIT = [
  { id: "edit.undo", title: "Undo", group: "Edit", keys: [key("KeyZ", "ctrl")], repeats: true },
  {
    id: "edit.redo",
    title: "Redo",
    group: "Edit",
    keys: [key("KeyZ", "ctrl", "shift"), key("KeyY", "ctrl")],
    repeats: true,
  },
  {
    id: "object.delete",
    title: "Delete the object",
    group: "Edit",
    keys: [key("Delete"), key("Backspace")],
  },
  {
    id: "object.copy",
    title: "Copy the selected objects",
    group: "Edit",
    keys: [key("KeyC", "ctrl")],
    words: "clipboard",
  },
  {
    id: "object.paste",
    title: "Paste at the pointer; at another time where it was",
    group: "Edit",
    keys: [key("KeyV", "ctrl")],
    words: "clipboard insert",
  },
  {
    id: "object.duplicate",
    title: "Duplicate the selected objects beside them",
    group: "Edit",
    keys: [key("KeyC", "shift")],
    words: "clone copy",
  },
  {
    id: "select.label",
    title: "Select all of this label in the frame",
    group: "Edit",
    keys: [key("KeyA", "ctrl")],
    words: "multiple several every",
  },
  {
    id: "object.lock",
    title: "Lock or unlock the selected objects",
    group: "Edit",
    keys: [key("KeyL")],
    words: "protect freeze",
  },
  {
    id: "object.hide",
    title: "Hide the selected objects, or show them",
    group: "Edit",
    keys: [key("KeyH", "shift")],
    words: "invisible",
  },
  {
    id: "objects.show",
    title: "Show all hidden objects",
    group: "Edit",
    keys: [key("KeyH", "alt")],
    words: "unhide visible",
  },
  {
    id: "object.done",
    title: "Done with the object: on to the next object or frame",
    group: "Edit",
    keys: [key("KeyN", "shift")],
    words: "finish advance auto",
  },
  { id: "object.next", title: "Next object", group: "Edit", keys: [key("Tab")], repeats: true },
  {
    id: "object.previous",
    title: "Previous object",
    group: "Edit",
    keys: [key("Tab", "shift")],
    repeats: true,
  },
] as const satisfies readonly Action[];

const TIME = [
  { id: "play", title: "Play, pause", group: "Time", keys: [key("Space")], words: "stop" },
  {
    id: "play.back",
    title: "Play backwards, pause",
    group: "Time",
    keys: [key("Space", "shift")],
    words: "reverse",
  },
  { id: "play.faster", title: "Play faster", group: "Time", keys: [key("BracketRight")] },
  { id: "play.slower", title: "Play slower", group: "Time", keys: [key("BracketLeft")] },
  {
    id: "frame.previous",
    title: "Previous frame",
    group: "Time",
    keys: [key("KeyA"), key("Comma")],
    repeats: true,
    words: "step back",
  },
  {
    id: "frame.next",
    title: "Next frame",
    group: "Time",
    keys: [key("KeyD"), key("Period")],
    repeats: true,
    words: "step forward",
  },
  { id: "frame.first", title: "First frame", group: "Time", keys: [key("Home")], words: "start" },
  { id: "frame.last", title: "Last frame", group: "Time", keys: [key("End")] },
  { id: "frame.jump", title: "Go to a frame by number", group: "Time", keys: [key("KeyG")] },
  {
    id: "tracks",
    title: "Tracks of all objects in time",
    group: "Time",
    keys: [key("KeyJ")],
    words: "timeline lanes",
  },
] as const satisfies readonly Action[];

const FINE = [
  fine("move.forward", "Move forward 10 cm (2 cm with Shift)", "ArrowUp"),
  fine("move.back", "Move back", "ArrowDown"),
  fine("move.left", "Move left", "ArrowLeft"),
  fine("move.right", "Move right", "ArrowRight"),
  fine("move.up", "Move up", "PageUp"),
  fine("move.down", "Move down", "PageDown"),
  fine("turn.left", "Turn left 1° (0.2° with Shift)", "KeyQ"),
  fine("turn.right", "Turn right", "KeyW"),
  fine("size.longer", "Longer by 10 cm (2 cm with Shift)", "ArrowUp", "alt"),
  fine("size.shorter", "Shorter", "ArrowDown", "alt"),
  fine("size.wider", "Wider", "ArrowRight", "alt"),
  fine("size.narrower", "Narrower", "ArrowLeft", "alt"),
  fine("size.taller", "Taller", "PageUp", "alt"),
  fine("size.lower", "Lower", "PageDown", "alt"),
] as const;

const VIEW = [
  { id: "view.focus", title: "Look at the selected object", group: "View", keys: [key("KeyF")] },
  { id: "view.top", title: "View from the top; again: all around the sensor", group: "View", keys: [key("KeyT")] },
  { id: "view.all", title: "Show the whole scene", group: "View", keys: [key("KeyH")] },
  { id: "points.colours", title: "Next colour of the points", group: "View", keys: [key("KeyP")] },
  {
    id: "points.smaller",
    title: "Smaller points",
    group: "View",
    keys: [key("Minus")],
    repeats: true,
  },
  {
    id: "points.larger",
    title: "Larger points",
    group: "View",
    keys: [key("Equal")],
    repeats: true,
  },
  {
    id: "points.merge",
    title: "Merge the frames around this one, or no more",
    group: "View",
    keys: [key("KeyY")],
    words: "accumulate aggregate several frames dense static",
  },
  {
    id: "points.along",
    title: "Merge frames along the selected object, or in the world",
    group: "View",
    keys: [key("KeyY", "shift")],
    words: "accumulate aggregate moving track aligned",
  },
  { id: "points.ground", title: "Hide or show the ground", group: "View", keys: [key("KeyG", "shift")] },
  {
    id: "view.behind",
    title: "Follow the selected object from behind",
    group: "View",
    keys: [key("KeyB")],
  },
  {
    id: "view.fly",
    title: "Fly: W A S D, E Q up and down, Shift faster",
    group: "View",
    keys: [key("KeyF", "shift")],
  },
  {
    id: "view.sides",
    title: "Show or hide the top, side and front views",
    group: "View",
    keys: [key("KeyO")],
  },
  {
    id: "batch",
    title: "Batch view: the object in all its frames, or the scene again",
    group: "View",
    keys: [key("KeyB", "shift")],
    words: "grid crops every frame together many",
  },
  {
    id: "view.ghosts",
    title: "Show or hide the object of the frames beside this one",
    group: "View",
    keys: [key("KeyO", "shift")],
    words: "ghost neighbour previous next onion",
  },
] as const satisfies readonly Action[];

const PANEL = [
  { id: "instructions", title: "Instructions", group: "Panels", keys: [key("KeyI", "shift")] },
  { id: "history", title: "History", group: "Panels", keys: [], words: "revisions restore edits" },
  {
    id: "panels",
    title: "Arrange panels",
    group: "Panels",
    keys: [],
    words: "layout move dock left right bottom top tab window workspace",
  },
  { id: "panels.reset", title: "Reset the panels to their usual places", group: "Panels", keys: [] },
  {
    id: "panel.checks",
    title: "Show or hide the checks",
    group: "Panels",
    keys: [key("KeyK", "shift")],
    words: "problems errors warnings overlap floating empty",
  },
  {
    id: "check.unlabeled",
    title: "Go to the next thing without a cuboid",
    group: "Panels",
    keys: [key("KeyJ", "shift")],
    repeats: true,
    words: "cluster unlabeled missing forgotten points",
  },
  { id: "panel.labels", title: "Show or hide labels and objects", group: "Panels", keys: [] },
  { id: "panel.cameras", title: "Show or hide the cameras", group: "Panels", keys: [] },
  { id: "panel.inspector", title: "Show or hide the selected object", group: "Panels", keys: [] },
] as const satisfies readonly Action[];

const LABELS = [
  label(1),
  label(2),
  label(3),
  label(4),
  label(5),
  label(6),
  label(7),
  label(8),
  label(9),
] as const;

const TASK = [
  {
    id: "label.guide",
    title: "About the label in hand",
    group: "Task",
    keys: [key("KeyI")],
    words: "picture example description",
  },
  {
    id: "palette",
    title: "Find a command",
    group: "Task",
    keys: [key("KeyK", "ctrl"), key("KeyP", "ctrl", "shift")],
    inText: true,
    words: "palette search",
  },
  {
    id: "help",
    title: "Keyboard and mouse",
    group: "Task",
    keys: [sign("?"), key("F1")],
  },
  { id: "keys", title: "Change keys", group: "Task", keys: [], words: "shortcuts remap" },
  {
    id: "tour",
    title: "Take the tour",
    group: "Task",
    keys: [],
    words: "learn first steps demo tutorial",
  },
  { id: "submit", title: "Submit", group: "Task", keys: [key("Enter", "ctrl")], inText: true },
] as const satisfies readonly Action[];

const ALL = [
  ...TOOLS,
  ...EDIT,
  ...TIME,
  ...KEYFRAMES,
  ...SHAPE,
  ...VIEW,
  ...PANEL,
  ...TASK,
  ...LABELS,
  ...FINE,
] as const;

export type ActionId = (typeof ALL)[number]["id"];

export const ACTIONS: readonly (Action & { readonly id: ActionId })[] = ALL;

/** What each command does; the editor page supplies one and the compiler sees that none is missing. */
export type Handlers = Readonly<Record<ActionId, (press: KeyPress) => void>>;

export function action(id: ActionId): Action & { readonly id: ActionId } {
  return ACTIONS.find((candidate) => candidate.id === id)!;
}

function fine<const Id extends string>(
  id: Id,
  title: string,
  code: string,
  ...modifiers: readonly "alt"[]
) {
  return {
    id,
    title,
    group: "Fine adjustment",
    keys: [key(code, ...modifiers)],
    repeats: true,
    finerWithShift: true,
  } as const;
}

function label<const N extends number>(number: N) {
  return {
    id: `label.${number}`,
    title: `Label ${number} of the list`,
    group: "Labels",
    keys: [key(`Digit${number}`)],
  } as const;
}
