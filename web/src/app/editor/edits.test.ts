import { expect, test } from "vitest";
import { IDENTITY } from "../../geometry/quat";
import { exists, partsOf } from "../../model/document";
import { attributesAt, keysOf, presentAt } from "../../model/interpolate";
import {
  addKey,
  attributeSpan,
  createCuboid,
  cuboidAt,
  cuboidObject,
  deleteObject,
  moveCuboid,
  otherSizes,
  removeKey,
  setAttribute,
  setLabel,
  setStationary,
  setVisibleRange,
  spreadAttribute,
  spreadSize,
  visibleRange,
  type Write,
} from "./edits";
import { CAR, FRAMES_NS, storeOf, withCar } from "./testing";
import { EMPTY, type Document } from "../../model/document";

const at = (time_ns: number, cameraUsed: number | null = null) => ({ time_ns, cameraUsed });
const box = (x: number) =>
  ({ centre: [x, 7, 1.5], size: [4.5, 1.9, 1.6], rotation: IDENTITY }) as const;

function after(document: Document, writes: readonly Write[]): Document {
  const store = storeOf(document);
  store.commit(writes);
  return store.view().document;
}

const x = (document: Document, time_ns: number) => cuboidAt(document, CAR, time_ns)?.centre_m[0];

test("a new cuboid has its label, one key here and the camera it was drawn with", () => {
  const made = after(EMPTY, createCuboid(CAR, "Truck", box(12), at(200, 3)));
  expect(cuboidObject(made, CAR)).toMatchObject({ label: "Truck", stationary: false });
  expect(keysOf(made, CAR)).toEqual([200]);
  expect(cuboidAt(made, CAR, 200)).toMatchObject({ camera_used: 3, centre_m: [12, 7, 1.5] });
});

test("moving between two keys states a third and leaves the others alone", () => {
  const car = withCar({ keys: { 0: 10, 400: 50 } });
  const moved = after(car, moveCuboid(car, CAR, box(33), at(200)));
  expect(keysOf(moved, CAR)).toEqual([0, 200, 400]);
  expect([0, 100, 200, 400].map((t) => x(moved, t))).toEqual([10, 21.5, 33, 50]);
});

test("what never moves is corrected at its one key, from whatever frame", () => {
  const car = withCar({ stationary: true, keys: { 100: 10 } });
  const moved = after(car, moveCuboid(car, CAR, box(11), at(300)));
  expect(keysOf(moved, CAR)).toEqual([100]);
  expect(x(moved, 0)).toBe(11);
});

test("a camera once used stays said when no camera shows the object", () => {
  const car = after(EMPTY, createCuboid(CAR, "Car", box(12), at(0, 2)));
  const moved = after(car, moveCuboid(car, CAR, box(13), at(100, null)));
  expect(cuboidAt(moved, CAR, 100)?.camera_used).toBe(2);
});

test("a key can be stated where the pose was computed, once", () => {
  const car = withCar({ keys: { 0: 10, 400: 50 } });
  const keyed = after(car, addKey(car, CAR, at(100)));
  expect(keysOf(keyed, CAR)).toEqual([0, 100, 400]);
  expect(x(keyed, 100)).toBe(20);
  expect(addKey(keyed, CAR, at(100))).toEqual([]);
});

test("a key can be removed, but never the last one", () => {
  const car = withCar({ keys: { 0: 10, 400: 50 } });
  const one = after(car, removeKey(car, CAR, 0));
  expect(keysOf(one, CAR)).toEqual([400]);
  expect(removeKey(one, CAR, 400)).toEqual([]);
});

test("becoming stationary keeps the pose shown, there in all frames", () => {
  const car = withCar({ keys: { 100: 10, 300: 30 } });
  const still = after(car, setStationary(car, CAR, true, at(200), 0));
  expect(keysOf(still, CAR)).toEqual([200]);
  expect(FRAMES_NS.map((t) => x(still, t))).toEqual([20, 20, 20, 20, 20]);
  expect(visibleRange(still, CAR, FRAMES_NS)).toEqual([0, 4]);
});

test("ceasing to be stationary changes no frame", () => {
  const still = withCar({ stationary: true, keys: { 300: 20 } });
  const car = after(still, setStationary(still, CAR, false, at(300), 0));
  expect(FRAMES_NS.map((t) => [presentAt(car, CAR, t), x(car, t)])).toEqual(
    FRAMES_NS.map(() => [true, 20]),
  );
});

