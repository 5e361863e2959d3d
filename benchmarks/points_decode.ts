/** Run by points.py: the worker's decoder, the marks of a cuboid that moves, and what a ray meets. */

import { readFileSync } from "node:fs";
import { length, scale, subtract } from "../web/src/geometry/vec";
import { type Member, Membership } from "../web/src/scene3d/membership";
import { pickPoint } from "../web/src/scene3d/picking";
import { decodeChunk, pointOf } from "../web/src/workers/chunk";

const [, , file, largeFile, rounds] = process.argv;
const body = read(file!);

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const times = (work: () => void) => Array.from({ length: Number(rounds) }, () => cpuMs(work));

const decode_ms = times(() => decodeChunk(body));
const chunk = decodeChunk(body);
const floats = new Float32Array(4 * chunk.count);
const float32_ms = times(() => void floats.slice());

/** Cars around points of the cloud, all over it. */
const members = Array.from({ length: 300 }, (_, index): Member => {
  const centre = pointOf(chunk, Math.floor((index * chunk.count) / 300));
  return { id: `${index}`, slot: 1 + (index % 9), centre, size: [4.5, 1.9, 1.6], rotation: [1, 0, 0, 0] };
});
const membership = new Membership(chunk, new Uint8Array(4 * chunk.count));
membership.update(members);
let moves = 0;
const member_ms = times(() => {
  moves += 1;
  const [moved, ...others] = members;
  const [x, y, z] = moved!.centre;
  membership.update([{ ...moved!, centre: [x + 0.05 * moves, y, z] }, ...others]);
});

/** From above the device to points all over the cloud, within seven pixels of a usual view. */
const large = decodeChunk(read(largeFile!));
const eye = [large.origin[0], large.origin[1], large.origin[2] + 12] as const;
let picks = 0;
const pick_ms = times(() => {
  picks += 1;
  const target = pointOf(large, (picks * 7_919 * 13) % large.count);
  const away = subtract(target, eye);
  const ray = { origin: eye, direction: scale(away, 1 / length(away)) };
  if (pickPoint(ray, large, 0.006) === null) throw new Error("a ray at a point met none");
});

process.stdout.write(JSON.stringify({ decode_ms, float32_ms, member_ms, pick_ms }));

function read(path: string): ArrayBuffer {
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
