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

/** As a person reads it on a US keyboard: "Ctrl+Shift+Z". */
export function keyLabel(binding: KeyBinding): string {
  if (binding.sign !== undefined) return binding.sign;
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
