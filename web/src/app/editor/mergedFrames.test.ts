import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Gathering } from "./mergedFrames";

describe("frames that arrive", () => {
  const told: string[] = [];
  const gathering = () =>
    new Gathering({ show: () => told.push("draw"), arriving: (is) => told.push(is ? "wait" : "done") });
  const heard = () => [...new Set(told.splice(0))].join(" ");

  beforeEach(() => {
    vi.useFakeTimers();
    told.splice(0);
  });
  afterEach(() => vi.useRealTimers());

  test("are drawn together: from time to time, and when the last one is here", () => {
    const frames = gathering();
    frames.expect(40);
    expect(heard()).toBe("wait");
    for (let missing = 39; missing > 0; missing -= 1) frames.came(missing);
    expect(heard()).toBe("wait");
    vi.advanceTimersByTime(600);
    expect(heard()).toBe("draw");
    frames.came(0);
    expect(heard()).toBe("draw done");
    vi.advanceTimersByTime(10_000);
    expect(heard()).toBe("");
  });

  test("that never come are not waited for", () => {
    const frames = gathering();
    frames.expect(3);
    frames.came(2);
    vi.advanceTimersByTime(1_900);
    expect(heard()).toBe("wait draw");
    vi.advanceTimersByTime(200);
    expect(heard()).toBe("done");
  });
});
