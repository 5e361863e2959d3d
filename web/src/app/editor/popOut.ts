/** Cameras in windows of their own, for a second screen. */

import { create, type StoreApi } from "../store";

export interface PopOut {
  readonly body: HTMLElement;
  close(): void;
}

/**
 * Opens the window, or null when the browser does not let us. It dies with the page that draws into
 * it; keys pressed in it work as if they were pressed in that page.
 *
 * @param closed called when the person closes it.
 */
export function openPopOut(title: string, closed: () => void): PopOut | null {
  const popup = window.open("", "", "popup,width=960,height=600");
  if (popup === null) return null;
  const { document: page } = popup;
  page.title = title;
  page.documentElement.className = "pop-out";
  for (const sheet of document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')) {
    const link = page.createElement("link");
    link.rel = "stylesheet";
    link.href = sheet.href;
    page.head.append(link);
  }
  const stop = new AbortController();
  const { signal } = stop;
  const close = () => {
    stop.abort();
    popup.close();
  };
  // The page that draws is going away (closed, reloaded, another task): so does what it drew into.
  window.addEventListener("pagehide", close, { signal });
  popup.addEventListener(
    "pagehide",
    () => {
      stop.abort();
      closed();
    },
    { signal },
  );
  popup.addEventListener(
    "keydown",
    (event) => {
      if (event.target instanceof popup.window.HTMLInputElement) return;
      const passed = new KeyboardEvent("keydown", copyOf(event));
      if (!window.dispatchEvent(passed)) event.preventDefault();
    },
    { signal },
  );
  return { body: page.body, close };
}

function copyOf(event: KeyboardEvent): KeyboardEventInit {
  const { code, key, ctrlKey, metaKey, shiftKey, altKey, repeat } = event;
  return { code, key, ctrlKey, metaKey, shiftKey, altKey, repeat, cancelable: true };
}

export interface PopOutState {
  /** By the camera's id. */
  readonly open: ReadonlyMap<number, PopOut>;
  /** The browser did not let the last one open. */
  readonly blocked: boolean;
}

export class PopOuts {
  readonly store: StoreApi<PopOutState> = create<PopOutState>({ open: new Map(), blocked: false });

  /** Call it in the handler of a click: browsers open windows only then. */
  show(camera: number, title: string): void {
    const opened = openPopOut(title, () => this.#forget(camera));
    if (opened === null) {
      this.store.setState({ blocked: true });
      return;
    }
    const open = new Map(this.store.getState().open).set(camera, opened);
    this.store.setState({ open, blocked: false });
  }

  close(camera: number): void {
    this.store.getState().open.get(camera)?.close();
    this.#forget(camera);
  }

  closeAll(): void {
    for (const camera of this.store.getState().open.keys()) this.close(camera);
  }

  #forget(camera: number): void {
    const open = new Map(this.store.getState().open);
    open.delete(camera);
    this.store.setState({ open });
  }
}
