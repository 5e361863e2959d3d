import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Tall ones keep their height and scroll inside; the palette stands near the top. */
  readonly size?: "small" | "medium" | "wide" | "tall" | "palette";
}

/** A modal of the browser's own: it keeps the focus, and Escape closes it. */
export function Dialog({ title, onClose, children, size = "small" }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    dialog.current?.showModal();
    // Long dialogs open at their beginning, wherever their first button is.
    dialog.current?.scrollTo(0, 0);
  }, []);
  const press = (event: KeyboardEvent<HTMLDialogElement>) => {
    event.stopPropagation();
    if (event.key !== "Escape" || event.defaultPrevented) return;
    // The browser closes later, in a task of its own: a key pressed at once after would be lost.
    event.preventDefault();
    onClose();
  };
  return (
    <dialog
      ref={dialog}
      className={`dialog ${size}`}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
      onKeyDown={press}
    >
      <div className="dialog-inside">
        <h2 id={heading}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
