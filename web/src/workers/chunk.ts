/**
 * One frame's points as they come over the wire, made ready for the GPU.
 *
 * The byte table is in src/groundplane/scenes/pack.py; the HTTP layer has already undone zstd.
 * Positions stay quantised: world metres are origin + step * level, computed in float64 where needed.
 */

import type { Vec3 } from "../geometry/vec";
import { type GroundGrid, groundOf } from "./ground";

export interface RadarPoint {
  /** World metres. */
  readonly position: Vec3;
  /** Metres a second; null when the file has none. */
  readonly velocity: Vec3 | null;
  readonly size: number | null;
}

export interface DecodedChunk {
  readonly count: number;
  /**
   * 4n values: x, y and z of each point in input order, so that an index is a point id, and a fourth
   * of bits: 12 of intensity, then two each of x and y, quarters of a step (`levelX`, `levelY`).
   */
  readonly positions: Uint16Array<ArrayBuffer>;
  /**
   * 4n values: place among `devices`, time within the sweep (0 to 255), and two left to others.
   * Null when the file tells neither.
   */
  readonly tags: Uint8Array<ArrayBuffer> | null;
  /** World metres of level 0. */
  readonly origin: Vec3;
  /** Metres per level; 0 along an axis where the box is flat. */
  readonly step: Vec3;
  /** World corners of the box that all points lie in. */
  readonly min: Vec3;
  readonly max: Vec3;
  readonly hasIntensity: boolean;
  /** What the file calls the least of the 4,096 levels of intensity, and what each adds. */
  readonly intensity: { readonly least: number; readonly step: number };
  /** Levels between which nearly all intensities lie; where the palette begins and ends. */
  readonly intensityRange: readonly [number, number];
  /** Ids of the devices; empty when the file tells none. */
  readonly devices: readonly number[];
  /** From the first to the last point; 0 when the file tells no times. */
  readonly timeSpanS: number;
  readonly ground: GroundGrid;
  readonly radar: readonly RadarPoint[];
}

/** The largest value of a point's time within the sweep. */
const TIME_LEVELS = 255;

/** Seconds since the first point of the sweep, of a point's tag or of a mean of them. */
export function sweepSeconds({ timeSpanS }: DecodedChunk, level: number): number {
  return (level / TIME_LEVELS) * timeSpanS;
}

export class ChunkUnreadable extends Error {
  override readonly name = "ChunkUnreadable";
}

const HEADER_BYTES = 96;
const MORE_HEADER_BYTES = 16;
const RADAR_BYTES = 28;
const HAS_INTENSITY = 1;
const HAS_DEVICE = 2;
const HAS_TIME = 4;
const INTENSITY_LEVELS = 4096;
const INTENSITY_FRACTIONS = [0.02, 0.98] as const;

/** x of a point in levels, quarters included. `at` is four times its index. */
export function levelX(positions: Uint16Array, at: number): number {
  return positions[at]! + ((positions[at + 3]! >> 2) & 3) / 4;
}

export function levelY(positions: Uint16Array, at: number): number {
  return positions[at + 1]! + (positions[at + 3]! & 3) / 4;
}

/** World metres of a point. */
export function pointOf(chunk: DecodedChunk, index: number): Vec3 {
  const { positions, origin, step } = chunk;
  const at = 4 * index;
  return [
    origin[0] + step[0] * levelX(positions, at),
    origin[1] + step[1] * levelY(positions, at),
    origin[2] + step[2] * positions[at + 2]!,
  ];
}

interface Header {
  readonly version: number;
  readonly flags: number;
  readonly count: number;
  readonly radarCount: number;
  readonly timeSpanS: number;
  readonly devices: readonly number[];
  /** Where the planes begin. */
  readonly planes: number;
}

/** Undo what `pack.encode_chunk` did, except for the quantisation. Nothing of `body` is kept. */
export function decodeChunk(body: Uint8Array): DecodedChunk {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const header = readHeader(view);
  const { count, flags, version } = header;
  const positions = new Uint16Array(4 * count);
  const hasTags = (flags & (HAS_DEVICE | HAS_TIME)) !== 0;
  const tags = hasTags ? new Uint8Array(4 * count) : null;
  let offset = header.planes;
  const take = (width: number) => {
    const planes = body.subarray(offset, offset + width * count);
    offset += width * count;
    return planes;
  };
  if (version === 1) for (const axis of [0, 1, 2]) undoNarrow(take(2), positions, axis);
  else {
    undoWide(take(3), positions, 0, 2);
    undoWide(take(3), positions, 1, 0);
    undoNarrow(take(2), positions, 2);
  }
  const hasIntensity = (flags & HAS_INTENSITY) !== 0;
  if (hasIntensity) undoIntensity(take(2), positions, version === 1 ? 4 : 0);
  if ((flags & HAS_DEVICE) !== 0 && tags !== null) {
    const devices = take(1);
    for (let index = 0; index < count; index += 1) tags[4 * index] = devices[index]!;
  }
  if ((flags & HAS_TIME) !== 0 && tags !== null) undoTime(take(2), tags);
  const lowest = vector(view, 40);
  const origin = add(vector(view, 16), lowest);
  const wire = vector(view, 64);
  const step: Vec3 = version === 1 ? wire : [4 * wire[0], 4 * wire[1], wire[2]];
  const last = version === 1 ? 65_535 : 65_535.75;
  return {
    count,
    positions,
    tags,
    origin,
    step,
    min: origin,
    max: add(origin, [step[0] * last, step[1] * last, step[2] * 65_535]),
    hasIntensity,
    intensity: {
      least: view.getFloat32(88, true),
      step: view.getFloat32(92, true) * (version === 1 ? 16 : 1),
    },
    intensityRange: quantiles(positions, INTENSITY_FRACTIONS),
    devices: header.devices,
    timeSpanS: header.timeSpanS,
    ground: groundOf(positions, step),
    radar: readRadar(view, offset, header.radarCount, vector(view, 16)),
  };
}

