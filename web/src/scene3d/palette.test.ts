import { describe, expect, test } from "vitest";
import { labelColour } from "../app/editor/labels";
import { bytesOfColour, colourOn, DEVICE_COLOURS, RAMPS, UNLABELLED, type Rgb } from "./palette";
import { ciede2000, seen, type Lab, type Sight, SIGHTS } from "./seeing.fixture";

/** From table 1 of Sharma, Wu and Dalal (2005): two colours in CIELAB, and their difference. */
const SHARMA: readonly (readonly [Lab, Lab, number])[] = [
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, 3.1571, -77.2803], [50, 0, -82.7485], 2.8615],
  [[50, -1.3802, -84.2814], [50, 0, -82.7485], 1.0],
  [[50, 0, 0], [50, -1, 2], 2.3669],
  [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
  [[50, 2.49, -0.001], [50, -2.49, 0.0011], 7.2195],
  [[50, -0.001, 2.49], [50, 0.0009, -2.49], 4.8045],
  [[50, -0.001, 2.49], [50, 0.0011, -2.49], 4.7461],
  [[50, 2.5, 0], [50, 0, -2.5], 4.3065],
  [[50, 2.5, 0], [73, 25, -18], 27.1492],
  [[50, 2.5, 0], [61, -5, 29], 22.8977],
  [[50, 2.5, 0], [56, -27, -3], 31.903],
  [[50, 2.5, 0], [58, 24, 15], 19.4535],
  [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  [[63.0109, -31.0961, -5.8663], [62.8187, -29.7946, -4.0864], 1.263],
  [[35.0831, -44.1164, 3.7933], [35.0232, -40.0716, 1.5901], 1.8645],
  [[22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373],
  [[36.4612, 47.858, 18.3852], [36.2715, 50.5065, 21.2231], 1.4146],
  [[90.9257, -0.5406, -0.9208], [88.6381, -0.8985, -0.7239], 1.5381],
  [[6.7747, -0.2908, -2.4247], [5.8714, -0.0985, -2.2286], 0.6377],
  [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
];

test.each(SHARMA)("the measure gives the published difference of %j and %j", (one, other, delta) => {
  expect(ciede2000(one, other)).toBeCloseTo(delta, 4);
  expect(ciede2000(other, one)).toBeCloseTo(delta, 4);
});

/** The least difference between any two colours, as such eyes see them. */
function least(colours: readonly Rgb[], sight: Sight): number {
  const labs = colours.map((colour) => seen(colour, sight));
  const pairs = labs.flatMap((one, index) => labs.slice(index + 1).map((two) => [one, two] as const));
  return Math.min(...pairs.map(([one, two]) => ciede2000(one, two)));
}

/** A difference of 2.3 is just seen side by side; of 10 at a glance. */
const AT_A_GLANCE = 12;
const STILL_CLEAR = 8;

describe.each(SIGHTS)("for %s sight", (sight) => {
  const labels = (count: number) =>
    Array.from({ length: count }, (_, index) => bytesOfColour(labelColour(index)));

  test("the first eight labels, and points without one, are told apart at a glance", () => {
    expect(least([...labels(8), UNLABELLED], sight)).toBeGreaterThan(AT_A_GLANCE);
  });

  test("the first twelve labels are told apart", () => {
    expect(least(labels(12), sight)).toBeGreaterThan(STILL_CLEAR);
  });

  test("devices are told apart at a glance", () => {
    expect(least(DEVICE_COLOURS, sight)).toBeGreaterThan(AT_A_GLANCE);
  });

  test.each(Object.entries(RAMPS))("%s goes one way in lightness", (mode, stops) => {
    const lightness = Array.from({ length: 65 }, (_, step) => seen(colourOn(stops, step / 64), sight)[0]);
    const ordered = mode === "distance" ? lightness.toReversed() : lightness;
    ordered.slice(1).forEach((value, index) => expect(value).toBeGreaterThan(ordered[index]!));
    expect(ordered.at(-1)! - ordered[0]!).toBeGreaterThan(40);
  });
});
