import { expect, test } from "vitest";
import { ACTIONS } from "./index";
import { fit, found, wordsOf } from "./search";

const titles = (query: string) =>
  found(query, ACTIONS, (one) => ({ title: one.title, words: wordsOf(one) })).map(({ title }) => title);

test("nothing typed finds everything, in the order of the registry", () => {
  expect(titles(" ")).toEqual(ACTIONS.map(({ title }) => title));
});

test("every command is found by its own title, as the first", () => {
  for (const { title } of ACTIONS) expect(titles(title)[0]).toBe(title);
});

test("a beginning comes before a word, a word before anything else", () => {
  expect(titles("next")[0]).toMatch(/^Next/);
  expect(titles("frame")[0]).not.toMatch(/^Previous keyframe/);
  expect(titles("cuboid")[0]).toBe("New cuboid");
});

test("other words, groups and first letters find it, too", () => {
  expect(titles("shortcuts")).toEqual(["Change keys"]);
  expect(titles("nk")).toContain("Next keyframe of the object");
  expect(titles("fine adjustment turn")).toEqual(["Turn left 1° (0.2° with Shift)", "Turn right"]);
});

test("what is nowhere is not found", () => {
  expect(titles("xyzzy")).toEqual([]);
  expect(fit("x", "", "")).toBeNull();
});
