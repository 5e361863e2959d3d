// @vitest-environment jsdom
import { afterEach, expect, test } from "vitest";
import { createFlow, flowFrom, isLearned, learned } from "./flow";

afterEach(() => localStorage.clear());

test("a hint is shown until its gesture was made five times, and each tool has its own", () => {
  let flow = flowFrom(null);
  for (let times = 0; times < 5; times += 1) {
    expect(isLearned(flow, "lasso")).toBe(false);
    flow = learned(flow, "lasso");
  }
  expect(isLearned(flow, "lasso")).toBe(true);
  expect(isLearned(flow, "place")).toBe(false);
  expect(learned(flow, "lasso")).toBe(flow);
});

test("each person's way of working is remembered", () => {
  createFlow("ana").setState({ keepsTool: true, advance: "frame" });
  expect(createFlow("ana").getState()).toMatchObject({ keepsTool: true, advance: "frame" });
  expect(createFlow("ben").getState()).toMatchObject({ keepsTool: false, advance: "stay" });
});

test.each([null, 3, { keepsTool: "yes", advance: "jump", used: { place: -2, lasso: "x", polygon: 1.5 } }])(
  "what is stored as %j is the usual way",
  (stored) => {
    expect(flowFrom(stored)).toEqual({
      keepsTool: false,
      advance: "stay",
      used: { place: 0, lasso: 0, polygon: 0 },
    });
  },
);
