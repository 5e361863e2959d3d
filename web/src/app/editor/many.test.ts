import { expect, test } from "vitest";
import { type Document, idsOf } from "../../model/document";
import { attributesAt } from "../../model/interpolate";
import type { AttributeDefinition } from "../../model/taxonomy";
import { copyOf, pasted } from "./copying";
import { cuboidObject, setLabel, setStationary, type Write } from "./edits";
import { allAnswered, allDeleted, changedInTurn, relabelled, sharedLabel, sharedQuestions, sharedStationary } from "./many";
import { shownCuboids } from "./shown";
import { flipped } from "../../tools/boxes";
import { CAR, storeOf, withCar } from "./testing";

const TRUCK = "3f0c5e9a-1111-4111-8111-00000000000b";
const BOTH = [CAR, TRUCK];

const question = (name: string, labels: readonly string[] | null): AttributeDefinition => ({
  name,
  type: "text",
  description: null,
  scope: "frame",
  required: false,
  conditions: { labels, attributes: [] },
  choices: [],
  allow_multiple: false,
  min: null,
  max: null,
  step: null,
  allowed_labels: [],
});

const CONFIG = { attributes: [question("colour", null), question("axles", ["Truck"])], every_condition: true };

function twoObjects(): ReturnType<typeof storeOf> {
  const car = withCar({ keys: { 0: 10 } });
  const store = storeOf(car);
  store.commit(pasted(copyOf(car, [CAR], 0), [TRUCK], [9, 0, 0], () => ({ time_ns: 0, cameraUsed: null })));
  store.commit(setLabel(store.view().document, TRUCK, "Truck"));
  return store;
}

/** What the edit changed is gone by one undo. */
function undone(edit: (document: Document) => readonly Write[], check: (document: Document) => void): void {
  const store = twoObjects();
  const before = store.view().document;
  store.commit(edit(before));
  check(store.view().document);
  store.undo();
  const again = store.view().document;
  for (const id of BOTH) {
    expect(cuboidObject(again, id)).toEqual(cuboidObject(before, id));
    expect({ ...attributesAt(again, id, 0) }).toEqual({ ...attributesAt(before, id, 0) });
  }
}

test("several objects get one label by one edit, and one undo gives each its own back", () => {
  undone(
    (document) => relabelled(document, BOTH, "Bus"),
    (document) => expect(sharedLabel(document, BOTH)).toBe("Bus"),
  );
  expect(sharedLabel(twoObjects().view().document, BOTH)).toBeNull();
});

test("an answer goes to those that are asked, and to no others", () => {
  const at = { now_ns: 0, at_ns: 0 };
  undone(
    (document) => allAnswered(CONFIG, document, BOTH, "colour", "red", at),
    (document) => {
      expect(BOTH.map((id) => attributesAt(document, id, 0)["colour"])).toEqual(["red", "red"]);
    },
  );
  undone(
    (document) => allAnswered(CONFIG, document, BOTH, "axles", "3", at),
    (document) => {
      expect(BOTH.map((id) => attributesAt(document, id, 0)["axles"])).toEqual([undefined, "3"]);
    },
  );
});

test("what differs is said to differ, and how many are asked", () => {
  const store = twoObjects();
  const ask = () => sharedQuestions(CONFIG, store.view().document, BOTH, 0);
  expect(ask().map(({ asked, differs }) => [asked, differs])).toEqual([[2, false], [1, false]]);
  store.commit(allAnswered(CONFIG, store.view().document, [CAR], "colour", "red", { now_ns: 0, at_ns: 0 }));
  expect(ask()[0]).toMatchObject({ answer: null, differs: true });
  store.commit(allAnswered(CONFIG, store.view().document, BOTH, "colour", "red", { now_ns: 0, at_ns: 0 }));
  expect(ask()[0]).toMatchObject({ answer: "red", differs: false });
});

test("several objects are deleted by one edit and come back by one undo", () => {
  undone(
    (document) => allDeleted(document, BOTH),
    (document) => expect(idsOf(document)).toEqual([]),
  );
});

test("several objects stand still when all of them do, and some is neither", () => {
  const store = twoObjects();
  const shared = () => sharedStationary(store.view().document, BOTH);
  const still = (id: string) => store.commit(setStationary(store.view().document, id, true, { time_ns: 0, cameraUsed: null }, 0));
  expect(shared()).toBe(false);
  still(CAR);
  expect(shared()).toBeNull();
  still(TRUCK);
  expect(shared()).toBe(true);
});

test("each of several is changed, beside the others as they are by then", () => {
  const shown = shownCuboids(twoObjects().view().document, 0);
  const [car, truck] = BOTH.map((id) => shown.find((one) => one.id === id)!.cuboid);
  const beside: unknown[] = [];
  const changed = changedInTurn([...BOTH, "elsewhere"], shown, (cuboid, others) => {
    beside.push(others);
    return flipped(cuboid);
  });
  expect([...changed]).toEqual([
    [CAR, { before: car, after: flipped(car!) }],
    [TRUCK, { before: truck, after: flipped(truck!) }],
  ]);
  expect(beside).toEqual([[truck], [flipped(car!)]]);
  expect(changedInTurn(BOTH, shown, () => null).size).toBe(0);
});
