import { describe, expect, test } from "vitest";
import golden from "../../../tests/golden/conditions.json";
import {
  type Answers,
  applicable,
  applies,
  type AttributeDefinition,
  type Conditions,
  type LabelChoice,
  leaves,
} from "./taxonomy";

function attribute(name: string, conditions: unknown): AttributeDefinition {
  return {
    name,
    type: "category",
    description: null,
    scope: "frame",
    required: false,
    conditions: conditions as Conditions,
    choices: [],
    allow_multiple: false,
    min: null,
    max: null,
    step: null,
    allowed_labels: [],
  };
}

describe("tests/golden/conditions.json, which pytest reads too", () => {
  test.each(golden.applies)("$name", ({ conditions, label, answers, any, every }) => {
    const asked = attribute("asked", conditions);
    expect(applies(asked, label, answers as Answers, false)).toBe(any);
    expect(applies(asked, label, answers as Answers, true)).toBe(every);
  });

  test.each(golden.applicable)("$name", ({ attributes, cases }) => {
    const config = {
      attributes: attributes.map(({ name, conditions }) => attribute(name, conditions)),
      every_condition: false,
    };
    for (const { label, answers, asked } of cases) {
      const found = applicable(config, label, answers);
      expect(found.map(({ name }) => name)).toEqual(asked);
    }
  });
});

test("scene attributes are not asked of an object", () => {
  const always = { labels: null, attributes: [] };
  const weather = { ...attribute("weather", always), scope: "scene" as const };
  const config = { attributes: [weather, attribute("occlusion", always)], every_condition: false };
  expect(applicable(config, "Car", {}).map(({ name }) => name)).toEqual(["occlusion"]);
});

test("only leaves can be chosen", () => {
  const choice = (name: string, ...subchoices: LabelChoice[]): LabelChoice => ({
    choice: name,
    display: name.toUpperCase(),
    description: null,
    instance_label: false,
    groups: [],
    subchoices,
  });
  const truck = choice("Truck", choice("Tow"));
  const tree = [choice("Road"), choice("Vehicle", choice("Car"), truck)];
  expect(leaves(tree)).toEqual(["Road", "Car", "Tow"]);
});
