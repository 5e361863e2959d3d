import { expect, test } from "vitest";
import { cuboidAt, deleteObject, moveCuboid, setLabel, cuboidObject } from "./edits";
import { CAR, geometry, storeOf, withCar } from "./testing";
import { IDENTITY } from "../../geometry/quat";
import { keyPart } from "../../model/parts";

const at = { time_ns: 0, cameraUsed: null };
const box = (x: number) =>
  ({ centre: [x, 7, 1.5], size: [4.5, 1.9, 1.6], rotation: IDENTITY }) as const;
const car = withCar({ keys: { 0: 10 } });

function opened() {
  const store = storeOf(car, 40);
  const moveTo = (x: number) => store.commit(moveCuboid(store.view().document, CAR, box(x), at));
  const x = () => cuboidAt(store.view().document, CAR, 0)?.centre_m[0];
  return { store, moveTo, x };
}

/** Somebody else's move, as the log tells it. */
function theirs(seq: number, op_id: string, base: string, from: number, to: number) {
  const change = { object_id: CAR, part: keyPart(0), base };
  return { op_id, seq, changes: [{ ...change, before: geometry(from), after: geometry(to) }] };
}

test("each edit is based on the one before it, also while none is sent", () => {
  const { moveTo } = opened();
  expect(moveTo(11)?.changes[0]).toMatchObject({ base: "op-0" });
  expect(moveTo(12)?.changes[0]).toMatchObject({ base: "op-1" });
});

test("an edit that changes nothing is none", () => {
  const { store, moveTo } = opened();
  expect(moveTo(10)).toBe(null);
  expect(store.view().canUndo).toBe(false);
});

test("undo and redo are edits of their own", () => {
  const { store, moveTo, x } = opened();
  moveTo(11);
  const undone = store.undo();
  expect(undone).toMatchObject({ op_id: "op-2", active_ms: 1_500 });
  expect(undone?.changes[0]?.base).toBe("op-1");
  expect(x()).toBe(10);
  expect(store.redo()?.changes[0]?.base).toBe("op-2");
  expect(x()).toBe(11);
  expect(store.view()).toMatchObject({ canUndo: true, canRedo: false });
});

test("a new edit ends what could be redone", () => {
  const { store, moveTo } = opened();
  moveTo(11);
  store.undo();
  moveTo(13);
  expect(store.view().canRedo).toBe(false);
  expect(store.redo()).toBe(null);
});

test("undo passes over what somebody else has changed since", () => {
  const { store, moveTo, x } = opened();
  store.commit(setLabel(store.view().document, CAR, "Van"));
  moveTo(11);
  store.confirm([
    { outcome: "accepted", op_id: "op-1", seq: 41 },
    { outcome: "accepted", op_id: "op-2", seq: 42 },
  ]);
  store.receive([theirs(43, "their-1", "op-2", 11, 99)]);
  store.undo();
  expect(x()).toBe(99);
  expect(cuboidObject(store.view().document, CAR)?.label).toBe("Car");
});

test("an edit of another object's part merges, one of the same part waits for the verdict", () => {
  const { store, moveTo, x } = opened();
  moveTo(11);
  store.commit(setLabel(store.view().document, CAR, "Van"));
  store.receive([theirs(41, "their-1", "op-0", 10, 99)]);
  expect(x()).toBe(99);
  expect(cuboidObject(store.view().document, CAR)?.label).toBe("Van");
  store.drop(["op-1"]);
  expect(store.view().canUndo).toBe(true);
  store.undo();
  expect(cuboidObject(store.view().document, CAR)?.label).toBe("Car");
});

test("own edits come back in the log and count once", () => {
  const { store, moveTo, x } = opened();
  const edit = moveTo(11);
  if (edit === null) throw new Error("the edit was made");
  store.receive([{ ...edit, seq: 41 }]);
  store.confirm([{ outcome: "accepted", op_id: "op-1", seq: 41 }]);
  expect(x()).toBe(11);
  expect(store.seq).toBe(41);
});

test("an acknowledgement beyond a gap waits for the log", () => {
  const { store, moveTo, x } = opened();
  moveTo(11);
  store.confirm([{ outcome: "accepted", op_id: "op-1", seq: 42 }]);
  expect(store.seq).toBe(40);
  expect(x()).toBe(11);
});

test("a refused edit disappears with what was built on it", () => {
  const { store, moveTo, x } = opened();
  moveTo(11);
  store.commit(deleteObject(store.view().document, CAR));
  store.drop(["op-1"]);
  expect(x()).toBe(10);
  store.drop(["op-2"]);
  expect(store.view().canUndo).toBe(false);
});

test("those who watch are told of every change, and see the same view until the next", () => {
  const { store, moveTo } = opened();
  let told = 0;
  const stop = store.subscribe(() => (told += 1));
  const view = store.view();
  expect(store.view()).toBe(view);
  moveTo(11);
  stop();
  moveTo(12);
  expect(told).toBe(1);
});
