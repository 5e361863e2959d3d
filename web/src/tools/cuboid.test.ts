import { expect, test } from "vitest";
import { type Cuboid, corners } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { normalise, subtract, type Vec3 } from "../geometry/vec";
import { flipped, nudged, quartered, turned } from "./boxes";
import { ARMED, IDLE, previewOf, step, type CuboidEdit, type Tool } from "./cuboid";
import type { ToolContext } from "./cuboid";
import type { Hit, Modifiers, SceneInput } from "./input";

const EYE: Vec3 = [100, -40, 60];
const GROUND_M = 7;
const CAR: Cuboid = { centre: [103, -11, 7.8], size: [4.5, 1.9, 1.6], rotation: quat.fromYaw(0.3) };
const VAN: Cuboid = { ...CAR, centre: [110, -20, 8] };
const NOTHING: Hit = { kind: "nothing" };
const ON_CAR: Hit = { kind: "body", id: "car", point: [103, -11, 8.6] };

const context: ToolContext = {
  selected: "car",
  cuboid: (id) => ({ car: CAR, van: VAN })[id] ?? null,
  placing: { size: [4.2, 1.8, 1.5], yawRad: 0.7 },
  standingIn: () => null,
  polygon: () => null,
  pointOn: () => null,
  lassoed: () => null,
  shrunk: () => null,
};

interface Aim {
  readonly hit?: Hit;
  readonly keys?: Partial<Modifiers>;
  readonly ground?: Vec3 | null;
  /** Screen position; by default where no two aims are within a click of each other. */
  readonly x?: number;
}

/** The pointer aims at a place in the world. */
function input(kind: "hover" | "down" | "move" | "up" | "click" | "twice", at: Vec3, aim: Aim = {}): SceneInput {
  return {
    kind,
    ray: { origin: EYE, direction: normalise(subtract(at, EYE)) },
    hit: aim.hit ?? NOTHING,
    ground: aim.ground === undefined ? [at[0], at[1], GROUND_M] : aim.ground,
    screen: { x: aim.x ?? 100 * at[0], y: 100 * (at[1] + at[2]) },
    modifiers: { shift: false, alt: false, ctrl: false, ...aim.keys },
    gaze: { flat: false, forward: normalise(subtract(at, EYE)), headingRad: 0 },
  };
}

function play(start: Tool, ...inputs: readonly SceneInput[]) {
  const done: CuboidEdit[] = [];
  const selections: (string | null)[] = [];
  let tool = start;
  for (const each of inputs) {
    const taken = step(tool, each, context);
    tool = taken.tool;
    if (taken.commit !== undefined) done.push(taken.commit);
    if (taken.select !== undefined) selections.push(taken.select);
  }
  return { tool, done, selections };
}

function only(done: readonly CuboidEdit[]): Cuboid {
  expect(done).toHaveLength(1);
  const [edit] = done;
  return edit!.kind === "create" ? edit!.cuboid : edit!.after;
}

function near(actual: Vec3, expected: Vec3, digits = 9): void {
  actual.forEach((value, axis) => expect(value).toBeCloseTo(expected[axis]!, digits));
}

test("a drag from rear to front places a cuboid of that length and heading, once", () => {
  const rear: Vec3 = [98, -10, GROUND_M];
  const { tool, done } = play(
    ARMED,
    input("down", rear),
    input("move", [99, -9, GROUND_M]),
    input("move", [102, -7, GROUND_M]),
    input("up", [102, -7, GROUND_M]),
  );
  const placed = only(done);
  near(placed.centre, [100, -8.5, GROUND_M + 0.75]);
  near(placed.size, [5, 1.8, 1.5]);
  expect(quat.yawOf(placed.rotation)).toBeCloseTo(Math.atan2(3, 4), 9);
  expect(tool).toEqual(IDLE);
});

test("a click places one of the usual size with the heading used last", () => {
  const at: Vec3 = [98, -10, GROUND_M];
  const placed = only(play(ARMED, input("down", at), input("up", at)).done);
  near(placed.centre, [98, -10, GROUND_M + 0.75]);
  expect(placed.size).toEqual(context.placing.size);
  expect(quat.yawOf(placed.rotation)).toBeCloseTo(0.7, 9);
});

test("a trembling click is still a click", () => {
  const near_: Vec3 = [98.001, -10, GROUND_M];
  const { done } = play(
    ARMED,
    input("down", [98, -10, GROUND_M], { x: 500 }),
    input("move", near_, { x: 502 }),
    input("up", near_, { x: 502 }),
  );
  expect(only(done).size).toEqual(context.placing.size);
});

