/**
 * The cuboid tool as a pure machine: what a gesture does, without a canvas.
 *
 *     idle ──arm──> armed ──down──> placing ──up──> idle, commits a new cuboid
 *     armed ──down in a flat view, or with Shift──> drawing ──up──> idle, commits a new cuboid
 *     idle ──down on the selected──> pressed ──move──> moving | resizing | turning ──up──> idle, commits
 *
 * Nothing changes before `up`, so `cancel` has nothing to undo. One gesture commits one edit.
 */

import { faceCentre, faceNormal, type Cuboid, type Face } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { scale, subtract, type Vec3 } from "../geometry/vec";
import { footprint, moved, resizedBy, standing, standingAt, turned, UP } from "./boxes";
import type { Gaze, Hit, Pointer, Ray, SceneInput } from "./input";
import { angleAround, heightOnRay, nearestAlong, rayOnLevel, rayOnPlane } from "./rays";

export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

type Grip =
  | { readonly kind: "body"; readonly held: Vec3; readonly vertical: boolean }
  /** One face, or two that meet in an edge; how far out along each normal it was taken. */
  | { readonly kind: "faces"; readonly faces: readonly Face[]; readonly atM: readonly number[] }
  | { readonly kind: "turn"; readonly axis: Vec3; readonly atRad: number };

interface Dragged {
  readonly id: string;
  readonly original: Cuboid;
  readonly current: Cuboid;
}

export type Tool =
  | { readonly state: "idle" }
  | { readonly state: "armed"; readonly at: Vec3 | null }
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
  | ({ readonly state: "moving"; readonly held: Vec3; readonly vertical: boolean } & Dragged)
  | ({
      readonly state: "resizing";
      readonly faces: readonly Face[];
      readonly fromM: readonly number[];
    } & Dragged)
  | ({ readonly state: "turning"; readonly axis: Vec3; readonly fromRad: number } & Dragged);

export interface ToolContext {
  readonly selected: string | null;
  /** The cuboid as shown in this frame; null when it is not here or must not be changed. */
  readonly cuboid: (id: string) => Cuboid | null;
  /** What a click places: the size usual for the label, and the heading used last. */
  readonly placing: { readonly size: Vec3; readonly yawRad: number };
  /** What stands on a footprint, by the points in it; null when they do not say. Costs a search. */
  readonly standingIn: (footprint: Cuboid) => Column | null;
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
  readonly commit?: CuboidEdit;
  /** Absent: the selection stays. */
  readonly select?: string | null;
  /** This object joins the selection, or leaves it. */
  readonly toggle?: string;
}

export const IDLE: Tool = { state: "idle" };
export const ARMED: Tool = { state: "armed", at: null };

const SLOP_PX = 4;
/** A handle is taken hold of to be dragged, never to be clicked: fine fitting begins at once. */
const HANDLE_SLOP_PX = 2;
const SHORTEST_DRAG_M = 0.5;
const NARROWEST_RECTANGLE_M = 0.1;
const SNAP_RAD = (5 * Math.PI) / 180;
/** Ground that rises more steeply than this between rear and front is a wall or a bonnet. */
const STEEPEST = 0.15;

/** The tool has the pointer; the camera must not follow it. */
export function holdsPointer(tool: Tool): boolean {
  return tool.state !== "idle" && tool.state !== "armed";
}

export function step(tool: Tool, input: SceneInput, context: ToolContext): Step {
  const taken = take(tool, input, context);
  return { ...taken, preview: previewOf(taken.tool, context) };
}

