/** The forms of managers' pages: what is wrong stands at the field, and what was typed stays. */

import { type ReactNode, useEffect, useId, useState } from "react";
import { type Blame, blameOf } from "../app/blame";
import { Dialog } from "../panels/Dialog";
import { Problem } from "./Problem";

export interface Sending {
  readonly asking: boolean;
  /** Why the server refused the last time, and which field it blamed. */
  readonly blame: Blame | null;
  /** @returns whether it was taken. */
  readonly send: (request: () => Promise<unknown>) => Promise<boolean>;
}

/** What a form asks of the server; `fields` are its fields by the wire's names. */
export function useSending(fields: readonly string[]): Sending {
  const [asking, setAsking] = useState(false);
  const [blame, setBlame] = useState<Blame | null>(null);
  const send = async (request: () => Promise<unknown>) => {
    setAsking(true);
    try {
      await request();
      setBlame(null);
      return true;
    } catch (error) {
      const sentence = error instanceof Error ? error.message : "The server did not take it.";
      setBlame(blameOf(sentence, fields));
      return false;
    } finally {
      setAsking(false);
    }
  };
  return { asking, blame, send };
}

/** What the server said against this field. */
export function saidOf(blame: Blame | null, field: string): string | null {
  return blame?.field === field ? blame.sentence : null;
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problem?: string | null;
  readonly hint?: ReactNode;
  readonly placeholder?: string;
  readonly type?: "text" | "email" | "url";
  /** A text of several lines, in the letters of code. */
  readonly rows?: number;
}

export function TextField(props: FieldProps) {
  const { label, value, onChange, problem = null, hint, placeholder, type = "text", rows } = props;
  const id = useId();
  const said = problem === null ? `${id}-hint` : `${id}-problem`;
  const common = {
    id,
    value,
    placeholder,
    spellCheck: false,
    autoComplete: "off",
    "aria-invalid": problem !== null,
    "aria-describedby": said,
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {rows === undefined ? (
        <input
          {...common}
          className="input"
          type={type}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <textarea
          {...common}
          className="input code"
          rows={rows}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {problem !== null ? (
        <p id={`${id}-problem`} role="alert" className="field-problem">
          {problem}
        </p>
      ) : (
        hint !== undefined && (
          <p id={`${id}-hint`} className="faint">
            {hint}
          </p>
        )
      )}
    </div>
  );
}

interface CheckProps {
  readonly label: string;
  readonly hint: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function CheckField({ label, hint, checked, onChange }: CheckProps) {
  return (
    <label className="check-row described">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        {label}
        <span className="faint">{hint}</span>
      </span>
    </label>
  );
}

interface FormDialogProps {
  readonly title: string;
  readonly size?: "small" | "medium" | "wide";
  readonly sending: Sending;
  /** What the button that sends says. */
  readonly verb: string;
  readonly isDangerous?: boolean;
  readonly onSend: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog that sends what is in it; Enter in a field sends too. */
export function FormDialog(props: FormDialogProps) {
  const { title, size = "small", sending, verb, isDangerous = false, onSend, onClose } = props;
  const { asking, blame } = sending;
  useFocusBack();
  return (
    <Dialog title={title} size={size} onClose={onClose}>
      <form
        noValidate
        className="stack form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!asking) onSend();
        }}
      >
        {props.children}
        <Problem sentence={blame?.field === null ? blame.sentence : null} />
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className={`button ${isDangerous ? "danger" : "primary"}`}
            disabled={asking}
          >
            {verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Whichever way a dialog closes, the keyboard is back at the button that opened it. */
export function useFocusBack(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(() => {
    const back = () => {
      const isElsewhere = document.activeElement !== document.body;
      if (!isElsewhere && opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
    // Once React has taken the dialog away, which holds the focus until then.
    return () => void setTimeout(back, 0);
  }, [opener]);
}

interface ConfirmProps {
  readonly title: string;
  readonly verb: string;
  readonly isDangerous?: boolean;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Says what would happen, and does it only then. */
export function Confirm({ title, verb, isDangerous = false, onConfirm, onClose, children }: ConfirmProps) {
  const sending = useSending([]);
  const confirm = async () => {
    if (await sending.send(onConfirm)) onClose();
  };
  return (
    <FormDialog
      title={title}
      sending={sending}
      verb={verb}
      isDangerous={isDangerous}
      onSend={() => void confirm()}
      onClose={onClose}
    >
      {children}
    </FormDialog>
  );
}
