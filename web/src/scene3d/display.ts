/** What a person chooses to see of the points. */

import { COLOUR_MODES, type ColourMode } from "./palette";

export interface PointDisplay {
  readonly colours: ColourMode;
  /** Multiplies the size of every point. */
  readonly size: number;
  /** What the ground keeps of its light, 0 to 1. */
  readonly groundLight: number;
  readonly hideGround: boolean;
  /** Points in cuboids go, except in the selected one. */
  readonly hideLabelled: boolean;
  /** With an object selected, only what is this near to it (metres) is shown; null: everything. */
  readonly crop: number | null;
  readonly radar: boolean;
  readonly frustums: boolean;
}

export const USUAL_DISPLAY: PointDisplay = {
  colours: "height",
  size: 1,
  groundLight: 0.75,
  hideGround: false,
  hideLabelled: false,
  crop: null,
  radar: true,
  frustums: false,
};

/** Each step makes points this much larger. */
export const SIZE_STEP = 1.25;
export const SIZES = { least: 0.4, most: 4 } as const;
export const CROPS = { least: 3, most: 60, usual: 15 } as const;

export function resized(display: PointDisplay, steps: number): PointDisplay {
  const size = display.size * SIZE_STEP ** steps;
  // Landing near 1 is landing on it: otherwise a step there and back leaves crumbs.
  const settled = Math.abs(size - 1) < 0.02 ? 1 : size;
  return { ...display, size: Math.min(SIZES.most, Math.max(SIZES.least, settled)) };
}

export function nextColours(mode: ColourMode): ColourMode {
  return COLOUR_MODES[(COLOUR_MODES.indexOf(mode) + 1) % COLOUR_MODES.length]!;
}

/** What was stored, by this program or an older one: members that make no sense are the usual ones. */
export function displayFrom(stored: unknown): PointDisplay {
  if (typeof stored !== "object" || stored === null) return USUAL_DISPLAY;
  const given = stored as Readonly<Record<string, unknown>>;
  const usual = USUAL_DISPLAY;
  const flag = (key: "hideGround" | "hideLabelled" | "radar" | "frustums") => {
    const value = given[key];
    return typeof value === "boolean" ? value : usual[key];
  };
  const crop = within(given["crop"], CROPS.least, CROPS.most);
  return {
    colours: COLOUR_MODES.find((mode) => mode === given["colours"]) ?? usual.colours,
    size: within(given["size"], SIZES.least, SIZES.most) ?? usual.size,
    groundLight: within(given["groundLight"], 0, 1) ?? usual.groundLight,
    hideGround: flag("hideGround"),
    hideLabelled: flag("hideLabelled"),
    crop,
    radar: flag("radar"),
    frustums: flag("frustums"),
  };
}

function within(value: unknown, least: number, most: number): number | null {
  return typeof value === "number" && value >= least && value <= most ? value : null;
}
