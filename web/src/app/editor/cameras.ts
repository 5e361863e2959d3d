/** Cameras of a frame, made ready to project, and which of them shows a thing best. */

import type { CameraImage, Scene } from "../../api/types";
import { type Camera, makeCamera, projectInto } from "../../geometry/camera";
import type { Vec3 } from "../../geometry/vec";

export interface FrameCamera {
  readonly image: CameraImage;
  readonly camera: Camera;
}

const made = new WeakMap<CameraImage, Camera>();

/** One for each picture, however often it is asked. */
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

/**
 * What a camera saw as of a frame: its picture in that frame, else its last one before the frame's
 * instant, else its first one after; null when it has none at all. Its age is
 * `frame.time_ns - image.time_ns`.
 */
export function imageAsOf(scene: Scene, frameIndex: number, camera: number): CameraImage | null {
  const frame = scene.frames[frameIndex];
  if (frame === undefined) return null;
  const own = frame.images.find((image) => image.camera === camera);
  if (own !== undefined) return own;
  const taken = takenBy(scene, camera);
  let low = 0;
  let high = taken.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (taken[middle]!.time_ns <= frame.time_ns) low = middle + 1;
    else high = middle;
  }
  return taken[Math.max(0, low - 1)] ?? null;
}

/** Whether the picture is of this frame, not the last one from before. */
export function isOf(scene: Scene, frameIndex: number, image: CameraImage): boolean {
  return scene.frames[frameIndex]?.images.includes(image) ?? false;
}

/** "0.30 s earlier" for a picture that is not of this frame; null for one that is. */
export function ageOf(scene: Scene, frameIndex: number, image: CameraImage): string | null {
  const frame = scene.frames[frameIndex];
  if (frame === undefined || isOf(scene, frameIndex, image)) return null;
  const age_s = (frame.time_ns - image.time_ns) / 1e9;
  return `${Math.abs(age_s).toFixed(2)} s ${age_s < 0 ? "later" : "earlier"}`;
}

const takenIn = new WeakMap<Scene, Map<number, CameraImage[]>>();

/** All pictures of one camera, in the order in which they were taken. */
function takenBy(scene: Scene, camera: number): readonly CameraImage[] {
  let known = takenIn.get(scene);
  if (known === undefined) {
    known = new Map();
    for (const { images } of scene.frames) {
      for (const image of images) {
        const taken = known.get(image.camera) ?? [];
        taken.push(image);
        known.set(image.camera, taken);
      }
    }
    for (const taken of known.values()) taken.sort((a, b) => a.time_ns - b.time_ns);
    takenIn.set(scene, known);
  }
  return known.get(camera) ?? [];
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
