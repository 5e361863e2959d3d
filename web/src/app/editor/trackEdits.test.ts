import fc from "fast-check";
import { expect, test } from "vitest";
import { type Document, fromParts, idsOf, toParts } from "../../model/document";
import { attributesAt, keysOf, presentAt } from "../../model/interpolate";
import { cuboidAt, setAttribute, setLabel, setStationary, type Write } from "./edits";
import { CAR, FRAMES_NS, storeOf, withCar } from "./testing";
import { beginTrack, giveTrack, mergeTracks, splitTrack } from "./trackEdits";

const OTHER = "3f0c5e9a-1111-4111-8111-00000000000b";

function after(document: Document, writes: readonly Write[] | string): Document {
  if (typeof writes === "string") throw new Error(writes);
  const store = storeOf(document);
  store.commit(writes);
  const made = store.view().document;
  store.undo();
  // One undo, and everything is as it was.
  const left = (one: Document) => toParts(one).filter(({ value }) => value !== null).map(({ op_id: _, ...part }) => part);
  expect(left(store.view().document)).toEqual(left(document));
  return made;
}

/** What is seen in a frame: x and the answer, null when the object is not there. */
function seen(document: Document, id: string, time_ns: number) {
  if (!presentAt(document, id, time_ns)) return null;
  const x = cuboidAt(document, id, time_ns)?.centre_m[0] ?? NaN;
  const answer = attributesAt(document, id, time_ns)["doors"] ?? null;
  return { x: Math.round(x * 1e9) / 1e9, answer };
}

const seenIn = (document: Document, id: string) => FRAMES_NS.map((time_ns) => seen(document, id, time_ns));

type CarParts = Parameters<typeof withCar>[0];

/** Two tracks in one document. */
function withTwo(car: CarParts, other: CarParts): Document {
  const renamed = toParts(withCar(other)).map((part) => ({ ...part, object_id: OTHER }));
  return fromParts([...toParts(withCar(car)), ...renamed]);
}

const times = fc.constantFrom(0, 50, 100, 200, 250, 300, 400);
const track = fc.record({
  keys: fc.dictionary(times.map(String), fc.integer({ min: 0, max: 99 }), { minKeys: 1, maxKeys: 4 }),
  visible: fc.dictionary(times.map(String), fc.boolean(), { maxKeys: 3 }),
});
const doors = fc.option(fc.tuple(fc.constantFrom("open", "shut"), fc.constantFrom(null, 0, 200, 300)), { nil: null });

function answering(document: Document, id: string, said: readonly [string, number | null] | null): Document {
  if (said === null) return document;
  const store = storeOf(document);
  store.commit(setAttribute(document, id, "doors", said[0], said[1]));
  return store.view().document;
}

test("a split track shows in every frame what it showed, before the frame as one, then as the other", () => {
  fc.assert(
    fc.property(track, doors, fc.integer({ min: 0, max: 4 }), (car, said, frame) => {
      const before = answering(withCar(car), CAR, said);
      const writes = splitTrack(before, CAR, OTHER, frame, FRAMES_NS);
      const was = seenIn(before, CAR);
      const [earlier, later] = [was.slice(0, frame), was.slice(frame)];
      const isOneSided = [earlier, later].some((part) => part.every((one) => one === null));
      expect(typeof writes === "string").toBe(isOneSided);
      if (typeof writes === "string") return;
      const split = after(before, writes);
      expect(seenIn(split, CAR)).toEqual(was.map((one, at) => (at < frame ? one : null)));
      expect(seenIn(split, OTHER)).toEqual(was.map((one, at) => (at < frame ? null : one)));
    }),
    { numRuns: 200 },
  );
});

test("merged tracks show the first where it was, else the second, and are one object", () => {
  fc.assert(
    fc.property(track, track, (car, other) => {
      const before = withTwo(car, other);
      const [mine, theirs] = [seenIn(before, CAR), seenIn(before, OTHER)];
      const writes = mergeTracks(before, [CAR, OTHER], FRAMES_NS);
      const isCovered = theirs.some((one) => one !== null) && theirs.every((one, at) => one === null || mine[at] !== null);
      expect(typeof writes === "string").toBe(isCovered);
      if (typeof writes === "string") return;
      const merged = after(before, writes);
      expect(idsOf(merged)).toEqual([CAR]);
      expect(seenIn(merged, CAR)).toEqual(mine.map((one, at) => one ?? theirs[at]));
    }),
    { numRuns: 200 },
  );
});

test("a track that is split and merged again shows what it did", () => {
  const before = answering(withCar({ keys: { 0: 10, 100: 12, 400: 60 } }), CAR, ["open", 300]);
  const split = after(before, splitTrack(before, CAR, OTHER, 2, FRAMES_NS));
  expect([keysOf(split, CAR), keysOf(split, OTHER)]).toEqual([[0, 100], [200, 400]]);
  const merged = after(split, mergeTracks(split, [CAR, OTHER], FRAMES_NS));
  expect(seenIn(merged, CAR)).toEqual(seenIn(before, CAR));
});

test("the later part goes to the other object, which keeps what it had", () => {
  const two = withTwo(
    { keys: { 0: 10, 400: 50 } },
    { keys: { 0: 80 }, visible: { 200: false } },
  );
  const given = after(two, giveTrack(two, [CAR, OTHER], 3, FRAMES_NS));
  expect(seenIn(given, CAR).map((one) => one?.x ?? null)).toEqual([10, 20, 30, null, null]);
  expect(seenIn(given, OTHER).map((one) => one?.x ?? null)).toEqual([80, 80, null, 40, 50]);
  expect(giveTrack(two, [CAR, OTHER], 1, FRAMES_NS)).toBe("Both objects are in frame 2.");
  const short = withTwo({ keys: { 200: 10 } }, { keys: { 0: 80 }, visible: { 200: false } });
  expect(idsOf(after(short, giveTrack(short, [CAR, OTHER], 1, FRAMES_NS)))).toEqual([OTHER]);
});

test("a track begins here, and what it was before is not shown", () => {
  const car = withCar({ keys: { 0: 10, 400: 50 } });
  const begun = after(car, beginTrack(car, CAR, 2, FRAMES_NS));
  expect(seenIn(begun, CAR).map((one) => one?.x ?? null)).toEqual([null, null, 30, 40, 50]);
  const ended = withCar({ keys: { 0: 10 }, visible: { 100: false } });
  expect(beginTrack(ended, CAR, 2, FRAMES_NS)).toMatch(/ends/);
});

test("what cannot be cut or joined says why in a sentence", () => {
  const still = withCar({ stationary: true, keys: { 0: 10 } });
  expect(splitTrack(still, CAR, OTHER, 2, FRAMES_NS)).toMatch(/stationary/);
  const two = withTwo({ keys: { 0: 10 }, visible: { 200: false } }, { keys: { 200: 20 } });
  const bus = storeOf(two);
  bus.commit(setLabel(two, OTHER, "Bus"));
  expect(mergeTracks(bus.view().document, [CAR, OTHER], FRAMES_NS)).toMatch(/different labels/);
  const parked = storeOf(two);
  parked.commit(setStationary(two, OTHER, true, { time_ns: 200, cameraUsed: null }, 0));
  expect(giveTrack(parked.view().document, [CAR, OTHER], 0, FRAMES_NS)).toMatch(/stationary/);
});
