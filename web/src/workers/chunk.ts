/**
 * One frame's points as they come over the wire, made ready for the GPU.
 *
 * The byte table is in src/groundplane/scenes/pack.py; the HTTP layer has already undone zstd.
 * Positions stay quantised: world metres are origin + step * q, computed in float64 where needed.
 */

import type { Vec3 } from "../geometry/vec";

export interface DecodedChunk {
  readonly count: number;
  /** 4n values: x, y, z, intensity of each point in input order, so that an index is a point id. */
  readonly positions: Uint16Array<ArrayBuffer>;
  /** World metres of q = 0. */
  readonly origin: Vec3;
  /** Metres per unit; 0 along an axis where the box is flat. */
  readonly step: Vec3;
  /** World corners of the box that all points lie in. */
  readonly min: Vec3;
  readonly max: Vec3;
  readonly hasIntensity: boolean;
  /** Units of z between which nearly all points lie; where the height palette begins and ends. */
  readonly heightRange: readonly [number, number];
  /** The same for intensity, in units. */
  readonly intensityRange: readonly [number, number];
}

export class ChunkUnreadable extends Error {
  override readonly name = "ChunkUnreadable";
}

const HEADER_BYTES = 96;
const VERSION = 1;
const HAS_INTENSITY = 1;
const LEVELS = 65_536;
const HEIGHT_FRACTIONS = [0.01, 0.97] as const;
const INTENSITY_FRACTIONS = [0.02, 0.98] as const;

/** Undo what `pack.encode_chunk` did, except for the quantisation. */
export function decodeChunk(body: ArrayBuffer): DecodedChunk {
  const header = new DataView(body);
  if (body.byteLength < HEADER_BYTES || header.getUint32(0, false) !== 0x47504331) {
    throw new ChunkUnreadable("The points could not be read: the magic GPC1 is missing.");
  }
  const version = header.getUint16(4, true);
  const hasIntensity = (header.getUint16(6, true) & HAS_INTENSITY) !== 0;
  const count = header.getUint32(8, true);
  const channels = hasIntensity ? 4 : 3;
  if (version !== VERSION || body.byteLength !== HEADER_BYTES + 2 * channels * count) {
    throw new ChunkUnreadable(
      `The points could not be read: version ${version} with ${count} points cannot be this long.`,
    );
  }
  const origin = add(vector(header, 16), vector(header, 40));
  const step = vector(header, 64);
  const positions = new Uint16Array(4 * count);
  for (let channel = 0; channel < channels; channel += 1) {
    const start = HEADER_BYTES + 2 * channel * count;
    undoPlanes(new Uint8Array(body, start, 2 * count), positions, channel);
  }
  const extent: Vec3 = [step[0] * (LEVELS - 1), step[1] * (LEVELS - 1), step[2] * (LEVELS - 1)];
  return {
    count,
    positions,
    origin,
    step,
    min: origin,
    max: add(origin, extent),
    hasIntensity,
    heightRange: quantiles(positions, 2, HEIGHT_FRACTIONS),
    intensityRange: quantiles(positions, 3, INTENSITY_FRACTIONS),
  };
}

/** Bytes that a decoded chunk holds: its array here and the same again on the GPU. */
export function bytesOf(chunk: DecodedChunk): number {
  return 2 * chunk.positions.byteLength;
}

function undoPlanes(planes: Uint8Array, positions: Uint16Array, channel: number): void {
  const count = planes.length / 2;
  let value = 0;
  for (let index = 0; index < count; index += 1) {
    const zigzag = planes[index]! | (planes[count + index]! << 8);
    value = (value + ((zigzag >> 1) ^ -(zigzag & 1))) & 0xffff;
    positions[4 * index + channel] = value;
  }
}

/** The values below which the given fractions of one channel lie; exact, by counting. */
function quantiles(
  positions: Uint16Array,
  channel: number,
  fractions: readonly [number, number],
): readonly [number, number] {
  const counts = new Uint32Array(LEVELS);
  for (let at = channel; at < positions.length; at += 4) counts[positions[at]!]! += 1;
  const total = positions.length / 4;
  const found = [0, 0] as [number, number];
  let below = 0;
  let next: 0 | 1 = 0;
  for (let value = 0; value < LEVELS; value += 1) {
    below += counts[value]!;
    if (next === 0 && below > total * fractions[0]) {
      found[0] = value;
      next = 1;
    }
    if (next === 1 && below >= total * fractions[1]) {
      found[1] = value;
      break;
    }
  }
  return found;
}

function vector(header: DataView, offset: number): Vec3 {
  return [
    header.getFloat64(offset, true),
    header.getFloat64(offset + 8, true),
    header.getFloat64(offset + 16, true),
  ];
}

function add(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}
