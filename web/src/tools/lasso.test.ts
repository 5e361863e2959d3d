import { expect, test } from "vitest";
import type { Cuboid } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { normalise, subtract, type Vec3 } from "../geometry/vec";
import { IDLE, LASSO, step, type ToolContext } from "./cuboid";
import { ToolDriver } from "./driver";
import type { Pointer } from "./input";

const EYE: Vec3 = [100, -40, 60];
const GROUND_M = 7;
const CAR: Cuboid = { centre: [103, -11, 7.8], size: [4.5, 1.9, 1.6], rotation: quat.fromYaw(0.3) };
const GAZE = { flat: false, forward: [0, 0.5, -Math.sqrt(0.75)], headingRad: 0 } as const;

const context: ToolContext = {
  selected: null,
  cuboid: () => null,
  placing: { size: [4.2, 1.8, 1.5], yawRad: 0.7 },
  standingIn: () => null,
  polygon: () => null,
  pointOn: () => null,
  lassoed: () => null,
  shrunk: () => null,
};

/** The pointer aims at a place in the world; the middle of the picture stays where it is. */
function pointed<Kind extends "hover" | "down" | "move" | "up">(kind: Kind, at: Vec3, alt = false): Pointer & { kind: Kind } {
  return {
    kind,
    ray: { origin: EYE, direction: normalise(subtract(at, EYE)) },
    hit: { kind: "nothing" },
    ground: at,
    screen: { x: 100 * at[0], y: 100 * at[1] },
    modifiers: { shift: false, alt, ctrl: false },
    gaze: GAZE,
  };
}

test("a line by hand becomes one cuboid around what it encloses, and a line around nothing none", () => {
  const places: readonly Vec3[] = [0, 1, 2, 3, 4, 5, 6, 7].map((eighth) => {
    const angle = (eighth * Math.PI) / 4;
    return [98 + 3 * Math.cos(angle), -10 + 3 * Math.sin(angle), GROUND_M];
  });
  const asked: (readonly [rays: number, keepsSeen: boolean])[] = [];
  const draw = (found: Cuboid | null, alt: boolean) => {
    const around: ToolContext = {
      ...context,
      lassoed: ({ rays }, keepsSeen) => {
        asked.push([rays.length, keepsSeen]);
        return found;
      },
    };
    const kinds = ["down", ...places.slice(2).map(() => "move" as const), "up"] as const;
    let last = step(LASSO, pointed("hover", places[0]!), around);
    kinds.forEach((kind, index) => {
      last = step(last.tool, pointed(kind, places[index]!, alt && kind === "up"), around);
      if (kind === "move") expect(last.trace?.rays).toHaveLength(index + 1);
    });
    return last;
  };
  const boxed = draw(CAR, false);
  expect(boxed.commit).toEqual({ kind: "create", cuboid: CAR });
  expect([boxed.tool, boxed.trace]).toEqual([IDLE, null]);
  const empty = draw(null, true);
  expect(empty.commit).toBeUndefined();
  expect(empty.tool).toEqual(LASSO);
  expect(asked).toEqual([
    [7, false],
    [7, true],
  ]);
});

test("a line of two pieces encloses nothing, and Escape ends one that is under way", () => {
  const begun = step(LASSO, pointed("down", [98, -10, GROUND_M]), context);
  const twitch = step(begun.tool, pointed("up", [98, -9, GROUND_M]), context);
  expect(twitch.tool).toEqual(LASSO);
  expect(twitch.commit).toBeUndefined();
  expect(step(begun.tool, { kind: "cancel" }, context).tool).toEqual(IDLE);
});

test("in a flat view from the side nothing is drawn around, from the top everything", () => {
  const aimed = pointed("down", [98, -10, GROUND_M]);
  const side = { flat: true, forward: [1, 0, 0], headingRad: 0 } as const;
  const top = { flat: true, forward: [0, 0, -1], headingRad: 0 } as const;
  expect(step(LASSO, { ...aimed, gaze: side }, context).tool).toEqual(LASSO);
  expect(step(LASSO, { ...aimed, gaze: top }, context).tool.state).toBe("lassoing");
});

test("when the view moves under the hand the line begins anew, for one eye sees all of it", () => {
  const first = step(LASSO, pointed("down", [98, -10, GROUND_M]), context);
  const next = step(first.tool, pointed("move", [98, -9, GROUND_M]), context);
  expect(next.trace?.rays).toHaveLength(2);
  const elsewhere: Vec3 = [0.6, 0, -0.8];
  const turned = pointed("move", [98, -8, GROUND_M]);
  const anew = step(next.tool, { ...turned, gaze: { ...turned.gaze, forward: elsewhere } }, context);
  expect(anew.trace?.rays).toEqual([turned.ray]);
});

test("the tool stays in the hand where the person wants it", () => {
  const made: string[] = [];
  const nothing = () => undefined;
  const driverThat = (keeps: boolean) =>
    new ToolDriver({
      context: () => context,
      preview: nothing,
      trace: nothing,
      sketch: nothing,
      commit: nothing,
      shape: nothing,
      made: (mode) => made.push(mode) > 0 && keeps,
      select: nothing,
      toggle: nothing,
      mode: nothing,
    });
  for (const keeps of [true, false]) {
    const driver = driverThat(keeps);
    driver.arm("place");
    driver.handle(pointed("down", [98, -10, GROUND_M]));
    expect(driver.mode).toBe("place");
    driver.handle(pointed("up", [98, -10, GROUND_M]));
    expect(driver.mode).toBe(keeps ? "place" : "select");
  }
  expect(made).toEqual(["place", "place"]);
});