test("the front on a slope lifts the cuboid to the mean, a bonnet under it does not", () => {
  const drag = (frontGround: number) =>
    only(
      play(
        ARMED,
        input("down", [98, -10, GROUND_M]),
        input("move", [102, -7, GROUND_M], { ground: [102, -7, frontGround] }),
        input("up", [102, -7, GROUND_M]),
      ).done,
    ).centre[2];
  expect(drag(GROUND_M + 0.4)).toBeCloseTo(GROUND_M + 0.2 + 0.75, 9);
  expect(drag(GROUND_M + 0.9)).toBeCloseTo(GROUND_M + 0.75, 9);
});

test("with Shift a rectangle is drawn instead: its footprint, as high as what stands in it", () => {
  const shift = { keys: { shift: true } };
  const draw = (column: { bottom: number; top: number } | null) => {
    const inputs = [
      input("down", [98, -10, GROUND_M], shift),
      input("move", [99, -9, GROUND_M], shift),
      input("move", [93, -8, GROUND_M], shift),
      input("up", [93, -8, GROUND_M], shift),
    ];
    let tool: Tool = ARMED;
    const done: CuboidEdit[] = [];
    for (const each of inputs) {
      const taken = step(tool, each, { ...context, standingIn: () => column });
      tool = taken.tool;
      if (taken.commit !== undefined) done.push(taken.commit);
    }
    return only(done);
  };
  const placed = draw({ bottom: 7.1, top: 9.1 });
  near(placed.centre, [95.5, -9, 8.1]);
  near(placed.size, [5, 2, 2]);
  // The hand went along -x, which is the longer side: there is the front.
  near(quat.rotate(placed.rotation, [1, 0, 0]), [-1, 0, 0]);
  near(draw(null).size, [5, 2, 1.5]);
});

test("pointing at the sky places nothing", () => {
  const sky: Vec3 = [98, 500, 300];
  const { tool, done } = play(ARMED, input("down", sky, { ground: null }), input("up", sky));
  expect(done).toEqual([]);
  expect(tool).toEqual(ARMED);
});

test("the tool shows what a click would place, and nothing once the pointer has left", () => {
  const hovering = play(ARMED, input("hover", [98, -10, GROUND_M])).tool;
  near(previewOf(hovering, context)!.cuboid.centre, [98, -10, GROUND_M + 0.75]);
  expect(previewOf(play(hovering, { kind: "leave" }).tool, context)).toBeNull();
});

test("dragging the selected cuboid moves it over the ground by what the pointer moved", () => {
  const from: Vec3 = [103, -11, 8.6];
  const { done } = play(
    IDLE,
    input("down", from, { hit: ON_CAR }),
    input("move", [104, -10.5, 8.6]),
    input("move", [105, -8, 8.6]),
    input("up", [105, -8, 8.6]),
  );
  const after = only(done);
  near(after.centre, [105, -8, 7.8]);
  expect(after.size).toEqual(CAR.size);
  expect(after.rotation).toEqual(CAR.rotation);
  expect(done[0]).toMatchObject({ kind: "change", id: "car", before: CAR });
});

test("with Shift it moves up and down only, and letting go does not make it jump", () => {
  const from: Vec3 = [103, -11, 8.6];
  const shift = { keys: { shift: true } };
  const up: Vec3 = [103, -11, 9.3];
  const { done } = play(
    IDLE,
    input("down", from, { hit: ON_CAR, ...shift }),
    input("move", [103, -11, 8.9], shift),
    input("move", up, shift),
    input("move", up),
    input("up", up),
  );
  near(only(done).centre, [103, -11, 7.8 + 0.7]);
});

test("Shift let go beside the cuboid does not pull it there", () => {
  const beside: Vec3 = [104.5, -12, 9];
  const shift = { keys: { shift: true } };
  const { done } = play(
    IDLE,
    input("down", [103, -11, 8.6], { hit: ON_CAR, ...shift }),
    input("move", beside, shift),
    input("move", beside),
    input("up", beside),
  );
  expect(only(done).centre.slice(0, 2)).toEqual(CAR.centre.slice(0, 2));
});

test("dragged to the sky it stays where it is, and nothing is committed", () => {
  const sky: Vec3 = [103, 500, 300];
  const { done } = play(
    IDLE,
    input("down", [103, -11, 8.6], { hit: ON_CAR }),
    input("move", sky),
    input("up", sky),
  );
  expect(done).toEqual([]);
});

