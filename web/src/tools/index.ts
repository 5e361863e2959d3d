/**
 * Every command of the editor, once: what it is called, where the help panel lists it and which keys
 * it has. Adding one here makes `Handlers` demand what it does.
 */

import { key, matches, sign, type KeyBinding, type KeyPress } from "./keys";

export type ActionGroup = "Tools" | "Edit" | "Keyframes" | "Fine adjustment" | "View" | "Task";

export interface Action {
  readonly id: string;
  readonly title: string;
  readonly group: ActionGroup;
  /** Any of these; the first is the one shown on buttons. */
  readonly keys: readonly KeyBinding[];
  /** Holding the key down repeats it. */
  readonly repeats?: true;
  /** Works while a text field has the focus, too. */
  readonly inText?: true;
}

const TOOLS = [
  { id: "tool.place", title: "New cuboid", group: "Tools", keys: [key("KeyC")] },
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
  { id: "object.next", title: "Next object", group: "Edit", keys: [key("Tab")], repeats: true },
  {
    id: "object.previous",
    title: "Previous object",
    group: "Edit",
    keys: [key("Tab", "shift")],
    repeats: true,
  },
] as const satisfies readonly Action[];

const KEYFRAMES = [
  {
    id: "frame.previous",
    title: "Previous frame",
    group: "Keyframes",
    keys: [key("KeyA"), key("Comma")],
    repeats: true,
  },
  {
    id: "frame.next",
    title: "Next frame",
    group: "Keyframes",
    keys: [key("KeyD"), key("Period")],
    repeats: true,
  },
  { id: "keyframe.add", title: "Keyframe here", group: "Keyframes", keys: [key("KeyK")] },
  { id: "keyframe.remove", title: "Remove keyframe", group: "Keyframes", keys: [key("KeyX")] },
  { id: "track.end", title: "End the track here", group: "Keyframes", keys: [key("KeyE")] },
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
  { id: "view.top", title: "View from the top", group: "View", keys: [key("KeyT")] },
  { id: "view.all", title: "Show the whole scene", group: "View", keys: [key("KeyH")] },
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
] as const satisfies readonly Action[];

const TASK = [
  label(1),
  label(2),
  label(3),
  label(4),
  label(5),
  label(6),
  label(7),
  label(8),
  label(9),
  {
    id: "help",
    title: "Keyboard and mouse",
    group: "Task",
    keys: [sign("?"), key("F1")],
  },
  { id: "submit", title: "Submit", group: "Task", keys: [key("Enter", "ctrl")], inText: true },
] as const satisfies readonly Action[];

const ALL = [...TOOLS, ...EDIT, ...KEYFRAMES, ...FINE, ...VIEW, ...TASK] as const;

export type ActionId = (typeof ALL)[number]["id"];

export const ACTIONS: readonly (Action & { readonly id: ActionId })[] = ALL;

/** What each command does; the editor page supplies one and the compiler sees that none is missing. */
export type Handlers = Readonly<Record<ActionId, (press: KeyPress) => void>>;

export function action(id: ActionId): Action & { readonly id: ActionId } {
  return ACTIONS.find((candidate) => candidate.id === id)!;
}

/**
 * The command of a key press, or null. Presses meant for a text field, and repeats of a key whose
 * command should happen once, are none. The caller prevents the browser's own response.
 */
export function actionFor(event: KeyboardEvent): ActionId | null {
  const found = ACTIONS.find((candidate) => candidate.keys.some((k) => matches(k, event)));
  if (found === undefined) return null;
  if (event.repeat && !found.repeats) return null;
  if (isTextField(event.target) && !found.inText) return null;
  return found.id;
}

/** The mouse, for the help panel: [what to do, what happens]. */
export const MOUSE_HELP: readonly (readonly [string, string])[] = [
  ["Click a cuboid", "Select it"],
  ["Drag the selected cuboid", "Move it over the ground; with Shift up and down"],
  ["Drag a face handle", "Move that face; with Alt both sides"],
  ["Drag the round handle", "Turn it; with Ctrl in steps of 5°"],
  ["New cuboid: drag from rear to front", "Place it with that length and heading"],
  ["New cuboid: click", "Place one of the usual size"],
  ["New cuboid: Shift-drag, or drag in the top view", "Draw its footprint; its points say how high"],
  ["Top, side, front: drag a side or corner", "Resize; with Alt both sides"],
  ["Top, side, front: drag inside", "Move in that plane"],
  ["Top, side, front: double-click", "Fit the object again"],
  ["Drag the ground", "Turn the view (with Alt also over a cuboid)"],
  ["Drag with the right button, or Shift-drag", "Slide the view"],
  ["Right button down and W A S D, E Q", "Fly, and look around"],
  ["Wheel", "Zoom to the cursor"],
  ["Double-click", "Look at that point"],
];

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
    keys: [key(code, ...modifiers), key(code, ...modifiers, "shift")],
    repeats: true,
  } as const;
}

function label<const N extends number>(number: N) {
  return {
    id: `label.${number}`,
    title: `Label ${number} of the list`,
    group: "Task",
    keys: [key(`Digit${number}`)],
  } as const;
}

function isTextField(target: EventTarget | null): boolean {
  if (typeof HTMLElement === "undefined" || !(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !TOGGLES.has(target.type);
}

const TOGGLES = new Set(["checkbox", "radio", "button", "submit", "range", "color", "file"]);
