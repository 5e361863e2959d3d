/** How a person looks at points and pictures, remembered in this browser. */

import { displayFrom, type PointDisplay } from "../../scene3d/display";
import { create, type StoreApi } from "../store";

/** Of camera pictures; 1 leaves them as they are. */
export interface PictureLight {
  readonly brightness: number;
  readonly contrast: number;
}

export const USUAL_LIGHT: PictureLight = { brightness: 1, contrast: 1 };
export const LIGHTS = { least: 0.4, most: 3 } as const;

export interface LookState extends PointDisplay {
  readonly light: PictureLight;
}

export type Look = StoreApi<LookState>;

export function createLook(personId: string): Look {
  const key = `groundplane-look-${personId}`;
  const look = create<LookState>(stateFrom(stored(key)));
  look.subscribe((state) => store(key, state));
  return look;
}

export function stateFrom(known: unknown): LookState {
  const light = (known as { readonly light?: unknown } | null)?.light;
  return { ...displayFrom(known), light: lightFrom(light) };
}

function lightFrom(known: unknown): PictureLight {
  const given = (known ?? {}) as Readonly<Record<string, unknown>>;
  const part = (key: keyof PictureLight) => {
    const value = given[key];
    const makesSense = typeof value === "number" && value >= LIGHTS.least && value <= LIGHTS.most;
    return makesSense ? value : USUAL_LIGHT[key];
  };
  return { brightness: part("brightness"), contrast: part("contrast") };
}

// A browser may refuse storage altogether (private mode, a full disk, a policy): then the choice
// holds until the page is closed, which is all that it can.

function stored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function store(key: string, state: LookState): void {
  try {
    localStorage.setItem(key, JSON.stringify(state));
  } catch {
    // Not remembered.
  }
}
