/** From a layout to rectangles, and from a place under a dragged tab to where it would go. */

import type { Rect } from "../../geometry/rect";
import {
  type Across,
  hasScene,
  type Layout,
  moveBeside,
  type PanelName,
  panelsOf,
  type Part,
  type Side,
  SMALLEST_PX,
  type Split,
  stackOn,
  type Tabs,
} from "./layout";

export interface Stack {
  /** Those that are open, as they stand in the layout. */
  readonly panels: readonly PanelName[];
  readonly front: PanelName;
  readonly box: Rect;
  /** What is left for the panel under the tabs. */
  readonly inside: Rect;
}

export interface Separator {
  /** Of the split in the layout. */
  readonly path: readonly number[];
  readonly across: Across;
  /** The parts of the split on its two sides. */
  readonly before: number;
  readonly after: number;
  /** What each part that is shown measures now. */
  readonly sizes: ReadonlyMap<number, number>;
  /** A line: its width or height is 0. */
  readonly box: Rect;
  /** A panel on each side, for its name. */
  readonly between: readonly [PanelName, PanelName];
}

export interface Places {
  readonly stacks: readonly Stack[];
  readonly separators: readonly Separator[];
}

export const TABS_PX = 24;
/** Of its row or column, whatever the others ask for. */
const SCENE_SHARE = 0.4;

/** How high these panels are at most while they are in front of their column's stack: they are folded. */
export type Folded = ReadonlyMap<PanelName, number>;

const NOTHING_FOLDED: Folded = new Map();

export function placesOf(
  layout: Layout,
  open: ReadonlySet<PanelName>,
  width: number,
  height: number,
  folded = NOTHING_FOLDED,
): Places {
  const stacks: Stack[] = [];
  const separators: Separator[] = [];
  const put = (part: Part, box: Rect, path: readonly number[]) => {
    if (part.kind === "split") {
      putSplit(part, box, path);
      return;
    }
    const panels = part.panels.filter((one) => open.has(one));
    const front = frontOf(part, open);
    if (front === undefined) return;
    const tabs = front === "scene" ? 0 : Math.min(TABS_PX, box.height);
    const inside = { ...box, y: box.y + tabs, height: box.height - tabs };
    stacks.push({ panels, front, box, inside });
  };
  const putSplit = (part: Split, box: Rect, path: readonly number[]) => {
    const shown = part.parts.flatMap((one, index) => (isOpen(one, open) ? [index] : []));
    const isRow = part.across === "row";
    const room = isRow ? box.width : box.height;
    const least = isRow ? new Map<number, number>() : foldedIn(part, shown, room, open, folded);
    const sizes = sizesOf(part, shown, room, least);
    let at = isRow ? box.x : box.y;
    shown.forEach((index, place) => {
      const one = part.parts[index]!;
      const size = sizes.get(index) ?? 0;
      const inner = isRow ? { ...box, x: at, width: size } : { ...box, y: at, height: size };
      // What is folded has the size that it needs.
      const hasLine = place > 0 && !least.has(index) && !least.has(shown[place - 1]!);
      if (hasLine) {
        separators.push({
          path,
          across: part.across,
          before: shown[place - 1]!,
          after: index,
          sizes,
          box: isRow ? { ...inner, width: 0 } : { ...inner, height: 0 },
          between: [firstOf(part.parts[shown[place - 1]!]!, open), firstOf(one, open)],
        });
      }
      put(one, inner, [...path, index]);
      at += size;
    });
  };
  put(layout.root, { x: 0, y: 0, width, height }, []);
  return { stacks, separators };
}

function frontOf(part: Tabs, open: ReadonlySet<PanelName>): PanelName | undefined {
  return open.has(part.front) ? part.front : part.panels.find((one) => open.has(one));
}

/** The heights of the stacks whose front is folded, by their place; none when nobody could take the rest. */
function foldedIn(
  part: Split,
  shown: readonly number[],
  room: number,
  open: ReadonlySet<PanelName>,
  folded: Folded,
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const index of shown) {
    const one = part.parts[index]!;
    const front = one.kind === "tabs" && !hasScene(one) ? frontOf(one, open) : undefined;
    const height = front === undefined ? undefined : folded.get(front);
    if (height !== undefined && TABS_PX + height < one.size) found.set(index, TABS_PX + height);
  }
  const left = room - [...found.values()].reduce((a, b) => a + b, 0);
  return found.size < shown.length && left >= SMALLEST_PX ? found : new Map();
}

function isOpen(part: Part, open: ReadonlySet<PanelName>): boolean {
  return panelsOf(part).some((one) => open.has(one));
}

/** The scene where it is among them: it is what people see. */
function firstOf(part: Part, open: ReadonlySet<PanelName>): PanelName {
  if (hasScene(part)) return "scene";
  return panelsOf(part).find((one) => open.has(one)) ?? "scene";
}

