/** Which window of this browser works on a document. */

import { remember, remembered } from "../remember";

const PATIENCE_MS = 2_000;

interface TurnEvents {
  /** Another tab took over. */
  lost(): void;
  /** The tab that had the turn was closed, and it is ours now. */
  came(): void;
}

/** Which tab of this browser edits a document: the one that holds the lock of its name. */
export class TabTurn {
  readonly #name: string;
  readonly #events: TurnEvents;
  #release: (() => void) | null = null;
  #inLine: AbortController | null = null;
  #isOver = false;

  constructor(documentId: string, events: TurnEvents) {
    this.#name = `groundplane-document-${documentId}`;
    this.#events = events;
  }

  /** Whether the turn is ours; if it is not, we stand in line for it. */
  async take(takeOver: boolean): Promise<boolean> {
    if (this.#release !== null) return true;
    this.#inLine?.abort();
    if (await this.#ask(takeOver ? { steal: true } : { ifAvailable: true })) return true;
    void this.#standInLine();
    return false;
  }

  /** For good. */
  end(): void {
    this.#isOver = true;
    this.#inLine?.abort();
    this.#letGo();
  }

  async #standInLine(): Promise<void> {
    const { signal } = (this.#inLine = new AbortController());
    while (!this.#isOver && (await this.#ask({ signal }))) {
      // The tab that had it may only be reloading, and shall have it back.
      this.#letGo();
      do await new Promise((later) => setTimeout(later, PATIENCE_MS));
      while (isHidden());
      if (signal.aborted || this.#hasEnded()) return;
      if (await this.#ask({ ifAvailable: true })) {
        this.#events.came();
        return;
      }
    }
  }

  #hasEnded(): boolean {
    return this.#isOver;
  }

  #letGo(): void {
    this.#release?.();
    this.#release = null;
  }

  /** Resolves when it is known whether we hold the lock; it is held until released or stolen. */
  #ask(options: LockOptions): Promise<boolean> {
    return new Promise((resolve) => {
      let isHeld = false;
      navigator.locks
        .request(this.#name, options, (lock) => {
          isHeld = lock !== null && !this.#isOver;
          resolve(isHeld);
          return isHeld ? new Promise<void>((done) => (this.#release = done)) : undefined;
        })
        .catch(() => {
          resolve(false);
          if (isHeld) this.#stolen();
        });
    });
  }

  #stolen(): void {
    this.#release = null;
    void this.#standInLine();
    this.#events.lost();
  }
}

/** Nobody looks at this tab: it must not take the work from where a person is. */
function isHidden(): boolean {
  return typeof document !== "undefined" && document.visibilityState === "hidden";
}

/**
 * The name of this browser for the server, per person and document: a reload or a crash gets its
 * lease back at once. Two tabs share it, and the lock above keeps them apart.
 */
export function windowId(personId: string, documentId: string): string {
  const key = `groundplane-window-${personId}-${documentId}`;
  const known = remembered(key);
  if (typeof known === "string") return known;
  const made = crypto.randomUUID();
  remember(key, made);
  return made;
}
