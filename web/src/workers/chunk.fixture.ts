/** Decoded chunks for tests, made from what they are about. */

import type { Vec3 } from "../geometry/vec";
import type { DecodedChunk } from "./chunk";
import { groundOf } from "./ground";

export const LAST_LEVEL = 65_535;

/** A cloud of points given in metres from `origin`, the same step along each axis. */
export function chunkOf(
  points: readonly Vec3[],
  origin: Vec3,
  stepM: number,
  more: Partial<DecodedChunk> = {},
): DecodedChunk {
  const positions = new Uint16Array(4 * points.length);
  points.forEach((point, index) => {
    point.forEach((metres, axis) => (positions[4 * index + axis] = Math.round(metres / stepM)));
  });
  const end = LAST_LEVEL * stepM;
  const step: Vec3 = [stepM, stepM, stepM];
  return {
    count: points.length,
    positions,
    tags: null,
    origin,
    step,
    min: origin,
    max: [origin[0] + end, origin[1] + end, origin[2] + end],
    hasIntensity: false,
    intensity: { least: 0, step: 0 },
    intensityRange: [0, 0],
    devices: [],
    timeSpanS: 0,
    ground: groundOf(positions, step),
    radar: [],
    ...more,
  };
}
