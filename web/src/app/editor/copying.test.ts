import { expect, test } from "vitest";
import { groundPoint, yawOf } from "../../geometry/cuboid";
import * as quat from "../../geometry/quat";
import type { Vec3 } from "../../geometry/vec";
import { type Document, EMPTY, idsOf } from "../../model/document";
import { attributesAt, keysOf } from "../../model/interpolate";
import { copiedAlong, copyOf, pasted, pasteOffset, predicted } from "./copying";
import { cuboidAt, cuboidObject, moveCuboid, setAttribute, type Write } from "./edits";
import { CAR, storeOf, withCar } from "./testing";

const COPY = "3f0c5e9a-1111-4111-8111-00000000000c";

const placeAt = (time_ns: number) => () => ({ time_ns, cameraUsed: null });

function after(document: Document, writes: readonly Write[] | string): Document {
  if (typeof writes === "string") throw new Error(writes);
  const store = storeOf(document);
  store.commit(writes);
  return store.view().document;
}

test("a copy in another frame stands at the same place in the world, as a new object", () => {
  const car = withCar({ keys: { 100: 12 } });
  const asked = after(car, [
    ...setAttribute(car, CAR, "doors", "open", 100),
    ...setAttribute(car, CAR, "model", "estate", null),
  ]);
  const clip = copyOf(asked, [CAR], 100);
  const both = after(asked, pasted(clip, [COPY], pasteOffset(clip, 300, [0, 0, 0]), placeAt(300)));
  expect(idsOf(both)).toEqual([CAR, COPY]);
  expect(keysOf(both, COPY)).toEqual([300]);
  expect(cuboidAt(both, COPY, 300)).toMatchObject({ centre_m: [12, 7, 1.5], size_m: [4.5, 1.9, 1.6] });
  expect({ ...attributesAt(both, COPY, 400) }).toEqual({ doors: "open", model: "estate" });
  expect({ ...attributesAt(both, COPY, 200) }).toEqual({ model: "estate" });
});

test("a copy in the same frame stands where the pointer is, or on the left", () => {
  const car = withCar({ keys: { 100: 12 } });
  const clip = copyOf(car, [CAR], 100);
  const pointed = pasteOffset(clip, 100, [30, -4, 0.25]);
  const there = pasted(clip, [COPY], pointed, placeAt(100));
  const pose = cuboidAt(after(car, there), COPY, 100)!;
  const cuboid = { centre: pose.centre_m, size: pose.size_m, rotation: pose.rotation_wxyz };
  groundPoint(cuboid).forEach((value, axis) => expect(value).toBeCloseTo([30, -4, 0.25][axis]!, 9));
  expect(pasteOffset(clip, 100, null)).toEqual([0, 2.4, 0]);
});

test("a stationary object is copied as one, and several keep their places to each other", () => {
  const car = withCar({ stationary: true, keys: { 0: 12 } });
  const two = after(car, pasted(copyOf(car, [CAR], 0), [COPY], [3, 4, 0], placeAt(0)));
  expect(cuboidObject(two, COPY)).toMatchObject({ stationary: true, label: "Car" });
  const clip = copyOf(two, [CAR, COPY], 0);
  const ids = ["3f0c5e9a-1111-4111-8111-00000000000d", "3f0c5e9a-1111-4111-8111-00000000000e"];
  const four = after(two, pasted(clip, ids, [10, 0, 0], placeAt(0)));
  const centres = idsOf(four).map((id) => cuboidAt(four, id, 0)?.centre_m.slice(0, 2));
  expect(centres).toEqual([[12, 7], [15, 11], [22, 7], [25, 11]]);
});

test("a track goes on at its speed, whatever the time between frames", () => {
  const car = withCar({ keys: { 0: 10, 100: 12 } });
  expect(predicted(car, CAR, 200)?.centre).toEqual([14, 7, 1.5]);
  expect(predicted(car, CAR, 150)?.centre).toEqual([13, 7, 1.5]);
  expect(predicted(withCar({ keys: { 0: 10 } }), CAR, 300)?.centre).toEqual([10, 7, 1.5]);
  expect(predicted(withCar({ keys: { 200: 10 } }), CAR, 100)).toBeNull();
});

test("a track that drives a circle stays on it", () => {
  // 20 m around (0, 0), 0.1 rad every 100 ns, across the heading of ±π.
  const on = (angle: number) => ({
    centre: [20 * Math.cos(angle), 20 * Math.sin(angle), 1] as Vec3,
    size: [4, 2, 1.5] as Vec3,
    rotation: quat.fromYaw(angle + Math.PI / 2),
  });
  const from = 1.5;
  const first = after(EMPTY, [
    ...pasted(
      { time_ns: 0, objects: [{ label: "Car", stationary: false, cuboid: on(from), answers: [] }] },
      [CAR],
      [0, 0, 0],
      placeAt(0),
    ),
  ]);
  const track = after(first, moveCuboid(first, CAR, on(from + 0.1), { time_ns: 100, cameraUsed: null }));
  for (const [time_ns, turned] of [[200, 0.2], [300, 0.3], [150, 0.15]] as const) {
    const then = predicted(track, CAR, time_ns)!;
    const wanted = on(from + turned);
    then.centre.forEach((value, axis) => expect(value).toBeCloseTo(wanted.centre[axis]!, 9));
    expect(Math.cos(yawOf(then) - yawOf(wanted))).toBeCloseTo(1, 12);
  }
});

test("copying along the motion states a key in the next frame only where there is none", () => {
  const car = withCar({ keys: { 0: 10, 100: 12, 400: 30 } });
  const between = after(car, copiedAlong(car, CAR, 200, placeAt(200)));
  expect(keysOf(between, CAR)).toEqual([0, 100, 200, 400]);
  expect(cuboidAt(between, CAR, 200)?.centre_m).toEqual([18, 7, 1.5]);
  expect(copiedAlong(car, CAR, 400, placeAt(400))).toEqual([]);
  const open = withCar({ keys: { 0: 10, 100: 12 } });
  expect(cuboidAt(after(open, copiedAlong(open, CAR, 200, placeAt(200))), CAR, 200)?.centre_m[0]).toBe(14);
});

test("what cannot be copied along a motion says so", () => {
  const still = withCar({ stationary: true, keys: { 0: 10 } });
  expect(copiedAlong(still, CAR, 100, placeAt(100))).toMatch(/stationary/);
  expect(copiedAlong(EMPTY, CAR, 100, placeAt(100))).toMatch(/\.$/);
});
