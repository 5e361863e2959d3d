/**
 * What a hand that holds a cuboid does to it: moves it, a side of it, two sides that meet, or turns it.
 * A part of the tool in cuboid.ts.
 */

import { faceCentre, faceNormal, type Cuboid, type Face } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { scale, subtract, type Vec3 } from "../geometry/vec";
import { moved, resizedBy, turned, UP } from "./boxes";
import type { Gaze, Pointer, Ray } from "./input";
import { angleAround, heightOnRay, nearestAlong, rayOnLevel, rayOnPlane } from "./rays";

export type Grip =
  | { readonly kind: "body"; readonly held: Vec3; readonly vertical: boolean }
  /** One face, or two that meet in an edge; how far out along each normal it was taken. */
  | { readonly kind: "faces"; readonly faces: readonly Face[]; readonly atM: readonly number[] }
  | { readonly kind: "turn"; readonly axis: Vec3; readonly atRad: number };

interface Dragged {
  readonly id: string;
  readonly original: Cuboid;
  readonly current: Cuboid;
}

/** The tool while a hand holds a cuboid. */
export type Dragging =
  | ({ readonly state: "moving"; readonly held: Vec3; readonly vertical: boolean } & Dragged)
  | ({
      readonly state: "resizing";
      readonly faces: readonly Face[];
      readonly fromM: readonly number[];
    } & Dragged)
  | ({ readonly state: "turning"; readonly axis: Vec3; readonly fromRad: number } & Dragged);

const SNAP_RAD = (5 * Math.PI) / 180;

export function gripOf({ hit, ray, modifiers, gaze }: Pointer, cuboid: Cuboid): Grip | null {
  switch (hit.kind) {
    case "nothing":
    case "vertex":
    case "side":
    case "whole":
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

export function grab({ id, original, grip }: Omit<Dragged, "current"> & { readonly grip: Grip }): Dragging {
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

export function drag(tool: Dragging, input: Pointer): Dragging {
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

function dragBody(tool: Dragging & { readonly state: "moving" }, input: Pointer): Dragging {
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
