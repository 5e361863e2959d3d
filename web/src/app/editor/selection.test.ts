import fc from "fast-check";
import { expect, test } from "vitest";
import { ranged, selectionOf, toggled, type Selection } from "./selection";

const NONE: Selection = { selected: null, also: [] };

test("the object clicked last has the handles, and toggling twice leaves the others", () => {
  const two = toggled(toggled(NONE, "a"), "b");
  expect(two).toEqual({ selected: "b", also: ["a"] });
  expect(toggled(two, "b")).toEqual({ selected: "a", also: [] });
  expect(toggled(two, "a")).toEqual({ selected: "b", also: [] });
  expect(toggled({ selected: "a", also: [] }, "a")).toEqual(NONE);
});

test("whatever is toggled, exactly that object changes sides, and none is selected twice", () => {
  const id = fc.constantFrom("a", "b", "c", "d");
  fc.assert(
    fc.property(fc.array(id), id, (clicks, last) => {
      const before = selectionOf(clicks.reduce(toggled, NONE));
      const after = selectionOf(toggled(clicks.reduce(toggled, NONE), last));
      expect(new Set(after).size).toBe(after.length);
      expect(after.includes(last)).toBe(!before.includes(last));
      expect(after.filter((one) => one !== last).sort()).toEqual(before.filter((one) => one !== last).sort());
    }),
  );
});

test("a range goes from the object with the handles, which keeps them, to the one clicked", () => {
  const order = ["a", "b", "c", "d", "e"];
  expect(ranged({ selected: "d", also: ["e"] }, "b", order)).toEqual({ selected: "d", also: ["b", "c"] });
  expect(ranged({ selected: "b", also: [] }, "d", order)).toEqual({ selected: "b", also: ["c", "d"] });
  expect(ranged(NONE, "c", order)).toEqual({ selected: "c", also: [] });
  expect(ranged({ selected: "gone", also: [] }, "c", order)).toEqual({ selected: "c", also: [] });
});
