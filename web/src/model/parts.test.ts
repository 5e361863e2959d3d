import { describe, expect, test } from "vitest";
import golden from "../../../tests/golden/parts.json";
import { attributePart, keyPart, OBJECT, parsePart, pointsPart, visiblePart } from "./parts";
import type { PartName } from "./parts";

function spelled(name: PartName): string {
  switch (name.type) {
    case "object":
      return OBJECT;
    case "key":
      return keyPart(name.time_ns);
    case "visible":
      return visiblePart(name.time_ns);
    case "attribute":
      return attributePart(name.name, name.time_ns);
    case "points":
      return pointsPart(name.sensor, name.sweep_ns);
  }
}

describe("tests/golden/parts.json, which pytest reads too", () => {
  test.each(golden.valid)("$part has one spelling", ({ part, name }) => {
    expect(parsePart(part)).toEqual(name);
    expect(spelled(parsePart(part))).toBe(part);
  });

  test.each(golden.invalid)("%j is not a part", (part) => {
    expect(() => parsePart(part)).toThrow(RangeError);
  });
});
