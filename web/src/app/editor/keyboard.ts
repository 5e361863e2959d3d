/** Keys of the page → commands. */

import { action, type ActionId, type Handlers } from "../../tools/index";
import { commandOf, type Keymap } from "../../tools/keymap";
import { isForControl, isTextField, typesText } from "./focus";

/** Null, or a command and whether this press runs it: a key held down may be one that acts once. */
export interface Command {
  readonly id: ActionId;
  readonly runs: boolean;
}

/** Text fields never lose what is typed, whatever keys a person has chosen. */
export function commandFor(keymap: Keymap, event: KeyboardEvent): Command | null {
  // Somebody nearer has taken it, or an input method is composing a letter.
  if (event.defaultPrevented || event.isComposing) return null;
  const id = commandOf(keymap, event);
  if (id === null) return null;
  const { inText, repeats } = action(id);
  if (isTextField(event.target) && (inText !== true || typesText(event))) return null;
  if (isForControl(event.target, event)) return null;
  // Text that is marked on the page is what Ctrl+C copies.
  if (id === "object.copy" && document.getSelection()?.type === "Range") return null;
  // Tab walks through the panels; only while the scene has the focus it walks through objects.
  if (event.code === "Tab" && event.target !== document.body && !isScene(event.target)) return null;
  return { id, runs: !event.repeat || repeats === true };
}

export function listenToKeys(keymap: () => Keymap, commands: Handlers): () => void {
  const press = (event: KeyboardEvent) => {
    const command = commandFor(keymap(), event);
    if (command === null) return;
    event.preventDefault();
    if (command.runs) commands[command.id](event);
  };
  window.addEventListener("keydown", press);
  return () => window.removeEventListener("keydown", press);
}

function isScene(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".scene, .batch-grid") !== null;
}
