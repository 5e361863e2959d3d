import fc from "fast-check";
import { expect, test } from "vitest";
import { dragged, dropped, placesOf, targetAt, TABS_PX } from "./dockPlaces";
import {
  bringToFront,
  close,
  defaultLayout,
  hasScene,
  type Layout,
  layoutJson,
  moveBeside,
  open,
  PANELS,
  type PanelName,
  panelsOf,
  parseLayout,
  resized,
  stackOn,
} from "./layout";
import { layoutOf, SIDE_NAMES } from "../../scene3d/layout";

const USUAL: ReadonlySet<PanelName> = new Set(["labels", "scene", "cameras", "inspector"]);
const ALL: ReadonlySet<PanelName> = new Set(PANELS);

const boxOf = (layout: Layout, panel: PanelName, shown = USUAL, width = 1600, height = 840) =>
  placesOf(layout, shown, width, height).stacks.find(({ panels }) => panels.includes(panel))!.box;

const panel = fc.constantFrom(...PANELS);
const side = fc.constantFrom("left", "right", "above", "below");
const shownSets = fc.subarray([...PANELS]).map((some) => new Set<PanelName>([...some, "scene"]));
/** Whatever a person can do, in any order. */
const layouts = fc
  .array(
    fc.oneof(
      fc.record({ panel, other: panel }),
      fc.record({ panel, other: fc.oneof(panel, fc.constant("all" as const)), side }),
    ),
    { maxLength: 12 },
  )
  .map((moves) =>
    moves.reduce<Layout>(
      (layout, move) =>
        "side" in move
          ? moveBeside(layout, move.panel, move.other, move.side, 230)
          : stackOn(layout, move.panel, move.other),
      defaultLayout(1600, 840),
    ),
  );

test("the scene has more than half of the room, however small the window", () => {
  for (const [width, height] of [
    [1280, 590],
    [1920, 950],
    [3840, 2030],
  ] as const) {
    const { inside } = placesOf(defaultLayout(width, height), USUAL, width, height).stacks.find(
      ({ front }) => front === "scene",
    )!;
    expect(inside.width * inside.height).toBeGreaterThan(0.5 * width * height);
  }
});

test("beside a large camera the flat views have room, in a small window too", () => {
  const shown = new Set<PanelName>([...USUAL, "camera"]);
  for (const [width, height, least] of [
    [1280, 590, 150],
    [1920, 950, 220],
  ] as const) {
    const { stacks } = placesOf(defaultLayout(width, height), shown, width, height);
    const { inside } = stacks.find(({ front }) => front === "scene")!;
    const { sides } = layoutOf(inside, true);
    for (const side of SIDE_NAMES) expect(Math.min(sides![side].width, sides![side].height)).toBeGreaterThan(least);
  }
});

test("whatever is moved where, no panel is lost or doubled, and nothing covers the scene", () => {
  fc.assert(
    fc.property(layouts, ({ root }) => {
      expect([...panelsOf(root)].sort()).toEqual([...PANELS].sort());
      const stacks = placesOf({ root, closed: [] }, ALL, 1600, 840).stacks;
      expect(stacks.find(({ panels }) => panels.includes("scene"))?.panels).toEqual(["scene"]);
    }),
  );
});

test("open panels fill the room without gaps, in whole pixels", () => {
  fc.assert(
    fc.property(layouts, shownSets, (layout, shown) => {
      const { stacks } = placesOf(layout, shown, 1607, 843);
      const covered = stacks.reduce((sum, { box }) => sum + box.width * box.height, 0);
      expect(covered).toBe(1607 * 843);
      for (const { box } of stacks) expect(Object.values(box).every(Number.isInteger)).toBe(true);
      expect(new Set(stacks.flatMap(({ panels }) => panels))).toEqual(shown);
    }),
  );
});

test("a folded panel has the height that it needs, its neighbour the rest, and no line to drag between them", () => {
  const shown: ReadonlySet<PanelName> = new Set([...USUAL, "instructions", "checks"]);
  const layout = bringToFront(defaultLayout(1440, 796), "instructions");
  const places = placesOf(layout, shown, 1440, 796, new Map([["instructions", 116]]));
  const box = (name: PanelName) => places.stacks.find(({ panels }) => panels.includes(name))!.box;
  expect(box("instructions").height).toBe(TABS_PX + 116);
  expect(box("inspector")).toMatchObject({ y: TABS_PX + 116, height: 796 - TABS_PX - 116 });
  const lines = (of: typeof places) => of.separators.map(({ between }) => between.join());
  expect(lines(places)).not.toContain("instructions,inspector");
  expect(lines(placesOf(layout, shown, 1440, 796))).toContain("instructions,inspector");
  // Behind another tab, or with nobody to take the room, it is as any panel.
  const behind = placesOf(bringToFront(layout, "checks"), shown, 1440, 796, new Map([["instructions", 116]]));
  expect(behind.stacks.find(({ panels }) => panels.includes("checks"))!.box.height).toBe(398);
  const alone = placesOf(layout, new Set<PanelName>(["scene", "instructions"]), 1440, 796, new Map([["instructions", 116]]));
  expect(alone.stacks.find(({ front }) => front === "instructions")!.box.height).toBe(796);
});

