import { expect, test } from "vitest";
import { normalise, subtract, type Vec3 } from "../geometry/vec";
import { IDLE, OUTLINE, step, type Tool, type ToolContext } from "./cuboid";
import type { Hit, Modifiers, SceneInput } from "./input";
import type { PolygonEdit } from "./polygon";

const EYE: Vec3 = [100, -40, 60];
const GROUND_M = 7;
const AREA: readonly Vec3[] = [
  [98, -10, GROUND_M],
  [104, -10, GROUND_M],
  [104, -4, GROUND_M],
  [98, -4, GROUND_M],
];
const KERB: Vec3 = [101, -9, GROUND_M + 0.15];

const context: ToolContext = {
  selected: "area",
  cuboid: () => null,
  placing: { size: [4.2, 1.8, 1.5], yawRad: 0.7 },
  polygon: (id) => (id === "area" ? AREA : null),
  pointOn: () => KERB,
  standingIn: () => null,
  lassoed: () => null,
  shrunk: () => null,
};

interface Aim {
  readonly hit?: Hit;
  readonly keys?: Partial<Modifiers>;
  readonly gaze?: { readonly flat: boolean; readonly forward: Vec3; readonly headingRad: number };
}

function pointed(kind: "hover" | "down" | "move" | "up" | "click" | "twice", at: Vec3, aim: Aim = {}): SceneInput {
  return {
    kind,
    ray: { origin: EYE, direction: normalise(subtract(at, EYE)) },
    hit: aim.hit ?? { kind: "nothing" },
    ground: at[2] === GROUND_M ? at : null,
    screen: { x: 100 * at[0], y: 100 * (at[1] + at[2]) },
    modifiers: { shift: false, alt: false, ctrl: false, ...aim.keys },
    gaze: aim.gaze ?? { flat: false, forward: [0, 0.5, -0.866], headingRad: 0 },
  };
}

function play(start: Tool, ...inputs: readonly SceneInput[]) {
  const done: PolygonEdit[] = [];
  let last = step(start, { kind: "leave" }, context);
  last = { ...last, tool: start };
  for (const each of inputs) {
    last = step(last.tool, each, context);
    if (last.shaped !== undefined) done.push(last.shaped);
  }
  return { tool: last.tool, sketch: last.sketch, done };
}

const clicks = AREA.slice(0, 3).map((at) => pointed("click", at));
const vertex = (index: number): Hit => ({ kind: "vertex", id: "area", index, point: AREA[index]! });

test("clicks are vertices, and Enter makes a polygon of them, once", () => {
  const { tool, sketch, done } = play(OUTLINE, ...clicks, { kind: "close" });
  expect(done).toEqual([{ kind: "outline", vertices: AREA.slice(0, 3) }]);
  expect([tool, sketch]).toEqual([IDLE, null]);
});

test("a double click closes it without a vertex more", () => {
  const last = AREA[2]!;
  const { done } = play(OUTLINE, ...clicks, pointed("click", last), pointed("twice", last));
  expect(done).toEqual([{ kind: "outline", vertices: AREA.slice(0, 3) }]);
});

test("two vertices are no polygon, Backspace takes the last back, Escape all", () => {
  const two = play(OUTLINE, ...clicks, { kind: "back" }, { kind: "close" });
  expect(two.done).toEqual([]);
  expect(two.tool).toMatchObject({ state: "outline", vertices: AREA.slice(0, 2) });
  expect(play(OUTLINE, ...clicks, { kind: "cancel" })).toEqual({ tool: IDLE, sketch: null, done: [] });
});

test("what will be the next vertex is shown, and the sky gives none", () => {
  const { sketch } = play(OUTLINE, clicks[0]!, pointed("hover", AREA[1]!));
  expect(sketch).toEqual({ id: null, vertices: AREA.slice(0, 2) });
  const sky = play(OUTLINE, clicks[0]!, pointed("click", [90, 0, 200]));
  expect(sky.tool).toMatchObject({ vertices: AREA.slice(0, 1) });
});

