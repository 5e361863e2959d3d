import { expect, test } from "vitest";
import type { ToolMode } from "../../tools/driver";
import { create } from "../store";
import type { Write } from "./edits";
import { chooseLabel } from "./labelChoice";
import { labelEntries } from "./labels";
import { CAR, withCar } from "./testing";

type Chooses = Parameters<typeof chooseLabel>[0];

function chooser(mode: ToolMode) {
  const choice = (name: string) => ({
    choice: name,
    display: name,
    description: null,
    instance_label: false,
    groups: [],
    subchoices: [],
  });
  const view = create({ mode, label: "Car" });
  const edits: (readonly Write[])[] = [];
  const editor = {
    labels: labelEntries([choice("Car"), choice("Bus")]),
    view,
    selection: [CAR],
    document: withCar({ keys: { 0: 1 } }),
    mayBe: () => true,
    say: () => undefined,
    edit: (writes: readonly Write[]) => edits.push(writes),
  } as unknown as Chooses;
  return { editor, edits, label: () => view.getState().label };
}

test("a label names what is selected, and the next object", () => {
  const { editor, edits, label } = chooser("select");
  chooseLabel(editor, 1);
  expect(label()).toBe("Bus");
  expect(edits.flat().map(({ object_id, after }) => [object_id, after])).toMatchObject([[CAR, { label: "Bus" }]]);
});

test("with a tool in the hand a label is for the next object, and the last one keeps its own", () => {
  for (const mode of ["place", "lasso", "polygon"] as const) {
    const { editor, edits, label } = chooser(mode);
    chooseLabel(editor, 1);
    expect(label()).toBe("Bus");
    expect(edits).toEqual([]);
  }
});
