import { expect, test } from "vitest";
import { BY_PERSON } from "../../model/kinds";
import { fromParts } from "../../model/document";
import { keyPart, OBJECT } from "../../model/parts";
import { usualSize } from "./labels";
import { geometry } from "./testing";
import { usualOf } from "./usual";

const id = (number: number) => `3f0c5e9a-1111-4111-8111-00000000000${number}`;

/** Tracks of cars, each by the lengths in its keys. */
function cars(...tracks: readonly (readonly number[])[]) {
  return fromParts(
    tracks.flatMap((lengths, track) => {
      const written = (part: string, value: unknown) => ({ object_id: id(track), part, op_id: "op-0", value });
      const object = { kind: "cuboid", space: "world", label: "Car", parent_id: null, stationary: false };
      return [
        written(OBJECT, { ...object, provenance: BY_PERSON }),
        ...lengths.map((length, key) => written(keyPart(key), { ...geometry(0), size_m: [length, 1.9, 1.6] })),
      ];
    }),
  );
}

test("the usual size is the middle of the tracks, whatever their number of keys", () => {
  const document = cars([4.1, 4.1, 4.1, 4.1, 4.1], [4.4], [5.2, 5.4]);
  expect(usualOf(document, "Car")).toEqual({ size: [4.4, 1.9, 1.6], count: 3 });
});

test("what is compared does not count, and without others the name of the label says it", () => {
  const document = cars([4.1], [5.3]);
  expect(usualOf(document, "Car", id(0))).toEqual({ size: [5.3, 1.9, 1.6], count: 1 });
  expect(usualOf(cars([4.1]), "Car", id(0))).toEqual({ size: usualSize("Car"), count: 0 });
  expect(usualOf(document, "Bus")).toEqual({ size: usualSize("Bus"), count: 0 });
});
