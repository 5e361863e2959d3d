/** Cuboids as rows of numbers, to be moved into a worker: three hundred objects would be copied. */

import type { Cuboid } from "../geometry/cuboid";
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
}

const PER_POSE = 10;

interface Labelled {
  readonly label: string;
  readonly cuboid: Cuboid;
  readonly isKey: boolean;
}

export function packCuboids(
  cuboids: readonly Labelled[],
  lookOf: (label: string) => Look,
): PackedCuboids {
  const poses = new Float64Array(PER_POSE * cuboids.length);
  const styles = new Uint16Array(2 * cuboids.length);
  const places = new Map<string, number>();
  cuboids.forEach(({ label, cuboid, isKey }, index) => {
    const at = PER_POSE * index;
    poses.set(cuboid.centre, at);
    poses.set(cuboid.size, at + 3);
    poses.set(cuboid.rotation, at + 6);
    const place = places.get(label) ?? places.size;
    places.set(label, place);
    styles.set([place, isKey ? 1 : 0], 2 * index);
  });
  return { poses, styles, looks: [...places.keys()].map(lookOf) };
}

/** In the order in which they were packed; none of them is selected. */
export function unpackCuboids({ poses, styles, looks }: PackedCuboids): Drawn[] {
  return Array.from({ length: styles.length / 2 }, (_, index) => {
    const at = PER_POSE * index;
    const cuboid = {
      centre: [...poses.subarray(at, at + 3)] as unknown as Vec3,
      size: [...poses.subarray(at + 3, at + 6)] as unknown as Vec3,
      rotation: [...poses.subarray(at + 6, at + 10)] as unknown as Quat,
    };
    const look = looks[styles[2 * index]!]!;
    return { cuboid, ...look, isKey: styles[2 * index + 1] === 1, selected: false };
  });
}
