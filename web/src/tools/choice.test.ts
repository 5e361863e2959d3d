import { expect, test } from "vitest";
import { among, clicked, everything, NONE, stepped } from "./choice";

const ORDER = [3, 5, 8, 9, 12];
const PLAIN = { shift: false, ctrl: false };
const SHIFT = { shift: true, ctrl: false };
const CTRL = { shift: false, ctrl: true };
const chosen = (choice: { readonly chosen: ReadonlySet<number> }) => [...choice.chosen].sort((a, b) => a - b);

test("a click chooses one, Ctrl adds or takes, Shift takes all between", () => {
  const one = clicked(NONE, 5, ORDER, PLAIN);
  expect(chosen(one)).toEqual([5]);
  const two = clicked(one, 9, ORDER, CTRL);
  expect(chosen(two)).toEqual([5, 9]);
  expect(chosen(clicked(two, 5, ORDER, CTRL))).toEqual([9]);
  expect(chosen(clicked(two, 3, ORDER, SHIFT))).toEqual([3, 5, 8, 9]);
  expect(chosen(clicked(two, 12, ORDER, { shift: true, ctrl: true }))).toEqual([5, 9, 12]);
  expect(chosen(clicked(two, 3, ORDER, PLAIN))).toEqual([3]);
});

test("a click on the only one chosen takes the choice back", () => {
  expect(clicked(clicked(NONE, 5, ORDER, PLAIN), 5, ORDER, PLAIN)).toEqual(NONE);
});

test("steps go along what is shown and stay on it", () => {
  const first = stepped(NONE, ORDER, 1);
  expect(chosen(first)).toEqual([3]);
  expect(chosen(stepped(stepped(first, ORDER, 1), ORDER, 1))).toEqual([8]);
  expect(chosen(stepped(first, ORDER, -1))).toEqual([3]);
  expect(chosen(stepped(first, ORDER, Infinity))).toEqual([12]);
  expect(stepped(NONE, [], 1)).toEqual(NONE);
});

test("what is not shown any more is not chosen", () => {
  const all = everything(ORDER);
  expect(among(all, ORDER)).toBe(all);
  expect(chosen(among(all, [5, 9]))).toEqual([5, 9]);
  expect(among(all, [5, 9]).anchor).toBeNull();
});
