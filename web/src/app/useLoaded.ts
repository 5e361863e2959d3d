/** Something asked of the server, for a page: loading, there, or refused; polled on demand. */

import { useCallback, useEffect, useRef, useState } from "react";
import { Refused } from "../api/http";
import { sessionEnded } from "./session";

export type Loaded<T> =
  | { readonly kind: "loading" }
  | { readonly kind: "there"; readonly value: T; readonly stale: boolean }
  | { readonly kind: "failed"; readonly sentence: string; readonly status: number | null };

/**
 * Asks when `key` changes, and again after what `pollAfter_ms` says of the last answer (null: no
 * more). A failed poll keeps the last answer, marked stale.
 */
export function useLoaded<T>(
  key: string,
  ask: (signal: AbortSignal) => Promise<T>,
  pollAfter_ms: (value: T) => number | null = () => null,
): readonly [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T> & { readonly key: string }>(() => ({
    kind: "loading",
    key,
  }));
  const [round, setRound] = useState(0);
  const asking = useRef({ ask, pollAfter_ms });
  useEffect(() => {
    asking.current = { ask, pollAfter_ms };
  });

  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = (after_ms: number | null) => {
      if (after_ms !== null) timer = setTimeout(() => setRound((n) => n + 1), after_ms);
    };
    asking.current.ask(stop.signal).then(
      (value) => {
        setLoaded({ kind: "there", value, stale: false, key });
        again(asking.current.pollAfter_ms(value));
      },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        if (error instanceof Refused && error.status === 401) sessionEnded();
        setLoaded((before) => failed(before, key, error));
        if (!(error instanceof Refused)) again(3_000);
      },
    );
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [key, round]);

  const reload = useCallback(() => setRound((n) => n + 1), []);
  return [loaded.key === key ? loaded : { kind: "loading" }, reload];
}

function failed<T>(
  before: Loaded<T> & { readonly key: string },
  key: string,
  error: unknown,
): Loaded<T> & { readonly key: string } {
  const isRefused = error instanceof Refused;
  if (before.kind === "there" && before.key === key && !isRefused) {
    return { ...before, stale: true };
  }
  const sentence = error instanceof Error ? error.message : "Something went wrong.";
  return { kind: "failed", sentence, status: isRefused ? error.status : null, key };
}