/** Bytes that a decoded chunk holds: its arrays here and the same again on the GPU. */
export function bytesOf(chunk: DecodedChunk): number {
  const tags = chunk.tags?.byteLength ?? 0;
  return 2 * (chunk.positions.byteLength + tags) + chunk.ground.halves.byteLength;
}

function readHeader(view: DataView): Header {
  const length = view.byteLength;
  if (length < HEADER_BYTES || view.getUint32(0, false) !== 0x47504331) {
    throw new ChunkUnreadable("The points could not be read: the magic GPC1 is missing.");
  }
  const version = view.getUint16(4, true);
  const flags = view.getUint16(6, true);
  const count = view.getUint32(8, true);
  const radarCount = view.getUint32(12, true);
  const more = version === 2 && length >= HEADER_BYTES + MORE_HEADER_BYTES;
  const timeSpanS = more ? view.getFloat64(HEADER_BYTES, true) : 0;
  const deviceCount = more ? view.getUint32(HEADER_BYTES + 8, true) : 0;
  const ids = HEADER_BYTES + (more ? MORE_HEADER_BYTES : 0);
  const planes = ids + 4 * deviceCount;
  const expected = planes + count * bytesAPoint(version, flags) + RADAR_BYTES * radarCount;
  if ((version !== 1 && version !== 2) || length !== expected) {
    throw new ChunkUnreadable(
      `The points could not be read: version ${version} with ${count} points cannot be this long.`,
    );
  }
  const devices = Array.from({ length: deviceCount }, (_, n) => view.getUint32(ids + 4 * n, true));
  return { version, flags, count, radarCount, timeSpanS, devices, planes };
}

function bytesAPoint(version: number, flags: number): number {
  const position = version === 1 ? 6 : 8;
  const intensity = (flags & HAS_INTENSITY) === 0 ? 0 : 2;
  const device = (flags & HAS_DEVICE) === 0 ? 0 : 1;
  return position + intensity + device + ((flags & HAS_TIME) === 0 ? 0 : 2);
}

function undoNarrow(planes: Uint8Array, positions: Uint16Array, channel: number): void {
  const count = planes.length / 2;
  let value = 0;
  for (let index = 0; index < count; index += 1) {
    const zigzag = planes[index]! | (planes[count + index]! << 8);
    value = (value + ((zigzag >> 1) ^ -(zigzag & 1))) & 0xffff;
    positions[4 * index + channel] = value;
  }
}

/** 18 bits: the upper 16 where the shader wants them, the lower two beside the intensity. */
function undoWide(planes: Uint8Array, positions: Uint16Array, channel: number, shift: number): void {
  const count = planes.length / 3;
  const twice = 2 * count;
  let value = 0;
  for (let index = 0; index < count; index += 1) {
    const zigzag =
      planes[index]! | (planes[count + index]! << 8) | (planes[twice + index]! << 16);
    value = value + ((zigzag >> 1) ^ -(zigzag & 1));
    const at = 4 * index;
    positions[at + channel] = value >> 2;
    positions[at + 3]! |= (value & 3) << shift;
  }
}

/** @param drop how many of the stored bits are finer than the 12 that are kept. */
function undoIntensity(planes: Uint8Array, positions: Uint16Array, drop: number): void {
  const count = planes.length / 2;
  let value = 0;
  for (let index = 0; index < count; index += 1) {
    const zigzag = planes[index]! | (planes[count + index]! << 8);
    value = (value + ((zigzag >> 1) ^ -(zigzag & 1))) & 0xffff;
    positions[4 * index + 3]! |= (value >> drop) << 4;
  }
}

function undoTime(planes: Uint8Array, tags: Uint8Array): void {
  const count = planes.length / 2;
  let value = 0;
  for (let index = 0; index < count; index += 1) {
    const zigzag = planes[index]! | (planes[count + index]! << 8);
    value = (value + ((zigzag >> 1) ^ -(zigzag & 1))) & 0xffff;
    tags[4 * index + 1] = value >> 8;
  }
}

function readRadar(view: DataView, offset: number, count: number, origin: Vec3): RadarPoint[] {
  const column = (which: number, index: number) =>
    view.getFloat32(offset + 4 * (which * count + index), true);
  const triple = (first: number, index: number): Vec3 => [
    column(first, index),
    column(first + 1, index),
    column(first + 2, index),
  ];
  return Array.from({ length: count }, (_, index) => {
    const velocity = triple(3, index);
    const size = column(6, index);
    return {
      position: add(origin, triple(0, index)),
      velocity: velocity.every((part) => part === 0) ? null : velocity,
      size: Number.isNaN(size) ? null : size,
    };
  });
}

/** The intensities below which the given fractions of the points lie; exact, by counting. */
function quantiles(
  positions: Uint16Array,
  fractions: readonly [number, number],
): readonly [number, number] {
  const counts = new Uint32Array(INTENSITY_LEVELS);
  for (let at = 3; at < positions.length; at += 4) counts[positions[at]! >> 4]! += 1;
  const total = positions.length / 4;
  const found = [0, 0] as [number, number];
  let below = 0;
  let next: 0 | 1 = 0;
  for (let value = 0; value < INTENSITY_LEVELS; value += 1) {
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
