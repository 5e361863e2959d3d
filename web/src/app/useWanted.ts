/** What a person chose, shown at once; what the server says when it has answered, or refused. */

import { useState } from "react";

/** @param save resolves to whether it was taken. */
export function useWanted<T>(
  known: T,
  save: (wanted: T) => Promise<boolean>,
): readonly [T, (wanted: T) => void] {
  const [chosen, setChosen] = useState<{ readonly value: T; readonly over: T } | null>(null);
  const choose = async (value: T) => {
    setChosen({ value, over: known });
    if (!(await save(value))) setChosen(null);
  };
  // News of the server is worth more than what was chosen before it.
  const shown = chosen !== null && chosen.over === known ? chosen.value : known;
  return [shown, (value) => void choose(value)];
}
