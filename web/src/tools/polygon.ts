/**
 * The polygon tool as a pure machine, a part of the tool in cuboid.ts.
 *
 *     outline ──click──> outline, a vertex more ──twice or close──> idle, commits a polygon
 *     idle ──down on a handle of the selected──> bending ──up──> idle, commits what moved
 *
 * While an outline is drawn the camera keeps its drags: only clicks are the tool's.
 */

import { add, subtract, type Vec3 } from "../geometry/vec";
import type { Hit, Pointer, SceneInput } from "./input";
import { heightOnRay, rayOnLevel, rayOnPlane } from "./rays";

export type Bend =
  | { readonly kind: "vertex"; readonly index: number }
  /** A new vertex, which gets this index. */
  | { readonly kind: "insert"; readonly index: number }
  | { readonly kind: "whole" };

export interface Outline {
  readonly state: "outline";
  readonly vertices: readonly Vec3[];
  /** Where the next one would be. */
  readonly at: Vec3 | null;
  readonly last: Pointer["screen"] | null;
}

export interface Bending {
  readonly state: "bending";
  readonly id: string;
  readonly bend: Bend;
  readonly pressed: Pointer["screen"];
  readonly held: Vec3;
  readonly before: readonly Vec3[];
  readonly vertices: readonly Vec3[];
}

export type PolygonTool = Outline | Bending;

export type PolygonEdit =
  | { readonly kind: "outline"; readonly vertices: readonly Vec3[] }
  | {
      readonly kind: "bend";
      readonly id: string;
      readonly bend: Bend | { readonly kind: "remove"; readonly index: number };
      readonly before: readonly Vec3[];
      readonly after: readonly Vec3[];
    };

/** A polygon to draw for now; in place of the object `id`, or of none while it is new. */
export interface Sketch {
  readonly id: string | null;
  readonly vertices: readonly Vec3[];
}

export interface PolygonContext {
  readonly selected: string | null;
  /** Its vertices in this frame; null when it is not here or must not be changed. */
  readonly polygon: (id: string) => readonly Vec3[] | null;
  /** The measured point under the pointer, the foremost; null where there is none. Costs a search. */
  readonly pointOn: (ray: Pointer["ray"]) => Vec3 | null;
}

/** `tool` null: done. */
export interface PolygonStep {
  readonly tool: PolygonTool | null;
  readonly edit?: PolygonEdit;
}

export const OUTLINE: Outline = { state: "outline", vertices: [], at: null, last: null };

const FEWEST = 3;
const SLOP_PX = 3;
/** The second click of a double click adds nothing. */
const TWICE_PX = 6;

export function polygonStep(tool: PolygonTool, input: SceneInput, context: PolygonContext): PolygonStep {
  return tool.state === "outline" ? whileDrawing(tool, input, context) : whileBending(tool, input, context);
}

export function sketchOf(tool: PolygonTool): Sketch | null {
  if (tool.state === "bending") return { id: tool.id, vertices: tool.vertices };
  const vertices = tool.at === null ? tool.vertices : [...tool.vertices, tool.at];
  return vertices.length === 0 ? null : { id: null, vertices };
}

function whileDrawing(tool: Outline, input: SceneInput, context: PolygonContext): PolygonStep {
  switch (input.kind) {
    case "hover":
      return { tool: { ...tool, at: placeUnder(input, context) } };
    case "leave":
      return { tool: { ...tool, at: null } };
    case "click": {
      const at = placeUnder(input, context);
      const isSame = tool.last !== null && away(tool.last, input.screen) < TWICE_PX;
      if (at === null || isSame) return { tool };
      return { tool: { ...tool, vertices: [...tool.vertices, at], at: null, last: input.screen } };
    }
    case "back":
      return { tool: { ...tool, vertices: tool.vertices.slice(0, -1), last: null } };
    case "twice":
    case "close":
      if (tool.vertices.length < FEWEST) return { tool };
      return { tool: null, edit: { kind: "outline", vertices: tool.vertices } };
    default:
      return { tool };
  }
}

/** On the ground, or with Ctrl the measured point itself: a kerb, the corner of a sign. */
function placeUnder(input: Pointer, context: PolygonContext): Vec3 | null {
  return (input.modifiers.ctrl ? context.pointOn(input.ray) : null) ?? input.ground;
}

/** Null when the pointer is on no handle of the selected polygon. */
export function bendBegun({ hit, screen }: Pointer, context: PolygonContext): Bending | null {
  const bend = bendOf(hit);
  if (bend === null || hit.kind === "nothing" || hit.id !== context.selected) return null;
  const before = context.polygon(hit.id);
  if (before === null || !("point" in hit)) return null;
  const vertices = bend.kind === "insert" ? before.toSpliced(bend.index, 0, hit.point) : before;
  return { state: "bending", id: hit.id, bend, pressed: screen, held: hit.point, before, vertices };
}

function bendOf(hit: Hit): Bend | null {
  switch (hit.kind) {
    case "vertex":
      return { kind: "vertex", index: hit.index };
    case "side":
      return { kind: "insert", index: hit.index + 1 };
    case "whole":
      return { kind: "whole" };
    default:
      return null;
  }
}

/** A double click on a vertex takes it out; three stay. */
export function vertexRemoved({ hit }: Pointer, context: PolygonContext): PolygonEdit | null {
  if (hit.kind !== "vertex" || hit.id !== context.selected) return null;
  const before = context.polygon(hit.id);
  if (before === null) return null;
  const bend = { kind: "remove", index: hit.index } as const;
  return { kind: "bend", id: hit.id, bend, before, after: before.toSpliced(hit.index, 1) };
}

function whileBending(tool: Bending, input: SceneInput, context: PolygonContext): PolygonStep {
  const { id, bend, before, vertices } = tool;
  if (input.kind === "up") {
    const isMoved = away(tool.pressed, input.screen) >= SLOP_PX;
    return isMoved ? { tool: null, edit: { kind: "bend", id, bend, before, after: vertices } } : { tool: null };
  }
  if (input.kind !== "move" || away(tool.pressed, input.screen) < SLOP_PX) return { tool };
  const to = dragged(tool, input, context);
  if (to === null) return { tool };
  if (bend.kind !== "whole") return { tool: { ...tool, held: to, vertices: vertices.with(bend.index, to) } };
  const by = subtract(to, tool.held);
  return { tool: { ...tool, held: to, vertices: vertices.map((vertex) => add(vertex, by)) } };
}

/** In a flat view in its plane, with Shift up and down, else over the ground. */
function dragged({ held, bend }: Bending, input: Pointer, context: PolygonContext): Vec3 | null {
  const { ray, gaze, modifiers } = input;
  if (gaze.flat) return rayOnPlane(ray, held, gaze.forward);
  if (modifiers.shift) {
    const z = heightOnRay(ray, held);
    return z === null ? null : [held[0], held[1], z];
  }
  if (bend.kind === "whole") return rayOnLevel(ray, held[2]);
  return placeUnder(input, context) ?? rayOnLevel(ray, held[2]);
}

const away = (from: Pointer["screen"], to: Pointer["screen"]): number =>
  Math.hypot(to.x - from.x, to.y - from.y);
