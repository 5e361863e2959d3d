import type { MouseEvent, ReactNode } from "react";
import { inThisWorld, navigate } from "./router";

interface Props {
  readonly to: string;
  readonly className?: string;
  /** It leads to the page that is shown. */
  readonly isCurrent?: boolean;
  readonly children: ReactNode;
}

/** A real link, so that a middle click opens a tab; a plain click stays in this page. */
export function Link({ to, className, isCurrent = false, children }: Props) {
  const go = (event: MouseEvent) => {
    const wantsTab = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;
    if (wantsTab) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a
      href={inThisWorld(to)}
      className={className}
      aria-current={isCurrent ? "page" : undefined}
      onClick={go}
    >
      {children}
    </a>
  );
}
