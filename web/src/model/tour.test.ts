import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isStepDone,
  nextStep,
  previousStep,
  seen,
  type Sight,
  startTour,
  TOUR,
  type TourState,
} from "./tour";

const LOOK = { azimuth: 0.3, elevation: 0.5, distance: 40 };
const START: Sight = { look: LOOK, frame: 0, placing: false, cuboids: [] };
const car = (pose = "a", keys = 1) => ({ id: "car", pose, keys, stands: false });
const name = (state: TourState) => TOUR[state.step]!.name;

const sights: fc.Arbitrary<Sight> = fc.record({
  look: fc.option(
    fc.record({
      azimuth: fc.double({ min: -4, max: 4, noNaN: true }),
      elevation: fc.double({ min: -0.1, max: 1.5, noNaN: true }),
      distance: fc.double({ min: 1, max: 100, noNaN: true }),
    }),
  ),
  frame: fc.nat(3),
  placing: fc.boolean(),
  cuboids: fc.uniqueArray(
    fc.record({ id: fc.constantFrom("car", "van"), pose: fc.constantFrom("a", "b"), keys: fc.nat(3), stands: fc.boolean() }),
    { selector: ({ id }) => id },
  ),
});
const moves = fc.array(
  fc.tuple(fc.constantFrom("see" as const, "next" as const, "back" as const), sights),
);

function walk(list: readonly (readonly ["see" | "next" | "back", Sight])[]): TourState[] {
  const made = [startTour(START)];
  for (const [move, sight] of list) {
    const last = made.at(-1)!;
    made.push({ see: seen, next: nextStep, back: previousStep }[move](last, sight));
  }
  return made;
}

test("who does what each step says walks through, one step at a time", () => {
  let state = startTour(START);
  const see = (sight: Partial<Sight>) => (state = seen(state, { ...START, ...sight }));
  see({ look: { ...LOOK, azimuth: 0.5 } });
  expect([name(state), [...state.done]]).toEqual(["look", ["turn"]]);
  see({ look: { ...LOOK, distance: 30 } });
  expect(name(state)).toBe("place");
  see({ placing: true });
  expect([name(state), state.done.has("arm")]).toEqual(["place", true]);
  see({ cuboids: [car()] });
  expect(name(state)).toBe("fit");
  see({ cuboids: [car("b")] });
  expect(name(state)).toBe("follow");
  see({ cuboids: [car("b")], frame: 1 });
  expect([name(state), state.done.has("step")]).toEqual(["follow", true]);
  see({ cuboids: [car("c", 2)], frame: 1 });
  expect(name(state)).toBe("submit");
  see({ cuboids: [car("c", 2)], frame: 1 });
  expect([name(state), isStepDone(state)]).toEqual(["submit", false]);
});

test("nothing that stays as it was does anything", () => {
  fc.assert(
    fc.property(sights, fc.nat(4), (sight, step) => {
      // Already being about to place when the step begins is that task done.
      fc.pre(!sight.placing);
      const state = startTour(sight, step);
      expect(seen(state, sight)).toBe(state);
    }),
  );
});

test("seeing goes one step on at most and never back; what is done stays done", () => {
  fc.assert(
    fc.property(moves, (list) => {
      const made = walk(list);
      for (const [at, [move]] of list.entries()) {
        const [before, after] = [made[at]!, made[at + 1]!];
        expect(Math.abs(after.step - before.step)).toBeLessThanOrEqual(1);
        if (move !== "back") expect(after.step).toBeGreaterThanOrEqual(before.step);
        expect([...before.done].every((task) => after.done.has(task))).toBe(true);
      }
    }),
  );
});

test("a step ends by itself only with its last task, in the moment that this is done", () => {
  fc.assert(
    fc.property(moves, (list) => {
      const made = walk(list);
      for (const [at, [move]] of list.entries()) {
        const [before, after] = [made[at]!, made[at + 1]!];
        if (move !== "see" || after.step === before.step) continue;
        expect(isStepDone(before)).toBe(false);
        expect(TOUR[before.step]!.tasks.every((task) => after.done.has(task))).toBe(true);
      }
    }),
  );
});

test("back to a step that is done, it stays there", () => {
  let state = nextStep(startTour(START), START);
  state = seen(state, { ...START, cuboids: [car()] });
  state = previousStep(state, { ...START, cuboids: [car()] });
  expect([name(state), isStepDone(state)]).toEqual(["place", true]);
  expect(seen(state, { ...START, cuboids: [car(), { ...car(), id: "van" }] })).toBe(state);
});

test("the first and the last step have no further one", () => {
  const first = startTour(START);
  expect(previousStep(first, START)).toBe(first);
  const last = startTour(START, 99);
  expect([name(last), nextStep(last, START)]).toEqual(["submit", last]);
});

test("a turn over the seam of the compass is as small as it is", () => {
  const state = startTour({ ...START, look: { ...LOOK, azimuth: Math.PI - 0.01 } });
  const across = { ...START, look: { ...LOOK, azimuth: -Math.PI + 0.01 } };
  expect(seen(state, across).done.has("turn")).toBe(false);
});

test("for a car that stands, saying so is following it", () => {
  const state = startTour({ ...START, cuboids: [car()] }, 3);
  const stands = { ...START, frame: 1, cuboids: [{ ...car(), stands: true }] };
  expect(name(seen(state, stands))).toBe("submit");
});

test("another frame's pose is no fitting", () => {
  const state = startTour({ ...START, cuboids: [car("a")] }, 2);
  expect(seen(state, { ...START, frame: 1, cuboids: [car("b")] })).toBe(state);
});
