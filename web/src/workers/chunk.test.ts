import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ChunkUnreadable, bytesOf, decodeChunk } from "./chunk";

interface Golden {
  readonly body_base64: string;
  readonly count: number;
  readonly positions_q: readonly (readonly [number, number, number])[];
  readonly intensity_q: readonly number[];
  readonly world_m: readonly (readonly [number, number, number])[];
  readonly step_m: readonly [number, number, number];
}

/** Made by hand from the byte table; read by tests/scenes, too. */
const golden = JSON.parse(
  readFileSync(new URL("../../../tests/golden/chunk.json", import.meta.url), "utf8"),
) as Golden;

function body(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(golden.body_base64, "base64"));
}

test("the golden chunk decodes to its values, in the order of the file", () => {
  const chunk = decodeChunk(body().buffer);
  const expected = golden.positions_q.flatMap((q, index) => [...q, golden.intensity_q[index]]);
  expect(chunk.count).toBe(golden.count);
  expect([...chunk.positions]).toEqual(expected);
  expect(bytesOf(chunk)).toBe(2 * 8 * golden.count);
});

test("origin and step give back the world in float64", () => {
  const { origin, step, positions } = decodeChunk(body().buffer);
  const world = golden.world_m.map((_, point) =>
    [0, 1, 2].map((axis) => origin[axis]! + step[axis]! * positions[4 * point + axis]!),
  );
  expect(world).toEqual(golden.world_m);
});

test("the palette spans the values that occur", () => {
  const { heightRange, intensityRange } = decodeChunk(body().buffer);
  expect(heightRange).toEqual([0, 1000]);
  expect(intensityRange).toEqual([0, 65535]);
});

test("a chunk without intensity has zeros there", () => {
  const bytes = body().slice(0, 96 + 6 * golden.count);
  bytes[6] = 0;
  const chunk = decodeChunk(bytes.buffer);
  expect(chunk.hasIntensity).toBe(false);
  expect([3, 7, 11, 15, 19].map((at) => chunk.positions[at])).toEqual([0, 0, 0, 0, 0]);
});

test.each([
  ["no header", (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, 95)],
  ["one byte missing", (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, -1)],
  ["one byte too many", (bytes: Uint8Array<ArrayBuffer>) => Uint8Array.from([...bytes, 0])],
  ["another magic", (bytes: Uint8Array<ArrayBuffer>) => bytes.with(3, 0x32)],
  ["another version", (bytes: Uint8Array<ArrayBuffer>) => bytes.with(4, 2)],
])("%s is refused in a sentence", (_, damaged) => {
  expect(() => decodeChunk(damaged(body()).buffer)).toThrow(ChunkUnreadable);
});
