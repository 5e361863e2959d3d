import { useState } from "react";
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

/**
 * A number that counts when Enter is pressed or the field is left; Escape takes it back. Both give
 * the keyboard back to the editor, so that undo undoes the edit and not the typing.
 */
export function NumberField(props: Props) {
  const { label, value, decimals, step, min, max, disabled, onCommit } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const shown = value?.toFixed(decimals) ?? "";
  const number = typed === null ? (value ?? 0) : Number(typed);
  const invalid =
    typed !== null &&
    typed !== shown &&
    (typed.trim() === "" ||
      !Number.isFinite(number) ||
      (min !== undefined && number < min) ||
      (max !== undefined && number > max));

  const commit = () => {
    if (typed !== null && !invalid && typed !== shown && number !== value) onCommit(number);
    setTyped(null);
  };
  /** Leaving the field must not commit what is taken back. */
  const takeBack = (input: HTMLInputElement) => {
    flushSync(() => setTyped(null));
    input.blur();
  };
  const stepBy = (sign: 1 | -1) => {
    const next = number + sign * step;
    const bounded = Math.min(max ?? Infinity, Math.max(min ?? -Infinity, next));
    onCommit(Number(bounded.toFixed(decimals)));
    setTyped(null);
  };

  return (
    <label className="number-field">
      <span>{label}</span>
      <input
        className="input numbers"
        type="number"
        step="any"
        min={min}
        max={max}
        value={typed ?? shown}
        disabled={disabled}
        aria-invalid={invalid}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onFocus={(event) => event.target.select()}
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
    </label>
  );
}
