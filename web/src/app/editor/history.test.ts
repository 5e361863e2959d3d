import { expect, test } from "vitest";
import type { LoggedTransaction } from "../../api/types";
import { IDENTITY } from "../../geometry/quat";
import { createCuboid, cuboidAt, cuboidObject, deleteObject, moveCuboid, setLabel } from "./edits";
import { restoring, sittings, summaryOf } from "./history";
import { CAR, storeOf, withCar } from "./testing";

const VAN = "3f0c5e9a-1111-4111-8111-000000000002";
const at = { time_ns: 0, cameraUsed: null };
const car = withCar({ keys: { 0: 10 } });
const box = (x: number) =>
  ({ centre: [x, 7, 1.5], size: [4.5, 1.9, 1.6], rotation: IDENTITY }) as const;

function logged(seq: number, actor: string, minute: number, ...objects: readonly [string, unknown, unknown][]): LoggedTransaction {
  const when = new Date(Date.UTC(2026, 10, 25, 10, minute)).toISOString();
  const changes = objects.map(([object_id, before, after]) => {
    const part = typeof (before ?? after) === "number" ? "key/0" : "object";
    return { object_id, part, base: null, before, after };
  });
  return { op_id: `op-${seq}`, seq, actor, at: when, changes };
}

test("edits of one person without a long pause are one sitting", () => {
  const log = [
    logged(5, "ana", 30),
    logged(4, "ben", 27),
    logged(3, "ana", 26),
    logged(2, "ana", 21),
    logged(1, "ana", 10),
  ];
  const seqs = sittings(log).map(({ edits }) => edits.map((one) => one.seq));
  expect(seqs).toEqual([[5], [4], [3, 2], [1]]);
});

test("a sitting says how many objects it added, changed and deleted", () => {
  const edits = [
    logged(4, "ana", 3, ["lorry", { label: "Truck" }, null]),
    logged(3, "ana", 2, ["bus", 1, 2], ["car", 3, 4]),
    logged(2, "ana", 1, ["bus", 5, 6]),
    logged(1, "ana", 0, ["car", null, { label: "Car" }], ["car", null, 3]),
  ];
  expect(summaryOf(edits)).toBe("1 object added, 1 changed, 1 deleted");
  expect(summaryOf(edits.slice(1, 3))).toBe("2 objects changed");
  expect(summaryOf([])).toBe("Nothing changed");
});

test("restoring is an edit on top of what others did meanwhile, and undo takes it back", () => {
  const store = storeOf(car, 40);
  store.commit(moveCuboid(car, CAR, box(12), at));
  store.commit(setLabel(store.view().document, CAR, "Van"));
  store.commit(createCuboid(VAN, "Van", box(30), at));
  const [writes, ...others] = restoring(store.present, car);
  expect(others).toEqual([]);
  const made = store.commit(writes!);
  expect(made?.changes.find((one) => one.object_id === CAR)?.base).toBe("op-2");
  expect(cuboidAt(store.present, CAR, 0)?.centre_m[0]).toBe(10);
  expect(cuboidObject(store.present, CAR)?.label).toBe("Car");
  expect(cuboidObject(store.present, VAN)).toBe(null);
  store.undo();
  expect(cuboidAt(store.present, CAR, 0)?.centre_m[0]).toBe(12);
  expect(cuboidObject(store.present, VAN)?.label).toBe("Van");
});

test("what was deleted since comes back whole", () => {
  const store = storeOf(car, 40);
  store.commit(deleteObject(car, CAR));
  store.commit(restoring(store.present, car)[0]!);
  expect(cuboidAt(store.present, CAR, 0)).toEqual(cuboidAt(car, CAR, 0));
});

test("restoring what is so already writes nothing", () => {
  expect(restoring(car, withCar({ keys: { 0: 10 } }))).toEqual([]);
});

test("a large revision is restored in steps that the server takes, objects whole", () => {
  const store = storeOf(withCar({ keys: {} }), 1);
  for (let made = 0; made < 1_500; made++) {
    const id = `4f0c5e9a-1111-4111-8111-${String(made).padStart(12, "0")}`;
    store.commit(createCuboid(id, "Car", box(made), at));
  }
  const steps = restoring(withCar({ keys: {} }), store.present);
  expect(steps.length).toBe(2);
  for (const step of steps) {
    expect(step.length).toBeLessThanOrEqual(2_000);
    const counts = new Map<string, number>();
    for (const { object_id } of step) counts.set(object_id, (counts.get(object_id) ?? 0) + 1);
    expect([...counts.values()].filter((count) => count !== 2)).toEqual([]);
  }
});

test("while an earlier revision is looked at nothing is edited, and what others do is not lost", () => {
  const store = storeOf(car, 40);
  store.commit(moveCuboid(car, CAR, box(12), at));
  store.show(car);
  expect(cuboidAt(store.view().document, CAR, 0)?.centre_m[0]).toBe(10);
  expect(store.view().canUndo).toBe(false);
  expect(store.commit(moveCuboid(car, CAR, box(99), at))).toBe(null);
  expect(store.undo()).toBe(null);
  store.confirm([{ outcome: "accepted", op_id: "op-1", seq: 41 }]);
  store.show(null);
  expect(cuboidAt(store.view().document, CAR, 0)?.centre_m[0]).toBe(12);
  expect(store.view().canUndo).toBe(true);
});
