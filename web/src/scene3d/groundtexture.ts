/** The ground's heights as a texture that the points' shader reads between the cells' middles. */

import {
  ClampToEdgeWrapping,
  DataTexture,
  DataUtils,
  HalfFloatType,
  LinearFilter,
  RedFormat,
} from "three";
import type { GroundGrid } from "../workers/ground";

export interface GroundTexture {
  readonly texture: DataTexture;
  /** Metres, to be added: half floats are exact to a centimetre within 16 m of it. */
  readonly level: number;
}

export function groundTexture({ columns, rows, heights }: GroundGrid): GroundTexture {
  const level = middleOf(heights);
  const halves = new Uint16Array(heights.length);
  heights.forEach((height, index) => {
    halves[index] = DataUtils.toHalfFloat(height - level);
  });
  return { texture: textureOf(halves, columns, rows), level };
}

export function emptyGround(): DataTexture {
  return textureOf(new Uint16Array(1), 1, 1);
}

function textureOf(halves: Uint16Array, columns: number, rows: number): DataTexture {
  const texture = new DataTexture(halves, columns, rows, RedFormat, HalfFloatType);
  texture.minFilter = LinearFilter;
  texture.magFilter = LinearFilter;
  texture.wrapS = ClampToEdgeWrapping;
  texture.wrapT = ClampToEdgeWrapping;
  texture.unpackAlignment = 1;
  texture.needsUpdate = true;
  return texture;
}

/** Of a thousand heights is enough. */
function middleOf(heights: Float32Array): number {
  const every = Math.max(1, heights.length >> 10);
  const some = heights.filter((_, index) => index % every === 0).sort();
  return some[some.length >> 1] ?? 0;
}
