/** Cuboids as rows of numbers, to be moved into a worker: three hundred objects would be copied. */

import type { Cuboid } from "../geometry/cuboid";
import type { Measured } from "../geometry/motion";
import type { Quat } from "../geometry/quat";
import type { Vec3 } from "../geometry/vec";
import type { Drawn } from "./drawing";

/** How the cuboids of a label look. */
export type Look = Pick<Drawn, "colour" | "tag">;

export interface PackedCuboids {
  /** Ten numbers each: centre, size (metres) and rotation (wxyz). */
  readonly poses: Float64Array<ArrayBuffer>;
  /** Two each: place among `looks`, and 1 for a keyframe. */
  readonly styles: Uint16Array<ArrayBuffer>;
  readonly looks: readonly Look[];
  /** Seven each: m/s, rad/s and ns, the last NaN where nothing moves. Empty when nothing does at all. */
  readonly motions: Float64Array<ArrayBuffer>;
}

const PER_POSE = 10;
const PER_MOTION = 7;

interface Labelled {
  readonly id: string;
  readonly label: string;
  readonly cuboid: Cuboid;
  readonly isKey: boolean;
}

export function packCuboids(
  cuboids: readonly Labelled[],
  motionsOf: ReadonlyMap<string, Measured>,
  lookOf: (label: string) => Look,
): PackedCuboids {
  const poses = new Float64Array(PER_POSE * cuboids.length);
  const styles = new Uint16Array(2 * cuboids.length);
  const motions = new Float64Array(motionsOf.size === 0 ? 0 : PER_MOTION * cuboids.length).fill(NaN);
  const places = new Map<string, number>();
  cuboids.forEach(({ id, label, cuboid, isKey }, index) => {
    const at = PER_POSE * index;
    poses.set(cuboid.centre, at);
    poses.set(cuboid.size, at + 3);
    poses.set(cuboid.rotation, at + 6);
    const place = places.get(label) ?? places.size;
    places.set(label, place);
    styles.set([place, isKey ? 1 : 0], 2 * index);
    const measured = motionsOf.get(id);
    if (measured === undefined) return;
    motions.set(measured.motion.velocity_mps, PER_MOTION * index);
    motions.set(measured.motion.turn_radps, PER_MOTION * index + 3);
    motions[PER_MOTION * index + 6] = measured.measured_ns;
  });
  return { poses, styles, looks: [...places.keys()].map(lookOf), motions };
}

export interface Resting extends Drawn {
  /** Null: it stands, or nothing tells when it was there. */
  readonly measured: Measured | null;
}

/** In the order in which they were packed; none of them is selected. */
export function unpackCuboids({ poses, styles, looks, motions }: PackedCuboids): Resting[] {
  return Array.from({ length: styles.length / 2 }, (_, index) => {
    const at = PER_POSE * index;
    const cuboid = {
      centre: [...poses.subarray(at, at + 3)] as unknown as Vec3,
      size: [...poses.subarray(at + 3, at + 6)] as unknown as Vec3,
      rotation: [...poses.subarray(at + 6, at + 10)] as unknown as Quat,
    };
    const look = looks[styles[2 * index]!]!;
    const isKey = styles[2 * index + 1] === 1;
    return { cuboid, ...look, isKey, selected: false, measured: measuredAt(motions, index) };
  });
}

function measuredAt(motions: Float64Array, index: number): Measured | null {
  const at = PER_MOTION * index;
  const measured_ns = motions[at + 6] ?? NaN;
  if (Number.isNaN(measured_ns)) return null;
  const motion = {
    velocity_mps: [...motions.subarray(at, at + 3)] as unknown as Vec3,
    turn_radps: [...motions.subarray(at + 3, at + 6)] as unknown as Vec3,
  };
  return { motion, measured_ns };
}
