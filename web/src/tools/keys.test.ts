import fc from "fast-check";
import { expect, test } from "vitest";
import { bindingOf, key, keyLabel, keyText, matches, parseKey, sign } from "./keys";

const held = (over: Partial<Record<"ctrlKey" | "shiftKey" | "altKey" | "metaKey", boolean>> = {}) => ({
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...over,
});

const GERMAN = new Map([
  ["KeyZ", "y"],
  ["KeyY", "z"],
  ["BracketLeft", "ü"],
  ["Comma", ","],
]);
const FRENCH = new Map([
  ["KeyQ", "a"],
  ["KeyA", "q"],
  ["Digit1", "&"],
]);

test("a key is found by its place, whatever the layout prints on it", () => {
  expect(matches(key("KeyZ", "ctrl"), { ...held({ ctrlKey: true }), code: "KeyZ", key: "y" })).toBe(
    true,
  );
});

test("a sign is found wherever it is typed", () => {
  expect(matches(sign("?"), { ...held({ shiftKey: true }), code: "Minus", key: "?" })).toBe(true);
});

test("a key is called by what is printed on it", () => {
  expect(keyLabel(key("KeyZ", "ctrl", "shift"))).toBe("Ctrl+Shift+Z");
  expect(keyLabel(key("KeyZ", "ctrl", "shift"), GERMAN)).toBe("Ctrl+Shift+Y");
  expect(keyLabel(key("BracketLeft"), GERMAN)).toBe("Ü");
  expect(keyLabel(key("KeyQ"), FRENCH)).toBe("A");
  expect(keyLabel(key("Digit1"), FRENCH)).toBe("1");
  expect(keyLabel(sign("?"), GERMAN)).toBe("?");
  expect(keyLabel(key("PageUp", "alt"), GERMAN)).toBe("Alt+Page Up");
  expect(keyLabel(key("BracketRight"))).toBe("]");
});

const codes = fc.constantFrom("KeyA", "Space", "ArrowUp", "F3", "Digit7", "NumpadAdd", "IntlRo");
const modifiers = fc.subarray(["ctrl", "shift", "alt"] as const);

test("what is stored of a key is read again", () => {
  const bindings = fc.oneof(
    fc.tuple(codes, modifiers).map(([code, with_]) => key(code, ...with_)),
    fc.constantFrom("?", "ü", "+").map(sign),
  );
  fc.assert(
    fc.property(bindings, (one) => {
      expect(parseKey(keyText(one))).toEqual(one);
    }),
  );
});

test.each(["", "KeyA+ctrl", "shift+ctrl+KeyA", "ctrl+", "sign ", "sign ab", "ShiftLeft", "ctrl+Key A"])(
  "%j is no stored key",
  (text) => expect(parseKey(text)).toBeNull(),
);

test("a press makes the binding that finds it again; a modifier alone makes none", () => {
  const presses = fc.record({
    code: codes,
    ctrlKey: fc.boolean(),
    metaKey: fc.boolean(),
    shiftKey: fc.boolean(),
    altKey: fc.boolean(),
  });
  fc.assert(
    fc.property(presses, (press) => {
      const made = bindingOf(press);
      expect(made !== null && matches(made, press)).toBe(true);
    }),
  );
  expect(bindingOf({ ...held({ shiftKey: true }), code: "ShiftLeft" })).toBeNull();
});
