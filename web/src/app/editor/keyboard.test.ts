// @vitest-environment jsdom
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { ACTIONS, type ActionId, type Handlers } from "../../tools/index";
import { DEFAULT_KEYMAP, keymapOf } from "../../tools/keymap";
import { key } from "../../tools/keys";
import { giveFocusBack } from "./focus";
import { commandFor, listenToKeys } from "./keyboard";

beforeEach(() => document.body.replaceChildren());

function put(html: string): HTMLElement {
  const inside = new DOMParser().parseFromString(html, "text/html").body
    .firstElementChild as HTMLElement;
  document.body.append(document.adoptNode(inside));
  return inside;
}

function press(target: EventTarget, code: string, held: KeyboardEventInit = {}): ActionId | null {
  let found: ActionId | null = null;
  const look = (event: KeyboardEvent) => {
    const command = commandFor(DEFAULT_KEYMAP, event);
    found = command?.runs === true ? command.id : null;
  };
  window.addEventListener("keydown", look, { once: true });
  target.dispatchEvent(new KeyboardEvent("keydown", { code, bubbles: true, cancelable: true, ...held }));
  return found;
}

test("a key held down repeats a step but not a tool", () => {
  expect(press(document.body, "ArrowUp", { repeat: true })).toBe("move.forward");
  expect(press(document.body, "KeyC", { repeat: true })).toBeNull();
  expect(press(document.body, "KeyC")).toBe("tool.place");
});

test.each(["<input>", "<input type=search>", "<input type=number>", "<textarea></textarea>"])(
  "no choice of keys takes a letter from %s",
  (html) => {
    const field = put(html);
    const anything = fc.record({
      code: fc.constantFrom("KeyA", "KeyS", "Digit1", "Space", "Comma", "Backspace", "ArrowLeft"),
      shiftKey: fc.boolean(),
      altKey: fc.boolean(),
      // On Windows AltGr arrives as Ctrl and Alt.
      altGr: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.constantFrom(...ACTIONS), anything, ({ id }, { altGr, code, ...held }) => {
        const shift = held.shiftKey ? (["shift"] as const) : [];
        const alt = held.altKey || altGr ? (["alt"] as const) : [];
        const ctrl = altGr ? (["ctrl"] as const) : [];
        const keymap = keymapOf({ [id]: [key(code, ...ctrl, ...shift, ...alt)] });
        const event = new KeyboardEvent("keydown", {
          code,
          shiftKey: held.shiftKey,
          altKey: held.altKey || altGr,
          ctrlKey: altGr,
        });
        Object.defineProperty(event, "target", { value: field });
        expect(commandFor(keymap, event)).toBeNull();
      }),
    );
  },
);

test("in a text field only what is meant for it works", () => {
  const field = put("<input>");
  expect(press(field, "Enter", { ctrlKey: true })).toBe("submit");
  expect(press(field, "KeyK", { ctrlKey: true })).toBe("palette");
  expect(press(field, "KeyZ", { ctrlKey: true })).toBeNull();
});

test("a letter that an input method composes is no command", () => {
  expect(press(document.body, "KeyC", { isComposing: true })).toBeNull();
});

test("a control reached by Tab keeps the keys it needs, and the editor has the others", () => {
  const button = put("<button>One</button>");
  expect(press(button, "Space")).toBeNull();
  expect(press(button, "KeyD")).toBe("frame.next");
  const radio = put("<input type=radio>");
  expect(press(radio, "ArrowUp")).toBeNull();
  expect(press(radio, "KeyD")).toBe("frame.next");
  const check = put("<input type=checkbox>");
  expect(press(check, "ArrowUp")).toBe("move.forward");
  expect(press(check, "Space")).toBeNull();
  const select = put("<select><option>a</option></select>");
  expect(press(select, "KeyD")).toBeNull();
  expect(press(select, "KeyZ", { ctrlKey: true })).toBe("edit.undo");
});

test("Tab walks through objects in the scene, and through panels elsewhere", () => {
  expect(press(put("<button>One</button>"), "Tab")).toBeNull();
  const scene = put("<div class=scene><canvas tabindex=0></canvas></div>");
  expect(press(scene.firstElementChild!, "Tab")).toBe("object.next");
});

test("a press that does nothing again is still kept from the browser", () => {
  const ran: string[] = [];
  const handlers = Object.fromEntries(ACTIONS.map(({ id }) => [id, () => ran.push(id)]));
  const stop = listenToKeys(() => DEFAULT_KEYMAP, handlers as unknown as Handlers);
  const down = (repeat: boolean) => {
    const event = new KeyboardEvent("keydown", {
      code: "KeyK",
      ctrlKey: true,
      repeat,
      bubbles: true,
      cancelable: true,
    });
    document.body.dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect([down(false), down(true)]).toEqual([true, true]);
  expect(ran).toEqual(["palette"]);
  stop();
});

function withScene(): { scene: HTMLElement; stop: () => void } {
  const scene = put("<div class=scene tabindex=0></div>");
  return { scene, stop: giveFocusBack(() => scene) };
}

function use(control: HTMLElement, by: "pointer" | "key", what: "click" | "change"): void {
  const first = by === "pointer" ? new Event("pointerdown", { bubbles: true }) : null;
  control.dispatchEvent(first ?? new KeyboardEvent("keydown", { key: "Tab", bubbles: true }));
  control.focus();
  control.dispatchEvent(new Event(what, { bubbles: true }));
}

test.each([
  ["<button>One</button>", "click"],
  ["<input type=checkbox>", "change"],
  ["<input type=radio>", "change"],
  ["<select><option>a</option></select>", "change"],
] as const)("%s gives the keyboard back after a %s by the mouse only", (html, what) => {
  const { scene, stop } = withScene();
  const control = put(html);
  use(control, "pointer", what);
  expect(document.activeElement).toBe(scene);
  use(control, "key", what);
  expect(document.activeElement).toBe(control);
  stop();
});

test("a select keeps the focus while its list is open, and gives it back on Escape", () => {
  const { scene, stop } = withScene();
  const select = put("<select><option>a</option></select>");
  use(select, "pointer", "click");
  expect(document.activeElement).toBe(select);
  select.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(document.activeElement).toBe(scene);
  stop();
});

test("text fields and dialogs keep the focus", () => {
  const { stop } = withScene();
  const field = put("<input>");
  use(field, "pointer", "click");
  expect(document.activeElement).toBe(field);
  const dialog = put("<dialog open><button>One</button></dialog>");
  const inside = dialog.querySelector("button")!;
  use(inside, "pointer", "click");
  expect(document.activeElement).toBe(inside);
  stop();
});
