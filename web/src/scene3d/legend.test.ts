import { expect, test } from "vitest";
import { legendOf, type PointFacts, shownMode } from "./legend";

const facts: PointFacts = {
  hasIntensity: true,
  intensity: { least: 2, step: 0.0625 },
  intensityRange: [16, 816],
  devices: [3, 71],
  timeSpanS: 0.1,
  radar: [],
};
const labels = [{ colour: [1, 2, 3] as const, text: "Car", tag: "C" }];

function ticks(mode: Parameters<typeof legendOf>[0], of: PointFacts = facts) {
  const legend = legendOf(mode, of, labels);
  return legend.kind === "ramp" ? legend.ticks.map(({ at, text }) => [at, text]) : legend.kind;
}

test("heights are metres above the ground, with half of the ramp for the lowest two", () => {
  expect(ticks("height")).toEqual([
    [0, "0"],
    [0.25, "0.5"],
    [0.5, "2"],
    [Math.SQRT1_2, "4"],
    [1, "8+"],
  ]);
});

test("intensities are those of the file, by the square root", () => {
  // 2 + 16 / 16, 2 + (16 + 800 / 4) / 16, 2 + 816 / 16
  expect(ticks("intensity")).toEqual([
    [0, "3"],
    [0.5, "15.5"],
    [1, "53"],
  ]);
});

test.each([
  [0.1, "ms", "100"],
  [2.5, "s", "2.5"],
  [0.00004, "µs", "40"],
])("a sweep of %f s is told in %s", (timeSpanS, unit, last) => {
  const legend = legendOf("time", { ...facts, timeSpanS }, labels);
  expect(legend.title).toContain(`(${unit})`);
  expect(ticks("time", { ...facts, timeSpanS })).toEqual([
    [0, "0"],
    [0.5, `${Number(last) / 2}`],
    [1, last],
  ]);
});

test("devices by their ids, labels by their names, points without one last", () => {
  const texts = (mode: "device" | "label") => {
    const legend = legendOf(mode, facts, labels);
    return legend.kind === "entries" ? legend.entries.map(({ tag, text }) => [tag, text]) : [];
  };
  expect(texts("device")).toEqual([
    ["3", "LiDAR 3"],
    ["71", "LiDAR 71"],
  ]);
  expect(texts("label")).toEqual([
    ["C", "Car"],
    ["–", "No label"],
  ]);
});

test("what the file does not tell is shown by height", () => {
  const bare = { ...facts, hasIntensity: false, devices: [], timeSpanS: 0 };
  for (const mode of ["intensity", "device", "time"] as const) {
    expect(shownMode(mode, bare)).toBe("height");
    expect(shownMode(mode, facts)).toBe(mode);
  }
});
