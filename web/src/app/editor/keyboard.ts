/** Keys of the page → commands. */

import { actionFor, type Handlers } from "../../tools/index";

export function listenToKeys(commands: Handlers): () => void {
  const press = (event: KeyboardEvent) => {
    // Tab walks through the panels; only while the scene has the focus it walks through objects.
    if (event.code === "Tab" && event.target !== document.body && !isScene(event.target)) return;
    const id = actionFor(event);
    if (id === null) return;
    event.preventDefault();
    commands[id](event);
  };
  window.addEventListener("keydown", press);
  return () => window.removeEventListener("keydown", press);
}

function isScene(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".scene") !== null;
}
