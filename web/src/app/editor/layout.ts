/**
 * Where the editor's panels stand: a tree of rows and columns whose leaves are stacks of tabs.
 *
 * Every panel has its place in the tree, shown or not, so that one that is closed comes back to where
 * it was. Sizes are CSS pixels along the parent; the part that holds the scene has no size of its own,
 * it takes what the others leave. Nothing here knows of the page (dockPlaces.ts gives rectangles).
 */

export const PANELS = [
  "labels",
  "scene",
  "camera",
  "cameras",
  "inspector",
  "instructions",
  "history",
  "guide",
  "checks",
] as const;

export type PanelName = (typeof PANELS)[number];

/** Panels that are closed and brought back by hand alone; the others come with what they show. */
export const CLOSABLE = ["labels", "cameras", "inspector"] as const satisfies readonly PanelName[];

export type Closable = (typeof CLOSABLE)[number];
export type Across = "row" | "column";
export type Side = "left" | "right" | "above" | "below";

export interface Tabs {
  readonly kind: "tabs";
  readonly size: number;
  readonly panels: readonly PanelName[];
  readonly front: PanelName;
}

export interface Split {
  readonly kind: "split";
  readonly size: number;
  readonly across: Across;
  readonly parts: readonly Part[];
}

export type Part = Tabs | Split;

export interface Layout {
  readonly root: Part;
  readonly closed: readonly Closable[];
}

export const SMALLEST_PX = 72;
const LARGEST_PX = 8192;
/** Where scene and a large camera share less than this, the flat views beside the scene need it more. */
const NARROW_PX = 1000;

/** What a person begins with: in a small window the scene has more than half of the room. */
export function defaultLayout(width: number, height: number): Layout {
  const left = clamp(0.153 * width, 168, 248);
  const right = clamp(0.195 * width, 224, 288);
  const strip = clamp(0.18 * height, 128, 420);
  const centre = width - left - right;
  const camera = (centre < NARROW_PX ? 0.38 : 0.5) * centre;
  return {
    root: split("row", width, [
      tabs(left, "labels"),
      split("column", centre, [
        split("row", height - strip, [tabs(centre - camera, "scene"), tabs(camera, "camera")]),
        tabs(strip, "cameras"),
      ]),
      split("column", right, [
        tabs(0.5 * height, "instructions", "history", "guide", "checks"),
        tabs(0.5 * height, "inspector"),
      ]),
    ]),
    closed: [],
  };
}

function tabs(size: number, front: PanelName, ...others: PanelName[]): Tabs {
  return { kind: "tabs", size: Math.round(size), panels: [front, ...others], front };
}

function split(across: Across, size: number, parts: readonly Part[]): Split {
  return { kind: "split", across, size: Math.round(size), parts };
}

export function panelsOf(part: Part): readonly PanelName[] {
  return part.kind === "tabs" ? part.panels : part.parts.flatMap(panelsOf);
}

export function hasScene(part: Part): boolean {
  return panelsOf(part).includes("scene");
}

/** Its tab is chosen. */
export function bringToFront(layout: Layout, panel: PanelName): Layout {
  const root = mapTabs(layout.root, (one) =>
    one.panels.includes(panel) && one.front !== panel ? { ...one, front: panel } : one,
  );
  return root === layout.root ? layout : { ...layout, root };
}

export function close(layout: Layout, panel: Closable): Layout {
  if (layout.closed.includes(panel)) return layout;
  return { ...layout, closed: [...layout.closed, panel] };
}

/** Where it was, and in front of what it shares the place with. */
export function open(layout: Layout, panel: Closable): Layout {
  const closed = layout.closed.filter((one) => one !== panel);
  return bringToFront({ ...layout, closed }, panel);
}

/** Into the stack of another one, in front. Nothing covers the scene, and the scene goes nowhere. */
export function stackOn(layout: Layout, panel: PanelName, other: PanelName): Layout {
  if (panel === other || panel === "scene" || other === "scene") return layout;
  const rest = without(layout.root, panel);
  if (rest === null) return layout;
  const root = mapTabs(rest, (one) =>
    one.panels.includes(other) ? { ...one, panels: [...one.panels, panel], front: panel } : one,
  );
  return { ...layout, root: tidy(root) };
}

/**
 * Beside the stack of another one, or beside everything at an edge of the editor.
 *
 * @param size pixels that it gets along that direction; its new neighbour gives them.
 */
export function moveBeside(
  layout: Layout,
  panel: PanelName,
  other: PanelName | "all",
  side: Side,
  size: number,
): Layout {
  if (panel === other || panel === "scene") return layout;
  const rest = without(layout.root, panel);
  if (rest === null) return layout;
  const moved = tabs(size, panel);
  const root = other === "all" ? joined(rest, moved, side) : inserted(rest, moved, other, side);
  return { ...layout, root: tidy(root) };
}

/** The parts of one split have these sizes now; those that are not shown keep theirs. */
export function resized(
  layout: Layout,
  path: readonly number[],
  sizes: ReadonlyMap<number, number>,
): Layout {
  return { ...layout, root: resizedPart(layout.root, path, sizes) };
}

