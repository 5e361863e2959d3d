// @vitest-environment jsdom
import { afterEach, expect, test, vi } from "vitest";
import { createLook, stateFrom, USUAL_LIGHT } from "./look";

afterEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
});

test("each person's look is remembered", () => {
  createLook("ana").setState({ colours: "label", light: { brightness: 1.5, contrast: 0.8 } });
  createLook("ben").setState({ colours: "time", legend: false });
  const { colours, light } = createLook("ana").getState();
  expect([colours, light]).toEqual(["label", { brightness: 1.5, contrast: 0.8 }]);
  expect(createLook("ana").getState().legend).toBe(true);
  expect(createLook("ben").getState().legend).toBe(false);
});

test("what was chosen on another machine is taken over, and not sent back", async () => {
  const sent = vi.fn((_path: string, init?: RequestInit) => {
    expect(init?.method ?? "GET").toBe("GET");
    const value = { ...stateFrom(null), colours: "time", sides: false };
    return Promise.resolve(Response.json({ name: "display", value }));
  });
  vi.stubGlobal("fetch", sent);
  const look = createLook("ana");
  const stop = look.follow();
  await vi.waitFor(() => expect(look.getState()).toMatchObject({ colours: "time", sides: false }));
  stop();
  expect(sent).toHaveBeenCalledTimes(1);
  vi.unstubAllGlobals();
});

test("a browser that stores nothing shows what was chosen all the same", () => {
  const refuse = () => {
    throw new DOMException("denied", "SecurityError");
  };
  vi.spyOn(Storage.prototype, "getItem").mockImplementation(refuse);
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(refuse);
  const look = createLook("ana");
  look.setState({ colours: "device" });
  expect(look.getState().colours).toBe("device");
});

test.each([null, "{", { light: 3 }, { light: { brightness: "x", contrast: 99 } }])(
  "light stored as %j is the usual one",
  (stored) => expect(stateFrom(stored).light).toEqual(USUAL_LIGHT),
);
