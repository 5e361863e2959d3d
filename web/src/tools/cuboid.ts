/**
 * The cuboid tool as a pure machine: what a gesture does, without a canvas.
 *
 *     idle ──arm──> armed ──down──> placing ──up──> idle, commits a new cuboid
 *     armed ──down in a flat view, or with Shift──> drawing ──up──> idle, commits a new cuboid
 *     lasso ──down──> lassoing ──up──> idle, commits a new cuboid around what the line encloses
 *     outline, bending: a polygon is drawn, or the selected one bent (polygon.ts)
 *     idle ──down on the selected──> pressed ──move──> moving | resizing | turning ──up──> idle, commits
 *
 * Nothing changes before `up`, so `cancel` has nothing to undo. One gesture commits one edit.
 */

import type { Cuboid, Face } from "../geometry/cuboid";
import type { Vec3 } from "../geometry/vec";
import { footprint, standing, standingAt } from "./boxes";
import { drag, type Dragging, grab, type Grip, gripOf } from "./dragging";
import type { Hit, Pointer, SceneInput } from "./input";
import { encloses, type Lasso, lassoBegun, lassoLengthened } from "./lasso";
import {
  bendBegun,
  OUTLINE,
  type PolygonContext,
  type PolygonEdit,
  polygonStep,
  type PolygonTool,
  type Sketch,
  sketchOf,
  vertexRemoved,
} from "./polygon";
import { rayOnLevel } from "./rays";

export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

export type Tool =
  | { readonly state: "idle" }
  | { readonly state: "armed"; readonly at: Vec3 | null }
  | { readonly state: "lasso" }
  | { readonly state: "lassoing"; readonly lasso: Lasso }
  | {
      readonly state: "placing";
      readonly pressed: ScreenPoint;
      readonly rear: Vec3;
      readonly front: Vec3;
      readonly dragged: boolean;
    }
  | {
      readonly state: "drawing";
      readonly pressed: ScreenPoint;
      readonly headingRad: number;
      /** Both on the level of the ground under the first. */
      readonly corner: Vec3;
      readonly opposite: Vec3;
      readonly dragged: boolean;
    }
  | {
      readonly state: "pressed";
      readonly id: string;
      readonly original: Cuboid;
      readonly pressed: ScreenPoint;
      readonly grip: Grip;
    }
  | Dragging
  | PolygonTool;

export interface ToolContext extends PolygonContext {
  /** The cuboid as shown in this frame; null when it is not here or must not be changed. */
  readonly cuboid: (id: string) => Cuboid | null;
  /** What a click places: the size usual for the label, and the heading used last. */
  readonly placing: { readonly size: Vec3; readonly yawRad: number };
  /** What stands on a footprint, by the points in it; null when they do not say. Costs a search. */
  readonly standingIn: (footprint: Cuboid) => Column | null;
  /**
   * A cuboid around the points that a lasso encloses, as long and wide as the label usually is, or no
   * more than is seen of it; null when there are too few. Costs a search.
   */
  readonly lassoed: (lasso: Lasso, keepsSeen: boolean) => Cuboid | null;
  /** These sides moved inward to the points inside; null when there are none. Costs a search. */
  readonly shrunk: (cuboid: Cuboid, faces: readonly Face[]) => Cuboid | null;
}

/** World z of the ground and of the top of what stands on it. */
export interface Column {
  readonly bottom: number;
  readonly top: number;
}

export type CuboidEdit =
  | { readonly kind: "create"; readonly cuboid: Cuboid }
  | {
      readonly kind: "change";
      readonly id: string;
      readonly before: Cuboid;
      readonly after: Cuboid;
    };

/** A cuboid to draw for now; in place of the object `id`, or of none while a new one is placed. */
export interface Preview {
  readonly id: string | null;
  readonly cuboid: Cuboid;
}

export interface Step {
  readonly tool: Tool;
  readonly preview: Preview | null;
  /** A line that is being drawn by hand. */
  readonly trace: Lasso | null;
  /** A polygon under the hand. */
  readonly sketch: Sketch | null;
  readonly commit?: CuboidEdit;
  readonly shaped?: PolygonEdit;
  /** Absent: the selection stays. */
  readonly select?: string | null;
  /** This object joins the selection, or leaves it. */
  readonly toggle?: string;
}

export const IDLE: Tool = { state: "idle" };
export const ARMED: Tool = { state: "armed", at: null };
export const LASSO: Tool = { state: "lasso" };
export { OUTLINE };

