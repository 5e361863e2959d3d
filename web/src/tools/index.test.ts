import { expect, test } from "vitest";
import { ACTIONS, action, actionFor, type ActionId } from "./index";
import { key, keyLabel, matches, sign } from "./keys";

function press(code: string, held: Partial<KeyboardEvent> = {}): KeyboardEvent {
  const none = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, repeat: false };
  return { ...none, code, target: null, ...held } as KeyboardEvent;
}

test("no key has two commands", () => {
  const bindings = ACTIONS.flatMap(({ keys }) => keys.map(keyLabel));
  expect(new Set(bindings).size).toBe(bindings.length);
});

test("no command has two entries, and each is found by its id", () => {
  const ids = ACTIONS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(action(id).id).toBe(id);
});

test.each<[string, Partial<KeyboardEvent>, ActionId | null]>([
  ["KeyC", {}, "tool.place"],
  ["Escape", {}, "tool.select"],
  ["KeyZ", { ctrlKey: true }, "edit.undo"],
  ["KeyZ", { metaKey: true }, "edit.undo"],
  ["KeyZ", { ctrlKey: true, shiftKey: true }, "edit.redo"],
  ["KeyZ", {}, null],
  ["KeyC", { ctrlKey: true }, null],
  ["Period", {}, "frame.next"],
  ["Digit7", {}, "label.7"],
  ["ArrowUp", { shiftKey: true }, "move.forward"],
  ["ArrowUp", { altKey: true }, "size.longer"],
  ["Slash", { shiftKey: true, key: "?" }, "help"],
  ["Minus", { shiftKey: true, key: "?" }, "help"],
  ["Enter", { ctrlKey: true }, "submit"],
])("%s with %o is %s", (code, held, expected) => {
  expect(actionFor(press(code, held))).toBe(expected);
});

test("a key held down repeats a step but not a tool", () => {
  expect(actionFor(press("ArrowUp", { repeat: true }))).toBe("move.forward");
  expect(actionFor(press("KeyC", { repeat: true }))).toBeNull();
});

test("a key is found by its place, whatever the layout prints on it", () => {
  expect(matches(key("KeyZ", "ctrl"), press("KeyZ", { ctrlKey: true, key: "y" }))).toBe(true);
});

test("the help reads as people say it", () => {
  expect(keyLabel(key("KeyZ", "ctrl", "shift"))).toBe("Ctrl+Shift+Z");
  expect(keyLabel(sign("?"))).toBe("?");
  expect(keyLabel(key("PageUp", "alt"))).toBe("Alt+Page Up");
});
