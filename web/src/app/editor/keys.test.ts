// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { DEFAULT_KEYMAP } from "../../tools/keymap";
import { key } from "../../tools/keys";
import { createKeys, followKeys, setChoices, setScrolling } from "./keys";

beforeEach(() => localStorage.clear());

test("chosen keys are there again, for the person who chose them", () => {
  setChoices(createKeys("ana"), { "tool.place": [key("KeyN")] });
  expect(createKeys("ana").getState().keymap.get("tool.place")).toEqual([key("KeyN")]);
  expect(createKeys("ben").getState().keymap).toEqual(DEFAULT_KEYMAP);
});

test("a damaged storage means the keys of the registry", () => {
  localStorage.setItem("groundplane-preference-keys-ana", "{ not json");
  expect(createKeys("ana").getState().keymap).toEqual(DEFAULT_KEYMAP);
});

test("another tab's choice is taken over", () => {
  const here = createKeys("ana");
  const stop = followKeys(here);
  setChoices(createKeys("ana"), { help: [key("KeyN")] });
  window.dispatchEvent(new StorageEvent("storage", { key: "groundplane-preference-keys-ana" }));
  expect(here.getState().keymap.get("help")).toEqual([key("KeyN")]);
  stop();
});

test("the letters are those of the person's keyboard, where the browser says them", async () => {
  const getLayoutMap = () => Promise.resolve(new Map([["KeyZ", "y"]]));
  Object.defineProperty(navigator, "keyboard", { value: { getLayoutMap }, configurable: true });
  const keys = createKeys("ana");
  const stop = followKeys(keys);
  await vi.waitFor(() => expect(keys.getState().layout.get("KeyZ")).toBe("y"));
  stop();
  Reflect.deleteProperty(navigator, "keyboard");
});

test("what scrolling does is remembered, and anything else stored means to find out", () => {
  setScrolling(createKeys("ana"), "trackpad");
  expect(createKeys("ana").getState().scrolling).toBe("trackpad");
  const odd = { value: { scrolling: "joystick" }, isSent: true };
  localStorage.setItem("groundplane-preference-keys-ana", JSON.stringify(odd));
  expect(createKeys("ana").getState().scrolling).toBeNull();
});
