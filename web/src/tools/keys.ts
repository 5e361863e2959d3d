/** Keys by their place on the keyboard (`event.code`), so that a layout moves no command. */

export interface KeyBinding {
  readonly code: string;
  readonly ctrl?: true;
  readonly shift?: true;
  readonly alt?: true;
}

/** What of a KeyboardEvent is looked at; `metaKey` counts as Ctrl, for a Mac. */
export interface KeyPress {
  readonly code: string;
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

export function matches(binding: KeyBinding, press: KeyPress): boolean {
  return (
    binding.code === press.code &&
    (binding.ctrl ?? false) === (press.ctrlKey || press.metaKey) &&
    (binding.shift ?? false) === press.shiftKey &&
    (binding.alt ?? false) === press.altKey
  );
}

/** As a person reads it on a US keyboard: "Ctrl+Shift+Z". */
export function keyLabel(binding: KeyBinding): string {
  if (binding.code === "Slash" && binding.shift) return "?";
  return [
    binding.ctrl && "Ctrl",
    binding.alt && "Alt",
    binding.shift && "Shift",
    NAMES[binding.code] ?? binding.code.replace(/^(Key|Digit|Numpad)/, ""),
  ]
    .filter(Boolean)
    .join("+");
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  PageUp: "Page Up",
  PageDown: "Page Down",
  Escape: "Esc",
  Comma: ",",
  Period: ".",
  Minus: "-",
  Equal: "=",
  BracketLeft: "[",
  BracketRight: "]",
};
