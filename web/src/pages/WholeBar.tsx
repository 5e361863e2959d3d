interface Props {
  readonly label: string;
  readonly done: number;
  readonly of: number;
}

/** How far something has come, as wide as its place. */
export function WholeBar({ label, done, of }: Props) {
  const share = of === 0 ? 1 : Math.min(1, done / of);
  return (
    <span
      className="progress whole"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={of}
      aria-valuenow={Math.round(share * of)}
    >
      <div style={{ width: `${100 * share}%` }} />
    </span>
  );
}
