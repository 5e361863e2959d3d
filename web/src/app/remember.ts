/**
 * What this browser remembers for a person's convenience. A full or forbidden storage forgets it:
 * nothing that matters is kept here, so nothing is said.
 */

export function remembered(key: string, storage: () => Storage = () => localStorage): unknown {
  try {
    const text = storage().getItem(key);
    return text === null ? null : JSON.parse(text);
  } catch {
    return null; // Forbidden, or written by something else.
  }
}

export function remember(
  key: string,
  value: unknown,
  storage: () => Storage = () => localStorage,
): void {
  try {
    storage().setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden.
  }
}
