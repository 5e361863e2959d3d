/** One person's keys: remembered for them on every machine, shown everywhere at once, in every tab. */

import { sayDevice, type WheelDevice } from "../../scene3d/wheel";
import { type Choices, choicesJson, type Keymap, keymapOf, parseChoices } from "../../tools/keymap";
import { type KeyboardLayout, US_LAYOUT } from "../../tools/keys";
import { PreferenceCopy } from "../preference";
import { create, type StoreApi } from "../store";

export interface Keys {
  readonly choices: Choices;
  /** What `choices` make of the registry's keys. */
  readonly keymap: Keymap;
  /** What is printed on the person's keys, as far as the browser says. */
  readonly layout: KeyboardLayout;
  /** What turns the wheel, said by the person; null: found out by itself. */
  readonly scrolling: WheelDevice | null;
}

export interface KeyStore extends StoreApi<Keys> {
  readonly kept: PreferenceCopy;
}

export function createKeys(personId: string): KeyStore {
  const kept = new PreferenceCopy("keys", personId);
  const store = create<Keys>({ ...chosenIn(kept.value), layout: US_LAYOUT });
  sayDevice(store.getState().scrolling);
  return Object.assign(store, { kept });
}

export function setScrolling(keys: KeyStore, scrolling: WheelDevice | null): void {
  sayDevice(scrolling);
  keys.setState({ scrolling });
  keep(keys);
}

export function setChoices(keys: KeyStore, choices: Choices): void {
  keys.setState({ choices, keymap: keymapOf(choices) });
  keep(keys);
}

function keep(keys: KeyStore): void {
  const { choices, scrolling } = keys.getState();
  keys.kept.write({ choices: choicesJson(choices), scrolling });
}

/** What of a stored value makes sense. */
function chosenIn(stored: unknown): Pick<Keys, "choices" | "keymap" | "scrolling"> {
  const given = (stored ?? {}) as Readonly<Record<string, unknown>>;
  const choices = parseChoices(given["choices"]);
  const said = given["scrolling"];
  const scrolling = said === "mouse" || said === "trackpad" ? said : null;
  return { choices, keymap: keymapOf(choices), scrolling };
}

/**
 * Follow the person's other tabs and machines, and the keyboard, which may be another after the
 * window was left.
 */
export function followKeys(keys: KeyStore): () => void {
  const { kept } = keys;
  const stop = new AbortController();
  const { signal } = stop;
  const take = (value: unknown) => {
    const chosen = chosenIn(value);
    sayDevice(chosen.scrolling);
    keys.setState(chosen);
  };
  const stored = (event: StorageEvent) => {
    if (kept.isOf(event)) take(kept.value);
  };
  const look = () => {
    void readLayout().then((layout) => {
      if (!signal.aborted && layout !== null) keys.setState({ layout });
    });
  };
  const unfollow = kept.follow(take);
  window.addEventListener("storage", stored, { signal });
  window.addEventListener("focus", look, { signal });
  look();
  return () => {
    unfollow();
    stop.abort();
  };
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
