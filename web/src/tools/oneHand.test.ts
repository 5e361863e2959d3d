import { expect, test } from "vitest";
import { ACTIONS, type ActionId } from "./index";
import { keymapOf } from "./keymap";
import { key, keyText } from "./keys";
import { LEFT_HAND, withLeftHand } from "./oneHand";

const LEFT_HALF = /^(Key[QWERTASDFGZXCVB]|Digit[1-6]|Tab|Space|Escape|Backquote|Home|Delete)$/;

test("every key of the set is under the left hand, but for one that people look for", () => {
  for (const [id, [first]] of Object.entries(LEFT_HAND)) expect([id, first!.code]).toEqual([id, expect.stringMatching(LEFT_HALF)]);
});

test("each command of the set has its keys, and none that had a key is left without one", () => {
  const keymap = keymapOf(withLeftHand({}));
  for (const [id, keys] of Object.entries(LEFT_HAND)) expect(keymap.get(id as ActionId)).toEqual(keys);
  const silent = ACTIONS.filter(({ id, keys }) => keys.length > 0 && keymap.get(id)!.length === 0);
  expect(silent.map(({ id }) => id)).toEqual([]);
});

test("a person's own keys stay where the set does not need them", () => {
  const own = { "view.top": [key("KeyI")], "tool.select": [key("KeyZ")] } as const;
  const keymap = keymapOf(withLeftHand(own));
  expect(keymap.get("view.top")).toEqual([key("KeyI")]);
  expect(keymap.get("tool.lasso")!.map(keyText)).toEqual(["KeyZ"]);
});
