import { type ReactNode, useEffect, useRef, useState } from "react";
import { Icon, type IconName } from "./Icon";

interface Props {
  readonly id: string;
  /** Of the panel, and of the button when it has no text. */
  readonly name: string;
  readonly icon: IconName;
  readonly text?: string;
  readonly className: string;
  readonly pressed?: boolean;
  /** Which of the button's sides the panel keeps to. */
  readonly side: "left" | "right";
  readonly children: ReactNode;
}

const GAP_PX = 8;

/** A button and the panel that stands above it while it is open. */
export function PopoverButton(props: Props) {
  const { id, name, icon, text, className, pressed, side, children } = props;
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (!isOpen) return undefined;
    // The mouse gives the focus back to the scene, where Escape would mean the tool.
    const close = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      panel.current?.hidePopover();
    };
    window.addEventListener("keydown", close, true);
    return () => window.removeEventListener("keydown", close, true);
  }, [isOpen]);
  const place = () => {
    const [at, shown] = [button.current?.getBoundingClientRect(), panel.current];
    if (at === undefined || shown === null) return;
    if (side === "left") shown.style.left = `${at.left}px`;
    else shown.style.right = `${innerWidth - at.right}px`;
    // Open, but not painted yet: its height is known. Where there is no room above, it covers.
    requestAnimationFrame(() => {
      const above = innerHeight - at.top + GAP_PX;
      const highest = innerHeight - shown.offsetHeight - GAP_PX;
      shown.style.bottom = `${Math.max(GAP_PX, Math.min(above, highest))}px`;
    });
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={`button small ${className}`}
        aria-label={text === undefined ? name : undefined}
        aria-pressed={pressed}
        title={text === undefined ? name : undefined}
        popoverTarget={id}
      >
        <Icon name={icon} /> {text}
      </button>
      <div
        ref={panel}
        id={id}
        className="popover"
        popover="auto"
        role="dialog"
        aria-label={name}
        onBeforeToggle={place}
        onToggle={(event) => setOpen(event.newState === "open")}
      >
        {children}
      </div>
    </>
  );
}
