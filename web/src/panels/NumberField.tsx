import { useId, useState } from "react";
import { flushSync } from "react-dom";

interface Props {
  readonly label: string;
  /** Shown rounded; what is typed is taken as it is. Null: nothing was said yet. */
  readonly value: number | null;
  readonly decimals: number;
  readonly step: number;
  readonly min?: number;
  readonly max?: number;
  readonly disabled: boolean;
  readonly onCommit: (value: number) => void;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu;

/** What was typed, as a number: with a point or a comma before the decimals; null when it is none. */
export function typedNumber(text: string): number | null {
  const plain = text.trim().replace(/^([^,.]*),([^,.]*)$/u, "$1.$2");
  return NUMBER.test(plain) ? Number(plain) : null;
}

/**
 * A number that counts when Enter is pressed or the field is left; Escape takes it back. Both give
 * the keyboard back to the editor, so that undo undoes the edit and not the typing. What is no
 * number, or none that may be, changes nothing and is said.
 *
 * A text field in the role of a spin button: the browser's own number field drops a decimal comma
 * silently, so that 1,75 m became 175 m.
 */
export function NumberField(props: Props) {
  const { label, value, decimals, step, min, max, disabled, onCommit } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const hint = useId();
  const shown = value?.toFixed(decimals) ?? "";
  const number = typed === null ? (value ?? 0) : typedNumber(typed);
  const problem =
    typed === null || typed === shown ? null : problemOf(number, min ?? -Infinity, max ?? Infinity);

  const commit = () => {
    if (problem !== null && typed !== null && typed.trim() !== "") setRefused(`“${typed}” ${problem}`);
    else if (typed !== null && problem === null && typed !== shown && number !== null) {
      if (number !== value) onCommit(number);
    }
    setTyped(null);
  };
  /** Leaving the field must not commit what is taken back. */
  const takeBack = (input: HTMLInputElement) => {
    flushSync(() => setTyped(null));
    input.blur();
  };
  const stepBy = (sign: 1 | -1) => {
    const next = (number ?? value ?? 0) + sign * step;
    const bounded = Math.min(max ?? Infinity, Math.max(min ?? -Infinity, next));
    onCommit(Number(bounded.toFixed(decimals)));
    setTyped(null);
  };

  return (
    <label className="number-field">
      <span>{label}</span>
      <input
        className="input numbers"
        type="text"
        inputMode="decimal"
        autoComplete="off"
        role="spinbutton"
        aria-valuemin={min}
        aria-valuemax={max}
        aria-valuenow={number ?? undefined}
        value={typed ?? shown}
        disabled={disabled}
        aria-invalid={problem !== null}
        aria-describedby={refused === null ? undefined : hint}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onFocus={(event) => {
          setRefused(null);
          event.target.select();
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          else if (event.key === "Escape") takeBack(event.currentTarget);
          else if (event.key === "ArrowUp") stepBy(1);
          else if (event.key === "ArrowDown") stepBy(-1);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {refused !== null && (
        <span id={hint} role="alert" className="field-problem">
          {refused}
        </span>
      )}
    </label>
  );
}

function problemOf(number: number | null, min: number, max: number): string | null {
  if (number === null) return "is not a number.";
  if (number < min) return `is less than ${min}.`;
  return number > max ? `is more than ${max}.` : null;
}
