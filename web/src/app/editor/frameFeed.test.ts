import { expect, test } from "vitest";
import type { Work } from "../../api/types";
import type { Vec3 } from "../../geometry/vec";
import type { DecodedChunk } from "../../workers/chunk";
import { chunkOf } from "../../workers/chunk.fixture";
import { FrameFeed, neighboursOf } from "./frameFeed";

const POINTS = 100;
/** On the page and on the GPU. */
const BYTES = 16 * POINTS;
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

function chunk(): DecodedChunk {
  const ground = { columns: 0, rows: 0, cellM: 1, levelM: 0, halves: new Uint16Array(0) };
  return chunkOf(Array<Vec3>(POINTS).fill([0, 0, 0]), [0, 0, 0], 1, { ground });
}

function rig(frames: number, limitFrames: number) {
  const asked: string[] = [];
  const open = new Map<string, () => void>();
  const indices = Array.from({ length: frames }, (_, index) => index);
  const work = {
    scene: { frames: indices.map((i) => ({ points: { count: POINTS, blob: { sha256: `s${i}` } } })) },
    urls: Object.fromEntries(indices.map((index) => [`s${index}`, `${index}`])),
  } as unknown as Work;
  const feed = new FrameFeed(
    work,
    (url, signal) => {
      asked.push(url);
      return new Promise((resolve, reject) => {
        open.set(url, () => resolve(chunk()));
        signal.addEventListener("abort", () => reject(signal.reason as DOMException));
      });
    },
    limitFrames * BYTES,
  );
  const arrive = async (...urls: string[]) => {
    for (const url of urls) {
      open.get(url)?.();
      await settle();
    }
  };
  return { feed, asked, arrive };
}

const REST = { playing: false, direction: 1, framesPerSecond: 0 } as const;
const playing = (framesPerSecond: number) => ({ ...REST, playing: true, framesPerSecond });

test("at rest the next three and the one behind follow", async () => {
  const { feed, asked, arrive } = rig(20, 20);
  void feed.show(5, REST);
  await arrive("5", "6", "7", "8", "4");
  expect(asked).toEqual(["5", "6", "7", "8", "4"]);
  expect([4, 5, 6, 7, 8, 9].map((index) => feed.isDecoded(index))).toEqual([
    ...[true, true, true, true, true, false],
  ]);
});

test("playing fetches ahead while more than half of the cache is free, and no further", async () => {
  const { feed, asked, arrive } = rig(40, 10);
  void feed.show(0, playing(1));
  await arrive(...Array.from({ length: 20 }, (_, index) => `${index}`));
  expect(asked).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
});

test("a frame that can no longer be here in time is not begun before those that can", async () => {
  const { feed, asked, arrive } = rig(40, 20);
  // A frame takes 50 ms until it is known better: at 100 frames a second five pass meanwhile.
  void feed.show(0, playing(100));
  await arrive("0");
  expect(asked).toEqual(["0", "5", "6"]);
});

test("a late frame does not bring back what the clock has passed", async () => {
  const { feed, asked, arrive } = rig(40, 20);
  void feed.show(0, playing(10));
  await arrive("0");
  feed.aim(10, playing(10));
  await settle();
  asked.length = 0;
  feed.show(8, playing(10)).catch(() => undefined);
  await arrive("8");
  expect(asked.filter((url) => Number(url) <= 10)).toEqual(["8"]);
});

test("neighbours lie ahead in the direction of travel, one behind, none outside", () => {
  expect(neighboursOf(5, 9, 1, 3)).toEqual([6, 7, 8, 4]);
  expect(neighboursOf(5, 9, -1, 3)).toEqual([4, 3, 2, 6]);
  expect(neighboursOf(0, 2, 1, 3)).toEqual([1]);
});

test("of frames that somebody waits for, more are under way at once", async () => {
  const { feed, asked, arrive } = rig(40, 40);
  void feed.show(20, REST);
  await arrive("20");
  expect(asked).toEqual(["20", "21", "22"]);
  feed.setReach(10);
  feed.aim(20, REST);
  await settle();
  expect(asked).toHaveLength(5);
});
