import { expect, test } from "vitest";
import type { Vec3 } from "../../geometry/vec";
import type { DecodedChunk } from "../../workers/chunk";
import { chunkOf } from "../../workers/chunk.fixture";
import type { Editor } from "./editor";
import { cuboidAt, toCuboid } from "./edits";
import { FramesCheck } from "./framesCheck";
import { CAR, withCar } from "./testing";

const FRAMES_NS = [0, 1e9, 2e9];
const STANDS = { 0: 5, 2e9: 5 };

/** The car's points in two frames of three; in the third there is none. */
function scene(checks: Record<string, string>) {
  const document = withCar({ keys: STANDS });
  const { centre } = toCuboid(cuboidAt(document, CAR, 0)!);
  const origin: Vec3 = [centre[0] - 20, centre[1] - 20, centre[2] - 5];
  const full = chunkOf([[20, 20, 5], [20.2, 20, 5], [20, 20.2, 5]], origin, 0.01);
  const empty = chunkOf([[1, 1, 5]], origin, 0.01);
  const frames = FRAMES_NS.map((time_ns) => ({ time_ns, device_position_m: centre }));
  const work = { checks, config: { frames: [0, 1, 2], max_distance_m: null }, scene: { frames } };
  const editor = { document, work, frameIndex: 0 } as unknown as Editor & { document: unknown };
  const read = (index: number): Promise<DecodedChunk> => Promise.resolve(index === 2 ? empty : full);
  return { editor, read, check: new FramesCheck(editor) };
}

test("every frame is looked at, and a finding says in which it is", async () => {
  const { check, read } = scene({ no_points: "must_fix", off_ground: "off", cut: "off" });
  expect(check.isAsked).toBe(true);
  expect(check.isNow).toBe(false);
  await check.run({ read });
  const { found, done, of } = check.state.getState();
  expect([done, of, check.isNow]).toEqual([null, 3, true]);
  expect(found).toMatchObject([{ id: CAR, frame: 2, serious: true, check: "no_points" }]);
});

test("what is off is not found, and a warning asks for no look before handing in", async () => {
  const { check, read } = scene({ no_points: "off", off_ground: "off", cut: "off" });
  expect(check.isAsked).toBe(false);
  await check.run({ read });
  expect(check.state.getState().found).toEqual([]);
  expect(scene({ no_points: "warning" }).check.isAsked).toBe(false);
});

test("after an edit it is old, and a frame that does not come is said", async () => {
  const { editor, check, read } = scene({ no_points: "must_fix" });
  await check.run({ read });
  Object.assign(editor, { document: withCar({ keys: STANDS }) });
  expect(check.isNow).toBe(false);
  await check.run({ read: (index) => (index === 1 ? Promise.reject(new Error("HTTP 500")) : read(index)) });
  const { problem, found, done } = check.state.getState();
  expect([problem, found, done]).toEqual(["Not every frame could be looked at: HTTP 500", null, null]);
  expect(check.isNow).toBe(false);
});
