import fc from "fast-check";
import { expect, test } from "vitest";
import { ACTIONS, type ActionId } from "./index";
import { bindingOf, key, keyText, type KeyBinding, type KeyPress } from "./keys";
import {
  choicesJson,
  choose,
  commandOf,
  conflictsOf,
  DEFAULT_KEYMAP,
  type Keymap,
  keymapOf,
  parseChoices,
  reached,
  reservedFor,
  reset,
} from "./keymap";

function press(code: string, held: Partial<KeyPress> = {}): KeyPress {
  return { code, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held };
}

const ids = fc.constantFrom(...ACTIONS.map(({ id }) => id));
const bindings = fc
  .tuple(
    fc.constantFrom("KeyC", "KeyD", "KeyT", "ArrowUp", "Space", "F5", "Enter", "Digit1", "Slash"),
    fc.subarray(["ctrl", "shift", "alt"] as const),
  )
  .map(([code, held]) => key(code, ...held));
const choices = fc
  .array(fc.tuple(ids, fc.array(bindings, { maxLength: 3 })))
  .map((pairs) => Object.fromEntries(pairs) as Partial<Record<ActionId, KeyBinding[]>>);

function spelled(keymap: Keymap): string[] {
  return [...keymap].flatMap(([id, keys]) => keys.flatMap((one) => reached(id, one).map(keyText)));
}

test("no key has two commands, whatever a person has chosen", () => {
  fc.assert(
    fc.property(choices, (chosen) => {
      const keys = spelled(keymapOf(chosen));
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

test("the registry itself has no key twice, and none that the browser keeps", () => {
  for (const { id, keys } of ACTIONS) expect(DEFAULT_KEYMAP.get(id)).toEqual(keys);
});

test("a key that was just chosen does what it was chosen for", () => {
  fc.assert(
    fc.property(choices, ids, bindings, (before, id, binding) => {
      fc.pre(reservedFor(binding, id) === null);
      const keymap = keymapOf(choose(before, id, [binding]));
      expect(keymap.get(id)).toEqual([binding]);
    }),
  );
});

test("every command has its place in the keymap, with keys or without", () => {
  fc.assert(
    fc.property(choices, (chosen) => {
      expect([...keymapOf(chosen).keys()].sort()).toEqual(ACTIONS.map(({ id }) => id).sort());
    }),
  );
});

test.each<[string, Partial<KeyPress>, ActionId | null]>([
  ["KeyC", {}, "tool.place"],
  ["Escape", {}, "tool.select"],
  ["KeyZ", { ctrlKey: true }, "edit.undo"],
  ["KeyZ", { metaKey: true }, "edit.undo"],
  ["KeyZ", { ctrlKey: true, shiftKey: true }, "edit.redo"],
  ["KeyZ", {}, null],
  ["KeyC", { ctrlKey: true }, "object.copy"],
  ["Period", {}, "frame.next"],
  ["Space", { shiftKey: true }, "play.back"],
  ["Digit7", {}, "label.7"],
  ["ArrowUp", { shiftKey: true }, "move.forward"],
  ["ArrowUp", { altKey: true, shiftKey: true }, "size.longer"],
  ["Slash", { shiftKey: true, key: "?" }, "help"],
  ["Minus", { shiftKey: true, key: "?" }, "help"],
  ["Enter", { ctrlKey: true }, "submit"],
  ["KeyP", { ctrlKey: true, shiftKey: true }, "palette"],
])("%s with %o is %s", (code, held, expected) => {
  expect(commandOf(DEFAULT_KEYMAP, press(code, held))).toBe(expected);
});

test("a conflict is named, by place, by sign and through Shift's finer steps", () => {
  expect(conflictsOf(DEFAULT_KEYMAP, "tool.place", press("KeyD"))).toEqual(["frame.next"]);
  expect(conflictsOf(DEFAULT_KEYMAP, "tool.place", press("KeyC"))).toEqual([]);
  const question = press("Minus", { shiftKey: true, key: "?" });
  expect(conflictsOf(DEFAULT_KEYMAP, "tool.place", question)).toEqual(["help"]);
  expect(conflictsOf(DEFAULT_KEYMAP, "turn.left", press("KeyD"))).toEqual([
    "frame.next",
    "keyframe.next",
  ]);
});

test("what another command loses stays lost until it is reset", () => {
  const taken = choose({}, "tool.place", [key("KeyD")]);
  expect(keymapOf(taken).get("frame.next")).toEqual([key("Period")]);
  const back = reset(reset(taken, "tool.place"), "frame.next");
  expect(keymapOf(back)).toEqual(DEFAULT_KEYMAP);
});

test("a sign is taken with the press that types it", () => {
  const pressed = press("Minus", { shiftKey: true, key: "?" });
  const taken = choose({}, "tool.place", [bindingOf(pressed)!], pressed);
  expect(commandOf(keymapOf(taken), pressed)).toBe("tool.place");
  expect(keymapOf(taken).get("help")).toEqual([key("F1")]);
});

test("a choice wins over a key that the registry gives to another command later", () => {
  const keymap = keymapOf({ help: [key("KeyG")] });
  expect(commandOf(keymap, press("KeyG"))).toBe("help");
  expect(keymap.get("frame.jump")).toEqual([]);
});

test("what is stored of choices is read again", () => {
  fc.assert(
    fc.property(choices, (chosen) => {
      expect(parseChoices(JSON.parse(JSON.stringify(choicesJson(chosen))))).toEqual(chosen);
    }),
  );
});

test("whatever else is stored changes nothing", () => {
  const odd = [null, 3, "x", [], { "no.such": ["KeyA"] }, { help: "KeyA" }, { help: ["ctrl+"] }];
  for (const stored of odd) expect(keymapOf(parseChoices(stored))).toEqual(DEFAULT_KEYMAP);
  fc.assert(
    fc.property(fc.jsonValue(), (stored) => {
      const keys = spelled(keymapOf(parseChoices(stored)));
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

test("keys that a browser keeps cannot be chosen, and it is said why", () => {
  for (const one of [
    key("KeyT", "ctrl"),
    key("KeyW", "ctrl", "shift"),
    key("KeyN", "ctrl"),
    key("F5"),
    key("F5", "ctrl"),
    key("Tab", "ctrl"),
    key("F4", "alt"),
    key("Enter"),
  ]) {
    expect(reservedFor(one, "help"), keyText(one)).toMatch(/\.$/);
    expect(keymapOf({ help: [one] }).get("help")).toEqual([]);
  }
  expect(reservedFor(key("KeyT"), "help")).toBeNull();
  expect(reservedFor(key("Enter", "ctrl"), "help")).toBeNull();
  // Text is copied where one types, whatever a person chose for a command that works there.
  expect(reservedFor(key("KeyC", "ctrl"), "submit")).toMatch(/\.$/);
  expect(reservedFor(key("KeyC", "ctrl"), "help")).toBeNull();
});
