/** What the points' shader does with colours, for the few points of a crop, without a GPU. */

import { distance, type Vec3 } from "../geometry/vec";
import { pointOf, type DecodedChunk } from "../workers/chunk";
import type { PointDisplay } from "./display";
import { FAR_M, shownMode, TALL_M } from "./legend";
import { Membership } from "./membership";
import type { NearCloud } from "./nearcloud";
import { bytesOfColour, colourOn, DEVICE_COLOURS, RAMPS, type Rgb, UNLABELLED } from "./palette";
import type { Labelled } from "./points";

/** Between these heights above the ground what is on it becomes what stands on it, metres. */
const GROUND_M = { from: 0.15, to: 0.35 } as const;
const STEPS = 256;
/** Where the third of a point's tags says in which cuboid it is. */
const SLOT = 2;
const OPAQUE = 0xff000000;

/**
 * The colour of a point as the bytes r, g, b, a of a picture; without alpha it is hidden. Made when it
 * is asked for: of the points of a cut, few are in the picture.
 */
export type Shades = (point: number) => number;

export type ShadeDisplay = Pick<PointDisplay, "colours" | "groundLight" | "hideGround" | "hideLabelled">;

/**
 * @param device where the sensor is, world metres.
 * @param labelled the cuboids of the frame; looked at only when labels colour or hide.
 */
export function shadesOf(
  near: NearCloud,
  display: ShadeDisplay,
  device: Vec3,
  labelled: () => readonly Labelled[],
): Shades {
  const { chunk, above } = near;
  const isLabelled = display.colours === "label" || display.hideLabelled;
  const members = isLabelled ? labelled() : [];
  const slots = isLabelled ? slotsOf(chunk, members) : null;
  const colourOf = colouring(near, display, device, members, slots);
  const light = display.hideGround ? 1 : display.groundLight;
  const shadeOf = (point: number) => {
    const onGround = 1 - smoothstep(GROUND_M.from, GROUND_M.to, above(point));
    const kept = 1 + (light - 1) * onGround;
    const isHidden =
      (display.hideGround && onGround > 0.5) || (display.hideLabelled && (slots?.[4 * point + SLOT] ?? 0) > 0);
    const [r, g, b] = colourOf(point);
    return (packed(r * kept, g * kept, b * kept) & (isHidden ? 0xffffff : 0xffffffff)) >>> 0;
  };
  // No colour of ours is 0.
  const known = new Uint32Array(chunk.count);
  return (point) => {
    const shade = known[point]!;
    return shade === 0 ? (known[point] = shadeOf(point)) : shade;
  };
}

export function packed(r: number, g: number, b: number): number {
  return (OPAQUE | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0;
}

function colouring(
  { chunk, above }: NearCloud,
  { colours }: ShadeDisplay,
  device: Vec3,
  members: readonly Labelled[],
  slots: Uint8Array | null,
): (point: number) => Rgb {
  const mode = shownMode(colours, chunk);
  const { tags, positions } = chunk;
  if (mode === "device") {
    return (point) => DEVICE_COLOURS[tags![4 * point]! % DEVICE_COLOURS.length]!;
  }
  if (mode === "label") {
    const colourOf = members.map(({ colour }) => bytesOfColour(colour));
    return (point) => colourOf[slots![4 * point + SLOT]! - 1] ?? UNLABELLED;
  }
  const ramp = Array.from({ length: STEPS }, (_, at) => colourOn(RAMPS[mode], at / (STEPS - 1)));
  const along = (t: number) => ramp[Math.round(Math.min(1, Math.max(0, t)) * (STEPS - 1))]!;
  const [low, high] = chunk.intensityRange;
  switch (mode) {
    case "height":
      return (point) => along(Math.sqrt(Math.max(0, above(point)) / TALL_M));
    case "intensity": {
      const span = Math.max(1, high - low);
      return (point) => along(Math.sqrt(Math.max(0, ((positions[4 * point + 3]! >> 4) - low) / span)));
    }
    case "distance":
      return (point) => along(distance(pointOf(chunk, point), device) / FAR_M);
    case "time":
      return (point) => along(tags![4 * point + 1]! / 255);
  }
}

/** Of each point the place of the cuboid it is in, from 1 on, as the third of four bytes. */
function slotsOf(chunk: DecodedChunk, members: readonly Labelled[]): Uint8Array {
  const marks = new Uint8Array(4 * chunk.count);
  const placed = members.map((one, at) => ({ ...one, slot: Math.min(255, at + 1) }));
  new Membership(chunk, marks).update(placed);
  return marks;
}

function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
