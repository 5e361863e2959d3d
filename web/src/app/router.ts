/** The address bar as a store: the app's pages are plain paths. */

import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener("popstate", tell);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener("popstate", tell);
  };
}

/** The path and the query, e.g. "/tasks/6a…/work?mode=test". */
export function useLocation(): { readonly path: string; readonly query: URLSearchParams } {
  const href = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const [path = "/", query = ""] = href.split("?");
  return { path, query: new URLSearchParams(query) };
}

/** Go to a page of the app; the world (live or test) that one is in is kept. */
export function navigate(to: string, options: { readonly replace?: boolean } = {}): void {
  const address = inThisWorld(to);
  if (options.replace === true) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  tell();
}

/** The address with the mode of the current one, unless it names its own. */
export function inThisWorld(to: string): string {
  const mode = new URLSearchParams(location.search).get("mode");
  if (mode !== "test" || to.includes("mode=")) return to;
  return `${to}${to.includes("?") ? "&" : "?"}mode=test`;
}
