/** One person's keys in this browser: kept there, shown everywhere at once, in every tab. */

import { sayDevice, type WheelDevice } from "../../scene3d/wheel";
import { type Choices, choicesJson, type Keymap, keymapOf, parseChoices } from "../../tools/keymap";
import { type KeyboardLayout, US_LAYOUT } from "../../tools/keys";
import { remember, remembered } from "../remember";
import { create, type StoreApi } from "../store";

export interface Keys {
  readonly personId: string;
  readonly choices: Choices;
  /** What `choices` make of the registry's keys. */
  readonly keymap: Keymap;
  /** What is printed on the person's keys, as far as the browser says. */
  readonly layout: KeyboardLayout;
  /** What turns the wheel, said by the person; null: found out by itself. */
  readonly scrolling: WheelDevice | null;
}

export type KeyStore = StoreApi<Keys>;

export function createKeys(personId: string): KeyStore {
  const choices = parseChoices(remembered(storageKey(personId)));
  const said = remembered(scrollingKey(personId));
  const scrolling = said === "mouse" || said === "trackpad" ? said : null;
  sayDevice(scrolling);
  return create<Keys>({
    personId,
    choices,
    keymap: keymapOf(choices),
    layout: US_LAYOUT,
    scrolling,
  });
}

export function setScrolling(keys: KeyStore, scrolling: WheelDevice | null): void {
  remember(scrollingKey(keys.getState().personId), scrolling);
  sayDevice(scrolling);
  keys.setState({ scrolling });
}

export function setChoices(keys: KeyStore, choices: Choices): void {
  const { personId } = keys.getState();
  remember(storageKey(personId), choicesJson(choices));
  keys.setState({ choices, keymap: keymapOf(choices) });
}

/** Follow the other tabs and the keyboard, which may be another after the window was left. */
export function followKeys(keys: KeyStore): () => void {
  const { personId } = keys.getState();
  const stop = new AbortController();
  const { signal } = stop;
  const stored = (event: StorageEvent) => {
    if (event.key !== storageKey(personId)) return;
    const choices = parseChoices(remembered(storageKey(personId)));
    keys.setState({ choices, keymap: keymapOf(choices) });
  };
  const look = () => {
    void readLayout().then((layout) => {
      if (!signal.aborted && layout !== null) keys.setState({ layout });
    });
  };
  window.addEventListener("storage", stored, { signal });
  window.addEventListener("focus", look, { signal });
  look();
  return () => stop.abort();
}

/** Not in the standard's types yet; Chromium has it, on secure pages. */
interface NavigatorWithKeyboard {
  readonly keyboard?: { getLayoutMap(): Promise<Iterable<[string, string]>> };
}

/** Null where the browser does not say. */
async function readLayout(): Promise<KeyboardLayout | null> {
  try {
    const map = await (navigator as NavigatorWithKeyboard).keyboard?.getLayoutMap();
    return map === undefined ? null : new Map(map);
  } catch {
    return null; // Refused inside a frame: the US names are shown.
  }
}

function scrollingKey(personId: string): string {
  return `groundplane-scrolling-${personId}`;
}

function storageKey(personId: string): string {
  return `groundplane-keys-${personId}`;
}
