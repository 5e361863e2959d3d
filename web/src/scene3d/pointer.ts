/** From a mouse event to what a tool hears, and to how the cursor looks. */

import type { Vec3 } from "../geometry/vec";
import type { Gaze, Hit, Modifiers, Pointer, Ray, SceneInput } from "../tools/input";
import { edgeId, type HandleId } from "./handles";
import type { ScreenXY } from "./viewpoint";

export type PointerKind = (SceneInput & Pointer)["kind"];

/** Searches only when asked: most moves need neither the ground nor a hit. */
export function lazyInput(
  kind: PointerKind,
  at: {
    readonly ray: Ray;
    readonly screen: ScreenXY;
    readonly modifiers: Modifiers;
    readonly gaze: Gaze;
  },
  find: { readonly hit: () => Hit; readonly ground: () => Vec3 | null },
): SceneInput & Pointer {
  let hit: Hit | undefined;
  let ground: Vec3 | null | undefined;
  return {
    kind,
    ...at,
    get hit() {
      return (hit ??= find.hit());
    },
    get ground() {
      if (ground === undefined) ground = find.ground();
      return ground;
    },
  };
}

export function modifiersOf(event: MouseEvent): Modifiers {
  return { shift: event.shiftKey, alt: event.altKey, ctrl: event.ctrlKey || event.metaKey };
}

/** The cuboid and its handle under the pointer. */
export interface Hover {
  readonly body: string | null;
  readonly handle: HandleId | null;
}

export const NO_HOVER: Hover = { body: null, handle: null };

export function hoverOf(hit: Hit): Hover {
  switch (hit.kind) {
    case "nothing":
      return NO_HOVER;
    case "body":
    case "vertex":
    case "side":
    case "whole":
      return { body: hit.id, handle: null };
    case "face":
      return { body: hit.id, handle: hit.face };
    case "edge":
      return { body: hit.id, handle: edgeId(hit.faces) };
    case "turn":
      return { body: hit.id, handle: "turn" };
  }
}

export function cursorOf({ body, handle }: Hover, selected: string | null): string {
  if (handle === "turn") return "grab";
  if (handle !== null) return "pointer";
  if (body === null) return "default";
  return body === selected ? "move" : "pointer";
}