const WAITING: ReadonlySet<Tool["state"]> = new Set(["idle", "armed", "lasso", "outline"]);
const SLOP_PX = 4;
/** A handle is taken hold of to be dragged, never to be clicked: fine fitting begins at once. */
const HANDLE_SLOP_PX = 2;
const SHORTEST_DRAG_M = 0.5;
const NARROWEST_RECTANGLE_M = 0.1;
/** Ground that rises more steeply than this between rear and front is a wall or a bonnet. */
const STEEPEST = 0.15;

/** The tool has the pointer; the camera must not follow it. */
export function holdsPointer(tool: Tool): boolean {
  return !WAITING.has(tool.state);
}

export function step(tool: Tool, input: SceneInput, context: ToolContext): Step {
  const taken = take(tool, input, context);
  const { tool: after } = taken;
  const sketch = after.state === "outline" || after.state === "bending" ? sketchOf(after) : null;
  return { ...taken, preview: previewOf(after, context), trace: traceOf(after), sketch };
}

export function previewOf(tool: Tool, context: ToolContext): Preview | null {
  switch (tool.state) {
    case "idle":
    case "lasso":
    case "lassoing":
    case "outline":
    case "bending":
    case "pressed":
      return null;
    case "armed":
      return tool.at === null ? null : { id: null, cuboid: usual(tool.at, context) };
    case "placing":
      return { id: null, cuboid: placed(tool, context) };
    case "drawing":
      return { id: null, cuboid: drawn(tool, context) };
    case "moving":
    case "resizing":
    case "turning":
      return { id: tool.id, cuboid: tool.current };
  }
}

function traceOf(tool: Tool): Lasso | null {
  return tool.state === "lassoing" ? tool.lasso : null;
}

type Taken = Omit<Step, "preview" | "trace" | "sketch">;

function take(tool: Tool, input: SceneInput, context: ToolContext): Taken {
  if (input.kind === "cancel") return { tool: IDLE };
  switch (tool.state) {
    case "idle":
      return whileIdle(tool, input, context);
    case "armed":
      return whileArmed(tool, input);
    case "lasso": {
      const lasso = input.kind === "down" && !input.modifiers.alt ? lassoBegun(input) : null;
      return { tool: lasso === null ? tool : { state: "lassoing", lasso } };
    }
    case "lassoing":
      return whileLassoing(tool, input, context);
    case "outline":
    case "bending": {
      const { tool: after, edit } = polygonStep(tool, input, context);
      return { tool: after ?? IDLE, ...(edit !== undefined && { shaped: edit }) };
    }
    case "placing":
      if (input.kind === "move") return { tool: dragPlacing(tool, input) };
      if (input.kind !== "up") return { tool };
      return { tool: IDLE, commit: { kind: "create", cuboid: placed(tool, context) } };
    case "drawing":
      if (input.kind === "move") return { tool: dragDrawing(tool, input) };
      if (input.kind !== "up") return { tool };
      return { tool: IDLE, commit: { kind: "create", cuboid: drawn(tool, context) } };
    case "pressed":
      if (input.kind === "up") return { tool: IDLE };
      if (input.kind !== "move") return { tool };
      if (!beyondSlop(tool.pressed, input.screen, slopOf(tool.grip))) return { tool };
      return { tool: drag(grab(tool), input) };
    case "moving":
    case "resizing":
    case "turning":
      if (input.kind === "move") return { tool: drag(tool, input) };
      return input.kind === "up" ? release(tool) : { tool };
  }
}

function whileIdle(tool: Tool, input: SceneInput, context: ToolContext): Taken {
  if (input.kind === "click" && input.modifiers.ctrl) {
    return input.hit.kind === "nothing" ? { tool } : { tool, toggle: input.hit.id };
  }
  if (input.kind === "click") {
    return { tool, select: input.hit.kind === "nothing" ? null : input.hit.id };
  }
  if (input.kind === "twice") {
    const removed = vertexRemoved(input, context);
    return removed === null ? shrink(tool, input.hit, context) : { tool, shaped: removed };
  }
  if (input.kind !== "down" || input.hit.kind === "nothing") return { tool };
  const bending = isForOthers(input) ? null : bendBegun(input, context);
  if (bending !== null) return { tool: bending };
  const { id } = input.hit;
  const original = id === context.selected ? context.cuboid(id) : null;
  if (original === null || (input.hit.kind === "body" && isForOthers(input))) return { tool };
  const grip = gripOf(input, original);
  if (grip === null) return { tool };
  return { tool: { state: "pressed", id, original, pressed: input.screen, grip } };
}

/** With Alt a drag turns the view, with Ctrl a click selects. */
function isForOthers({ modifiers }: Pointer): boolean {
  return modifiers.alt || modifiers.ctrl;
}

