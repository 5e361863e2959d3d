// @vitest-environment jsdom
import { act, type ReactElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Editor } from "../app/editor/editor";
import { createKeys } from "../app/editor/keys";
import { create } from "../app/store";
import { ACTIONS, type ActionId, type Handlers } from "../tools/index";
import { key } from "../tools/keys";
import { CommandButton } from "./CommandButton";
import { CommandPalette } from "./CommandPalette";
import { HelpDialog } from "./HelpDialog";
import { KeysDialog } from "./KeysDialog";
import { EditorContext } from "./useEditor";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
// jsdom draws nothing and knows no modal dialogs.
Element.prototype.scrollIntoView = () => undefined;
Element.prototype.scrollTo = () => undefined;
HTMLDialogElement.prototype.showModal = function show() {
  this.open = true;
};

let root: Root;
let ran: ActionId[] = [];
let keys = createKeys("ana");

beforeEach(() => {
  localStorage.clear();
  document.body.replaceChildren();
  ran = [];
  keys = createKeys("ana");
});
afterEach(() => act(() => root.unmount()));

const LABELS = Array.from({ length: 9 }, (_, at) => ({ name: `label ${at}`, display: `${at + 1} of the list` }));

function draw(panel: ReactElement, draws = true, labels = LABELS): HTMLElement {
  const host = document.createElement("div");
  document.body.append(host);
  root = createRoot(host);
  const editor = { labels, view: create({}), draws: () => draws } as unknown as Editor;
  const commands = Object.fromEntries(
    ACTIONS.map(({ id }) => [id, () => ran.push(id)]),
  ) as unknown as Handlers;
  act(() => root.render(<EditorContext value={{ editor, commands, keys }}>{panel}</EditorContext>));
  return host;
}

function type(host: HTMLElement, text: string): void {
  const input = host.querySelector("input")!;
  act(() => {
    Reflect.set(HTMLInputElement.prototype, "value", text, input);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function press(code: string, held: KeyboardEventInit = {}, target: EventTarget = document.body) {
  act(() => {
    target.dispatchEvent(
      new KeyboardEvent("keydown", { code, key: code, bubbles: true, cancelable: true, ...held }),
    );
  });
}

function click(host: HTMLElement, name: string): void {
  const button = [...host.querySelectorAll("button")].find(
    (one) => (one.getAttribute("aria-label") ?? one.textContent) === name,
  );
  if (button === undefined) throw new Error(`there is no button "${name}"`);
  act(() => button.click());
}

const bound = (id: ActionId) => keys.getState().keymap.get(id);

test("what makes objects that a task does not ask for is nowhere", () => {
  expect(draw(<HelpDialog />).textContent).toContain("New polygon");
  act(() => root.unmount());
  expect(draw(<HelpDialog />, false).textContent).not.toMatch(/polygon|vertex/i);
  act(() => root.unmount());
  expect(draw(<KeysDialog />, false).textContent).not.toMatch(/polygon|vertex/i);
  act(() => root.unmount());
  expect(draw(<CommandPalette />, false).textContent).not.toMatch(/polygon|vertex/i);
});

test("the help lists every command, and what is typed narrows it", () => {
  const host = draw(<HelpDialog />);
  const terms = () => [...host.querySelectorAll("dt")].map(({ textContent }) => textContent);
  for (const { title } of ACTIONS) expect(terms()).toContain(title);
  expect(document.activeElement).toBe(host.querySelector("input"));
  type(host, "undo");
  expect(terms()).toEqual(["Undo"]);
  type(host, "pinch");
  expect(terms()).toEqual(["Pinch"]);
  type(host, "xyzzy");
  expect(host.textContent).toContain("Nothing is called “xyzzy”");
});

test("keys of labels that the task has not are not listed", () => {
  const host = draw(<HelpDialog />, true, LABELS.slice(0, 3));
  const terms = [...host.querySelectorAll("dt")].map(({ textContent }) => textContent);
  expect(terms.filter((term) => term.startsWith("Label "))).toEqual([1, 2, 3].map((n) => `Label ${n} of the list`));
});

test("the palette lists every command but itself, and Enter runs the chosen one", () => {
  const host = draw(<CommandPalette />);
  const options = () => [...host.querySelectorAll("[role=option] .grow")].map((one) => one.textContent);
  expect([...options()].sort()).toEqual(
    ACTIONS.filter(({ id }) => id !== "palette")
      .map(({ title }) => title)
      .sort(),
  );
  const input = host.querySelector("input")!;
  type(host, "frame");
  press("ArrowDown", {}, input);
  expect(host.querySelector("[aria-selected=true]")?.textContent).toContain(options()[1]);
  expect(input.getAttribute("aria-activedescendant")).toBe(
    host.querySelector("[aria-selected=true]")?.id,
  );
  const chosen = ACTIONS.find(({ title }) => title === options()[1])!;
  press("Enter", {}, input);
  expect(ran).toEqual([chosen.id]);
});

test("a key that is pressed takes the place of the one chosen, and buttons show it at once", () => {
  const host = draw(
    <>
      <KeysDialog />
      <CommandButton id="tool.place" showKey />
    </>,
  );
  click(host, "New cuboid: replace C");
  press("KeyZ");
  expect(bound("tool.place")).toEqual([key("KeyZ")]);
  expect(host.querySelector("[title='New cuboid (Z)']")).not.toBeNull();
  click(host, "New cuboid: reset");
  expect(bound("tool.place")).toEqual([key("KeyC")]);
});

test("a conflict is named; left, nothing changes; used, the other command loses the key", () => {
  const host = draw(<KeysDialog />);
  click(host, "New cuboid: add a key");
  press("KeyD");
  expect(host.querySelector("[role=alert]")?.textContent).toContain("“Next frame”");
  click(host, "Leave it");
  expect(bound("tool.place")).toEqual([key("KeyC")]);
  click(host, "New cuboid: add a key");
  press("KeyD");
  click(host, "Use it here");
  expect(bound("tool.place")).toEqual([key("KeyC"), key("KeyD")]);
  expect(bound("frame.next")).toEqual([key("Period")]);
  click(host, "Reset all");
  expect(bound("frame.next")).toEqual([key("KeyD"), key("Period")]);
});

test("the keys of one hand are taken together, and given back together", () => {
  const host = draw(<KeysDialog />);
  click(host, "Left hand only");
  expect(bound("tool.lasso")).toEqual([key("KeyZ")]);
  expect(bound("object.delete")).toEqual([key("KeyX"), key("Delete")]);
  click(host, "Reset all");
  expect(bound("tool.lasso")).toEqual([key("KeyL", "shift")]);
});

test("a key of the browser is refused with the reason, and Escape leaves all as it was", () => {
  const host = draw(<KeysDialog />);
  click(host, "Undo: add a key");
  press("KeyT", { ctrlKey: true });
  expect(host.querySelector("[role=status]")?.textContent).toContain("browser keeps this key");
  press("ShiftLeft", { shiftKey: true });
  press("Escape");
  expect(host.querySelector("[role=status]")).toBeNull();
  expect(bound("edit.undo")).toEqual([key("KeyZ", "ctrl")]);
});

test("a key can be taken away, and then none is shown", () => {
  const host = draw(
    <>
      <KeysDialog />
      <CommandButton id="tool.place" />
    </>,
  );
  click(host, "New cuboid: remove C");
  expect(bound("tool.place")).toEqual([]);
  expect(host.querySelector("[title='New cuboid']")).not.toBeNull();
});
