/** What the colours of the points mean: ramps with ticks, or a list of entries. */

import type { DecodedChunk } from "../workers/chunk";
import {
  type ColourMode,
  DEVICE_COLOURS,
  RAMPS,
  type RampMode,
  type Rgb,
  UNLABELLED,
} from "./palette";

/** Metres above the ground at which the height palette ends; it spends half of itself on 2 m. */
export const TALL_M = 8;
/** Metres at which the distance palette ends. */
export const FAR_M = 120;

/** What a legend asks of a chunk. */
export type PointFacts = Pick<
  DecodedChunk,
  "hasIntensity" | "intensity" | "intensityRange" | "devices" | "timeSpanS" | "radar"
>;

export interface Tick {
  /** Along the ramp, 0 to 1. */
  readonly at: number;
  readonly text: string;
}

export interface Entry {
  readonly colour: Rgb;
  readonly text: string;
  /** A sign that says it without the colour. */
  readonly tag: string;
}

export type Legend =
  | {
      readonly kind: "ramp";
      readonly title: string;
      readonly stops: readonly Rgb[];
      readonly ticks: readonly Tick[];
    }
  | { readonly kind: "entries"; readonly title: string; readonly entries: readonly Entry[] };

export const MODE_NAMES: Readonly<Record<ColourMode, string>> = {
  height: "Height",
  intensity: "Intensity",
  distance: "Distance",
  device: "LiDAR",
  time: "Time",
  label: "Label",
};

/** Whether the file of this frame tells what the mode shows. */
export function tells(mode: ColourMode, facts: PointFacts): boolean {
  if (mode === "intensity") return facts.hasIntensity;
  if (mode === "device") return facts.devices.length > 0;
  if (mode === "time") return facts.timeSpanS > 0;
  return true;
}

/** What a frame without the wanted column is coloured by. */
export function shownMode(mode: ColourMode, facts: PointFacts): ColourMode {
  return tells(mode, facts) ? mode : "height";
}

/** @param labels as the points inside of cuboids are coloured. */
export function legendOf(mode: ColourMode, facts: PointFacts, labels: readonly Entry[]): Legend {
  const shown = shownMode(mode, facts);
  if (shown === "label") {
    const none = { colour: UNLABELLED, text: "No label", tag: "–" };
    return { kind: "entries", title: "Label of the cuboid", entries: [...labels, none] };
  }
  if (shown === "device") {
    const entries = facts.devices.map((id, place) => ({
      colour: DEVICE_COLOURS[place % DEVICE_COLOURS.length]!,
      text: `LiDAR ${id}`,
      tag: `${id}`,
    }));
    return { kind: "entries", title: "LiDAR", entries };
  }
  return { kind: "ramp", stops: RAMPS[shown], ...scaleOf(shown, facts) };
}

interface Scale {
  readonly title: string;
  readonly ticks: readonly Tick[];
}

function scaleOf(mode: RampMode, facts: PointFacts): Scale {
  switch (mode) {
    case "height":
      return { title: "Above the ground (m)", ticks: heights() };
    case "distance":
      return { title: "From the LiDAR (m)", ticks: distances() };
    case "intensity":
      return { title: "Intensity", ticks: intensities(facts) };
    case "time":
      return times(facts.timeSpanS);
  }
}

const heights = (): Tick[] =>
  [0, 0.5, 2, 4, TALL_M].map((metres) => ({
    at: Math.sqrt(metres / TALL_M),
    text: `${metres}${metres === TALL_M ? "+" : ""}`,
  }));

const distances = (): Tick[] =>
  [0, 40, 80, FAR_M].map((metres) => ({
    at: metres / FAR_M,
    text: `${metres}${metres === FAR_M ? "+" : ""}`,
  }));

/** The palette goes with the square root: most returns are dim. */
function intensities({ intensity, intensityRange: [low, high] }: PointFacts): Tick[] {
  return [0, 0.5, 1].map((at) => {
    const level = low + at * at * (high - low);
    return { at, text: rounded(intensity.least + intensity.step * level) };
  });
}

function times(span: number): Scale {
  const [unit, factor] = span < 1e-3 ? (["µs", 1e6] as const) : span < 1 ? (["ms", 1e3] as const) : (["s", 1] as const);
  const ticks = [0, 0.5, 1].map((at) => ({ at, text: rounded(at * span * factor) }));
  return { title: `Since the sweep's first point (${unit})`, ticks };
}

/** Three digits that say something. */
function rounded(value: number): string {
  return `${Number(value.toPrecision(3))}`;
}
