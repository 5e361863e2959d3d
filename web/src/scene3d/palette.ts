/** The colours of the cloud: one row a colour mode, dark enough to be quiet, never too dark to see. */

import { ClampToEdgeWrapping, DataTexture, LinearFilter, RGBAFormat, UnsignedByteType } from "three";

export type ColourMode = "height" | "intensity" | "distance";

export const COLOUR_MODES: readonly ColourMode[] = ["height", "intensity", "distance"];

type Rgb = readonly [number, number, number];

/** Behind everything, sRGB bytes. */
export const BACKGROUND: Rgb = [16, 20, 26];

/**
 * Stops at equal steps, in sRGB. Height: from blue-grey roads over green to warm roofs, so that the
 * ground stays in the background. Intensity: dim blue to white. Distance: warm near, cold far.
 */
const STOPS: Readonly<Record<ColourMode, readonly Rgb[]>> = {
  height: [
    [74, 88, 140],
    [62, 118, 186],
    [44, 158, 196],
    [52, 190, 160],
    [118, 208, 108],
    [190, 212, 84],
    [240, 190, 72],
    [246, 146, 68],
    [236, 104, 84],
  ],
  intensity: [
    [52, 66, 98],
    [72, 104, 150],
    [98, 144, 190],
    [140, 184, 214],
    [196, 220, 228],
    [250, 250, 240],
  ],
  distance: [
    [252, 208, 110],
    [240, 146, 92],
    [204, 100, 124],
    [144, 92, 164],
    [92, 92, 172],
    [68, 82, 136],
  ],
};

const WIDTH = 256;

/** A texture with one row for each of COLOUR_MODES; sample rows at their centres. */
export function paletteTexture(): DataTexture {
  const texels = new Uint8Array(4 * WIDTH * COLOUR_MODES.length);
  COLOUR_MODES.forEach((mode, row) => {
    for (let column = 0; column < WIDTH; column += 1) {
      const colour = at(STOPS[mode], column / (WIDTH - 1));
      texels.set([...colour, 255], 4 * (row * WIDTH + column));
    }
  });
  const texture = new DataTexture(texels, WIDTH, COLOUR_MODES.length, RGBAFormat, UnsignedByteType);
  texture.minFilter = LinearFilter;
  texture.magFilter = LinearFilter;
  texture.wrapS = ClampToEdgeWrapping;
  texture.wrapT = ClampToEdgeWrapping;
  texture.needsUpdate = true;
  return texture;
}

/** "#rrggbb" as bytes; anything else is the colour of what has no colour of its own. */
export function bytesOfColour(hex: string): Rgb {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (match === null) return [200, 205, 215];
  return [parseInt(match[1]!, 16), parseInt(match[2]!, 16), parseInt(match[3]!, 16)];
}

function at(stops: readonly Rgb[], fraction: number): Rgb {
  const place = fraction * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(place));
  const [a, b] = [stops[below]!, stops[below + 1]!];
  const mix = (one: number, other: number) => Math.round(one + (other - one) * (place - below));
  return [mix(a[0], b[0]), mix(a[1], b[1]), mix(a[2], b[2])];
}
