/** Where the handles of the selected cuboid are, and which one is under the pointer. No three, no DOM. */

import { FACE_NAMES, faceCentre, faceNormal, facesEye, type Cuboid } from "../geometry/cuboid";
import type { Face } from "../geometry/cuboid";
import { add, dot, normalise, scale, subtract, type Vec3 } from "../geometry/vec";
import { basisOf, eyeOf, metresPerPixel, toScreen } from "./viewpoint";
import type { ScreenXY, Size, Viewpoint } from "./viewpoint";

export type Handle =
  | { readonly kind: "face"; readonly face: Face; readonly at: Vec3; readonly facing: boolean }
  /** Where two faces meet: both follow the hand. In flat views only, where it is a corner. */
  | { readonly kind: "edge"; readonly faces: readonly [Face, Face]; readonly at: Vec3 }
  | { readonly kind: "turn"; readonly at: Vec3; readonly stem: Vec3 };

export type HandleId = Face | `${Face}+${Face}` | "turn";

/** The turning handle stands this far before the front, on the screen. */
const STEM_PX = 38;
const LONGEST_STEM_M = 6;
const STEEPEST_SLANT = 0.4;
/** A cuboid smaller than this on the screen has no face handles: they would hide it. */
const SMALLEST_PX = 26;
/**
 * Nearer than 15 degrees to the line of sight no hand can say how far a face is to go: a pixel would be
 * metres, and from the top the roof's handle would lie in the middle of what is taken hold of to move.
 */
const END_ON = Math.cos((15 * Math.PI) / 180);
const REACH_PX = { turn: 12, facing: 11, hidden: 8 };

export function handleId(handle: Handle): HandleId {
  switch (handle.kind) {
    case "face":
      return handle.face;
    case "edge":
      return edgeId(handle.faces);
    case "turn":
      return "turn";
  }
}

export const edgeId = ([one, other]: readonly [Face, Face]): HandleId => `${one}+${other}`;

/** `stem` is where the turning handle's line leaves the cuboid. */
export function handlesOf(cuboid: Cuboid, view: Viewpoint, size: Size): Handle[] {
  const eye = eyeOf(view);
  const stem = faceCentre(cuboid, "front");
  const turn: Handle = { kind: "turn", at: turnHandleAt(cuboid, stem, view, size), stem };
  const acrossM = Math.hypot(...cuboid.size);
  if (acrossM / metresPerPixel(view, cuboid.centre, size) < SMALLEST_PX) return [turn];
  const faces = FACE_NAMES.flatMap((face): Handle[] => {
    const at = faceCentre(cuboid, face);
    const sight = normalise(subtract(at, eye));
    if (Math.abs(dot(faceNormal(cuboid, face), sight)) > END_ON) return [];
    return [{ kind: "face", face, at, facing: facesEye(cuboid, face, eye) }];
  });
  return [...faces, turn];
}

/** Far enough along the heading to be apart from the front's own handle, also when seen at a slant. */
function turnHandleAt(cuboid: Cuboid, stem: Vec3, view: Viewpoint, size: Size): Vec3 {
  const heading = faceNormal(cuboid, "front");
  const straightM = STEM_PX * metresPerPixel(view, stem, size);
  const towards = dot(heading, basisOf(view).forward);
  const seen = Math.sqrt(Math.max(0, 1 - towards * towards));
  const reachM = Math.min(LONGEST_STEM_M, straightM / Math.max(seen, STEEPEST_SLANT));
  return add(stem, scale(heading, reachM));
}

/** The handle under the pointer; one on a face turned away only when no other is as near. */
export function pickHandle(
  handles: readonly Handle[],
  screen: ScreenXY,
  view: Viewpoint,
  size: Size,
): Handle | null {
  let best: Handle | null = null;
  let bestPx = Infinity;
  for (const handle of handles) {
    const at = toScreen(view, handle.at, size);
    if (at === null) continue;
    const awayPx = Math.hypot(at.x - screen.x, at.y - screen.y);
    if (awayPx > reachOf(handle)) continue;
    const rank = isHidden(handle) ? awayPx + REACH_PX.hidden : awayPx;
    if (rank < bestPx) {
      bestPx = rank;
      best = handle;
    }
  }
  return best;
}

export const isHidden = (handle: Handle): boolean => handle.kind === "face" && !handle.facing;

function reachOf(handle: Handle): number {
  if (handle.kind === "turn") return REACH_PX.turn;
  return isHidden(handle) ? REACH_PX.hidden : REACH_PX.facing;
}