test("with Ctrl a vertex is on the measured point", () => {
  const { tool } = play(OUTLINE, pointed("click", AREA[0]!, { keys: { ctrl: true } }));
  expect(tool).toMatchObject({ vertices: [KERB] });
});

test("drags between clicks are the camera's", () => {
  const taken = step(OUTLINE, pointed("down", AREA[0]!), context);
  expect(taken.tool).toEqual(OUTLINE);
});

test("a vertex goes over the ground with the hand, the others stay", () => {
  const to: Vec3 = [95, -12, GROUND_M];
  const hit = vertex(0);
  const moved = play(IDLE, pointed("down", AREA[0]!, { hit }), pointed("move", to), pointed("up", to));
  const after = [to, ...AREA.slice(1)];
  expect(moved.done).toEqual([{ kind: "bend", id: "area", bend: { kind: "vertex", index: 0 }, before: AREA, after }]);
});

test("with Shift it goes up and down, in a flat view in its plane", () => {
  const hit = vertex(0);
  const up = play(
    IDLE,
    pointed("down", AREA[0]!, { hit }),
    pointed("move", [98, -10, GROUND_M + 2], { keys: { shift: true } }),
  );
  expect(up.sketch?.vertices[0]).toEqual([98, -10, expect.closeTo(GROUND_M + 2, 6)]);
  const gaze = { flat: true, forward: [0, 1, 0], headingRad: 0 } as const;
  const flat = play(IDLE, pointed("down", AREA[0]!, { hit }), pointed("move", [97, -10, GROUND_M + 1], { gaze }));
  expect(flat.sketch?.vertices[0]?.[1]).toBeCloseTo(-10, 9);
});

test("the middle of a side becomes a vertex when it is dragged, not when it is clicked", () => {
  const point: Vec3 = [101, -10, GROUND_M];
  const hit: Hit = { kind: "side", id: "area", index: 0, point };
  const to: Vec3 = [101, -14, GROUND_M];
  const { done } = play(IDLE, pointed("down", point, { hit }), pointed("move", to), pointed("up", to));
  const after = [AREA[0], to, ...AREA.slice(1)];
  expect(done).toEqual([{ kind: "bend", id: "area", bend: { kind: "insert", index: 1 }, before: AREA, after }]);
  expect(play(IDLE, pointed("down", point, { hit }), pointed("up", point)).done).toEqual([]);
});

test("the middle moves the whole on its level", () => {
  const point: Vec3 = [101, -7, GROUND_M];
  const hit: Hit = { kind: "whole", id: "area", point };
  const to: Vec3 = [103, -8, GROUND_M];
  const { done } = play(IDLE, pointed("down", point, { hit }), pointed("move", to), pointed("up", to));
  const [edit] = done;
  expect(edit?.kind === "bend" && edit.bend).toEqual({ kind: "whole" });
  const after = edit?.kind === "bend" ? edit.after : [];
  after.forEach((vertex, index) =>
    vertex.forEach((value, axis) => expect(value - AREA[index]![axis]!).toBeCloseTo([2, -1, 0][axis]!, 9)),
  );
});

test("a double click on a vertex takes it out; what is locked or of another is left alone", () => {
  const { done } = play(IDLE, pointed("twice", AREA[1]!, { hit: vertex(1) }));
  const after = [AREA[0], AREA[2], AREA[3]];
  expect(done).toEqual([{ kind: "bend", id: "area", bend: { kind: "remove", index: 1 }, before: AREA, after }]);
  const other: Hit = { kind: "vertex", id: "other", index: 1, point: AREA[1]! };
  expect(play(IDLE, pointed("twice", AREA[1]!, { hit: other })).done).toEqual([]);
  expect(step(IDLE, pointed("down", AREA[1]!, { hit: other }), context).tool).toEqual(IDLE);
});
