import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteCache, type CacheOptions } from "./cache";

interface Thing {
  readonly key: string;
  readonly bytes: number;
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A cache whose things arrive when the test says so; each has 10 bytes unless told otherwise. */
function slowCache(options: Partial<CacheOptions<Thing>> & { sizes?: Record<string, number> } = {}) {
  const { sizes = {}, ...others } = options;
  const asked: string[] = [];
  const discarded: string[] = [];
  const open = new Map<string, { arrive: () => void; fail: () => void; signal: AbortSignal }>();
  const cache = new ByteCache<Thing>({
    load: (key, signal) => {
      asked.push(key);
      return new Promise((resolve, reject) => {
        const arrive = () => resolve({ key, bytes: sizes[key] ?? 10 });
        open.set(key, { arrive, fail: () => reject(new Error("offline")), signal });
        signal.addEventListener("abort", () => reject(signal.reason as DOMException));
      });
    },
    bytesOf: ({ bytes }) => bytes,
    discard: ({ key }) => discarded.push(key),
    ...others,
  });
  const end = async (key: string, how: "arrive" | "fail") => {
    open.get(key)?.[how]();
    open.delete(key);
    await settle();
  };
  return { cache, asked, discarded, open, arrive: (key: string) => end(key, "arrive"), end };
}

/** Ask for these and let them come, one after the other. */
async function fill(rig: ReturnType<typeof slowCache>, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    void rig.cache.get(key);
    await rig.arrive(key);
  }
}

test("what is here is not fetched again", async () => {
  const { cache, asked, arrive } = slowCache();
  const first = cache.get("a");
  await arrive("a");
  expect(cache.peek("a")).toBe(await first);
  expect(await cache.get("a")).toBe(await first);
  expect(asked).toEqual(["a"]);
});

test("two requests for one thing share one fetch", async () => {
  const { cache, asked, arrive } = slowCache();
  const both = Promise.all([cache.get("a"), cache.get("a")]);
  await arrive("a");
  const [one, other] = await both;
  expect(one).toBe(other);
  expect(asked).toEqual(["a"]);
});

test("beyond the limit of bytes the one not shown for longest goes, and it is told", async () => {
  const rig = slowCache({ limitBytes: 20 });
  await fill(rig, "a", "b");
  rig.cache.peek("a");
  await fill(rig, "c");
  expect(rig.cache.bytes).toBe(20);
  expect(["a", "b", "c"].map((key) => rig.cache.has(key))).toEqual([true, false, true]);
  expect(rig.discarded).toEqual(["b"]);
});

test("what is shown stays, however large it is and however old", async () => {
  const rig = slowCache({ limitBytes: 25, sizes: { huge: 90 } });
  rig.cache.want(["huge"], []);
  await rig.arrive("huge");
  await fill(rig, "a", "b");
  expect(rig.cache.has("huge")).toBe(true);
  expect(rig.cache.bytes).toBe(90);
});

test("those ahead follow in order, so many at a time, after what is shown", async () => {
  const { cache, asked, arrive } = slowCache({ parallel: () => 2 });
  cache.want(["b"], ["c", "a", "d"]);
  await settle();
  expect(asked).toEqual(["b"]);
  await arrive("b");
  expect(asked).toEqual(["b", "c", "a"]);
  await arrive("a");
  expect(asked).toEqual(["b", "c", "a", "d"]);
});

test("what is passed is cancelled, and fetched anew when it is wanted again", async () => {
  const { cache, asked, arrive } = slowCache();
  const passed = cache.get("a");
  cache.want(["a"], []);
  cache.want(["z"], []);
  await expect(passed).rejects.toThrow(DOMException);
  cache.want(["a"], ["z"]);
  const again = cache.get("a");
  await arrive("a");
  expect(await again).toBe(cache.peek("a"));
  expect(asked).toEqual(["a", "z", "a"]);
});

