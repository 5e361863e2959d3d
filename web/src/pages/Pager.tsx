import type { ReactNode } from "react";

interface Props {
  readonly isFirst: boolean;
  /** The token of the next page; null on the last. */
  readonly next: string | null;
  readonly onPrevious: () => void;
  readonly onNext: (token: string) => void;
  readonly children?: ReactNode;
}

/** From page to page of a list, under it. */
export function Pager({ isFirst, next, onPrevious, onNext, children }: Props) {
  return (
    <div className="pager">
      {children}
      <button type="button" className="button small" disabled={isFirst} onClick={onPrevious}>
        Previous page
      </button>
      <button
        type="button"
        className="button small"
        disabled={next === null}
        onClick={() => next !== null && onNext(next)}
      >
        Next page
      </button>
    </div>
  );
}
