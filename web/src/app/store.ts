/** A value that React and plain code both watch (zustand without its hook). */

import { createStore, type StoreApi } from "zustand/vanilla";

export type { StoreApi };

export function create<T>(initial: T): StoreApi<T> {
  return createStore<T>(() => initial);
}
