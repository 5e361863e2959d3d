import { describe, expect, test } from "vitest";
import golden from "../../../tests/golden/kinds.json";
import { decodeValue } from "./decode";
import { parsePart } from "./parts";

const values: readonly { part: string; value: Readonly<Record<string, unknown>> }[] = golden.values;

describe("tests/golden/kinds.json, which pytest reads too", () => {
  test.each(values)("$part $value.kind$value.geometry is taken whole", ({ part, value }) => {
    expect(decodeValue(part, value)).toEqual(value);
  });

  test.each(values)("$part $value.kind$value.geometry: no field more or less", ({ part, value }) => {
    expect(() => decodeValue(part, { ...value, strange: 1 })).toThrow(RangeError);
    for (const name of Object.keys(value)) {
      const rest = Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
      expect(() => decodeValue(part, rest)).toThrow(RangeError);
    }
  });

  test("a value belongs to its sort of part", () => {
    for (const { part, value } of values) {
      for (const other of ["object", "key/1", "visible/1", "attribute/a", "points/lidar/1"]) {
        if (parsePart(other).type === parsePart(part).type) continue;
        expect(() => decodeValue(other, value)).toThrow(RangeError);
      }
    }
  });
});

test.each([3, null, "car", [], { kind: "toString" }, { kind: "cube" }, { geometry: "cuboid" }])(
  "%j is not an object",
  (value) => expect(() => decodeValue("object", value)).toThrow(RangeError),
);

test.each([
  ["centre_m", [1, 2]],
  ["centre_m", [1, 2, "3"]],
  ["size_m", [1, 2, Infinity]],
  ["rotation_wxyz", [1, 0, 0]],
  ["camera_used", 1.5],
  ["provenance", { source: "person", touched: true }],
  ["provenance", { source: "constructor" }],
])("a cuboid's %s is not %j", (name, wrong) => {
  const cuboid = values.find(({ value }) => value["geometry"] === "cuboid")!.value;
  expect(() => decodeValue("key/0", { ...cuboid, [name]: wrong })).toThrow(name);
});