/** Whole pixels that fill the room; the scene's part takes what the others leave. */
function sizesOf(
  part: Split,
  shown: readonly number[],
  wholeRoom: number,
  folded: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> {
  const room = wholeRoom - [...folded.values()].reduce((a, b) => a + b, 0);
  const taker = shown.find((index) => hasScene(part.parts[index]!)) ?? null;
  const others = shown.filter((index) => index !== taker && !folded.has(index));
  const asked = others.map((index) => Math.max(SMALLEST_PX, part.parts[index]!.size));
  const sum = asked.reduce((a, b) => a + b, 0);
  const most = taker === null ? room : room * (1 - SCENE_SHARE);
  const scale = taker === null || sum > most ? most / sum : 1;
  const sizes = new Map(others.map((index, place) => [index, Math.floor(asked[place]! * scale)]));
  const left = room - [...sizes.values()].reduce((a, b) => a + b, 0);
  const last = taker ?? others.at(-1);
  if (last !== undefined) sizes.set(last, (sizes.get(last) ?? 0) + left);
  return new Map([...sizes, ...folded]);
}

/** The separator moved by so many pixels, as far as both sides keep their smallest size. */
export function dragged(
  { sizes, before, after }: Pick<Separator, "sizes" | "before" | "after">,
  by: number,
): ReadonlyMap<number, number> {
  const [a, b] = [sizes.get(before) ?? 0, sizes.get(after) ?? 0];
  const room = a + b;
  const least = Math.min(SMALLEST_PX, room / 2);
  const first = Math.min(room - least, Math.max(least, a + by));
  return new Map(sizes).set(before, first).set(after, room - first);
}

// Moving --------------------------------------------------------------------------------------

export type Drop =
  | { readonly kind: "stack"; readonly on: PanelName }
  | {
      readonly kind: "beside";
      readonly of: PanelName | "all";
      readonly side: Side;
      readonly size: number;
    };

export interface Target {
  readonly drop: Drop;
  /** What it would cover, to show it. */
  readonly box: Rect;
}

/** This near to an edge of the dock it goes beside everything. */
const EDGE_PX = 14;
/** Of a stack's width or height: this near to its edge it goes beside it, else onto it. */
const EDGE_SHARE = 0.28;
const EDGE_PANEL_PX = 260;

/** Where a panel would go that is let go at this place of the dock; null: it stays. */
export function targetAt(
  { stacks }: Places,
  size: { readonly width: number; readonly height: number },
  panel: PanelName,
  x: number,
  y: number,
): Target | null {
  const whole = { x: 0, y: 0, ...size };
  if (x < 0 || y < 0 || x >= size.width || y >= size.height) return null;
  const [edge, away] = nearest(whole, x, y);
  if (away < EDGE_PX) {
    const room = edge === "left" || edge === "right" ? size.width : size.height;
    const px = Math.min(EDGE_PANEL_PX, room / 3);
    return beside("all", edge, px, whole);
  }
  const stack = stacks.find(({ box }) => contains(box, x, y));
  if (stack === undefined) return null;
  const { box, front, panels, inside } = stack;
  const isAlone = panels.length === 1 && front === panel;
  if (isAlone) return null;
  const isOnTabs = y < inside.y;
  const [side, distance] = nearest(box, x, y);
  const across = side === "left" || side === "right" ? box.width : box.height;
  const other = panels.find((one) => one !== panel) ?? front;
  if (other === "scene" || (!isOnTabs && distance < EDGE_SHARE * across)) {
    return beside(other, side, other === "scene" ? across / 3 : across / 2, box);
  }
  return panels.includes(panel) ? null : { drop: { kind: "stack", on: other }, box };
}

export function dropped(layout: Layout, panel: PanelName, drop: Drop): Layout {
  if (drop.kind === "stack") return stackOn(layout, panel, drop.on);
  return moveBeside(layout, panel, drop.of, drop.side, drop.size);
}

function beside(of: PanelName | "all", side: Side, px: number, box: Rect): Target {
  const size = Math.round(Math.max(SMALLEST_PX, px));
  return { drop: { kind: "beside", of, side, size }, box: strip(box, side, size) };
}

function strip(box: Rect, side: Side, size: number): Rect {
  switch (side) {
    case "left":
      return { ...box, width: size };
    case "right":
      return { ...box, x: box.x + box.width - size, width: size };
    case "above":
      return { ...box, height: size };
    case "below":
      return { ...box, y: box.y + box.height - size, height: size };
  }
}

function contains(box: Rect, x: number, y: number): boolean {
  return x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
}

function nearest(box: Rect, x: number, y: number): readonly [Side, number] {
  const sides = [
    ["left", x - box.x],
    ["right", box.x + box.width - x],
    ["above", y - box.y],
    ["below", box.y + box.height - y],
  ] as const;
  return sides.reduce((best, one) => (one[1] < best[1] ? one : best));
}