test("what is still wanted goes on loading", async () => {
  const { cache, asked, open, arrive } = slowCache();
  cache.want(["a"], ["b"]);
  await arrive("a");
  cache.want(["b"], ["c"]);
  expect(open.get("b")?.signal.aborted).toBe(false);
  await arrive("b");
  expect(asked).toEqual(["a", "b", "c"]);
});

test("those far ahead never push out those before them, nor are fetched to be thrown away", async () => {
  const { cache, asked, arrive } = slowCache({ limitBytes: 30 });
  cache.want(["a"], ["b", "c", "d", "e"]);
  for (const key of ["a", "b", "c", "d", "e"]) await arrive(key);
  expect(asked).toEqual(["a", "b", "c"]);
  expect(["a", "b", "c"].every((key) => cache.has(key))).toBe(true);
});

test("those ahead push out what was seen before", async () => {
  const rig = slowCache({ limitBytes: 30 });
  await fill(rig, "old", "older");
  rig.cache.want(["a"], ["b", "c"]);
  for (const key of ["a", "b", "c"]) await rig.arrive(key);
  expect(rig.discarded).toEqual(["old", "older"]);
  expect(rig.cache.bytes).toBe(30);
});

test("a failure is told, and the next request tries again", async () => {
  const { cache, end, arrive } = slowCache();
  const failed = cache.get("a");
  void end("a", "fail");
  await expect(failed).rejects.toThrow("offline");
  const again = cache.get("a");
  await arrive("a");
  expect((await again).key).toBe("a");
});

test("one ahead that fails does not stop the others", async () => {
  const { cache, asked, arrive, end } = slowCache();
  cache.want(["a"], ["b", "c"]);
  await arrive("a");
  await end("b", "fail");
  expect(asked).toEqual(["a", "b", "c"]);
});

test("listeners hear what comes and what goes", async () => {
  const { cache, arrive } = slowCache();
  const heard: number[] = [];
  cache.subscribe(() => heard.push(cache.bytes));
  void cache.get("a");
  await arrive("a");
  cache.clear();
  expect(heard).toEqual([10, 0]);
});

test("what was shown beyond the limit goes when it is shown no more", async () => {
  const { cache, arrive } = slowCache({ limitBytes: 40, sizes: { a: 25, b: 20 } });
  cache.want(["a", "b"], []);
  for (const key of ["a", "b"]) await arrive(key);
  expect(cache.bytes).toBe(45);
  cache.want([], []);
  expect(cache.bytes).toBeLessThanOrEqual(40);
});

const KEYS = ["a", "b", "c", "d", "e", "f", "g"];
const some = (maxLength: number) => fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength });
const steps = fc.array(
  fc.oneof(
    fc.record({ want: some(2), ahead: some(5) }),
    fc.record({ get: fc.constantFrom(...KEYS) }),
    fc.record({ ends: fc.constantFrom(...KEYS), how: fc.constantFrom("arrive", "fail") }),
  ),
  { maxLength: 30 },
);

test("never above the limit except by what is shown, and nothing loads that nobody wants", async () => {
  const sizes = { a: 5, b: 10, c: 15, d: 20, e: 25, f: 40, g: 1 };
  await fc.assert(
    fc.asyncProperty(steps, async (done) => {
      const { cache, open, end } = slowCache({ limitBytes: 40, sizes, parallel: () => 2 });
      let shown: readonly string[] = [];
      for (const step of done) {
        if ("want" in step) {
          shown = step.want;
          cache.want(shown, step.ahead);
          const wanted = new Set([...shown, ...step.ahead]);
          for (const [key, { signal }] of open) if (!wanted.has(key)) expect(signal.aborted).toBe(true);
        } else if ("get" in step) cache.get(step.get).catch(() => undefined);
        else await end(step.ends, step.how);
        const kept = KEYS.filter((key) => cache.has(key));
        const bytes = kept.reduce((sum, key) => sum + sizes[key as keyof typeof sizes], 0);
        expect(cache.bytes).toBe(bytes);
        expect(bytes <= 40 || kept.every((key) => shown.includes(key))).toBe(true);
        expect(kept.every((key) => cache.peek(key)?.key === key)).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});