test("a face follows the pointer along its normal; the opposite face stays", () => {
  const left = { kind: "face", id: "car", face: "left" } as const;
  const normal = quat.rotate(CAR.rotation, [0, 1, 0]);
  const at = (out: number): Vec3 => [
    CAR.centre[0] + normal[0] * (0.95 + out),
    CAR.centre[1] + normal[1] * (0.95 + out),
    CAR.centre[2],
  ];
  const drag = (keys: Partial<Modifiers>) =>
    only(
      play(
        IDLE,
        input("down", at(0), { hit: left }),
        input("move", at(0.6), { keys }),
        input("up", at(0.6), { keys }),
      ).done,
    );
  const after = drag({});
  near(after.size, [4.5, 2.5, 1.6], 6);
  near(after.centre, at(0.6 - 0.95 - 0.3), 6);
  const both = drag({ alt: true });
  near(both.size, [4.5, 3.1, 1.6], 6);
  near(both.centre, CAR.centre);
});

test("a handle follows at two pixels, where the body still waits for a click", () => {
  const moved = (hit: Hit) => {
    const at: Vec3 = [CAR.centre[0], CAR.centre[1] + 0.95, CAR.centre[2]];
    const down = input("down", at, { hit, x: 0 });
    const move = input("move", [at[0], at[1] + 0.025, at[2]], { x: 0 });
    return play(IDLE, down, move).tool.state;
  };
  expect(moved({ kind: "face", id: "car", face: "left" })).toBe("resizing");
  expect(moved({ kind: "turn", id: "car" })).toBe("turning");
  expect(moved({ kind: "body", id: "car", point: CAR.centre })).toBe("pressed");
});

test("a double click on a handle brings its side to the points, once; elsewhere it does nothing", () => {
  const asked: (readonly string[])[] = [];
  const tight: Cuboid = { ...CAR, size: [4.1, 1.9, 1.6] };
  const answering: ToolContext = {
    ...context,
    shrunk: (cuboid, faces) => {
      asked.push(faces);
      return cuboid === CAR ? tight : null;
    },
  };
  const twice = (hit: Hit) => step(IDLE, input("twice", [105, -10, 8], { hit }), answering);
  const { tool, commit } = twice({ kind: "face", id: "car", face: "front" });
  expect([tool, commit]).toEqual([IDLE, { kind: "change", id: "car", before: CAR, after: tight }]);
  twice({ kind: "edge", id: "car", faces: ["left", "top"] });
  expect(asked).toEqual([["front"], ["left", "top"]]);
  expect(twice(ON_CAR).commit).toBeUndefined();
  expect(twice({ kind: "face", id: "van", face: "front" }).commit).toBeUndefined();
  expect(step(ARMED, input("twice", [105, -10, 8]), answering)).toMatchObject({ tool: ARMED });
  const nothingInside = { ...answering, shrunk: () => null };
  const front: Hit = { kind: "face", id: "car", face: "front" };
  expect(step(IDLE, input("twice", [105, -10, 8], { hit: front }), nothingInside).commit).toBeUndefined();
});

test("turned around and by a quarter it fills the same space, and four quarters are a whole", () => {
  const cornersOf = (cuboid: Cuboid) =>
    corners(cuboid)
      .map((corner) => corner.map((value) => value.toFixed(6)).join())
      .sort();
  for (const other of [flipped(CAR), quartered(CAR)]) expect(cornersOf(other)).toEqual(cornersOf(CAR));
  expect(Math.cos(quat.yawOf(flipped(CAR).rotation) - 0.3)).toBeCloseTo(-1, 9);
  expect(quat.yawOf(quartered(CAR).rotation)).toBeCloseTo(0.3 + Math.PI / 2, 9);
  const whole = quartered(quartered(quartered(quartered(CAR))));
  near(whole.size, CAR.size);
  expect(quat.yawOf(whole.rotation)).toBeCloseTo(0.3, 9);
});

test("a face pushed through its opposite stops at the smallest size", () => {
  const front = { kind: "face", id: "car", face: "front" } as const;
  const ahead = quat.rotate(CAR.rotation, [1, 0, 0]);
  const at = (out: number): Vec3 => [
    CAR.centre[0] + ahead[0] * out,
    CAR.centre[1] + ahead[1] * out,
    CAR.centre[2],
  ];
  const { done } = play(
    IDLE,
    input("down", at(2.25), { hit: front }),
    input("move", at(-9)),
    input("up", at(-9)),
  );
  expect(only(done).size[0]).toBeCloseTo(0.05, 9);
});

