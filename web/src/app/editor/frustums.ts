/** What a camera sees, as a pyramid a few metres long whose edges follow the lens. */

import { type Camera, unproject } from "../../geometry/camera";
import { add, scale, type Vec3 } from "../../geometry/vec";
import type { Frustum } from "../../scene3d/surroundings";
import type { FrameCamera } from "./cameras";

/** Near the vehicle, where they are looked for; longer ones would cross the whole scene. */
const REACH_M = 4;
const STEPS_A_SIDE = 8;

/** @param large the camera shown large, by its id. */
export function frustumsOf(cameras: readonly FrameCamera[], large: number | null): Frustum[] {
  return cameras.map(({ image, camera }) => frustumOf(camera, image.camera === large));
}

export function frustumOf(camera: Camera, chosen: boolean): Frustum {
  const { width_px, height_px } = camera.lens;
  const [right, bottom] = [width_px - 0.5, height_px - 0.5];
  const corners: readonly (readonly [number, number])[] = [
    [-0.5, -0.5],
    [right, -0.5],
    [right, bottom],
    [-0.5, bottom],
  ];
  const seen = (u: number, v: number): Vec3 | null => {
    const ray = unproject(camera, u, v);
    return ray === null ? null : add(ray.origin, scale(ray.direction, REACH_M));
  };
  const border = corners.flatMap(([u, v], index) => {
    const [toU, toV] = corners[(index + 1) % corners.length]!;
    return Array.from({ length: STEPS_A_SIDE }, (_, step) => {
      const part = step / STEPS_A_SIDE;
      return seen(u + (toU - u) * part, v + (toV - v) * part);
    });
  });
  return {
    eye: camera.worldFromCamera.translation,
    border: border.filter((point) => point !== null),
    corners: corners.map(([u, v]) => seen(u, v)).filter((point) => point !== null),
    chosen,
  };
}
