/**
 * Which keys do what for one person: the registry's own, and in their place what the person chose.
 * However odd the choices are that come out of a browser's storage, no key ever has two commands.
 */

import { ACTIONS, type ActionId } from "./index";
import { key, keyText, matches, parseKey, type KeyBinding, type KeyPress } from "./keys";

/** For each command that the person changed, all its keys; none is a choice, too. */
export type Choices = Readonly<Partial<Record<ActionId, readonly KeyBinding[]>>>;

/** All keys of every command; those of finer steps are not listed, they come with Shift. */
export type Keymap = ReadonlyMap<ActionId, readonly KeyBinding[]>;

const FINER: ReadonlySet<string> = new Set(
  ACTIONS.filter((one) => one.finerWithShift === true).map(({ id }) => id),
);

/** Closing, opening and choosing tabs and windows cannot be stopped; reloading must not be. */
const BROWSER_WITH_CTRL = new Set([
  ...["KeyT", "KeyW", "KeyN", "KeyQ", "KeyR", "KeyL", "Tab", "F4", "F5", "PageUp", "PageDown"],
]);
const EDITING = new Set(["KeyC", "KeyV", "KeyX", "KeyA"]);
const IN_TEXT: ReadonlySet<string> = new Set(
  ACTIONS.filter((one) => one.inText === true).map(({ id }) => id),
);
const BROWSER_ALONE = new Set(["F5", "F11", "F12"]);
const SYSTEM_WITH_ALT = new Set(["F4", "Tab", "Space"]);

/**
 * Choices come before the registry's keys, and among equals the first in the registry has the key.
 * Keys that the browser keeps for itself are left out.
 */
export function keymapOf(choices: Choices): Keymap {
  const taken = new Set<string>();
  const found = new Map<ActionId, readonly KeyBinding[]>();
  const settle = (id: ActionId, keys: readonly KeyBinding[]) => {
    const free = keys.filter((binding) => {
      const spelled = reached(id, binding).map(keyText);
      if (reservedFor(binding, id) !== null || spelled.some((text) => taken.has(text))) return false;
      for (const text of spelled) taken.add(text);
      return true;
    });
    found.set(id, free);
  };
  for (const { id } of ACTIONS) {
    const chosen = choices[id];
    if (chosen !== undefined) settle(id, chosen);
  }
  for (const { id, keys } of ACTIONS) if (choices[id] === undefined) settle(id, keys);
  return found;
}

export const DEFAULT_KEYMAP: Keymap = keymapOf({});

/** The command of a key press, or null; whether this is the moment for it is not asked. */
export function commandOf(keymap: Keymap, press: KeyPress): ActionId | null {
  for (const [id, keys] of keymap) {
    if (keys.some((binding) => reached(id, binding).some((one) => matches(one, press)))) return id;
  }
  return null;
}

/** The other commands that a key press means already: a new binding would take it from them. */
export function conflictsOf(keymap: Keymap, id: ActionId, press: KeyPress): ActionId[] {
  const presses = isFiner(id) ? [press, { ...press, shiftKey: true }] : [press];
  const others = presses.map((one) => commandOf(keymap, one));
  return [...new Set(others)].filter((other) => other !== null && other !== id) as ActionId[];
}

/**
 * The person's choices after `id` got these keys; whatever else had one of them lost it. `press` is
 * what was pressed: it finds keys that are bound by their sign.
 */
export function choose(
  choices: Choices,
  id: ActionId,
  keys: readonly KeyBinding[],
  press: KeyPress | null = null,
): Choices {
  const keymap = keymapOf(choices);
  const wanted = new Set(keys.flatMap((binding) => reached(id, binding).map(keyText)));
  // Start from what each choice came to: a key that it had lost to another must not come back.
  const chosen = Object.fromEntries(
    Object.keys(choices).map((other) => [other, keymap.get(other as ActionId) ?? []]),
  ) as Partial<Record<ActionId, readonly KeyBinding[]>>;
  chosen[id] = keys;
  for (const [other, had] of keymap) {
    if (other === id) continue;
    const left = had.filter((binding) =>
      reached(other, binding).every(
        (one) => !wanted.has(keyText(one)) && !(press !== null && matches(one, press)),
      ),
    );
    if (left.length < had.length) chosen[other] = left;
  }
  return chosen;
}

/** As the registry has it again; a key that another command was given meanwhile stays there. */
export function reset(choices: Choices, id: ActionId): Choices {
  return Object.fromEntries(Object.entries(choices).filter(([other]) => other !== id));
}

/** Why a command cannot have a key, as a sentence; null: it can. */
export function reservedFor(
  { code, ctrl, alt, shift }: KeyBinding,
  id: ActionId,
): string | null {
  if (ctrl === true && BROWSER_WITH_CTRL.has(code)) {
    return "The browser keeps this key for itself: a page cannot have it.";
  }
  if (IN_TEXT.has(id) && ctrl === true && EDITING.has(code) && alt !== true && shift !== true) {
    return "This key copies and pastes text, and this command works in text, too.";
  }
  if (BROWSER_ALONE.has(code)) return "The browser keeps this key for itself.";
  if (alt === true && (SYSTEM_WITH_ALT.has(code) || (ctrl === true && code === "Delete"))) {
    return "The operating system keeps this key for itself.";
  }
  if (code === "Enter" && ctrl !== true && alt !== true) {
    return "Enter presses the button that has the focus.";
  }
  return null;
}

/** As it is stored; see `parseChoices`. */
export function choicesJson(choices: Choices): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(choices).map(([id, keys]) => [id, keys.map(keyText)] as const),
  );
}

/** What of a stored value are choices; everything else in it is ignored. */
export function parseChoices(stored: unknown): Choices {
  if (typeof stored !== "object" || stored === null) return {};
  const choices: Partial<Record<ActionId, readonly KeyBinding[]>> = {};
  for (const { id } of ACTIONS) {
    const texts: unknown = Object.hasOwn(stored, id) ? Reflect.get(stored, id) : undefined;
    if (!Array.isArray(texts)) continue;
    const keys = texts.map((text) => (typeof text === "string" ? parseKey(text) : null));
    // One unreadable key makes the whole choice unknown: the registry's keys are better than none.
    if (keys.every((binding) => binding !== null)) choices[id] = keys;
  }
  return choices;
}

/** The keys by which a binding of a command is reached. */
export function reached(id: ActionId, binding: KeyBinding): readonly KeyBinding[] {
  if (!isFiner(id) || binding.shift === true || binding.sign !== undefined) return [binding];
  const { ctrl, alt } = binding;
  const held = [...(ctrl === true ? ["ctrl" as const] : []), ...(alt === true ? ["alt" as const] : [])];
  return [binding, key(binding.code, ...held, "shift")];
}

function isFiner(id: ActionId): boolean {
  return FINER.has(id);
}
