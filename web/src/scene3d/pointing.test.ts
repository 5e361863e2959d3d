// @vitest-environment jsdom
import { beforeEach, expect, test } from "vitest";
import type { Rect } from "./layout";
import { Pointing, type Hands } from "./pointing";

let log: string[];
let canvas: HTMLCanvasElement;

function hands(name: string, rect: Rect | null): Hands {
  const say =
    (what: string) =>
    (screen?: { x: number; y: number }) =>
      void log.push(`${name} ${what}${screen === undefined ? "" : ` ${screen.x},${screen.y}`}`);
  return {
    rect,
    cursor: name === "main" ? "grab" : "move",
    down: say("down"),
    move: say("move"),
    up: say("up"),
    cancel: say("cancel"),
    leave: say("leave"),
    twice: say("twice"),
    wheel: say("wheel"),
  };
}

function send(type: string, x: number, y: number): void {
  const event = new MouseEvent(type, { bubbles: true, cancelable: true });
  Object.defineProperties(event, { offsetX: { value: x }, offsetY: { value: y } });
  canvas.dispatchEvent(event);
}

beforeEach(() => {
  log = [];
  canvas = document.createElement("canvas");
  canvas.setPointerCapture = () => undefined;
  const main = hands("main", { x: 0, y: 0, width: 100, height: 90 });
  const top = hands("top", { x: 100, y: 0, width: 50, height: 30 });
  new Pointing(canvas, [main, top, hands("hidden", null)]);
});

test("each view hears the pointer over it, from its own corner, and when it leaves", () => {
  send("pointermove", 40, 50);
  send("pointermove", 110, 20);
  send("pointermove", 120, 80);
  expect(log).toEqual(["main move 40,50", "main leave", "top move 10,20", "top leave"]);
});

test("a press keeps its view, wherever the pointer goes", () => {
  send("pointerdown", 110, 10);
  send("pointermove", 20, 60);
  expect(canvas.style.cursor).toBe("move");
  send("pointerup", 20, 60);
  send("pointermove", 20, 60);
  expect(log).toEqual(["top down 10,10", "top move -80,60", "top up -80,60", "top leave", "main move 20,60"]);
  expect(canvas.style.cursor).toBe("grab");
});

test("a canceled press is not let go of", () => {
  send("pointerdown", 10, 10);
  send("pointercancel", 0, 0);
  send("pointerup", 10, 10);
  expect(log).toEqual(["main down 10,10", "main cancel"]);
});

test("the wheel and a double click go to the view under the pointer, the page does not scroll", () => {
  send("wheel", 120, 10);
  send("dblclick", 120, 10);
  expect(log).toEqual(["top wheel 20,10", "top twice 20,10"]);
});
