/**
 * The keyboard belongs to the editor. A control that was used with the mouse gives it back at once;
 * one that was reached with Tab keeps the keys that it needs itself, and nothing more.
 */

import type { KeyPress } from "../../tools/keys";

/** Whether what is typed goes into the element. */
export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && !NOT_TYPED.has(target.type);
}

/** Whether a press could type, move or change something in a text field. AltGr is Ctrl and Alt. */
export function typesText({ ctrlKey, metaKey, altKey, code }: KeyPress): boolean {
  if (/^F\d+$/.test(code)) return false;
  return !(ctrlKey || metaKey) || altKey;
}

/** Whether the control under the focus needs this press itself. */
export function isForControl(target: EventTarget | null, press: KeyPress): boolean {
  if (!(target instanceof HTMLElement) || press.ctrlKey || press.metaKey) return false;
  if (target instanceof HTMLSelectElement) return true;
  if (target instanceof HTMLInputElement) {
    if (target.type === "radio") return press.code === "Space" || press.code.startsWith("Arrow");
    if (target.type === "range") return SLIDING.test(press.code);
  }
  return press.code === "Space" && target.matches("button, summary, input, [role='button']");
}

/** Give the keyboard to the scene whenever a control has done what the mouse asked of it. */
export function giveFocusBack(scene: () => HTMLElement | null): () => void {
  const stop = new AbortController();
  const early = { signal: stop.signal, capture: true };
  const late = { signal: stop.signal };
  let last: "pointer" | "key" = "key";
  let cameBy: "pointer" | "key" = "key";
  const back = (event: Event) => {
    const held = document.activeElement;
    if (last !== "pointer" && !(event.type === "change" && cameBy === "pointer")) return;
    // While its list is open a select is not done; a press on it opens the list.
    if (event.type === "click" && held instanceof HTMLSelectElement) return;
    if (held === null || isTextField(held) || held.closest(KEEPS_FOCUS) !== null) return;
    if (held.matches(CONTROLS)) scene()?.focus({ preventScroll: true });
  };
  window.addEventListener("pointerdown", () => (last = "pointer"), early);
  window.addEventListener("keydown", () => (last = "key"), early);
  window.addEventListener("focusin", () => (cameBy = last), early);
  window.addEventListener("click", back, late);
  window.addEventListener("change", back, late);
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !(event.target instanceof HTMLSelectElement)) return;
      // In a dialog Escape closes the dialog, which holds the focus until then.
      if (event.target.closest("dialog") !== null) return;
      event.preventDefault();
      scene()?.focus({ preventScroll: true });
    },
    early,
  );
  return () => stop.abort();
}

const NOT_TYPED = new Set([
  ...["checkbox", "radio", "button", "submit", "reset", "range", "color", "file", "image"],
]);
const SLIDING = /^(Arrow|Page|Home$|End$)/;
const CONTROLS = "button, summary, select, input, a, [role='button'], [role='slider']";
const KEEPS_FOCUS = "dialog, [role='listbox'], [role='menu']";
