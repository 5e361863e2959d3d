import fc from "fast-check";
import { expect, test } from "vitest";
import { toLocal } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import type { Vec3 } from "../geometry/vec";
import { pointOf, type DecodedChunk } from "../workers/chunk";
import { chunkOf } from "../workers/chunk.fixture";
import { type Member, Membership } from "./membership";

const ORIGIN: Vec3 = [431_200, 5_412_900, 95];

/** A lattice of points 0.4 m apart, with odd numbers in the bits below the levels. */
function lattice(): DecodedChunk {
  const points: Vec3[] = [];
  for (let x = 0; x < 30; x += 0.4) {
    for (let y = 0; y < 20; y += 0.4) for (let z = 0; z < 4; z += 0.8) points.push([x, y, z]);
  }
  const chunk = chunkOf(points, ORIGIN, 0.005);
  chunk.positions.forEach((_, at) => {
    if (at % 4 === 3) chunk.positions[at] = (at * 7) & 0xffff;
  });
  return chunk;
}

const chunk = lattice();

const members = fc.array(
  fc
    .record({
      place: fc.tuple(fc.double({ min: -3, max: 33, noNaN: true }), fc.double({ min: -3, max: 23, noNaN: true })),
      size: fc.tuple(...[8, 4, 3].map((max) => fc.double({ min: 0.3, max, noNaN: true }))),
      yaw: fc.double({ min: -3.2, max: 3.2, noNaN: true }),
      pitch: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
      slot: fc.integer({ min: 1, max: 255 }),
    })
    .map(({ place, size, yaw, pitch, slot }) => ({
      centre: [ORIGIN[0] + place[0], ORIGIN[1] + place[1], ORIGIN[2] + 1.5] as Vec3,
      size: size as unknown as Vec3,
      rotation: quat.multiply(
        [Math.cos(yaw / 2), 0, 0, Math.sin(yaw / 2)],
        [Math.cos(pitch / 2), 0, Math.sin(pitch / 2), 0],
      ),
      slot,
    })),
  { maxLength: 9 },
).map((list) => list.map((member, index): Member => ({ ...member, id: `${index}` })));

/** By the definition, point by point. */
function slots(list: readonly Member[]): number[] {
  const volume = ({ size }: Member) => size[0] * size[1] * size[2];
  return Array.from({ length: chunk.count }, (_, point) => {
    const inside = list.filter((member) =>
      toLocal(member, pointOf(chunk, point)).every((at, axis) => Math.abs(at) <= member.size[axis]! / 2),
    );
    return inside.sort((a, b) => volume(a) - volume(b))[0]?.slot ?? 0;
  });
}

const marks = (tags: Uint8Array) => [...tags].filter((_, at) => at % 4 === 2);

test("after any changes every point is marked by the smallest cuboid that it is in", () => {
  fc.assert(
    fc.property(members, members, fc.nat(), (before, after, keep) => {
      const tags = new Uint8Array(4 * chunk.count);
      const membership = new Membership(chunk, tags);
      membership.update(before);
      // Some stay as they were, so that only a few points are looked at.
      const mixed = after.map((member, index) => (index < keep % 9 ? (before[index] ?? member) : member));
      const was = marks(tags);
      const changed = membership.update(mixed);
      const is = marks(tags);
      expect(is).toEqual(slots(mixed));
      const differs = is.flatMap((slot, point) => (slot === was[point] ? [] : [point]));
      expect(changed).toEqual(differs.length === 0 ? null : { from: differs[0], to: differs.at(-1) });
    }),
    { numRuns: 40 },
  );
});

test("marks of an earlier showing go, other tags of a point stay", () => {
  const tags = new Uint8Array(4 * chunk.count).fill(9);
  expect(new Membership(chunk, tags).update([])).toEqual({ from: 0, to: chunk.count - 1 });
  expect(new Set(marks(tags))).toEqual(new Set([0]));
  const half: Member = { id: "a", slot: 5, centre: ORIGIN, size: [10, 10, 9], rotation: [1, 0, 0, 0] };
  new Membership(chunk, tags).update([half]);
  expect(new Set([...tags].filter((_, at) => at % 4 !== 2))).toEqual(new Set([9]));
  expect(tags[2]).toBe(5);
});
