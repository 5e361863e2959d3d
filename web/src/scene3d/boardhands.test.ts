// @vitest-environment jsdom
/** A hand on the board of crops: what goes to the tool, what chooses crops, and what opens a frame. */

import { beforeEach, expect, test } from "vitest";
import type { SceneInput } from "../tools/input";
import { BoardHands, type BoardHost } from "./boardhands";
import type { Board, CropBoard, Lit } from "./cropboard";
import { cellRect, type CropGrid, paneRect } from "./cropgrid";
import { CAR, CITY } from "./flat.fixture";
import { flatView, onFlat } from "./flat";
import { sideHandles } from "./sidehandles";
import type { ScreenXY } from "./viewpoint";

const GRID: CropGrid = { columns: 2, rows: 2, cell: { width: 240, height: 200 } };
const FRAMES = [3, 4, 7];
const crops = FRAMES.map((frame) => ({ frame, cuboid: CAR, preview: null, points: null, stated: true, faint: false }));
const paneOf = (index: number) => {
  const view = flatView(CAR, "top", { metresPerPixel: 0.04, shift: [0, 0] });
  return { rect: paneRect(GRID, index, "top", "top"), side: "top" as const, view };
};

let canvas: HTMLCanvasElement;
let said: unknown[];
let sent: (readonly [frame: number, input: SceneInput])[];
let takes: boolean;
let lit: Lit | null;
let hands: BoardHands;

beforeEach(() => {
  canvas = document.createElement("canvas");
  canvas.setPointerCapture = () => undefined;
  [said, sent, takes, lit] = [[], [], true, null];
  const board = {
    canvas,
    board: { grid: GRID, sides: "top", crops, mayEdit: true, mayTilt: false } as unknown as Board,
    pane: paneOf,
    handles: (_index: number, pane: ReturnType<typeof paneOf>) => sideHandles(CAR, "top", pane.view, true),
    light: (now: Lit | null) => (lit = now),
  };
  hands = new BoardHands(board as unknown as CropBoard, {
    send: (frame, input) => sent.push([frame, input]) > 0 && takes,
    click: (frame, { shift, ctrl }) => said.push(["click", frame, shift, ctrl]),
    open: (frame) => said.push(["open", frame]),
    hover: (frame) => said.push(["hover", frame]),
    zoom: (factor) => said.push(["zoom", factor > 1]),
  } satisfies BoardHost);
});

function fire(type: string, { x, y }: ScreenXY, more: WheelEventInit = {}): void {
  const Kind = type === "wheel" ? WheelEvent : MouseEvent;
  const event = new Kind(type, { button: 0, cancelable: true, ...more });
  Object.defineProperties(event, { offsetX: { value: x }, offsetY: { value: y }, pointerId: { value: 1 } });
  canvas.dispatchEvent(event);
}

/** Where the middle of the object is in the crop of a frame, and its front side's handle. */
const middle = (index: number): ScreenXY => {
  const { rect } = paneOf(index);
  return { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
};
const front = (index: number): ScreenXY => {
  const { rect, view } = paneOf(index);
  const handle = sideHandles(CAR, "top", view, true).find((one) => one.kind === "face" && one.face === "front")!;
  const { x, y } = onFlat(view, handle.at, rect);
  return { x: x + rect.x, y: y + rect.y };
};
const GAP: ScreenXY = { x: 2, y: 2 };
const heads = (index: number): ScreenXY => ({ x: cellRect(GRID, index).x + 30, y: cellRect(GRID, index).y + 3 });
const kinds = () => sent.map(([frame, { kind }]) => `${frame} ${kind}`);

test("a drag is the tool's, in the crop where it began, also beyond it, and chooses nothing", () => {
  fire("pointerdown", middle(1));
  fire("pointermove", { x: middle(1).x + 30, y: middle(1).y });
  fire("pointermove", GAP);
  fire("pointerup", GAP);
  expect(kinds()).toEqual(["4 down", "4 move", "4 move", "4 up"]);
  expect(said.filter((one) => (one as string[])[0] === "click")).toEqual([]);
  const [, down] = sent[0]!;
  if (down.kind !== "down") throw new Error("no press");
  expect(down.hit).toMatchObject({ kind: "body" });
  expect(down.ray.origin.slice(0, 2).map((at, axis) => at - CITY[axis]!)).toEqual([expect.closeTo(0, 6), expect.closeTo(0, 6)]);
});

test("what moves less than four pixels is a click too, with its keys; beside the crops it is one on none", () => {
  fire("pointerdown", middle(2), { ctrlKey: true });
  fire("pointermove", { x: middle(2).x + 2, y: middle(2).y + 2 });
  fire("pointerup", middle(2), { ctrlKey: true });
  fire("pointerdown", GAP, { shiftKey: true });
  fire("pointerup", GAP, { shiftKey: true });
  expect(said.filter((one) => (one as string[])[0] === "click")).toEqual([
    ["click", 7, false, true],
    ["click", null, true, false],
  ]);
});

test("the head of a cell chooses its crop and is no place for the tool", () => {
  fire("pointerdown", heads(0));
  fire("pointerup", heads(0));
  expect(sent).toEqual([]);
  expect(said).toContainEqual(["click", 3, false, false]);
});

test("a double click goes to the frame, on a handle it is the tool's", () => {
  fire("dblclick", middle(1));
  fire("dblclick", front(2));
  expect(said).toEqual([["open", 4]]);
  expect(kinds()).toEqual(["7 twice"]);
});

test("what is cancelled under way never happened: no edit, no click", () => {
  fire("pointerdown", middle(0));
  hands.cancel();
  fire("pointermove", { x: middle(0).x + 30, y: middle(0).y });
  fire("pointerup", middle(0));
  expect(kinds()).toEqual(["3 down", "3 cancel"]);
  expect(said.filter((one) => (one as string[])[0] === "click")).toEqual([]);
});

test("the pointer lights the handle under it, says its frame once, and leaves both behind", () => {
  fire("pointermove", front(0));
  expect(lit).toMatchObject({ frame: 3, handle: "front" });
  expect(canvas.style.cursor).not.toBe("default");
  fire("pointermove", middle(0));
  expect(lit).toMatchObject({ frame: 3, handle: null });
  fire("pointerleave", GAP);
  expect(lit).toBeNull();
  expect(said).toEqual([
    ["hover", 3],
    ["hover", null],
  ]);
});

test("the wheel zooms, but not while a hand holds something", () => {
  fire("wheel", middle(0), { deltaY: -100 });
  fire("pointerdown", middle(0));
  fire("wheel", middle(0), { deltaY: -100 });
  expect(said.filter((one) => (one as string[])[0] === "zoom")).toHaveLength(1);
});