/** A double click on the handle of a side, or of two that meet, brings them to the points inside. */
function shrink(tool: Tool, hit: Hit, context: ToolContext): Taken {
  if (hit.kind !== "face" && hit.kind !== "edge") return { tool };
  const before = hit.id === context.selected ? context.cuboid(hit.id) : null;
  if (before === null) return { tool };
  const after = context.shrunk(before, hit.kind === "face" ? [hit.face] : hit.faces);
  if (after === null) return { tool };
  return { tool, commit: { kind: "change", id: hit.id, before, after } };
}

function whileArmed(tool: Tool & { state: "armed" }, input: SceneInput): Taken {
  if (input.kind === "leave") return { tool: ARMED };
  if (input.kind === "hover") return { tool: { ...tool, at: input.ground } };
  if (input.kind !== "down" || input.ground === null || input.modifiers.alt) return { tool };
  const at = input.ground;
  if (input.gaze.flat || input.modifiers.shift) {
    const { headingRad } = input.gaze;
    const corners = { corner: at, opposite: at, dragged: false };
    return { tool: { state: "drawing", pressed: input.screen, headingRad, ...corners } };
  }
  return {
    tool: { state: "placing", pressed: input.screen, rear: at, front: at, dragged: false },
  };
}

/** A line around nothing leaves the tool in the hand: the next one may be drawn better. */
function whileLassoing(
  tool: Tool & { state: "lassoing" },
  input: SceneInput,
  context: ToolContext,
): Taken {
  if (input.kind === "move") return { tool: { ...tool, lasso: lassoLengthened(tool.lasso, input) } };
  if (input.kind !== "up") return { tool };
  if (!encloses(tool.lasso)) return { tool: LASSO };
  const cuboid = context.lassoed(tool.lasso, input.modifiers.alt);
  return cuboid === null ? { tool: LASSO } : { tool: IDLE, commit: { kind: "create", cuboid } };
}

type Placing = Tool & { readonly state: "placing" };

function dragPlacing(tool: Placing, input: Pointer): Placing {
  const level = rayOnLevel(input.ray, tool.rear[2]);
  if (level === null) return tool;
  const lengthM = Math.hypot(level[0] - tool.rear[0], level[1] - tool.rear[1]);
  const rise = input.ground === null ? 0 : input.ground[2] - tool.rear[2];
  const frontZ = tool.rear[2] + (Math.abs(rise) < STEEPEST * lengthM ? rise : 0);
  return {
    ...tool,
    front: [level[0], level[1], frontZ],
    dragged: beyondSlop(tool.pressed, input.screen) && lengthM >= SHORTEST_DRAG_M,
  };
}

function placed(tool: Placing, context: ToolContext): Cuboid {
  const [, widthM, heightM] = context.placing.size;
  return tool.dragged
    ? standing(tool.rear, tool.front, widthM, heightM)
    : usual(tool.rear, context);
}

type Drawing = Tool & { readonly state: "drawing" };

function dragDrawing(tool: Drawing, input: Pointer): Drawing {
  const opposite = rayOnLevel(input.ray, tool.corner[2]);
  if (opposite === null) return tool;
  const { size } = footprint(tool.corner, opposite, tool.headingRad, 1);
  const dragged = beyondSlop(tool.pressed, input.screen) && size[1] >= NARROWEST_RECTANGLE_M;
  return { ...tool, opposite, dragged };
}

/** Its footprint is the rectangle; how high it is, the points in it say, or else the label. */
function drawn(tool: Drawing, context: ToolContext): Cuboid {
  if (!tool.dragged) return usual(tool.corner, context);
  const heightM = context.placing.size[2];
  const flat = footprint(tool.corner, tool.opposite, tool.headingRad, heightM);
  const column = context.standingIn(flat);
  if (column === null) return flat;
  const [x, y] = flat.centre;
  const tallM = column.top - column.bottom;
  return {
    ...flat,
    centre: [x, y, column.bottom + tallM / 2],
    size: [flat.size[0], flat.size[1], tallM],
  };
}

function usual(ground: Vec3, context: ToolContext): Cuboid {
  return standingAt(ground, context.placing.size, context.placing.yawRad);
}

function release({ id, original, current }: Dragging): Taken {
  if (current === original) return { tool: IDLE };
  return { tool: IDLE, commit: { kind: "change", id, before: original, after: current } };
}

function slopOf({ kind }: Grip): number {
  return kind === "body" ? SLOP_PX : HANDLE_SLOP_PX;
}

function beyondSlop(from: ScreenPoint, to: ScreenPoint, slopPx = SLOP_PX): boolean {
  return Math.hypot(to.x - from.x, to.y - from.y) >= slopPx;
}
