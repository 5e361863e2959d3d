import { expect, test } from "vitest";
import type { Vec3 } from "../geometry/vec";
import { ChunkCache, neighboursOf } from "./cache";
import type { DecodedChunk } from "./chunk";
import { chunkOf } from "./chunk.fixture";
import type { LoadChunk } from "./loader";

const POINTS = 100;
/** On the page and on the GPU. */
const BYTES = 2 * 8 * POINTS;

function chunk(): DecodedChunk {
  const ground = { columns: 0, rows: 0, cellM: 1, heights: new Float32Array(0) };
  return chunkOf(Array<Vec3>(POINTS).fill([0, 0, 0]), [0, 0, 0], 1, { ground });
}

/** A loader whose chunks arrive when the test says so. */
function slowLoader() {
  const asked: string[] = [];
  const open = new Map<string, () => void>();
  const load: LoadChunk = (url, signal) => {
    asked.push(url);
    return new Promise((resolve, reject) => {
      open.set(url, () => resolve(chunk()));
      signal.addEventListener("abort", () => reject(signal.reason as DOMException));
    });
  };
  const arrive = async (url: string) => {
    open.get(url)!();
    await settle();
  };
  return { load, asked, arrive };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

test("a chunk that is here is not fetched again", async () => {
  const { load, asked, arrive } = slowLoader();
  const cache = new ChunkCache(load);
  const first = cache.get("a");
  await arrive("a");
  expect(cache.peek("a")).toBe(await first);
  expect(await cache.get("a")).toBe(await first);
  expect(asked).toEqual(["a"]);
});

test("two requests for one chunk share one fetch", async () => {
  const { load, asked, arrive } = slowLoader();
  const cache = new ChunkCache(load);
  const both = Promise.all([cache.get("a"), cache.get("a")]);
  await arrive("a");
  const [one, other] = await both;
  expect(one).toBe(other);
  expect(asked).toEqual(["a"]);
});

test("beyond the limit of bytes the one not shown for longest goes", async () => {
  const { load, arrive } = slowLoader();
  const cache = new ChunkCache(load, 2 * BYTES);
  for (const url of ["a", "b"]) {
    void cache.get(url);
    await arrive(url);
  }
  cache.peek("a");
  void cache.get("c");
  await arrive("c");
  expect(cache.bytes).toBe(2 * BYTES);
  expect(cache.peek("b")).toBeNull();
  expect(cache.peek("a")).not.toBeNull();
  expect(cache.peek("c")).not.toBeNull();
});

test("a chunk larger than the limit is kept while it is the newest", async () => {
  const { load, arrive } = slowLoader();
  const cache = new ChunkCache(load, 1);
  void cache.get("a");
  await arrive("a");
  expect(cache.peek("a")).not.toBeNull();
});

test("neighbours follow one at a time, after what is shown", async () => {
  const { load, asked, arrive } = slowLoader();
  const cache = new ChunkCache(load);
  void cache.want("b", ["c", "a"]);
  await settle();
  expect(asked).toEqual(["b"]);
  await arrive("b");
  expect(asked).toEqual(["b", "c"]);
  await arrive("c");
  expect(asked).toEqual(["b", "c", "a"]);
});

test("what is passed is cancelled, and fetched anew when it is wanted again", async () => {
  const { load, asked, arrive } = slowLoader();
  const cache = new ChunkCache(load);
  const passed = cache.want("a", []);
  const now = cache.want("z", []);
  await expect(passed).rejects.toThrow(DOMException);
  const again = cache.want("a", ["z"]);
  await arrive("a");
  expect(await again).toBe(cache.peek("a"));
  await arrive("z");
  expect(await now).toBe(cache.peek("z"));
  expect(asked).toEqual(["a", "z", "a"]);
});

test("a failure is told, and the next request tries again", async () => {
  let failures = 1;
  const cache = new ChunkCache(() =>
    failures-- > 0 ? Promise.reject(new Error("offline")) : Promise.resolve(chunk()),
  );
  await expect(cache.get("a")).rejects.toThrow("offline");
  expect((await cache.get("a")).count).toBe(POINTS);
});

test("a neighbour that fails does not stop the others", async () => {
  const asked: string[] = [];
  const cache = new ChunkCache((url) => {
    asked.push(url);
    return url === "b" ? Promise.reject(new Error("offline")) : Promise.resolve(chunk());
  });
  await cache.want("a", ["b", "c"]);
  await settle();
  expect(asked).toEqual(["a", "b", "c"]);
});

test("neighbours lie ahead in the direction of travel, one behind, none outside", () => {
  expect(neighboursOf(5, 9, 1)).toEqual([6, 7, 8, 4]);
  expect(neighboursOf(5, 9, -1)).toEqual([4, 3, 2, 6]);
  expect(neighboursOf(0, 2, 1)).toEqual([1]);
});
