import { expect, test } from "vitest";
import { deviceOf, gestureOf, sayDevice, type WheelLike } from "./wheel";

function wheel(over: Partial<WheelLike>): WheelLike {
  return { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, shiftKey: false, ...over };
}

test.each<[string, Partial<WheelLike>, "mouse" | "trackpad"]>([
  ["a notch in Chromium", { deltaY: 100, wheelDelta: -120 }, "mouse"],
  ["a notch on a scaled screen", { deltaY: 66.67, wheelDelta: -120 }, "mouse"],
  ["two notches at once", { deltaY: -240, wheelDelta: 240 }, "mouse"],
  ["lines in Firefox", { deltaY: 3, deltaMode: 1 }, "mouse"],
  ["a notch with Shift, turned sideways", { deltaX: 100, wheelDelta: -120, shiftKey: true }, "mouse"],
  ["two fingers, slowly", { deltaY: 2, wheelDelta: -6 }, "trackpad"],
  ["two fingers, fast", { deltaY: 43, wheelDelta: -129 }, "trackpad"],
  ["a small notch on a scaled screen", { deltaY: 35.3, wheelDelta: -120 }, "mouse"],
  ["two fingers in a browser that tells no notches", { deltaY: 8 }, "trackpad"],
  ["two fingers across", { deltaX: 60, deltaY: 60, wheelDelta: -120 }, "trackpad"],
  ["a pinch", { deltaY: -3.2, ctrlKey: true, wheelDelta: 120 }, "trackpad"],
])("%s comes from a %3$s", (_, event, device) => {
  expect(deviceOf(wheel(event))).toBe(device);
});

test("a wheel zooms, towards the scene when it turns away from the hand", () => {
  const away = gestureOf(wheel({ deltaY: -100 }), "mouse");
  const back = gestureOf(wheel({ deltaY: 100 }), "mouse");
  if (away.kind !== "zoom" || back.kind !== "zoom") throw new Error("a wheel zooms");
  expect(away.factor).toBeLessThan(1);
  expect(away.factor * back.factor).toBeCloseTo(1, 12);
});

test("two fingers slide, with Shift they turn, and a pinch zooms", () => {
  expect(gestureOf(wheel({ deltaX: 5, deltaY: 7 }), "trackpad")).toEqual({
    kind: "pan",
    dx: -5,
    dy: -7,
  });
  expect(gestureOf(wheel({ deltaX: 5, shiftKey: true }), "trackpad").kind).toBe("orbit");
  const pinch = gestureOf(wheel({ deltaY: -10, ctrlKey: true }), "trackpad");
  expect(pinch).toEqual({ kind: "zoom", factor: Math.exp(-0.1) });
});

test("lines of a wheel zoom as pixels do", () => {
  expect(gestureOf(wheel({ deltaY: 3, deltaMode: 1 }), "mouse")).toEqual(
    gestureOf(wheel({ deltaY: 96 }), "mouse"),
  );
});

test("what the person says of the device is believed", () => {
  sayDevice("mouse");
  expect(deviceOf(wheel({ deltaY: 2, wheelDelta: -6 }))).toBe("mouse");
  sayDevice(null);
  expect(deviceOf(wheel({ deltaY: 2, wheelDelta: -6 }))).toBe("trackpad");
});
