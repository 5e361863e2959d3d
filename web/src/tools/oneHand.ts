/** A set of keys for the left hand alone, while the right one stays on the mouse. */

import type { ActionId } from "./index";
import { type Choices, choose } from "./keymap";
import { key, type KeyBinding } from "./keys";

/**
 * Commands that are wanted often and have their keys on the right half, or two hands apart; the
 * others keep theirs unless one of these takes it.
 */
export const LEFT_HAND: Readonly<Partial<Record<ActionId, readonly KeyBinding[]>>> = {
  "tool.lasso": [key("KeyZ")],
  "tool.polygon": [key("KeyZ", "shift")],
  "object.delete": [key("KeyX"), key("Delete")],
  "object.done": [key("Backquote")],
  "keyframe.add": [key("KeyG")],
  "keyframe.remove": [key("KeyX", "ctrl")],
  "track.along": [key("KeyB")],
  "view.behind": [key("KeyV", "shift")],
  "shape.flip": [key("KeyT", "shift")],
  "frame.jump": [key("KeyG", "ctrl")],
  "select.label": [key("KeyA", "ctrl")],
};

/** The person's own choices, with these in place of what they say of the same commands and keys. */
export function withLeftHand(choices: Choices): Choices {
  return Object.entries(LEFT_HAND).reduce<Choices>(
    (chosen, [id, keys]) => choose(chosen, id as ActionId, keys),
    choices,
  );
}
