/** What a button asks of the server: whether it is under way, and why it failed the last time. */

import { useState } from "react";

export interface Asking {
  readonly asking: boolean;
  readonly problem: string | null;
  /** Fails with the sentence of the error, or with this one where it has none. */
  readonly ask: (request: () => Promise<unknown>) => Promise<void>;
}

export function useAsking(otherwise: string): Asking {
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = async (request: () => Promise<unknown>) => {
    setAsking(true);
    try {
      await request();
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : otherwise);
    } finally {
      setAsking(false);
    }
  };
  return { asking, problem, ask };
}
