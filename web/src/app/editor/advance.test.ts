import { expect, test } from "vitest";
import { fromYaw } from "../../geometry/quat";
import type { Vec3 } from "../../geometry/vec";
import { create } from "../store";
import { advanced, cycle, distances, done } from "./advance";
import { type FlowState, flowFrom } from "./flow";

type Walks = Parameters<typeof done>[0];

/** Three objects at 5, 9 and 20 m; frames 0, 2 and 4 are labeled. */
function walker(flow: Partial<FlowState>, selected: string | null) {
  const state = { selected, frame: 2, said: "" };
  const cuboid = (x: number) => ({ centre: [x, 0, 0] as Vec3, size: [4, 2, 1] as Vec3, rotation: fromYaw(0) });
  const corner = (x: number, y: number) => ({ id: `${x} ${y}`, at: [x, y, 0] as Vec3 });
  const editor = {
    work: { scene: { frames: Array.from({ length: 5 }, () => ({ device_position_m: [0, 0, 0] })) } },
    get frameIndex() {
      return state.frame;
    },
    shown: () => [
      { id: "far", cuboid: cuboid(20) },
      { id: "near", cuboid: cuboid(5) },
    ],
    polygons: () => [{ id: "area", vertices: [corner(8, 0), corner(10, 1), corner(9, -1)] }],
    view: { getState: () => ({ selected: state.selected }) },
    select: (id: string | null) => (state.selected = id),
    step: (by: number) => (state.frame += by),
    nextLabeledFrame: () => [0, 2, 4].find((frame) => frame > state.frame) ?? null,
    say: (sentence: string) => (state.said = sentence),
    flow: create({ ...flowFrom(null), ...flow }),
  } as unknown as Walks;
  return { editor, state };
}

test("who is done goes on to the next object, or to the next frame where that is chosen", () => {
  const objects = walker({}, "near");
  done(objects.editor);
  expect(objects.state).toMatchObject({ selected: "area", frame: 2 });
  const frames = walker({ advance: "frame" }, "near");
  done(frames.editor);
  expect(frames.state).toMatchObject({ selected: "near", frame: 4 });
  done(frames.editor);
  expect(frames.state).toMatchObject({ frame: 4, said: "This is the last frame." });
});

test("a new object leads on to the next frame only where that is chosen", () => {
  for (const advance of ["stay", "object"] as const) {
    const { editor, state } = walker({ advance }, "near");
    advanced(editor);
    expect(state).toMatchObject({ selected: "near", frame: 2 });
  }
  const { editor, state } = walker({ advance: "frame" }, "near");
  advanced(editor);
  expect(state).toMatchObject({ selected: "near", frame: 4 });
});

test("an object is as far away as its middle is from the sensor", () => {
  const { editor } = walker({}, null);
  expect([...distances(editor)]).toEqual([["far", 20], ["near", 5], ["area", 9]]);
});

test("objects come by their distance, polygons among them, and round again", () => {
  const { editor, state } = walker({}, null);
  const order = [1, 1, 1, 1].map(() => {
    cycle(editor, 1);
    return state.selected;
  });
  expect(order).toEqual(["near", "area", "far", "near"]);
  cycle(editor, -1);
  expect(state.selected).toBe("far");
});
