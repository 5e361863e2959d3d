/** How a thing moves at an instant, and where that takes it a little later or was before. */

import type { Cuboid } from "./cuboid";
import * as quat from "./quat";
import { add, length, scale, subtract, type Vec3 } from "./vec";

export interface Motion {
  /** World metres a second. */
  readonly velocity_mps: Vec3;
  /** Axis in the world times radians a second. */
  readonly turn_radps: Vec3;
}

/** Slower than this is no turn: the axis would be made of rounding. */
const LEAST_RADPS = 1e-12;

/** Constant over this time, by which the first becomes the second; turned along the shorter arc. */
export function motionBetween(before: Cuboid, after: Cuboid, seconds: number): Motion {
  const [w, x, y, z] = quat.multiply(after.rotation, quat.conjugate(before.rotation));
  const [sine, sign] = [Math.hypot(x, y, z), w < 0 ? -1 : 1];
  const angleRad = 2 * Math.atan2(sine, Math.abs(w));
  const turn = sine === 0 ? 0 : (sign * angleRad) / sine / seconds;
  return {
    velocity_mps: scale(subtract(after.centre, before.centre), 1 / seconds),
    turn_radps: [x * turn, y * turn, z * turn],
  };
}

/** After so many seconds; before, when they are negative. */
export function movedFor(cuboid: Cuboid, motion: Motion, seconds: number): Cuboid {
  const turn_radps = length(motion.turn_radps);
  const turned =
    turn_radps < LEAST_RADPS
      ? cuboid.rotation
      : quat.multiply(
          quat.fromAxisAngle(scale(motion.turn_radps, 1 / turn_radps), turn_radps * seconds),
          cuboid.rotation,
        );
  return {
    centre: add(cuboid.centre, scale(motion.velocity_mps, seconds)),
    size: cuboid.size,
    rotation: turned,
  };
}

/** A thing that moves while a frame is taken. */
export interface Measured {
  readonly motion: Motion;
  /** When its points were measured, on average: there and then its cuboid stands. */
  readonly measured_ns: number;
}

/**
 * Where it is at another instant near that of its points: a moving cuboid is placed at the mean time
 * of its points, and a picture is taken at its own.
 */
export function atInstant(cuboid: Cuboid, { motion, measured_ns }: Measured, time_ns: number): Cuboid {
  return movedFor(cuboid, motion, (time_ns - measured_ns) / 1e9);
}
