import { expect, test } from "vitest";
import { presentAt } from "../../model/interpolate";
import { nudged } from "../../tools/boxes";
import { framesOfTrack, keysRemoved, keysStated, poseIn, posesWritten, setSeen } from "./batchEdits";
import { keysOf } from "../../model/interpolate";
import type { Write } from "./edits";
import { CAR, FRAMES_NS, storeOf, withCar } from "./testing";

const ALL = [0, 1, 2, 3, 4];
const at = (frame: number) => ({ time_ns: FRAMES_NS[frame]!, cameraUsed: null });
const seen = (document: Parameters<typeof presentAt>[0]) => FRAMES_NS.map((time_ns) => presentAt(document, CAR, time_ns));
const xOf = (document: Parameters<typeof poseIn>[0], frame: number) =>
  poseIn(document, CAR, frame, FRAMES_NS[frame]!)!.cuboid.centre[0];

function edited(document: Parameters<typeof storeOf>[0], writes: readonly Write[] | string) {
  if (typeof writes === "string") throw new Error(writes);
  const store = storeOf(document);
  store.commit(writes);
  return store;
}

test("a crop is of each labeled frame of the track, gaps included", () => {
  const document = withCar({ keys: { 100: 1, 300: 3 }, visible: { 200: false, 300: true, 400: false } });
  expect(framesOfTrack(document, CAR, [4, 3, 2, 1, 0], FRAMES_NS)).toEqual([1, 2, 3]);
  expect(framesOfTrack(document, CAR, [0, 2, 4], FRAMES_NS)).toEqual([]);
  expect(poseIn(document, CAR, 2, 200)).toMatchObject({ mark: "between", present: false });
  expect(poseIn(document, CAR, 3, 300)).toMatchObject({ mark: "key", present: true });
});

test("an edit in many frames is one edit, and one undo takes it back", () => {
  const document = withCar({ keys: { 0: 0, 400: 40 } });
  const changes = [1, 3].map((frame) => {
    const { cuboid } = poseIn(document, CAR, frame, FRAMES_NS[frame]!)!;
    return { cuboid: nudged(cuboid, "move.forward", false), at: at(frame) };
  });
  const store = edited(document, posesWritten(document, CAR, changes));
  const now = store.view().document;
  expect(ALL.map((frame) => xOf(now, frame))).toEqual([0, 10.1, 20.1, 30.1, 40].map((x) => expect.closeTo(x, 9) as number));
  expect(keysOf(now, CAR)).toEqual([0, 100, 300, 400]);
  store.undo();
  expect(ALL.map((frame) => xOf(store.view().document, frame))).toEqual([0, 10, 20, 30, 40]);
  expect(store.view().canUndo).toBe(false);
});

test("of an object that never moves the one pose is written, whichever frame it was changed in", () => {
  const document = withCar({ stationary: true, keys: { 100: 5 } });
  const changes = [3, 4].map((frame) => ({
    cuboid: nudged(poseIn(document, CAR, frame, FRAMES_NS[frame]!)!.cuboid, "move.forward", false),
    at: at(frame),
  }));
  const now = edited(document, posesWritten(document, CAR, changes)).view().document;
  expect(keysOf(now, CAR)).toEqual([100]);
  expect(ALL.map((frame) => xOf(now, frame))).toEqual([5.1, 5.1, 5.1, 5.1, 5.1]);
  expect(keysRemoved(now, CAR, FRAMES_NS)).toBe("A stationary object has one pose for all frames.");
});

test("computed poses are stated where they were, and keyframes removed but for one", () => {
  const document = withCar({ keys: { 0: 0, 400: 40 } });
  const stated = edited(document, keysStated(document, CAR, ALL.map(at))).view().document;
  expect(keysOf(stated, CAR)).toEqual(FRAMES_NS);
  expect(ALL.map((frame) => xOf(stated, frame))).toEqual([0, 10, 20, 30, 40]);
  const fewer = edited(stated, keysRemoved(stated, CAR, [100, 200])).view().document;
  expect(keysOf(fewer, CAR)).toEqual([0, 300, 400]);
  const one = edited(stated, keysRemoved(stated, CAR, FRAMES_NS)).view().document;
  expect(keysOf(one, CAR)).toEqual([0]);
  expect(keysRemoved(one, CAR, [0])).toBe("This is the only keyframe.");
  expect(keysRemoved(document, CAR, [200])).toBe("There is no keyframe here.");
});

test.each([
  [[0], [false, true, true, true, true]],
  [[1, 2], [true, false, false, true, true]],
  [[3, 4], [true, true, true, false, false]],
  [[0, 2, 4], [false, true, false, true, false]],
])("hidden in frames %j it is in all others as it was, and comes back", (frames, expected) => {
  for (const stationary of [true, false]) {
    const document = withCar({ stationary, keys: { 0: 1 } });
    const hidden = edited(document, setSeen(document, CAR, new Set(frames), false, FRAMES_NS)).view().document;
    expect(seen(hidden)).toEqual(expected);
    const back = edited(hidden, setSeen(hidden, CAR, new Set(frames), true, FRAMES_NS)).view().document;
    expect(seen(back)).toEqual([true, true, true, true, true]);
  }
});

test("hiding leaves earlier gaps alone, and is refused in all frames", () => {
  const document = withCar({ keys: { 100: 1 }, visible: { 200: false, 300: true } });
  const hidden = edited(document, setSeen(document, CAR, new Set([4]), false, FRAMES_NS)).view().document;
  expect(seen(hidden)).toEqual([false, true, false, true, false]);
  expect(setSeen(document, CAR, new Set(ALL), false, FRAMES_NS)).toContain("delete it");
});
