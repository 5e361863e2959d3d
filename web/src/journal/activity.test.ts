import { expect, test } from "vitest";
import { ActiveTime } from "./activity";

test("active time is the time between inputs up to the edit", () => {
  const active = new ActiveTime(1_000);
  active.input(3_000);
  active.input(11_000);
  expect(active.edit(12_500)).toBe(11_500);
});

test("each edit counts only what came after the previous one", () => {
  const active = new ActiveTime(0);
  active.edit(7_000);
  expect(active.edit(9_250)).toBe(2_250);
});

test("a pause of more than a minute is not work", () => {
  const active = new ActiveTime(0);
  active.input(5_000);
  active.input(65_001);
  expect(active.edit(66_001)).toBe(6_000);
});

test("a pause of exactly a minute still is", () => {
  const active = new ActiveTime(0);
  expect(active.edit(60_000)).toBe(60_000);
});
