import { expect, test } from "vitest";
import { differences } from "./differences";

function lines(before: unknown, after: unknown): readonly string[] {
  return differences(before, after).map(
    ({ path, kind, before: old, after: now }) => `${kind} ${path}: ${old ?? ""} → ${now ?? ""}`,
  );
}

test("labels that come and go are told one by one, wherever they stand", () => {
  expect(lines({ labels: ["Car", "Van"] }, { labels: ["Truck", "Car"] })).toEqual([
    "added labels:  → Truck",
    "removed labels: Van → ",
  ]);
  expect(lines({ labels: ["Car", "Van"] }, { labels: ["Van", "Car"] })).toEqual([
    'changed labels (order): [ "Car", "Van" ] → [ "Van", "Car" ]',
  ]);
  expect(lines(["a", "a"], ["a"])).toEqual(["removed : a → "]);
});

test("parts are told by their path, and the order of parts is nothing", () => {
  expect(lines({ a: 1, b: { c: null, d: "x" } }, { b: { d: "y", c: null }, e: [1] })).toEqual([
    "changed b › d: x → y",
    "added e:  → [ 1 ]",
    "removed a: 1 → ",
  ]);
  expect(lines({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([]);
});

test("elements with names are compared with those of the same name", () => {
  const before = [{ choice: "Car", subchoices: ["Van"] }, { choice: "Sign" }];
  const after = [{ choice: "Tree" }, { choice: "Car", subchoices: ["Van", "Bus"] }];
  expect(lines(before, after)).toEqual([
    'added Tree:  → { "choice": "Tree" }',
    "added Car › subchoices:  → Bus",
    'removed Sign: { "choice": "Sign" } → ',
  ]);
  expect(lines([{ name: "a" }, { name: "b" }], [{ name: "b" }, { name: "a" }])).toHaveLength(1);
});

test("a value of another kind is another value", () => {
  expect(lines({ a: [1] }, { a: { b: 1 } })).toEqual(['changed a: [ 1 ] → { "b": 1 }']);
  expect(lines({ toString: 1 }, {})).toEqual(["removed toString: 1 → "]);
});
