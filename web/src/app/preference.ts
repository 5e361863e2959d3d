/**
 * One of a person's preferences: at once from this browser, then from the server, which has it from
 * every machine. Writing never waits and never fails the work: what could not be sent is sent later.
 */

import { getJson, putJson, Refused, Unreachable } from "../api/http";
import type { Preference } from "../api/types";
import { sameValue } from "../model/edits";
import { remember, remembered } from "./remember";

export type PreferenceName = "panels" | "keys" | "display" | "flow";

/** The copy in this browser; `isSent`: the server had it, too. */
export interface LocalCopy {
  readonly value: unknown;
  readonly isSent: boolean;
}

const SETTLED_MS = 1_000;

export class PreferenceCopy {
  readonly #name: PreferenceName;
  readonly #key: string;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(name: PreferenceName, personId: string) {
    this.#name = name;
    this.#key = `groundplane-preference-${name}-${personId}`;
  }

  /** Another tab of this browser wrote it. */
  isOf({ key }: StorageEvent): boolean {
    return key === this.#key;
  }

  /** What this browser knows; null when it knows nothing. */
  get value(): unknown {
    return this.#local()?.value ?? null;
  }

  write(value: unknown): void {
    remember(this.#key, { value, isSent: false } satisfies LocalCopy);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#send(), SETTLED_MS);
  }

  /**
   * Asks the server, and sends what it has not got yet, now and whenever the network is back.
   *
   * @param changed called with the server's value where it is another one than this browser's.
   */
  follow(changed: (value: unknown) => void): () => void {
    const stop = new AbortController();
    const { signal } = stop;
    const meet = async () => {
      try {
        const { value } = await getJson<Preference>(this.#path, { signal });
        const local = this.#local();
        const next = met(local, value);
        if (next === null) return;
        if (!next.isSent) await this.#send();
        else {
          remember(this.#key, next);
          if (!sameValue(next.value, local?.value ?? null)) changed(next.value);
        }
      } catch (error) {
        if (!signal.aborted) ignoreLater(error);
      }
    };
    const leave = () => this.#timer !== null && void this.#send();
    window.addEventListener("online", () => void meet(), { signal });
    window.addEventListener("pagehide", leave, { signal });
    void meet();
    return () => {
      leave();
      stop.abort();
    };
  }

  get #path(): string {
    return `/app/me/preferences/${this.#name}`;
  }

  #local(): LocalCopy | null {
    const kept = remembered(this.#key) as Partial<LocalCopy> | null;
    return kept?.isSent === undefined ? null : { value: kept.value ?? null, isSent: kept.isSent };
  }

  async #send(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const value = this.value;
    try {
      // It may be the last thing that this page does.
      await putJson(this.#path, { value }, { keepalive: true });
      if (sameValue(value, this.value)) remember(this.#key, { value, isSent: true });
    } catch (error) {
      ignoreLater(error);
    }
  }
}

/** Which copy counts; null when there is none. What was changed here and not sent is the newest. */
export function met(local: LocalCopy | null, server: unknown): LocalCopy | null {
  if (local !== null && !local.isSent) return local;
  if (server !== null && server !== undefined) return { value: server, isSent: true };
  // The server lost it, or is another one at the same address: it gets the copy.
  return local === null ? null : { value: local.value, isSent: false };
}

/** Without network or session the copy of this browser serves, and is sent the next time. */
function ignoreLater(error: unknown): void {
  if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
}
