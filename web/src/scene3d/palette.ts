/**
 * The colours of the cloud: one row a colour mode, dark enough to be quiet, never too dark to see.
 *
 * Ramps go one way in lightness, also as seen by eyes that miss one kind of cones (palette.test.ts),
 * so that more and less never change places.
 */

import { ClampToEdgeWrapping, DataTexture, LinearFilter, RGBAFormat, UnsignedByteType } from "three";

/** In the order of the palette's rows, which the shader counts. */
export const COLOUR_MODES = ["height", "intensity", "distance", "device", "time", "label"] as const;

export type ColourMode = (typeof COLOUR_MODES)[number];
export type RampMode = Exclude<ColourMode, "device" | "label">;

export type Rgb = readonly [number, number, number];

/** Behind everything, sRGB bytes. */
export const BACKGROUND: Rgb = [16, 20, 26];

/** Points outside of every cuboid when labels give the colour. */
export const UNLABELLED: Rgb = [112, 120, 132];

/** Stops at equal steps, in sRGB. */
export const RAMPS: Readonly<Record<RampMode, readonly Rgb[]>> = {
  // Blue-grey roads, green things, warm roofs: the ground stays in the background.
  height: [
    [66, 78, 128],
    [52, 106, 156],
    [38, 134, 164],
    [44, 160, 156],
    [84, 186, 132],
    [144, 206, 104],
    [204, 220, 96],
    [252, 234, 140],
  ],
  intensity: [
    [52, 66, 98],
    [72, 104, 150],
    [98, 144, 190],
    [140, 184, 214],
    [196, 220, 228],
    [250, 250, 240],
  ],
  // Warm near, cold far.
  distance: [
    [252, 214, 120],
    [240, 156, 96],
    [204, 112, 120],
    [146, 92, 152],
    [96, 82, 150],
    [66, 70, 124],
  ],
  // Dark when the sweep began, light when it ended.
  time: [
    [86, 62, 140],
    [142, 72, 152],
    [200, 90, 138],
    [238, 130, 104],
    [250, 188, 106],
    [250, 240, 172],
  ],
};

/** For what is counted, not measured: the first eight stay apart for every kind of sight. */
export const DEVICE_COLOURS: readonly Rgb[] = [
  [76, 159, 254],
  [255, 176, 46],
  [255, 58, 190],
  [10, 145, 73],
  [12, 248, 246],
  [251, 0, 0],
  [199, 240, 204],
  [148, 179, 144],
];

const WIDTH = 256;
/** Entries of the label row; the first is for points outside of every cuboid. */
export const LABEL_SLOTS = WIDTH;

/** A texture with one row for each of COLOUR_MODES; sample rows and entries at their centres. */
export class Palette {
  readonly #texels = new Uint8Array(4 * WIDTH * COLOUR_MODES.length);
  readonly texture = new DataTexture(
    this.#texels,
    WIDTH,
    COLOUR_MODES.length,
    RGBAFormat,
    UnsignedByteType,
  );

  constructor() {
    COLOUR_MODES.forEach((mode, row) => {
      for (let column = 0; column < WIDTH; column += 1) {
        this.#set(row, column, entryOf(mode, column));
      }
    });
    const { texture } = this;
    texture.minFilter = LinearFilter;
    texture.magFilter = LinearFilter;
    texture.wrapS = ClampToEdgeWrapping;
    texture.wrapT = ClampToEdgeWrapping;
    texture.needsUpdate = true;
  }

  setLabel(slot: number, colour: Rgb): void {
    this.#set(COLOUR_MODES.indexOf("label"), slot, colour);
    this.texture.needsUpdate = true;
  }

  #set(row: number, column: number, colour: Rgb): void {
    this.#texels.set([...colour, 255], 4 * (row * WIDTH + column));
  }
}

function entryOf(mode: ColourMode, column: number): Rgb {
  if (mode === "label") return UNLABELLED;
  if (mode === "device") return DEVICE_COLOURS[column % DEVICE_COLOURS.length]!;
  return colourOn(RAMPS[mode], column / (WIDTH - 1));
}

/** "#rrggbb" as bytes; anything else is the colour of what has no colour of its own. */
export function bytesOfColour(hex: string): Rgb {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (match === null) return [200, 205, 215];
  return [parseInt(match[1]!, 16), parseInt(match[2]!, 16), parseInt(match[3]!, 16)];
}

/** The colour at a fraction of the way along a ramp. */
export function colourOn(stops: readonly Rgb[], fraction: number): Rgb {
  const place = fraction * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(place));
  const [a, b] = [stops[below]!, stops[below + 1]!];
  const mix = (one: number, other: number) => Math.round(one + (other - one) * (place - below));
  return [mix(a[0], b[0]), mix(a[1], b[1]), mix(a[2], b[2])];
}
