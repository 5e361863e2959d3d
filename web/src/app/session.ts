/** Who is signed in, known once for all pages. */

import { create } from "zustand";
import { getJson, postJson, Refused } from "../api/http";
import type { Me } from "../api/types";
import { sameValue } from "../model/edits";

type Session =
  | { readonly kind: "asking" }
  | { readonly kind: "in"; readonly me: Me }
  | { readonly kind: "out" }
  | { readonly kind: "unreachable" };

interface SessionStore {
  readonly session: Session;
  /** Whose work may still be open although the session has ended. */
  readonly lastMe: Me | null;
}

export const useSession = create<SessionStore>(() => ({
  session: { kind: "asking" },
  lastMe: null,
}));

function become(session: Session): void {
  if (session.kind !== "in") {
    useSession.setState({ session });
    return;
  }
  // The same person again is the same value: what is open for them stays open.
  const { lastMe } = useSession.getState();
  const me = lastMe !== null && sameValue(lastMe, session.me) ? lastMe : session.me;
  useSession.setState({ session: { kind: "in", me }, lastMe: me });
}

export async function refreshSession(): Promise<void> {
  try {
    become({ kind: "in", me: await getJson<Me>("/app/me") });
  } catch (error) {
    const refused = error instanceof Refused && error.status === 401;
    become(refused ? { kind: "out" } : { kind: "unreachable" });
  }
}

/** @throws Refused when the link was used or is too old. */
export async function signIn(token: string): Promise<Me> {
  const me = await postJson<Me>("/app/sign-in", { token });
  become({ kind: "in", me });
  return me;
}

export async function signOut(): Promise<void> {
  await postJson("/app/sign-out", {});
  sessionEnded();
}

/** A page was told 401: show the way back in. */
export function sessionEnded(): void {
  useSession.setState({ session: { kind: "out" }, lastMe: null });
}
