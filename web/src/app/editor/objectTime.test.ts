import { expect, test } from "vitest";
import type { CameraImage } from "../../api/types";
import { motionAt, seenLater, speedAt, sweptBy } from "./objectTime";
import { cuboidAt, toCuboid } from "./edits";
import { CAR, withCar } from "./testing";

const SECOND_NS = 1e9;

test("the speed is that of the track around an instant, and none of what stands or has one keyframe", () => {
  const drives = withCar({ keys: { 0: 0, [SECOND_NS]: 12, [2 * SECOND_NS]: 16 } });
  expect(speedAt(drives, CAR, 0.5 * SECOND_NS)).toBeCloseTo(12, 9);
  expect(speedAt(drives, CAR, 0)).toBeCloseTo(12, 9);
  expect(speedAt(drives, CAR, SECOND_NS)).toBeCloseTo(8, 9);
  expect(speedAt(drives, CAR, 2 * SECOND_NS)).toBeCloseTo(4, 9);
  expect(speedAt(withCar({ keys: { 0: 5 } }), CAR, 0)).toBeNull();
  expect(speedAt(withCar({ stationary: true, keys: { 0: 5 } }), CAR, 0)).toBeNull();
  expect(speedAt(withCar({ keys: { 0: 0, [SECOND_NS]: 0.1 } }), CAR, 0)).toBeNull();
});

test("a picture taken later may show it as far on as it drives meanwhile", () => {
  const image = (name: string, time_ns: number) => ({ name, time_ns }) as CameraImage;
  const images = [image("front", 150e6), image("left", 100e6), image("back", 70e6)];
  const [front, back, ...more] = seenLater(images, 100e6, 20);
  expect(front).toEqual({ camera: "front", later_ms: 50, movedM: 1 });
  expect(back).toMatchObject({ camera: "back", later_ms: -30 });
  expect(back!.movedM).toBeCloseTo(0.6, 9);
  expect(more).toEqual([]);
});

test("the ends of the sweep show it where it was then, around where it is on average", () => {
  const document = withCar({ keys: { 0: 0, [SECOND_NS]: 20 } });
  const cuboid = toCuboid(cuboidAt(document, CAR, 0.5 * SECOND_NS)!);
  const motion = motionAt(document, CAR, 0.5 * SECOND_NS)!;
  const swept = sweptBy(cuboid, motion, { first_s: 0.001, last_s: 0.099, mean_s: 0.04 });
  expect(swept.map(({ centre }) => centre[0] - cuboid.centre[0])).toEqual([
    expect.closeTo(-0.78, 9),
    expect.closeTo(1.18, 9),
  ]);
  expect(sweptBy(cuboid, motion, { first_s: 0.05, last_s: 0.054, mean_s: 0.052 })).toEqual([]);
});