test("the turning handle turns by the angle around the centre; with Ctrl to whole 5°", () => {
  const turn = { kind: "turn", id: "car" } as const;
  const at = (yaw: number): Vec3 => [
    CAR.centre[0] + 3 * Math.cos(yaw),
    CAR.centre[1] + 3 * Math.sin(yaw),
    CAR.centre[2],
  ];
  const drag = (keys: Partial<Modifiers>) =>
    only(
      play(
        IDLE,
        input("down", at(0.35), { hit: turn }),
        input("move", at(1.03), { keys }),
        input("up", at(1.03), { keys }),
      ).done,
    );
  expect(quat.yawOf(drag({}).rotation)).toBeCloseTo(0.3 + 0.68, 9);
  // 0.98 rad are 56.1°.
  expect(quat.yawOf(drag({ ctrl: true }).rotation)).toBeCloseTo((55 * Math.PI) / 180, 9);
  expect(drag({}).centre).toEqual(CAR.centre);
});

test("a tilted cuboid is turned about the vertical: its tilt turns with it", () => {
  const tilted: Cuboid = { ...CAR, rotation: quat.fromAxisAngle([1, 0, 0], 0.2) };
  const top = quat.rotate(turned(tilted, 0.5).rotation, [0, 0, 1]);
  const before = quat.rotate(tilted.rotation, [0, 0, 1]);
  near(top, quat.rotate(quat.fromYaw(0.5), before));
});

test.each<[string, Tool, SceneInput]>([
  ["placing", ARMED, input("down", [98, -10, GROUND_M])],
  ["moving", IDLE, input("down", [103, -11, 8.6], { hit: ON_CAR })],
  ["resizing", IDLE, input("down", CAR.centre, { hit: { kind: "face", id: "car", face: "top" } })],
  ["turning", IDLE, input("down", [106, -10, 7.8], { hit: { kind: "turn", id: "car" } })],
])("Escape while %s changes nothing", (_, start, down) => {
  const { tool, done } = play(
    start,
    down,
    input("move", [105, -8, 8]),
    { kind: "cancel" },
    input("move", [107, -5, 8]),
    input("up", [107, -5, 8]),
  );
  expect(done).toEqual([]);
  expect(tool).toEqual(IDLE);
});

test("press and release without a drag commits nothing", () => {
  const at: Vec3 = [103, -11, 8.6];
  const { tool, done } = play(IDLE, input("down", at, { hit: ON_CAR }), input("up", at));
  expect(done).toEqual([]);
  expect(tool).toEqual(IDLE);
});

test("only the selected cuboid is dragged; the camera has all other presses", () => {
  const other: Hit = { kind: "body", id: "van", point: [1, 2, 3] };
  expect(play(IDLE, input("down", [1, 2, 3], { hit: other })).tool).toEqual(IDLE);
  expect(play(IDLE, input("down", [1, 2, 3])).tool).toEqual(IDLE);
  const alt = input("down", [103, -11, 8.6], { hit: ON_CAR, keys: { alt: true } });
  expect(play(IDLE, alt).tool).toEqual(IDLE);
});

test("a click selects what is under it, and nothing over empty ground", () => {
  const other: Hit = { kind: "body", id: "van", point: [1, 2, 3] };
  const { selections, done } = play(
    IDLE,
    input("click", [1, 2, 3], { hit: other }),
    input("click", [9, 2, 3]),
  );
  expect(selections).toEqual(["van", null]);
  expect(done).toEqual([]);
});

test("a nudge is ten centimetres along the cuboid's own heading, two with Shift", () => {
  const coarse = subtract(nudged(CAR, "move.forward", false).centre, CAR.centre);
  near(coarse, [0.1 * Math.cos(0.3), 0.1 * Math.sin(0.3), 0]);
  expect(nudged(CAR, "size.wider", true).size[1]).toBeCloseTo(1.92, 9);
  expect(quat.yawOf(nudged(CAR, "turn.left", false).rotation)).toBeCloseTo(0.3 + Math.PI / 180, 9);
});

test("growing taller leaves the floor on the ground", () => {
  const taller = nudged(CAR, "size.taller", false);
  expect(taller.centre[2] - taller.size[2] / 2).toBeCloseTo(CAR.centre[2] - CAR.size[2] / 2, 9);
});

test("a click with Ctrl adds one object or takes it away, and never moves the selected one", () => {
  const ctrl = { keys: { ctrl: true } };
  const at: Vec3 = [103, -11, 8];
  const pressed = step(IDLE, input("down", at, { hit: ON_CAR, ...ctrl }), context);
  expect(pressed.tool).toBe(IDLE);
  const clicked = step(IDLE, input("click", at, { hit: ON_CAR, ...ctrl }), context);
  expect([clicked.toggle, clicked.select]).toEqual(["car", undefined]);
  const beside = step(IDLE, input("click", at, ctrl), context);
  expect([beside.toggle, beside.select]).toEqual([undefined, undefined]);
});
