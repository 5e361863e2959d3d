import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ChunkUnreadable, bytesOf, decodeChunk, pointOf } from "./chunk";

interface Golden {
  readonly body_base64: string;
  readonly count: number;
  readonly positions_q: readonly (readonly [number, number, number])[];
  readonly intensity_q: readonly number[];
  readonly intensity: readonly number[];
  readonly world_m: readonly (readonly [number, number, number])[];
  readonly step_m: readonly [number, number, number];
}

interface GoldenOfNow extends Golden {
  readonly devices: readonly number[];
  readonly device_q: readonly number[];
  readonly time_span_s: number;
  readonly time_q: readonly number[];
  readonly radar_m: readonly (readonly number[])[];
  readonly radar_velocity: readonly (readonly number[])[];
  readonly radar_size: readonly (number | null)[];
}

/** Made by hand from the byte table; read by tests/scenes, too. */
const golden = JSON.parse(
  readFileSync(new URL("../../../tests/golden/chunk.json", import.meta.url), "utf8"),
) as { readonly version_1: Golden; readonly version_2: GoldenOfNow };
const now = golden.version_2;

function body(of: Golden = now): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(of.body_base64, "base64"));
}

const versions: [string, Golden][] = [
  ["version 1", golden.version_1],
  ["version 2", now],
];

test.each(versions)("%s decodes to its world in float64, in the order of the file", (_, of) => {
  const chunk = decodeChunk(body(of));
  expect(chunk.count).toBe(of.count);
  expect(of.world_m.map((_point, index) => pointOf(chunk, index))).toEqual(of.world_m);
});

test.each(versions)("%s keeps every intensity to a part in 4,096", (_, of) => {
  const { intensity, positions } = decodeChunk(body(of));
  of.intensity.forEach((expected, index) => {
    const level = positions[4 * index + 3]! >> 4;
    const off = Math.abs(intensity.least + intensity.step * level - expected);
    expect(off).toBeLessThan(intensity.step);
  });
});

test("the box of a chunk is that of its points", () => {
  const { min, max } = decodeChunk(body());
  const along = (axis: 0 | 1 | 2) => now.world_m.map((point) => point[axis]);
  expect(min).toEqual([0, 1, 2].map((axis) => Math.min(...along(axis as 0 | 1 | 2))));
  expect(max).toEqual([0, 1, 2].map((axis) => Math.max(...along(axis as 0 | 1 | 2))));
});

test("the coarse levels alone are at most a step off, so that what ignores quarters still works", () => {
  const { positions } = decodeChunk(body());
  now.positions_q.forEach(([x, y, z], index) => {
    expect([...positions.subarray(4 * index, 4 * index + 3)]).toEqual([x >> 2, y >> 2, z]);
  });
});

test("devices and times of points, when the file tells them", () => {
  const chunk = decodeChunk(body());
  const tags = [...(chunk.tags ?? [])];
  expect(chunk.devices).toEqual(now.devices);
  expect(tags.filter((_, at) => at % 4 === 0)).toEqual(now.device_q);
  expect(chunk.timeSpanS).toBe(now.time_span_s);
  expect(tags.filter((_, at) => at % 4 === 1)).toEqual(now.time_q.map((time) => time >> 8));
  expect(bytesOf(chunk)).toBe(2 * (8 + 4) * now.count + 2 * chunk.ground.halves.length);
});

test("radar points in the world, with what the file tells of them", () => {
  const { radar } = decodeChunk(body());
  expect(radar.map(({ position }) => position)).toEqual(now.radar_m);
  expect(radar[0]!.velocity).toEqual(now.radar_velocity[0]);
  expect(radar[1]!.velocity).toBeNull();
  expect(radar.map(({ size }) => size)).toEqual(now.radar_size);
});

test("the palette spans the intensities that occur", () => {
  expect(decodeChunk(body()).intensityRange).toEqual([0, 4095]);
});

test("a chunk without intensity, devices and times has none", () => {
  const bytes = body(golden.version_1).slice(0, 96 + 6 * golden.version_1.count);
  bytes[6] = 0;
  const chunk = decodeChunk(bytes);
  expect([chunk.hasIntensity, chunk.tags, chunk.devices, chunk.timeSpanS]).toEqual([
    false,
    null,
    [],
    0,
  ]);
  expect([3, 7, 11, 15, 19].map((at) => chunk.positions[at])).toEqual([0, 0, 0, 0, 0]);
});

test.each([
  ["no header", (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, 95)],
  ["one byte missing", (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, -1)],
  ["one byte too many", (bytes: Uint8Array<ArrayBuffer>) => Uint8Array.from([...bytes, 0])],
  ["another magic", (bytes: Uint8Array<ArrayBuffer>) => bytes.with(3, 0x32)],
  ["another version", (bytes: Uint8Array<ArrayBuffer>) => bytes.with(4, 3)],
])("%s is refused in a sentence", (_, damaged) => {
  expect(() => decodeChunk(damaged(body()))).toThrow(ChunkUnreadable);
});
