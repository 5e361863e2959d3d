/**
 * Copies of objects, and the next pose of a track as its motion has it. Pure: documents in, writes
 * out.
 */

import { type Cuboid, faceNormal, groundPoint } from "../../geometry/cuboid";
import * as quat from "../../geometry/quat";
import { add, scale, subtract, type Vec3 } from "../../geometry/vec";
import { type Document, EMPTY, partsOf, WHOLE_TRACK_NS } from "../../model/document";
import { keysOf } from "../../model/interpolate";
import type { AttributeAnswer } from "../../model/kinds";
import {
  addKey,
  createCuboid,
  cuboidAt,
  cuboidObject,
  moveCuboid,
  type Place,
  setAttribute,
  toCuboid,
  type Write,
} from "./edits";

/** An object as it was in one frame. */
export interface Copied {
  readonly label: string;
  readonly stationary: boolean;
  readonly cuboid: Cuboid;
  readonly answers: readonly CopiedAnswer[];
}

interface CopiedAnswer {
  readonly name: string;
  readonly value: AttributeAnswer;
  /** For the whole track, not from a frame on. */
  readonly whole: boolean;
}

export interface Clip {
  readonly time_ns: number;
  readonly objects: readonly Copied[];
}

/** How far beside the original a copy stands that was not put anywhere. */
const BESIDE_M = 0.5;

/** What these objects are at this time; those that are no cuboids are left out. */
export function copyOf(document: Document, ids: readonly string[], time_ns: number): Clip {
  const objects = ids.flatMap((id): Copied[] => {
    const object = cuboidObject(document, id);
    const pose = cuboidAt(document, id, time_ns);
    if (object === null || pose === null) return [];
    const { label, stationary } = object;
    const answers = answersOf(document, id, time_ns);
    return [{ label, stationary, cuboid: toCuboid(pose), answers }];
  });
  return { time_ns, objects };
}

function answersOf(document: Document, id: string, time_ns: number): CopiedAnswer[] {
  return [...partsOf(document, id).attributeSteps].flatMap(([name, steps]) => {
    const held = steps.findLast(([step_ns]) => step_ns <= time_ns);
    if (held === undefined || held[1].value === null) return [];
    return [{ name, value: held[1].value, whole: held[0] === WHOLE_TRACK_NS }];
  });
}

/**
 * Where to put a copy: in another frame at the same place in the world; in the same frame with the
 * first object on the ground that is pointed at, or to its left when the pointer is nowhere.
 */
export function pasteOffset(clip: Clip, time_ns: number, ground: Vec3 | null): Vec3 {
  const first = clip.objects[0]?.cuboid;
  if (first === undefined || clip.time_ns !== time_ns) return [0, 0, 0];
  if (ground !== null) return subtract(ground, groundPoint(first));
  return scale(faceNormal(first, "left"), first.size[1] + BESIDE_M);
}

/**
 * New objects, moved by an offset in world metres.
 *
 * @param newIds one for each object of the clip.
 * @param placeOf the frame, and the camera that shows a place.
 */
export function pasted(
  clip: Clip,
  newIds: readonly string[],
  offset: Vec3,
  placeOf: (point: Vec3) => Place,
): Write[] {
  return clip.objects.flatMap((copied, index): Write[] => {
    const id = newIds[index];
    if (id === undefined) return [];
    const cuboid = { ...copied.cuboid, centre: add(copied.cuboid.centre, offset) };
    const at = placeOf(cuboid.centre);
    return [
      ...createCuboid(id, copied.label, cuboid, at, copied.stationary),
      ...copied.answers.flatMap(({ name, value, whole }) =>
        setAttribute(EMPTY, id, name, value, whole ? null : at.time_ns),
      ),
    ];
  });
}

/**
 * Where the track is at a time after its last key before it, if it goes on as between its last two:
 * the same speed, the same turn rate. With one key it stands still. Null: no key before that time.
 */
export function predicted(document: Document, id: string, time_ns: number): Cuboid | null {
  const keys = partsOf(document, id).keys.filter(([key_ns]) => key_ns < time_ns);
  const [last, before] = [keys.at(-1), keys.at(-2)];
  if (last?.[1].geometry !== "cuboid") return null;
  const now = toCuboid(last[1]);
  if (before?.[1].geometry !== "cuboid") return now;
  const ratio = (time_ns - last[0]) / (last[0] - before[0]);
  const from = toCuboid(before[1]);
  const turn = quat.multiply(now.rotation, quat.conjugate(from.rotation));
  const turnRad = quat.yawOf(turn);
  // The chord of an arc: its length goes with the sine of half the angle, its direction with half.
  const half = turnRad / 2;
  const stretch = Math.abs(half) < 1e-6 ? ratio : Math.sin(ratio * half) / Math.sin(half);
  const chord = scale(subtract(now.centre, from.centre), stretch);
  const way = quat.rotate(quat.fromYaw(half * (1 + ratio)), chord);
  const rotation = quat.multiply(quat.fromYaw(ratio * turnRad), now.rotation);
  return {
    ...now,
    centre: add(now.centre, [way[0], way[1], chord[2]]),
    rotation: quat.normalise(rotation),
  };
}

/**
 * A key in the next frame where the motion leads, or as interpolated when a later key knows better.
 * A sentence: why not.
 */
export function copiedAlong(
  document: Document,
  id: string,
  next_ns: number,
  placeOf: (point: Vec3) => Place,
): readonly Write[] | string {
  if (cuboidObject(document, id)?.stationary !== false) {
    return "A stationary object is in every frame already.";
  }
  const keys = keysOf(document, id);
  if (keys.includes(next_ns)) return [];
  const known = cuboidAt(document, id, next_ns);
  if (keys.some((key_ns) => key_ns > next_ns) && known !== null) {
    return addKey(document, id, placeOf(known.centre_m));
  }
  const cuboid = predicted(document, id, next_ns);
  if (cuboid === null) return "The object has no place yet.";
  return moveCuboid(document, id, cuboid, placeOf(cuboid.centre));
}