test("deleting takes every part, and one undo brings all back", () => {
  const car = withCar({ keys: { 0: 10, 400: 50 }, visible: { 300: false } });
  const store = storeOf(car);
  store.commit(deleteObject(car, CAR));
  expect(exists(store.view().document, CAR)).toBe(false);
  store.undo();
  const back = partsOf(store.view().document, CAR);
  expect(back.value).toEqual(partsOf(car, CAR).value);
  expect(back.keys).toEqual(partsOf(car, CAR).keys);
  expect(back.visibleSteps).toEqual([[300, false]]);
});

test.each([
  [[0, 4], { keys: { 100: 10 } }],
  [[1, 3], { keys: { 100: 10 } }],
  [[2, 2], { keys: { 100: 10 } }],
  [[3, 4], { keys: { 100: 10 }, visible: { 0: true, 200: false } }],
  [[1, 2], { stationary: true, keys: { 400: 10 } }],
  [[0, 4], { stationary: true, keys: { 400: 10 }, visible: { 0: false, 100: true } }],
] as const)("a track can be made visible in exactly the frames %j", (range, parts) => {
  const car = withCar(parts);
  const shown = after(car, setVisibleRange(car, CAR, range, FRAMES_NS));
  const there = FRAMES_NS.map((t) => presentAt(shown, CAR, t));
  expect(there).toEqual(FRAMES_NS.map((_, index) => index >= range[0] && index <= range[1]));
  expect(setVisibleRange(shown, CAR, range, FRAMES_NS)).toEqual([]);
});

test("an answer holds from its frame on; saying it again writes nothing", () => {
  const car = withCar({ keys: { 0: 10 } });
  const said = after(car, setAttribute(car, CAR, "is moving/now", "Yes", 200));
  expect(attributesAt(said, CAR, 100)).toEqual({});
  expect(attributesAt(said, CAR, 400)).toEqual({ "is moving/now": "Yes" });
  expect(setAttribute(said, CAR, "is moving/now", "Yes", 300)).toEqual([]);
});

test("the same label again is no edit", () => {
  const car = withCar({ keys: { 0: 10 } });
  expect(setLabel(car, CAR, "Car")).toEqual([]);
  expect(setLabel(car, CAR, "Van")).toHaveLength(1);
});

test("an answer holds from its frame on until another is given, or in all frames when spread", () => {
  const car = withCar({ keys: { 0: 1, 400: 9 } });
  const moving = after(car, setAttribute(car, CAR, "state", "Moving", 100));
  const both = after(moving, setAttribute(moving, CAR, "state", "Parked", 300));
  expect(attributeSpan(both, CAR, "state", 0)).toBeNull();
  expect(attributeSpan(both, CAR, "state", 200)).toEqual({ from_ns: 100, until_ns: 300 });
  expect(attributeSpan(both, CAR, "state", 400)).toEqual({ from_ns: 300, until_ns: null });

  const spread = after(both, spreadAttribute(both, CAR, "state", 200));
  for (const time_ns of FRAMES_NS) {
    expect(attributesAt(spread, CAR, time_ns)).toEqual({ state: "Moving" });
    expect(attributeSpan(spread, CAR, "state", time_ns)).toEqual({ from_ns: null, until_ns: null });
  }
  expect(spreadAttribute(spread, CAR, "state", 200)).toEqual([]);
});

test("one size for the whole track: every key takes it, and what stood on the ground still does", () => {
  const car = withCar({ keys: { 0: 10, 200: 30, 400: 50 } });
  const taller = { ...box(30), centre: [30, 7, 2] as const, size: [5, 2, 2.6] as const };
  const resized = after(car, moveCuboid(car, CAR, taller, at(200)));
  expect(otherSizes(resized, CAR, 200)).toBe(2);
  const same = after(resized, spreadSize(resized, CAR, 200));
  expect(otherSizes(same, CAR, 200)).toBe(0);
  expect(spreadSize(same, CAR, 200)).toEqual([]);
  for (const key_ns of [0, 200, 400]) {
    const { centre_m, size_m } = cuboidAt(same, CAR, key_ns)!;
    expect(size_m).toEqual([5, 2, 2.6]);
    expect(centre_m[2] - size_m[2] / 2).toBeCloseTo(0.7, 12);
  }
  expect([0, 200, 400].map((t) => x(same, t))).toEqual([10, 30, 50]);
});
