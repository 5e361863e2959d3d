/**
 * The cuboid tool as a pure machine: what a gesture does, without a canvas.
 *
 *     idle ──arm──> armed ──down──> placing ──up──> idle, commits a new cuboid
 *     idle ──down on the selected──> pressed ──move──> moving | resizing | turning ──up──> idle, commits
 *
 * Nothing changes before `up`, so `cancel` has nothing to undo. One gesture commits one edit.
 */

import { faceCentre, faceNormal, type Cuboid, type Face } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { subtract, type Vec3 } from "../geometry/vec";
import { moved, resized, standing, standingAt, turned } from "./boxes";
import type { Pointer, Ray, SceneInput } from "./input";
import { heightOnRay, nearestAlong, rayOnLevel } from "./rays";

export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

type Grip =
  | { readonly kind: "body"; readonly held: Vec3; readonly vertical: boolean }
  | { readonly kind: "face"; readonly face: Face; readonly atM: number }
  | { readonly kind: "turn"; readonly atRad: number };

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
      readonly state: "pressed";
      readonly id: string;
      readonly original: Cuboid;
      readonly pressed: ScreenPoint;
      readonly grip: Grip;
    }
  | ({ readonly state: "moving"; readonly held: Vec3; readonly vertical: boolean } & Dragged)
  | ({ readonly state: "resizing"; readonly face: Face; readonly fromM: number } & Dragged)
  | ({ readonly state: "turning"; readonly fromRad: number } & Dragged);

export interface ToolContext {
  readonly selected: string | null;
  /** The cuboid as shown in this frame; null when it is not here or must not be changed. */
  readonly cuboid: (id: string) => Cuboid | null;
  /** What a click places: the size usual for the label, and the heading used last. */
  readonly placing: { readonly size: Vec3; readonly yawRad: number };
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
}

export const IDLE: Tool = { state: "idle" };
export const ARMED: Tool = { state: "armed", at: null };

const SLOP_PX = 4;
const SHORTEST_DRAG_M = 0.5;
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
    case "pressed":
      if (input.kind === "up") return { tool: IDLE };
      if (input.kind !== "move" || !beyondSlop(tool.pressed, input.screen)) return { tool };
      return { tool: drag(grab(tool), input) };
    case "moving":
    case "resizing":
    case "turning":
      if (input.kind === "move") return { tool: drag(tool, input) };
      return input.kind === "up" ? release(tool) : { tool };
  }
}

function whileIdle(tool: Tool, input: SceneInput, context: ToolContext): Taken {
  if (input.kind === "click") {
    return { tool, select: input.hit.kind === "nothing" ? null : input.hit.id };
  }
  if (input.kind !== "down" || input.hit.kind === "nothing") return { tool };
  const { id } = input.hit;
  const original = id === context.selected ? context.cuboid(id) : null;
  if (original === null || (input.hit.kind === "body" && input.modifiers.alt)) return { tool };
  const grip = gripOf(input, original);
  if (grip === null) return { tool };
  return { tool: { state: "pressed", id, original, pressed: input.screen, grip } };
}

function whileArmed(tool: Tool & { state: "armed" }, input: SceneInput): Taken {
  if (input.kind === "leave") return { tool: ARMED };
  if (input.kind === "hover") return { tool: { ...tool, at: input.ground } };
  if (input.kind !== "down" || input.ground === null || input.modifiers.alt) return { tool };
  const at = input.ground;
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

function usual(ground: Vec3, context: ToolContext): Cuboid {
  return standingAt(ground, context.placing.size, context.placing.yawRad);
}

function gripOf({ hit, ray, modifiers }: Pointer, cuboid: Cuboid): Grip | null {
  switch (hit.kind) {
    case "nothing":
      return null;
    case "body":
      return { kind: "body", held: hit.point, vertical: modifiers.shift };
    case "face": {
      const atM = alongFace(ray, cuboid, hit.face);
      return atM === null ? null : { kind: "face", face: hit.face, atM };
    }
    case "turn": {
      const atRad = angleAround(ray, cuboid.centre);
      return atRad === null ? null : { kind: "turn", atRad };
    }
  }
}

type Dragging = Tool & { readonly state: "moving" | "resizing" | "turning" };

function grab({ id, original, grip }: Tool & { state: "pressed" }): Dragging {
  const dragged = { id, original, current: original };
  switch (grip.kind) {
    case "body":
      return { state: "moving", ...dragged, held: grip.held, vertical: grip.vertical };
    case "face":
      return { state: "resizing", ...dragged, face: grip.face, fromM: grip.atM };
    case "turn":
      return { state: "turning", ...dragged, fromRad: grip.atRad };
  }
}

function drag(tool: Dragging, input: Pointer): Dragging {
  switch (tool.state) {
    case "moving":
      return dragBody(tool, input);
    case "resizing": {
      const atM = alongFace(input.ray, tool.original, tool.face);
      if (atM === null) return tool;
      const byM = atM - tool.fromM;
      return { ...tool, current: resized(tool.original, tool.face, byM, input.modifiers.alt) };
    }
    case "turning": {
      const atRad = angleAround(input.ray, tool.original.centre);
      if (atRad === null) return tool;
      const yaw = quat.yawOf(tool.original.rotation);
      const free = atRad - tool.fromRad;
      const snapped = Math.round((yaw + free) / SNAP_RAD) * SNAP_RAD - yaw;
      return { ...tool, current: turned(tool.original, input.modifiers.ctrl ? snapped : free) };
    }
  }
}

function dragBody(tool: Dragging & { state: "moving" }, input: Pointer): Dragging {
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

function alongFace(ray: Ray, cuboid: Cuboid, face: Face): number | null {
  return nearestAlong(ray, faceCentre(cuboid, face), faceNormal(cuboid, face));
}

function angleAround(ray: Ray, centre: Vec3): number | null {
  const at = rayOnLevel(ray, centre[2]);
  return at === null ? null : Math.atan2(at[1] - centre[1], at[0] - centre[0]);
}

function beyondSlop(from: ScreenPoint, to: ScreenPoint): boolean {
  return Math.hypot(to.x - from.x, to.y - from.y) >= SLOP_PX;
}
