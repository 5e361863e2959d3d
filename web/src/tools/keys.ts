/**
 * Keys by their place on the keyboard (`event.code`), so that a layout moves no command; a sign
 * (`event.key`) where layouts put it in different places, whatever it takes to type it.
 */

export interface KeyBinding {
  readonly code: string;
  readonly sign?: string;
  readonly ctrl?: true;
  readonly shift?: true;
  readonly alt?: true;
}

/** What of a KeyboardEvent is looked at; `metaKey` counts as Ctrl, for a Mac. */
export interface KeyPress {
  readonly code: string;
  readonly key?: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

export function key(code: string, ...modifiers: readonly ("ctrl" | "shift" | "alt")[]): KeyBinding {
  return {
    code,
    ...(modifiers.includes("ctrl") && { ctrl: true }),
    ...(modifiers.includes("shift") && { shift: true }),
    ...(modifiers.includes("alt") && { alt: true }),
  };
}

export function sign(character: string): KeyBinding {
  return { code: "", sign: character };
}

export function matches(binding: KeyBinding, press: KeyPress): boolean {
  if (binding.sign !== undefined) {
    return binding.sign === press.key && !press.ctrlKey && !press.metaKey && !press.altKey;
  }
  return (
    binding.code === press.code &&
    (binding.ctrl ?? false) === (press.ctrlKey || press.metaKey) &&
    (binding.shift ?? false) === press.shiftKey &&
    (binding.alt ?? false) === press.altKey
  );
}

/** What is printed on each key of the person's keyboard, by its place; empty: a US keyboard. */
export type KeyboardLayout = ReadonlyMap<string, string>;

export const US_LAYOUT: KeyboardLayout = new Map();

/** As a person reads it on their own keyboard: "Ctrl+Shift+Z", on a German one "Ctrl+Shift+Y". */
export function keyLabel(binding: KeyBinding, layout: KeyboardLayout = US_LAYOUT): string {
  if (binding.sign !== undefined) return binding.sign;
  return [
    binding.ctrl && "Ctrl",
    binding.alt && "Alt",
    binding.shift && "Shift",
    NAMES[binding.code] ?? printed(binding.code, layout),
  ]
    .filter(Boolean)
    .join("+");
}

/** The binding that a key press would make; null while only Ctrl, Shift or the like is down. */
export function bindingOf(press: KeyPress): KeyBinding | null {
  if (press.code === "" || MODIFIERS.test(press.code)) return null;
  return key(
    press.code,
    ...((press.ctrlKey || press.metaKey) ? (["ctrl"] as const) : []),
    ...(press.shiftKey ? (["shift"] as const) : []),
    ...(press.altKey ? (["alt"] as const) : []),
  );
}

/** The one spelling of a binding, as it is stored: "ctrl+shift+KeyZ", "sign ?". */
export function keyText({ code, sign: character, ctrl, alt, shift }: KeyBinding): string {
  if (character !== undefined) return `sign ${character}`;
  return [ctrl && "ctrl", alt && "alt", shift && "shift", code].filter(Boolean).join("+");
}

/** Undoes `keyText`; null for everything that it does not write. */
export function parseKey(text: string): KeyBinding | null {
  if (/^sign \S$/u.test(text)) return sign(text.slice(5));
  const parts = /^(ctrl\+)?(alt\+)?(shift\+)?([A-Za-z][A-Za-z0-9]*)$/.exec(text);
  const code = parts?.[4];
  if (parts === null || code === undefined || MODIFIERS.test(code)) return null;
  return key(
    code,
    ...(parts[1] === undefined ? [] : (["ctrl"] as const)),
    ...(parts[2] === undefined ? [] : (["alt"] as const)),
    ...(parts[3] === undefined ? [] : (["shift"] as const)),
  );
}

const MODIFIERS = /^(Control|Shift|Alt|Meta|OS|CapsLock|NumLock|ScrollLock|Fn)/;

function printed(code: string, layout: KeyboardLayout): string {
  // The digits are named by their place: on a French keyboard they are typed with Shift.
  const onKey = code.startsWith("Digit") ? undefined : layout.get(code);
  if (onKey !== undefined && onKey.trim() !== "") return onKey.toLocaleUpperCase();
  return SIGNS[code] ?? code.replace(/^(Key|Digit)/, "").replace(/^Numpad/, "Numpad ");
}

/** Keys that do the same on every keyboard. */
const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  PageUp: "Page Up",
  PageDown: "Page Down",
  Escape: "Esc",
};

/** What a US keyboard has there. */
const SIGNS: Readonly<Record<string, string>> = {
  Comma: ",",
  Period: ".",
  Minus: "-",
  Equal: "=",
  Slash: "/",
  Semicolon: ";",
  Quote: "'",
  Backquote: "`",
  Backslash: "\\",
  BracketLeft: "[",
  BracketRight: "]",
};
