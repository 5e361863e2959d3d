/** Which window of this browser works on a document. */

export const tabLockName = (documentId: string): string => `groundplane-document-${documentId}`;

/**
 * Hold the lock until `release` or until another tab takes it; null when another tab has it.
 *
 * @param stolen called when another tab took the lock.
 */
export async function holdTabLock(
  name: string,
  takeOver: boolean,
  stolen: () => void,
): Promise<{ release(): void } | null> {
  return new Promise((resolve) => {
    let release = (): void => undefined;
    const until = new Promise<void>((done) => (release = done));
    const options = takeOver ? { steal: true } : { ifAvailable: true };
    navigator.locks
      .request(name, options, (lock) => {
        resolve(lock === null ? null : { release });
        return lock === null ? undefined : until;
      })
      .catch(stolen);
  });
}

/**
 * The name of this browser for the server, per person and document: a reload or a crash gets its
 * lease back at once. Two tabs share it, and the lock above keeps them apart.
 */
export function windowId(personId: string, documentId: string): string {
  const key = `groundplane-window-${personId}-${documentId}`;
  const known = localStorage.getItem(key);
  if (known !== null) return known;
  const made = crypto.randomUUID();
  localStorage.setItem(key, made);
  return made;
}
