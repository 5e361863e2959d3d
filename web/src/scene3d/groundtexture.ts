/** The ground's heights as a texture that the points' shader reads between the cells' middles. */

import { ClampToEdgeWrapping, DataTexture, HalfFloatType, LinearFilter, RedFormat } from "three";
import type { GroundGrid } from "../workers/ground";

export function groundTexture({
  columns,
  rows,
  halves,
}: Pick<GroundGrid, "columns" | "rows" | "halves">): DataTexture {
  const texture = new DataTexture(halves, columns, rows, RedFormat, HalfFloatType);
  texture.minFilter = LinearFilter;
  texture.magFilter = LinearFilter;
  texture.wrapS = ClampToEdgeWrapping;
  texture.wrapT = ClampToEdgeWrapping;
  texture.unpackAlignment = 1;
  texture.needsUpdate = true;
  return texture;
}

export const emptyGround = (): DataTexture =>
  groundTexture({ columns: 1, rows: 1, halves: new Uint16Array(1) });
