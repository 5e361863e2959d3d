/** Cameras of a frame, made ready to project, and which of them shows a thing best. */

import type { CameraImage, Scene } from "../../api/types";
import { type Camera, makeCamera, projectInto } from "../../geometry/camera";
import type { Vec3 } from "../../geometry/vec";

export interface FrameCamera {
  readonly image: CameraImage;
  readonly camera: Camera;
}

const made = new WeakMap<CameraImage, Camera>();

/** Kept, because reading the border of a lens takes a thousand unprojections. */
export function cameraOf(image: CameraImage): Camera {
  const known = made.get(image);
  if (known !== undefined) return known;
  const pose = { rotation: image.rotation_wxyz, translation: image.position_m };
  const camera = makeCamera(image.lens, pose);
  made.set(image, camera);
  return camera;
}

export function camerasOf(scene: Scene, frameIndex: number): FrameCamera[] {
  const images = scene.frames[frameIndex]?.images ?? [];
  return images.map((image) => ({ image, camera: cameraOf(image) }));
}

const pixel = new Float64Array(2);

/** How far from the middle of its picture a point is, 0 to 1 at the border; null: not on it. */
function offCentre(camera: Camera, [x, y, z]: Vec3): number | null {
  if (!projectInto(camera, x, y, z, pixel)) return null;
  const { width_px, height_px } = camera.lens;
  const across = Math.abs((pixel[0]! + 0.5) / width_px - 0.5) * 2;
  const down = Math.abs((pixel[1]! + 0.5) / height_px - 0.5) * 2;
  const off = Math.max(across, down);
  return off <= 1 ? off : null;
}

/**
 * The camera that a person uses for this point: the one shown large when it sees it, else the one
 * that has it nearest to the middle; null when none sees it.
 */
export function cameraUsed(
  cameras: readonly FrameCamera[],
  large: number | null,
  point: Vec3,
): number | null {
  let best: number | null = null;
  let bestOff = Infinity;
  for (const { image, camera } of cameras) {
    const off = offCentre(camera, point);
    if (off === null) continue;
    if (image.camera === large) return large;
    if (off < bestOff) [best, bestOff] = [image.camera, off];
  }
  return best;
}
