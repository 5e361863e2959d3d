// @vitest-environment jsdom
import { afterEach, expect, test, vi } from "vitest";
import { createLook, stateFrom, USUAL_LIGHT } from "./look";

afterEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
});

test("each person's look is remembered", () => {
  createLook("ana").setState({ colours: "label", light: { brightness: 1.5, contrast: 0.8 } });
  createLook("ben").setState({ colours: "time" });
  const { colours, light } = createLook("ana").getState();
  expect([colours, light]).toEqual(["label", { brightness: 1.5, contrast: 0.8 }]);
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
