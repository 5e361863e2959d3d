import { expect, test } from "vitest";
import { toWorld } from "../../geometry/cuboid";
import type { Vec3 } from "../../geometry/vec";
import type { DecodedChunk } from "../../workers/chunk";
import { chunkOf } from "../../workers/chunk.fixture";
import type { Finding } from "./checks";
import type { Editor } from "./editor";
import { cuboidAt, toCuboid } from "./edits";
import { OpenPlaces, type Places, wrongHere } from "./openPlaces";
import { shownCuboids } from "./shown";
import type { Stage } from "./stage";
import { CAR, withCar } from "./testing";

const FRAMES_NS = [0, 1e9, 2e9];

/** A car with one keyframe in the second of three frames; its points go `stepM` along its heading each. */
interface More {
  readonly checks?: Record<string, string>;
  readonly isStopped?: boolean;
  readonly keyed_ns?: number;
}

async function scene(stepM: number, { checks = {}, isStopped = false, keyed_ns = 1e9 }: More = {}): Promise<Places> {
  const document = withCar({ keys: { [keyed_ns]: 5 } });
  const car = toCuboid(cuboidAt(document, CAR, 1e9)!);
  const origin: Vec3 = [car.centre[0] - 20, car.centre[1] - 20, car.centre[2] - 5];
  const chunkAt = (alongM: number): DecodedChunk => {
    const local: Vec3[] = Array.from({ length: 40 }, (_, k) => [alongM - 0.5 + 0.02 * k, 0.1 * (k % 5), 0.1]);
    return chunkOf(local.map((at) => toWorld(car, at).map((value, axis) => value - origin[axis]!) as unknown as Vec3), origin, 0.005);
  };
  const chunks = [-1, 0, 1].map((step) => chunkAt(step * stepM));
  const editor = {
    document,
    frames_ns: FRAMES_NS,
    frameIndex: 1,
    work: { checks, config: { frames: [0, 1, 2], attributes: [], labels: [] } },
    shown: () => shownCuboids(document, FRAMES_NS[1]!),
  } as unknown as Editor;
  const stage = {
    view: { terrain: { heightAt: () => null } },
    feed: { peek: (index: number) => chunks[index] ?? null },
  } as unknown as Stage;
  const places = new OpenPlaces(editor);
  const looked = places.look(stage);
  if (isStopped) places.stop();
  await looked;
  return places.state.getState();
}

test("a heading is doubted where the points of the frames beside go against it", async () => {
  const against = await scene(-0.6);
  expect(against.here).toMatchObject([{ id: CAR, frame: 1, check: "backwards" }]);
  expect(wrongHere(against, 1).get(CAR)).toHaveLength(1);
  expect((await scene(0.6)).here).toEqual([]);
  expect((await scene(0)).here).toEqual([]);
  expect((await scene(-0.6, { checks: { backwards: "off" } })).here).toEqual([]);
  // Where it was not placed, but is shown all the same, its points are not its own.
  expect((await scene(-0.6, { keyed_ns: 0 })).here).toEqual([]);
});

test("a look that something new came in the way of tells nothing", async () => {
  expect((await scene(-0.6, { isStopped: true })).frame).toBeNull();
  expect((await scene(-0.6)).frame).toBe(1);
});

const finding = (more: Partial<Finding>): Finding => ({ id: "a", frame: 3, sentence: "", serious: false, ...more });

test("rows tell what is wrong in the frame that is shown, what must be mended first", () => {
  const places: Places = {
    frame: 3,
    here: [finding({ check: "cut" }), finding({ check: "off_ground", serious: true }), finding({ id: "b", check: "no_points" })],
    always: [
      finding({ check: "turn_jump" }),
      finding({ check: "speed_jump", frame: 2 }),
      finding({ check: "backwards", frame: 1 }),
      finding({ sentence: "a question" }),
      finding({ id: null, check: "unlabeled" }),
    ],
  };
  const wrong = wrongHere(places, 3);
  expect(wrong.get("a")?.map(({ check }) => check)).toEqual(["off_ground", "cut", "turn_jump", "backwards"]);
  expect([...wrong.keys()]).toEqual(["a", "b"]);
  // Another frame is shown already: nothing is known of it yet.
  expect(wrongHere(places, 4).size).toBe(0);
});
