interface Asked {
  readonly url: string;
  /** The HTTP status; null when there was none. */
  readonly status: number | null;
}

/** What a manager can do when an http(s) address gave no answer at all. */
export function NoAnswerHint({ asked }: { readonly asked: readonly Asked[] }) {
  if (!asked.some(({ url, status }) => status === null && /^https?:/i.test(url))) return null;
  return (
    <p className="note warn">
      <span>
        No answer from this address. Addresses in private networks must be allowed by the server's{" "}
        <code>GROUNDPLANE_FETCH_ALLOW</code>.
      </span>
    </p>
  );
}
