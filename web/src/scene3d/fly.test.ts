// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Vec3 } from "../geometry/vec";
import { Fly, speedAt, wayOf } from "./fly";

describe("the way of the keys", () => {
  test("two at once are not faster than one, opposite ones stand still", () => {
    expect(wayOf(new Set(["KeyW"]), 2)).toEqual([2, 0, 0]);
    expect(Math.hypot(...wayOf(new Set(["KeyW", "KeyD", "KeyE"]), 2))).toBeCloseTo(2, 9);
    expect(wayOf(new Set(["KeyW", "KeyS"]), 2)).toEqual([0, 0, 0]);
  });

  test("is quicker the farther away one looks, within limits", () => {
    expect(speedAt(32)).toBe(20);
    expect(speedAt(0.3)).toBe(4);
    expect(speedAt(4_000)).toBe(40);
  });
});

describe("keys", () => {
  let fly: Fly;
  let flown: Vec3[];
  let heard: string[];
  let ended: number;
  const hear = (event: KeyboardEvent) => heard.push(event.code);
  const press = (code: string, kind = "keydown", held: KeyboardEventInit = {}) =>
    document.body.dispatchEvent(new KeyboardEvent(kind, { code, bubbles: true, ...held }));

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["requestAnimationFrame", "cancelAnimationFrame", "performance"] });
    [flown, heard, ended] = [[], [], 0];
    addEventListener("keydown", hear);
    fly = new Fly({
      by: (metres) => flown.push(metres),
      distance: () => 32,
      begins: () => undefined,
      ends: () => (ended += 1),
      off: () => heard.push("off"),
    });
  });
  afterEach(() => {
    fly.dispose();
    removeEventListener("keydown", hear);
    vi.useRealTimers();
  });

  test("keep their meaning while nobody flies", () => {
    press("KeyA");
    vi.advanceTimersByTime(100);
    expect(heard).toEqual(["KeyA"]);
    expect(flown).toEqual([]);
  });

  test("fly while the mode is on, are heard by nothing else, and end with the key", () => {
    fly.switch(true);
    press("KeyA");
    vi.advanceTimersByTime(1_000);
    press("KeyA", "keyup");
    const frames = flown.length;
    vi.advanceTimersByTime(500);
    expect(heard).toEqual([]);
    expect(frames).toBeGreaterThan(30);
    expect(flown).toHaveLength(frames);
    expect(ended).toBe(1);
    const metres = flown.reduce((sum, [, aside]) => sum + aside, 0);
    expect(metres).toBeLessThan(-18);
    expect(metres).toBeGreaterThan(-21);
  });

  test("fly while the right button is down, and not after it came up", () => {
    fly.hold(true);
    expect(fly.looksAround).toBe(false);
    press("KeyW");
    expect(fly.looksAround).toBe(true);
    vi.advanceTimersByTime(100);
    fly.hold(false);
    const frames = flown.length;
    vi.advanceTimersByTime(100);
    expect(frames).toBeGreaterThan(2);
    expect(flown).toHaveLength(frames);
    press("KeyW");
    expect(heard).toEqual(["KeyW"]);
  });

  test("with Ctrl, and in a text field, are not for flying", () => {
    fly.switch(true);
    press("KeyS", "keydown", { ctrlKey: true });
    const field = document.createElement("input");
    document.body.append(field);
    field.dispatchEvent(new KeyboardEvent("keydown", { code: "KeyD", bubbles: true }));
    field.remove();
    vi.advanceTimersByTime(100);
    expect(heard).toEqual(["KeyS", "KeyD"]);
    expect(flown).toEqual([]);
  });

  test("Escape ends the mode and nothing else", () => {
    fly.switch(true);
    press("Escape");
    expect(fly.switched).toBe(false);
    expect(heard).toEqual(["off"]);
    press("Escape");
    expect(heard).toEqual(["off", "Escape"]);
  });
});
