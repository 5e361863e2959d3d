/**
 * Where a person was in a task, so that a reload, a crash or a new tab goes on there: frame,
 * selection, label, the large camera, the instructions and the viewpoint of the main view.
 *
 * A tab remembers its own place; one that is new begins where the person last was in this browser.
 */

import type { Vec3 } from "../../geometry/vec";
import type { Viewpoint } from "../../scene3d/viewpoint";
import { remember, remembered } from "../remember";

export interface Place {
  readonly frameIndex: number;
  readonly selected: string | null;
  readonly label: string | null;
  readonly camera: number | null;
  readonly instructions: boolean | null;
  readonly viewpoint: Viewpoint | null;
}

export const NOWHERE: Place = {
  frameIndex: 0,
  selected: null,
  label: null,
  camera: null,
  instructions: null,
  viewpoint: null,
};

const tab = () => sessionStorage;

export const placeKey = (personId: string, documentId: string): string =>
  `groundplane-place-${personId}-${documentId}`;

export function rememberPlace(key: string, place: Place): void {
  remember(key, place, tab);
  remember(key, place);
}

/** What another version or another program wrote is taken as far as it makes sense. */
export function rememberedPlace(key: string): Place {
  const stored = remembered(key, tab) ?? remembered(key);
  if (typeof stored !== "object" || stored === null) return NOWHERE;
  const { frameIndex, selected, label, camera, instructions, viewpoint } = stored as Record<
    keyof Place,
    unknown
  >;
  return {
    frameIndex: Number.isSafeInteger(frameIndex) && Number(frameIndex) >= 0 ? Number(frameIndex) : 0,
    selected: typeof selected === "string" ? selected : null,
    label: typeof label === "string" ? label : null,
    camera: Number.isSafeInteger(camera) ? Number(camera) : null,
    instructions: typeof instructions === "boolean" ? instructions : null,
    viewpoint: viewpointOf(viewpoint),
  };
}

function viewpointOf(stored: unknown): Viewpoint | null {
  if (typeof stored !== "object" || stored === null) return null;
  const { target, distance, azimuth, elevation } = stored as Record<keyof Viewpoint, unknown>;
  const isPoint = Array.isArray(target) && target.length === 3 && target.every(Number.isFinite);
  if (!isPoint || ![distance, azimuth, elevation].every(Number.isFinite)) return null;
  return {
    target: target as unknown as Vec3,
    distance: Number(distance),
    azimuth: Number(azimuth),
    elevation: Number(elevation),
  };
}