export function previewOf(tool: Tool, context: ToolContext): Preview | null {
  switch (tool.state) {
    case "idle":
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

type Taken = Omit<Step, "preview">;

function take(tool: Tool, input: SceneInput, context: ToolContext): Taken {
  if (input.kind === "cancel") return { tool: IDLE };
  switch (tool.state) {
    case "idle":
      return whileIdle(tool, input, context);
    case "armed":
      return whileArmed(tool, input);
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
  if (input.kind === "twice") return shrink(tool, input.hit, context);
  if (input.kind !== "down" || input.hit.kind === "nothing") return { tool };
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

function gripOf({ hit, ray, modifiers, gaze }: Pointer, cuboid: Cuboid): Grip | null {
  switch (hit.kind) {
    case "nothing":
      return null;
    case "body":
      return { kind: "body", held: hit.point, vertical: modifiers.shift };
    case "face":
    case "edge": {
      const faces = hit.kind === "face" ? [hit.face] : hit.faces;
      const atM = alongFaces(ray, cuboid, faces);
      return atM === null ? null : { kind: "faces", faces, atM };
    }
    case "turn": {
      const axis = turnAxis(gaze);
      const atRad = angleAround(ray, cuboid.centre, axis);
      return atRad === null ? null : { kind: "turn", axis, atRad };
    }
  }
}

/** A flat view turns in its own plane; any other about the vertical. */
function turnAxis({ flat, forward }: Gaze): Vec3 {
  // Exactly the vertical where it is meant: upright must stay upright to the last bit.
  if (!flat || forward[2] < -1 + 1e-9) return UP;
  return scale(forward, -1);
}

type Dragging = Tool & { readonly state: "moving" | "resizing" | "turning" };

function grab({ id, original, grip }: Tool & { state: "pressed" }): Dragging {
  const dragged = { id, original, current: original };
  switch (grip.kind) {
    case "body":
      return { state: "moving", ...dragged, held: grip.held, vertical: grip.vertical };
    case "faces":
      return { state: "resizing", ...dragged, faces: grip.faces, fromM: grip.atM };
    case "turn":
      return { state: "turning", ...dragged, axis: grip.axis, fromRad: grip.atRad };
  }
}

function drag(tool: Dragging, input: Pointer): Dragging {
  switch (tool.state) {
    case "moving":
      return dragBody(tool, input);
    case "resizing": {
      const atM = alongFaces(input.ray, tool.original, tool.faces);
      if (atM === null) return tool;
      const byM = atM.map((at, index) => at - tool.fromM[index]!);
      const current = resizedBy(tool.original, tool.faces, byM, input.modifiers.alt);
      return { ...tool, current };
    }
    case "turning": {
      const atRad = angleAround(input.ray, tool.original.centre, tool.axis);
      if (atRad === null) return tool;
      // A heading snaps to whole steps of the compass, a tilt to whole steps from where it was.
      const before = tool.axis === UP ? quat.yawOf(tool.original.rotation) : 0;
      const free = atRad - tool.fromRad;
      const snapped = Math.round((before + free) / SNAP_RAD) * SNAP_RAD - before;
      const byRad = input.modifiers.ctrl ? snapped : free;
      return { ...tool, current: turned(tool.original, byRad, tool.axis) };
    }
  }
}

function dragBody(tool: Dragging & { state: "moving" }, input: Pointer): Dragging {
  if (input.gaze.flat) {
    const held = rayOnPlane(input.ray, tool.held, input.gaze.forward);
    if (held === null) return tool;
    return { ...tool, held, current: moved(tool.current, subtract(held, tool.held)) };
  }
  const vertical = input.modifiers.shift;
  const held = vertical ? lifted(input.ray, tool.held) : rayOnLevel(input.ray, tool.held[2]);
  if (held === null) return tool;
  // Pressing or letting go of Shift takes hold anew, so that nothing jumps.
  if (vertical !== tool.vertical) return { ...tool, held, vertical };
  return { ...tool, held, current: moved(tool.current, subtract(held, tool.held)) };
}

function release({ id, original, current }: Dragging): Taken {
  if (current === original) return { tool: IDLE };
  return { tool: IDLE, commit: { kind: "change", id, before: original, after: current } };
}

function lifted(ray: Ray, held: Vec3): Vec3 | null {
  const z = heightOnRay(ray, held);
  return z === null ? null : [held[0], held[1], z];
}

/** How far out along each face's normal the ray passes; null when it runs along one of them. */
function alongFaces(ray: Ray, cuboid: Cuboid, faces: readonly Face[]): number[] | null {
  const found: number[] = [];
  for (const face of faces) {
    const atM = nearestAlong(ray, faceCentre(cuboid, face), faceNormal(cuboid, face));
    if (atM === null) return null;
    found.push(atM);
  }
  return found;
}

function slopOf({ kind }: Grip): number {
  return kind === "body" ? SLOP_PX : HANDLE_SLOP_PX;
}

function beyondSlop(from: ScreenPoint, to: ScreenPoint, slopPx = SLOP_PX): boolean {
  return Math.hypot(to.x - from.x, to.y - from.y) >= slopPx;
}
