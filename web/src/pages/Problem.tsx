import type { Loaded } from "../app/useLoaded";

/** Why something was not done, said aloud; nothing while there is no reason. */
export function Problem({ sentence }: { readonly sentence: string | null }) {
  if (sentence === null) return null;
  return (
    <p role="alert" className="note bad">
      {sentence}
    </p>
  );
}

/** What stands in the place of a page's content until it is there. */
export function NotThere({ loaded }: { readonly loaded: Loaded<unknown> }) {
  switch (loaded.kind) {
    case "loading":
      return <p className="muted">Loading…</p>;
    case "failed":
      return <Problem sentence={loaded.sentence} />;
    case "there":
      return null;
  }
}
