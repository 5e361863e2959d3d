import fc from "fast-check";
import { expect, test } from "vitest";
import { dueAt, Player, type Rate, RATES } from "./player";

const MS = 1e6;

/** A scene of frames at these milliseconds, a clock that the test turns, and what was shown. */
function rig(times_ms: readonly number[], decoded: (index: number) => boolean = () => true) {
  let now_ms = 1_000;
  let waiting: (() => void) | null = null;
  let at = 0;
  const shown: [number, number][] = [];
  const due: number[] = [];
  const times_ns = times_ms.map((time) => time * MS);
  const player = new Player(
    {
      times_ns,
      shown: () => at,
      show: (index) => {
        at = index;
        shown.push([now_ms - 1_000, index]);
      },
      isDecoded: (index) => decoded(index),
      due: (index) => due.push(index),
    },
    {
      now_ms: () => now_ms,
      next: (tick) => {
        waiting = tick;
        return () => (waiting = null);
      },
    },
  );
  /** The screen draws after `step_ms`, again and again. */
  const run = (for_ms: number, step_ms = 10) => {
    for (let passed = 0; passed < for_ms; passed += step_ms) {
      now_ms += step_ms;
      const tick = waiting;
      waiting = null;
      tick?.();
    }
  };
  const state = () => player.state.getState();
  return { player, run, shown, due, state, goTo: (index: number) => (at = index), at: () => at };
}

test("each frame comes at its own instant, and the last one ends it", () => {
  const { player, run, shown, state } = rig([0, 100, 150, 400]);
  player.play(1);
  run(1_000);
  expect(shown).toEqual([
    [100, 1],
    [150, 2],
    [400, 3],
  ]);
  expect(state().playing).toBe(false);
});

test.each<[Rate, number]>([
  [0.25, 1_600],
  [0.5, 800],
  [2, 200],
  [4, 100],
])("at %s times the last frame comes after %d ms", (rate, after_ms) => {
  const { player, run, shown } = rig([0, 100, 200, 300, 400]);
  player.setRate(rate);
  player.play(1);
  run(2_000, 5);
  expect(shown.at(-1)).toEqual([after_ms, 4]);
});

test("backwards each frame comes when its instant is reached from behind", () => {
  const { player, run, shown, goTo } = rig([0, 100, 400]);
  goTo(2);
  player.play(-1);
  run(1_000);
  expect(shown).toEqual([
    [300, 1],
    [400, 0],
  ]);
});

test("what is not decoded when it is due is skipped for the newest that is", () => {
  const { player, run, shown } = rig([0, 100, 200, 300, 400, 500], (index) => index % 3 !== 2);
  player.play(1);
  run(1_000);
  expect(shown.map(([, index]) => index)).toEqual([1, 3, 4, 5]);
});

test("the view never lags: a frame that comes late is shown only while none newer is here", () => {
  const here = new Set<number>();
  const { player, run, shown } = rig([0, 100, 200, 300, 400, 500], (index) => here.has(index));
  player.play(1);
  run(250);
  here.add(1);
  run(20);
  expect(shown).toEqual([[260, 1]]);
  here.add(2).add(3);
  run(40);
  expect(shown.slice(1)).toEqual([
    [280, 2],
    [300, 3],
  ]);
});

test("loading is aimed at what the clock has reached, shown or not", () => {
  const { player, run, due } = rig([0, 100, 200, 300], () => false);
  player.play(1);
  run(220);
  expect(due).toEqual([0, 1, 2]);
});

test("at the end playing begins again from the other end", () => {
  const { player, run, shown, goTo } = rig([0, 100, 200]);
  goTo(2);
  player.play(1);
  expect(shown).toEqual([[0, 0]]);
  run(110);
  expect(shown.at(-1)).toEqual([100, 1]);
});

test("a change of rate goes on from where it is", () => {
  const { player, run, shown } = rig([0, 100, 200, 300]);
  player.play(1);
  run(150);
  player.faster(1);
  run(30);
  expect(shown.at(-1)).toEqual([180, 2]);
  expect(RATES.indexOf(2)).toBeGreaterThan(RATES.indexOf(1));
});

test("who goes to another frame has taken over", () => {
  const { player, run, shown, state, goTo, at } = rig([0, 100, 200, 300]);
  player.play(1);
  run(110);
  goTo(0);
  run(500);
  expect(state().playing).toBe(false);
  expect(at()).toBe(0);
  expect(shown).toHaveLength(1);
});

test("after a long absence playing goes on where it was", () => {
  const { player, run, shown } = rig([0, 100, 200, 10_000]);
  player.play(1);
  run(110);
  run(9_000, 9_000);
  run(110);
  expect(shown.map(([, index]) => index)).toEqual([1, 2]);
});

test("a scene of one frame does not play", () => {
  const { player, state } = rig([0]);
  player.toggle(1);
  expect(state().playing).toBe(false);
});

test("the shown frame never runs ahead of the clock, nor goes back", () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(gaps, fc.array(fc.boolean()), fc.constantFrom(...RATES), (lengths, here, rate) => {
      const times = lengths.reduce((all, gap) => [...all, all.at(-1)! + gap], [0]);
      const { player, run, shown } = rig(times, (index) => here[index] ?? true);
      player.setRate(rate);
      player.play(1);
      run(30_000, 16);
      let before = 0;
      for (const [at_ms, index] of shown) {
        expect(times[index]!).toBeLessThanOrEqual(at_ms * rate + 1e-6);
        expect(index).toBeGreaterThan(before);
        before = index;
      }
      expect(before).toBe(times.length - 1);
    }),
    { numRuns: 60 },
  );
});

test("the frame due at a time is the one at or before it; backwards at or after it", () => {
  const times = [0, 100, 250];
  expect([-5, 0, 99, 100, 249, 250, 900].map((time) => dueAt(times, time, 1))).toEqual([
    0, 0, 0, 1, 1, 2, 2,
  ]);
  expect([-5, 0, 1, 100, 101, 250, 900].map((time) => dueAt(times, time, -1))).toEqual([
    0, 0, 1, 1, 2, 2, 2,
  ]);
});
