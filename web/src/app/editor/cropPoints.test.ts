import { expect, test } from "vitest";
import type { Vec3 } from "../../geometry/vec";
import type { DecodedChunk } from "../../workers/chunk";
import { chunkOf } from "../../workers/chunk.fixture";
import { type NearCloud, nearCloud } from "../../scene3d/nearcloud";
import { CropPoints, type FrameSource } from "./cropPoints";

const CENTRE: Vec3 = [20, 20, 1];
const wanted = (frame: number, centre = CENTRE, neededM = 5) => ({ frame, centre, neededM });
const chunk = chunkOf([[20, 20, 1], [22, 20, 1], [60, 60, 1]], [0, 0, 0], 0.002);

const settle = () => new Promise((resolve) => setTimeout(resolve));

/** Frames that come when a test says so. */
function source(decoded: readonly number[] = []) {
  const asked = new Map<number, { resolve: (chunk: DecodedChunk) => void; reject: (error: Error) => void }>();
  const log: (readonly number[])[] = [];
  const forgotten: NearCloud[] = [];
  const frames: FrameSource = {
    cut: (whole, centre, reachM) => Promise.resolve(nearCloud(whole, centre, reachM)),
    forget: (near) => void forgotten.push(near),
    peekFrame: (frame) => (decoded.includes(frame) ? chunk : null),
    loadFrame: (frame) => new Promise((resolve, reject) => void asked.set(frame, { resolve, reject })),
    wantAlso: (list) => void log.push(list),
  };
  const settled = async (frame: number, error?: Error) => {
    const one = asked.get(frame)!;
    asked.delete(frame);
    if (error === undefined) one.resolve(chunk);
    else one.reject(error);
    await settle();
  };
  return { frames, asked, log, forgotten, settled };
}

test("frames decoded already are cut without being asked for; the others come in order, two at a time", async () => {
  const { frames, asked, log, settled } = source([1]);
  const changes: boolean[] = [];
  const points = new CropPoints(frames, (isLast) => changes.push(isLast));
  points.want([wanted(0), wanted(1), wanted(2), wanted(3)]);
  await settle();
  expect(points.peek(1)?.chunk.count).toBe(2);
  expect([...asked.keys()]).toEqual([0, 2]);
  expect(log).toEqual([[0, 2, 3]]);
  await settled(0);
  expect(points.peek(0)?.chunk.count).toBe(2);
  expect([...asked.keys()]).toEqual([2, 3]);
  await settled(2);
  await settled(3);
  expect(changes).toEqual([false, false, false, true]);
});

test("what came is let go, so that the frames may leave the cache", async () => {
  const { frames, log, settled } = source();
  const points = new CropPoints(frames, () => points.want([wanted(0), wanted(1)]));
  points.want([wanted(0), wanted(1)]);
  await settled(0);
  await settled(1);
  expect(log.at(-1)).toEqual([]);
});

test("a frame that failed says why and is asked for again when wanted; one cancelled at once", async () => {
  const { frames, asked, settled } = source();
  const points = new CropPoints(frames, () => undefined);
  points.want([wanted(0), wanted(1)]);
  await settled(0, new Error("HTTP 500"));
  await settled(1, new DOMException("gone", "AbortError"));
  expect([points.problem(0), points.problem(1)]).toEqual(["HTTP 500", null]);
  expect([...asked.keys()]).toEqual([1]);
  points.retry();
  expect([...asked.keys()]).toEqual([1, 0]);
});

test("an object that has left its cut is cut again, and is seen as before until then", async () => {
  const { frames, forgotten, settled } = source();
  const points = new CropPoints(frames, () => undefined);
  points.want([wanted(0)]);
  await settled(0);
  const before = points.peek(0);
  points.want([wanted(0, [60, 60, 1])]);
  expect(points.peek(0)).toBe(before);
  expect(forgotten).toEqual([]);
  await settled(0);
  expect(points.peek(0)?.chunk.count).toBe(1);
  expect(forgotten).toEqual([before]);
});

test("fetching waits for all, shown or not, and leaves out those that failed", async () => {
  const { frames, settled } = source([0]);
  const points = new CropPoints(frames, () => undefined);
  const fetched = points.fetch([wanted(0), wanted(5), wanted(6)]);
  await settled(5);
  await settled(6, new Error("broken"));
  expect([...(await fetched).keys()]).toEqual([0, 5]);
});
