// @vitest-environment jsdom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { beforeEach, expect, test } from "vitest";
import { NumberField, typedNumber } from "./NumberField";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

let committed: number[] = [];
beforeEach(() => {
  committed = [];
  document.body.replaceChildren();
});

function field(value: number | null): HTMLInputElement {
  const host = document.createElement("div");
  document.body.append(host);
  act(() =>
    createRoot(host).render(
      <NumberField
        label="Length (m)"
        value={value}
        decimals={2}
        step={0.05}
        min={0.05}
        disabled={false}
        onCommit={(number) => committed.push(number)}
      />,
    ),
  );
  const input = host.querySelector("input");
  if (input === null) throw new Error("there is an input");
  return input;
}

function type(input: HTMLInputElement, text: string): void {
  // React listens to the prototype's setter, so that a plain assignment is not an input.
  act(() => {
    Reflect.set(HTMLInputElement.prototype, "value", text, input);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

const press = (input: HTMLInputElement, key: string) =>
  act(() => void input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));
const leave = (input: HTMLInputElement) =>
  act(() => void input.dispatchEvent(new FocusEvent("focusout", { bubbles: true })));

test("typing changes nothing until Enter, and then once, also when the field is left after", () => {
  const input = field(4.5012);
  type(input, "4.775");
  expect(committed).toEqual([]);
  press(input, "Enter");
  leave(input);
  expect(committed).toEqual([4.775]);
});

test("leaving the field counts like Enter", () => {
  const input = field(4.5);
  type(input, "5");
  leave(input);
  expect(committed).toEqual([5]);
});

test("walking through a field does not round what it shows", () => {
  const input = field(4.5012);
  type(input, "4.50");
  leave(input);
  expect(committed).toEqual([]);
});

test("Escape takes back what was typed", () => {
  const input = field(4.5);
  type(input, "9");
  press(input, "Escape");
  leave(input);
  expect(committed).toEqual([]);
  expect(input.value).toBe("4.50");
});

test.each(["", "0.01", "-3"])("%j is no length", (text) => {
  const input = field(4.5);
  type(input, text);
  expect(input.getAttribute("aria-invalid")).toBe("true");
  press(input, "Enter");
  expect(committed).toEqual([]);
});

test("what was refused is said until the field is used again", () => {
  const input = field(4.5);
  type(input, "0.01");
  press(input, "Enter");
  leave(input);
  expect(input.value).toBe("4.50");
  expect(document.body.querySelector("[role=alert]")?.textContent).toBe("“0.01” is less than 0.05.");
  act(() => void input.dispatchEvent(new FocusEvent("focusin", { bubbles: true })));
  expect(document.body.querySelector("[role=alert]")).toBeNull();
});

test("a decimal comma is a decimal point, never nothing", () => {
  const input = field(4.5);
  type(input, "1,75");
  press(input, "Enter");
  leave(input);
  expect(committed).toEqual([1.75]);
});

test.each([
  ["1,75", 1.75],
  [" -0.5 ", -0.5],
  [",5", 0.5],
  ["1e2", 100],
  ["1,234.5", null],
  ["1,2,3", null],
  ["1.2.3", null],
  ["Infinity", null],
  ["", null],
  ["3 m", null],
  ["0x10", null],
])("%j typed is %j", (text, number) => {
  expect(typedNumber(text)).toBe(number);
});

test("the arrow keys step from the value shown", () => {
  const input = field(4.5);
  press(input, "ArrowUp");
  press(input, "ArrowDown");
  expect(committed).toEqual([4.55, 4.45]);
});

test("what was never said is shown empty, not as zero", () => {
  expect(field(null).value).toBe("");
});
