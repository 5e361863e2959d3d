import { expect, test } from "vitest";
import type { CameraImage, Scene } from "../../api/types";
import { ageOf, imageAsOf } from "./cameras";
import { imagesAround } from "./images";

/** Camera 0 at every second frame, camera 1 in frame 1 only, camera 2 never. */
function image(camera: number, time_ns: number): CameraImage {
  return { camera, time_ns, image: { sha256: `${camera}-${time_ns}` } } as CameraImage;
}

const scene = {
  cameras: [0, 1, 2].map((index) => ({ index, name: `camera ${index}` })),
  frames: [
    { time_ns: 0, images: [image(0, 0)] },
    { time_ns: 100, images: [image(1, 104)] },
    { time_ns: 200, images: [image(0, 195)] },
    { time_ns: 300, images: [] },
  ],
} as unknown as Scene;

const shown = (camera: number) =>
  scene.frames.map((_, index) => imageAsOf(scene, index, camera)?.time_ns ?? null);

test("a camera shows its picture of the frame, else its last one before the instant", () => {
  expect(shown(0)).toEqual([0, 0, 195, 195]);
});

test("before its first picture a camera shows that one, and one without pictures shows none", () => {
  expect(shown(1)).toEqual([104, 104, 104, 104]);
  expect(shown(2)).toEqual([null, null, null, null]);
});

test("a picture of another frame says by how much it is older or newer", () => {
  const age = (frame: number, camera: number) => ageOf(scene, frame, imageAsOf(scene, frame, camera)!);
  expect([0, 1, 2].map((frame) => age(frame, 0))).toEqual([null, "0.00 s earlier", null]);
  expect([age(0, 1), age(1, 1)]).toEqual(["0.00 s later", null]);
  const old = { ...image(0, 0), time_ns: -300_000_000 };
  expect(ageOf(scene, 3, old)).toBe("0.30 s earlier");
});

test("ahead come the pictures of the next frames that are not shown already", () => {
  const { shown: now, ahead } = imagesAround(scene, 0, 1, 2);
  expect(now.map(({ time_ns }) => time_ns)).toEqual([0, 104]);
  expect(ahead.map(({ time_ns }) => time_ns)).toEqual([195]);
  expect(imagesAround(scene, 0, -1, 2).ahead).toEqual([]);
});
