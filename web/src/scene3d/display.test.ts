import { expect, test } from "vitest";
import { displayFrom, nextColours, resized, SIZES, USUAL_DISPLAY } from "./display";
import { COLOUR_MODES } from "./palette";

test("what was stored comes back", () => {
  const chosen = { ...USUAL_DISPLAY, colours: "time", size: 2.5, groundLight: 0, crop: 12 } as const;
  expect(displayFrom(JSON.parse(JSON.stringify(chosen)))).toEqual(chosen);
});

test.each([null, "x", 3, [], {}, { colours: "plaid", size: -1, groundLight: 9, crop: 0, radar: 1 }])(
  "%j stands for the usual display",
  (stored) => expect(displayFrom(stored)).toEqual(USUAL_DISPLAY),
);

test("a step up and down again is where it was; the ends hold", () => {
  let display = USUAL_DISPLAY;
  for (let step = 0; step < 3; step += 1) display = resized(display, 1);
  expect(display.size).toBeCloseTo(1.25 ** 3);
  for (let step = 0; step < 3; step += 1) display = resized(display, -1);
  expect(display.size).toBe(1);
  expect(resized(display, 99).size).toBe(SIZES.most);
  expect(resized(display, -99).size).toBe(SIZES.least);
});

test("the cycle of colours visits every mode", () => {
  const visited = new Set<string>();
  for (let mode = nextColours("height"); !visited.has(mode); mode = nextColours(mode)) visited.add(mode);
  expect(visited.size).toBe(COLOUR_MODES.length);
});
