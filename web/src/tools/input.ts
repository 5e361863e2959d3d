/** What a view tells a tool: a pointer event, already measured in the world. */

import type { Face } from "../geometry/cuboid";
import type { Vec3 } from "../geometry/vec";

/** What lies under the pointer. */
export type Hit =
  | { readonly kind: "nothing" }
  | { readonly kind: "body"; readonly id: string; readonly point: Vec3 }
  | { readonly kind: "face"; readonly id: string; readonly face: Face }
  | { readonly kind: "edge"; readonly id: string; readonly faces: readonly [Face, Face] }
  | { readonly kind: "turn"; readonly id: string }
  /** Of a polygon: a vertex, the middle of the side after a vertex, the middle of all. */
  | { readonly kind: "vertex"; readonly id: string; readonly index: number; readonly point: Vec3 }
  | { readonly kind: "side"; readonly id: string; readonly index: number; readonly point: Vec3 }
  | { readonly kind: "whole"; readonly id: string; readonly point: Vec3 };

/** `direction` has length 1. */
export interface Ray {
  readonly origin: Vec3;
  readonly direction: Vec3;
}

export interface Modifiers {
  readonly shift: boolean;
  readonly alt: boolean;
  /** Ctrl, or Command on a Mac. */
  readonly ctrl: boolean;
}

/** How the view under the pointer looks at the world. */
export interface Gaze {
  /** Without perspective: a drag then stays in the plane of the picture. */
  readonly flat: boolean;
  /** Unit vector into the picture. */
  readonly forward: Vec3;
  /** Heading along which a rectangle on the ground is parallel to the sides of the picture. */
  readonly headingRad: number;
}

export interface Pointer {
  readonly ray: Ray;
  readonly hit: Hit;
  /** The local ground under the cursor; null when the ray goes to the sky. Costs a search. */
  readonly ground: Vec3 | null;
  /** CSS pixels from the view's top left corner. */
  readonly screen: { readonly x: number; readonly y: number };
  readonly modifiers: Modifiers;
  readonly gaze: Gaze;
}

/**
 * `hover` is a move with no button down. After a `down` that no tool took, the view moves the
 * camera itself and sends a `click` if the pointer came up where it went down. `twice` is a double
 * click on a handle, after both of its presses, or anywhere while something is drawn. `close` and
 * `back` are keys: the outline that is drawn is finished, or its last vertex taken back.
 */
export type SceneInput =
  | ({ readonly kind: "hover" | "down" | "move" | "up" | "click" | "twice" } & Pointer)
  | { readonly kind: "leave" | "close" | "back" }
  | { readonly kind: "cancel" };
