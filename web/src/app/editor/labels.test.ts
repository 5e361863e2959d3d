import { expect, test } from "vitest";
import { ink } from "../../model/colour";
import { labelColour, labelEntries, sizeByName, tagOf, usualSize } from "./labels";

const choice = (name: string, ...subchoices: ReturnType<typeof leaf>[]) => ({
  ...leaf(name),
  subchoices,
});
function leaf(name: string) {
  return {
    choice: name,
    display: `${name}!`,
    description: null,
    instance_label: false,
    groups: [],
    subchoices: [] as never[],
  };
}

test("only leaves can be chosen, each with the way to it", () => {
  const entries = labelEntries([choice("Vehicle", leaf("Car"), leaf("Bus")), leaf("Person")]);
  expect(entries.map((entry) => [entry.name, entry.path])).toEqual([
    ["Car", ["Vehicle!"]],
    ["Bus", ["Vehicle!"]],
    ["Person", []],
  ]);
});

test("fifty labels have fifty colours, all written as #rrggbb", () => {
  const colours = Array.from({ length: 50 }, (_, index) => labelColour(index));
  expect(new Set(colours).size).toBe(50);
  for (const colour of colours) expect(colour).toMatch(/^#[0-9a-f]{6}$/);
});

test.each([
  ["Pickup Truck", 5.5],
  ["Semi-truck", 8],
  ["Pedestrian with Object", 0.6],
  ["Car", 4.5],
  ["Something else", 4.5],
])("a %s is usually %f m long", (label, length_m) => {
  expect(usualSize(label)[0]).toBe(length_m);
});

test("every label of a stage has a sign of its own", () => {
  const names = ["Car", "Cyclist", "Pickup Truck", "Pedestrian", "Cone", "Car trailer", "Person", "Ca", "Ca", "C", "C"];
  const taken = new Set<string>();
  const tags = names.map((name) => {
    const tag = tagOf(name, taken);
    taken.add(tag);
    return tag;
  });
  expect(tags).toEqual(["C", "Cy", "P", "Pe", "Co", "CT", "Pr", "Ca", "C2", "C3", "C4"]);
  expect(tagOf("123 bus", taken)).toBe("1");
  expect(tagOf("!", taken)).toBe("?");
  expect(labelEntries([leaf("Car"), leaf("Cat")]).map(({ tag }) => tag)).toEqual(["C", "Ca"]);
});

test("letters stand out on every colour", () => {
  expect([ink("#c7f0cc"), ink("#ffb02e"), ink("#101010"), ink("#5a1010")]).toEqual([
    "#0b0e13",
    "#0b0e13",
    "#ffffff",
    "#ffffff",
  ]);
});

test("a name that says nothing of a size has none, but something is placed", () => {
  expect(sizeByName("Police car")).toEqual(usualSize("Car"));
  expect(sizeByName("Scarecrow")).toBeNull();
  expect(usualSize("Scarecrow")).toEqual(usualSize("Car"));
});
