import { expect, test } from "vitest";
import { EMPTY } from "../../model/document";
import type { AttributeDefinition, StageConfig } from "../../model/taxonomy";
import { findings, labelCounts } from "./checks";
import { setAttribute } from "./edits";
import { CAR, FRAMES_NS, storeOf, withCar } from "./testing";

const leaf = (choice: string) => ({
  choice,
  display: choice,
  description: null,
  instance_label: false,
  groups: [],
  subchoices: [],
});

function attribute(name: string, scope: AttributeDefinition["scope"]): AttributeDefinition {
  return {
    name,
    type: "category",
    description: null,
    scope,
    required: true,
    conditions: { labels: null, attributes: [] },
    choices: [leaf("Yes"), leaf("No")],
    allow_multiple: false,
    min: null,
    max: null,
    step: null,
    allowed_labels: [],
  };
}

function config(...attributes: AttributeDefinition[]): StageConfig {
  return {
    kinds: ["cuboid"],
    labels: [leaf("Car"), leaf("Van")],
    attributes,
    cameras: null,
    frames: [1, 2, 3],
    frame_times_ns: FRAMES_NS,
    grants: [],
    every_condition: true,
    pitch_and_roll_enabled: false,
    max_distance_m: null,
  };
}

const car = withCar({ keys: { 200: 10 } });

test("good work has no findings", () => {
  expect(findings(config(), car, FRAMES_NS)).toEqual([]);
});

test("an empty document is worth a word, but may be right", () => {
  expect(findings(config(), EMPTY, FRAMES_NS)).toMatchObject([{ serious: false }]);
});

test("a required answer that is missing is shown at its first frame to label", () => {
  expect(findings(config(attribute("moving", "frame")), car, FRAMES_NS)).toMatchObject([
    { id: CAR, frame: 2, serious: true },
  ]);
});

test("an answer given later leaves the frames before it unanswered", () => {
  const store = storeOf(withCar({ keys: { 100: 10 } }));
  store.commit(setAttribute(store.view().document, CAR, "moving", "Yes", 300));
  const { document } = store.view();
  expect(findings(config(attribute("moving", "frame")), document, FRAMES_NS)).toMatchObject([
    { frame: 1 },
  ]);
});

test("a question of the scene is asked once", () => {
  expect(findings(config(attribute("weather", "scene")), car, FRAMES_NS)).toMatchObject([
    { id: null, serious: true },
  ]);
});

test("a label that the task does not know is serious", () => {
  const ship = withCar({ label: "Ship", keys: { 200: 10 } });
  expect(findings(config(), ship, FRAMES_NS)).toMatchObject([{ id: CAR, serious: true }]);
});

test("a question that may stay open is one line, however many objects leave it open", () => {
  const optional = { ...attribute("wet", "frame"), required: false };
  const [only, ...others] = findings(config(optional), car, FRAMES_NS);
  expect(others).toEqual([]);
  expect(only).toEqual({
    id: CAR,
    frame: null,
    sentence: "“wet” is not answered for 1 object.",
    serious: false,
  });
  const store = storeOf(car);
  store.commit(setAttribute(car, CAR, "wet", "No", 200));
  expect(findings(config(optional), store.view().document, FRAMES_NS)).toEqual([]);
});

test("what is handed in is counted by label, without what is in no frame", () => {
  expect(labelCounts(car, FRAMES_NS)).toEqual([{ label: "Car", objects: 1 }]);
  const hidden = withCar({ keys: { 200: 10 }, visible: { 200: false } });
  expect(labelCounts(hidden, FRAMES_NS)).toEqual([]);
  expect(labelCounts(EMPTY, FRAMES_NS)).toEqual([]);
});