function resizedPart(
  part: Part,
  [first, ...deeper]: readonly number[],
  sizes: ReadonlyMap<number, number>,
): Part {
  if (part.kind === "tabs") return part;
  const parts = part.parts.map((one, index) => {
    if (first !== undefined) return index === first ? resizedPart(one, deeper, sizes) : one;
    return { ...one, size: Math.round(sizes.get(index) ?? one.size) };
  });
  return { ...part, parts };
}

function joined(part: Part, moved: Tabs, side: Side): Part {
  const parts = isBefore(side) ? [moved, part] : [part, moved];
  return split(acrossOf(side), part.size, parts);
}

function inserted(part: Part, moved: Tabs, other: PanelName, side: Side): Part {
  if (part.kind === "tabs") return part.panels.includes(other) ? joined(part, moved, side) : part;
  const at = part.parts.findIndex((one) => panelsOf(one).includes(other));
  const found = part.parts[at];
  if (found === undefined) return part;
  if (found.kind === "split" || part.across !== acrossOf(side)) {
    return { ...part, parts: part.parts.with(at, inserted(found, moved, other, side)) };
  }
  const smaller = { ...found, size: Math.max(SMALLEST_PX, found.size - moved.size) };
  const pair = isBefore(side) ? [moved, smaller] : [smaller, moved];
  return { ...part, parts: part.parts.toSpliced(at, 1, ...pair) };
}

function acrossOf(side: Side): Across {
  return side === "left" || side === "right" ? "row" : "column";
}

function isBefore(side: Side): boolean {
  return side === "left" || side === "above";
}

/** Null when nothing is left. */
function without(part: Part, panel: PanelName): Part | null {
  if (part.kind === "split") {
    const parts = part.parts.map((one) => without(one, panel)).filter((one) => one !== null);
    return parts.length === 0 ? null : { ...part, parts };
  }
  const panels = part.panels.filter((one) => one !== panel);
  const [first] = panels;
  if (first === undefined) return null;
  return { ...part, panels, front: part.front === panel ? first : part.front };
}

/** The same picture with no split of one, and none inside one of its own direction. */
export function tidy(part: Part): Part {
  if (part.kind === "tabs") return part;
  const parts = part.parts.map(tidy).flatMap((one) => {
    if (one.kind !== "split" || one.across !== part.across) return [one];
    const whole = one.parts.reduce((sum, { size }) => sum + size, 0);
    // Around the scene the others' pixels count; elsewhere they share what their split had.
    const scale = hasScene(one) || whole === 0 ? 1 : one.size / whole;
    return one.parts.map((inner) => ({ ...inner, size: Math.round(inner.size * scale) }));
  });
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return { ...only, size: part.size };
  return { ...part, parts };
}

function mapTabs(part: Part, change: (one: Tabs) => Tabs): Part {
  if (part.kind === "tabs") return change(part);
  const parts = part.parts.map((one) => mapTabs(one, change));
  return parts.every((one, index) => one === part.parts[index]) ? part : { ...part, parts };
}

// As it is kept -------------------------------------------------------------------------------

const VERSION = 1;
const DEEPEST = 12;

export function layoutJson(layout: Layout): unknown {
  return { version: VERSION, ...layout };
}

/**
 * A kept layout, or null when it is none that this version understands: then the default serves.
 * A panel that it does not know yet is put where the default has it beside; unknown ones are dropped.
 */
export function parseLayout(kept: unknown): Layout | null {
  if (typeof kept !== "object" || kept === null) return null;
  const { version, root, closed } = kept as Record<string, unknown>;
  if (version !== VERSION) return null;
  const seen = new Set<PanelName>();
  const known = parsePart(root, seen, DEEPEST);
  if (known === null || !seen.has("scene")) return null;
  let layout: Layout = {
    root: tidy(known),
    closed: Array.isArray(closed) ? CLOSABLE.filter((one) => closed.includes(one)) : [],
  };
  if (!standsAlone(layout.root)) return null;
  for (const panel of PANELS) {
    if (!seen.has(panel)) layout = moveBeside(layout, panel, "all", "right", 288);
  }
  return layout;
}

/** Whether nothing can cover the scene. */
function standsAlone(part: Part): boolean {
  if (part.kind === "split") return part.parts.every(standsAlone);
  return !part.panels.includes("scene") || part.panels.length === 1;
}

function parsePart(kept: unknown, seen: Set<PanelName>, deepest: number): Part | null {
  if (typeof kept !== "object" || kept === null || deepest === 0) return null;
  const { kind, size: given, panels, front, across, parts } = kept as Record<string, unknown>;
  if (typeof given !== "number" || !Number.isFinite(given)) return null;
  const size = clamp(given, 1, LARGEST_PX);
  if (kind === "tabs" && Array.isArray(panels)) {
    const fresh = PANELS.filter((one) => panels.includes(one) && !seen.has(one));
    fresh.sort((a, b) => panels.indexOf(a) - panels.indexOf(b));
    for (const one of fresh) seen.add(one);
    const [first] = fresh;
    if (first === undefined) return null;
    return { kind, size, panels: fresh, front: fresh.find((one) => one === front) ?? first };
  }
  if (kind !== "split" || (across !== "row" && across !== "column")) return null;
  if (!Array.isArray(parts)) return null;
  const known = parts.map((one: unknown) => parsePart(one, seen, deepest - 1));
  const left = known.filter((one) => one !== null);
  return left.length === 0 ? null : { kind, size, across, parts: left };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