test("folding leaves no gap, whatever the layout", () => {
  fc.assert(
    fc.property(layouts, shownSets, panel, fc.integer({ min: 10, max: 300 }), (layout, shown, folded, height) => {
      const { stacks } = placesOf(layout, shown, 1607, 843, new Map([[folded, height]]));
      const area = stacks.reduce((sum, { box }) => sum + box.width * box.height, 0);
      expect(area).toBe(1607 * 843);
      expect(stacks.every(({ box }) => box.width >= 0 && box.height >= 0)).toBe(true);
    }),
  );
});

test("what is kept is understood again", () => {
  fc.assert(
    fc.property(layouts, (layout) => {
      const kept: unknown = JSON.parse(JSON.stringify(layoutJson(layout)));
      expect(parseLayout(kept)).toEqual(layout);
      expect(JSON.stringify(kept).length).toBeLessThan(4_000);
    }),
  );
});

test("what nobody can understand is no layout, and never an error", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => void parseLayout(value)));
  const good = layoutJson(defaultLayout(1600, 840)) as Record<string, unknown>;
  const scene = { kind: "tabs", size: 300, panels: ["scene", "labels"], front: "labels" };
  const bad = [null, 7, "x", [], {}, { ...good, version: 2 }, { ...good, root: null }];
  for (const value of [...bad, { ...good, root: scene }, { ...good, root: { ...scene, panels: ["labels"] } }]) {
    expect(parseLayout(value)).toBeNull();
  }
});

test("panels of another version: an unknown one is dropped, a new one gets a place", () => {
  const tabs = (...panels: string[]) => ({ kind: "tabs", size: 320, panels, front: panels[0] });
  const parts = [tabs("scene"), tabs("weather", "labels", "labels"), tabs("weather")];
  const root = { kind: "split", across: "row", size: 900, parts };
  const layout = parseLayout({ version: 1, root, closed: ["labels", "weather"] })!;
  expect([...panelsOf(layout.root)].sort()).toEqual([...PANELS].sort());
  expect(layout.closed).toEqual(["labels"]);
});

test("a panel moved to the left stands left of the scene, and comes back there after closing", () => {
  const moved = moveBeside(defaultLayout(1600, 840), "cameras", "scene", "left", 310);
  const box = boxOf(moved, "cameras");
  expect(box.width).toBe(310);
  expect(box.x + box.width).toBe(boxOf(moved, "scene").x);
  const closed = close(moved, "cameras");
  const without = new Set([...USUAL].filter((one) => one !== "cameras"));
  expect(boxOf(closed, "scene", without).width).toBe(boxOf(moved, "scene").width + 310);
  expect(boxOf(open(closed, "cameras"), "cameras")).toEqual(box);
});

test("a larger window is the scene's: the others keep their pixels", () => {
  const layout = defaultLayout(1600, 840);
  for (const name of ["labels", "inspector"] as const) {
    expect(boxOf(layout, name, USUAL, 2400, 1300).width).toBe(boxOf(layout, name).width);
  }
  const gained = boxOf(layout, "scene", USUAL, 2400, 840).width - boxOf(layout, "scene").width;
  expect(gained).toBe(800);
});

test("a tab comes to the front, alone of all that is open", () => {
  const layout = bringToFront(defaultLayout(1600, 840), "history");
  const { stacks } = placesOf(layout, ALL, 1600, 840);
  expect(stacks.find(({ panels }) => panels.includes("guide"))?.front).toBe("history");
  const rest = new Set([...ALL].filter((one) => one !== "history"));
  const now = placesOf(layout, rest, 1600, 840).stacks;
  expect(now.find(({ panels }) => panels.includes("guide"))?.front).toBe("instructions");
});

test("a line between panels takes from one what it gives to the other, down to the smallest", () => {
  const layout = defaultLayout(1600, 840);
  const line = placesOf(layout, USUAL, 1600, 840).separators.find(({ between }) => between[0] === "labels")!;
  const wider = resized(layout, line.path, dragged(line, 37));
  expect(boxOf(wider, "labels").width).toBe(boxOf(layout, "labels").width + 37);
  expect(boxOf(wider, "inspector")).toEqual(boxOf(layout, "inspector"));
  const least = resized(layout, line.path, dragged(line, -5000));
  expect(boxOf(least, "labels").width).toBe(72);
});

test("where a tab is let go decides: a side of a panel, its tabs, an edge of all, or nowhere", () => {
  const layout = defaultLayout(1600, 840);
  const size = { width: 1600, height: 840 };
  const places = placesOf(layout, USUAL, 1600, 840);
  const at = (x: number, y: number) => targetAt(places, size, "cameras", x, y)?.drop ?? null;
  const scene = boxOf(layout, "scene");
  expect(at(scene.x + 40, 300)).toMatchObject({ kind: "beside", of: "scene", side: "left" });
  expect(at(4, 300)).toMatchObject({ kind: "beside", of: "all", side: "left" });
  expect(at(boxOf(layout, "inspector").x + 90, TABS_PX / 2 + 6)).toEqual({
    kind: "stack",
    on: "inspector",
  });
  const own = boxOf(layout, "cameras");
  expect(at(own.x + own.width / 2, own.y + own.height / 2)).toBeNull();
  expect(at(-3, 200)).toBeNull();
  const stacked = dropped(layout, "cameras", { kind: "stack", on: "inspector" });
  expect(boxOf(stacked, "cameras")).toEqual(boxOf(stacked, "inspector"));
  expect(hasScene(stacked.root)).toBe(true);
});
