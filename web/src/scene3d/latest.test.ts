import { expect, test } from "vitest";
import { Latest } from "./latest";

const settle = () => new Promise((resolve) => setTimeout(resolve));

/** Wishes that come true when a test says so; `togetherMs` is never over. */
function rig(togetherMs = 1e9) {
  const open = new Map<string, { come: (made: string) => void; fail: (error: Error) => void }>();
  const handed: string[][] = [];
  const busy: boolean[] = [];
  const latest = new Latest<string, string>({
    make: (wish) => new Promise((come, fail) => void open.set(wish, { come, fail })),
    hand: (made) => handed.push(made.map(([place, wish, result]) => `${place} ${wish} ${result}`)),
    busy: (isBusy) => busy.push(isBusy),
    togetherMs,
  });
  const come = async (wish: string) => {
    open.get(wish)!.come("made");
    open.delete(wish);
    await settle();
  };
  return { latest, open, handed, busy, come };
}

test("two are under way; of what waits for a place the newest is made, in that place's turn", async () => {
  const { latest, open, come } = rig();
  for (const [place, wish] of [["a", "a1"], ["b", "b1"], ["c", "c1"], ["d", "d1"], ["c", "c2"], ["a", "a2"]] as const) {
    latest.ask(place, wish);
  }
  expect([...open.keys()]).toEqual(["a1", "b1"]);
  await come("a1");
  await come("b1");
  expect([...open.keys()]).toEqual(["c2", "d1"]);
  await come("c2");
  expect([...open.keys()]).toEqual(["d1", "a2"]);
});

test("what came is handed over together when all is there, and that is said", async () => {
  const { latest, handed, busy, come } = rig();
  for (const place of ["a", "b", "c"]) latest.ask(place, `${place}1`);
  await come("a1");
  await come("b1");
  expect([handed, busy]).toEqual([[], [true]]);
  await come("c1");
  expect(handed).toEqual([["a a1 made", "b b1 made", "c c1 made"]]);
  expect(busy).toEqual([true, false]);
});

test("or at once, when that has waited long enough", async () => {
  const { latest, handed, come } = rig(0);
  for (const place of ["a", "b", "c"]) latest.ask(place, `${place}1`);
  await come("b1");
  expect(handed).toEqual([["b b1 made"]]);
});

test("what was dropped never comes, and what is asked for after it does", async () => {
  const { latest, handed, busy, come } = rig();
  for (const place of ["a", "b", "c"]) latest.ask(place, `${place}1`);
  await come("a1");
  latest.drop();
  latest.ask("a", "a2");
  await come("b1");
  await come("c1");
  await come("a2");
  expect(handed).toEqual([["a a2 made"]]);
  expect(busy.at(-1)).toBe(false);
});
