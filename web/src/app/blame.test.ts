import { expect, test } from "vitest";
import { blameOf, parseTyped } from "./blame";

test("a refusal stands at the field that it is about", () => {
  const says = (what: string) => blameOf(`Parameter is invalid, reason: ${what}`, ["name", "params"]);
  expect(says('"name" is not allowed to be empty')).toEqual({
    field: "name",
    sentence: "It is not allowed to be empty.",
  });
  expect(says('"params.instruction" must be a string')).toEqual({
    field: "params",
    sentence: "“instruction” must be a string.",
  });
  expect(says('"paramsx" must be a string').field).toBeNull();
  expect(blameOf("A project with the name x already exists.", ["name"]).field).toBe("name");
  expect(blameOf("A project with the name x already exists.", []).field).toBeNull();
});

test("what is no JSON is said with its place", () => {
  expect(parseTyped('{"a": 1}', "object")).toEqual({ kind: "value", value: { a: 1 } });
  expect(parseTyped(" ", "array")).toEqual({ kind: "value", value: [] });
  const wrong = parseTyped('{\n  "a": 1,\n}', "object");
  expect(wrong.kind === "wrong" && wrong.sentence).toMatch(
    /^This is not JSON\. Expected double-quoted property name.*\(line 3, column 1\)\.$/,
  );
  expect(parseTyped("[1]", "object")).toEqual({
    kind: "wrong",
    sentence: "It must be an object: { … }.",
  });
  expect(parseTyped("null", "array").kind).toBe("wrong");
  expect(parseTyped('{"a"', "object").kind).toBe("wrong");
});
