/** How a person looks at points and pictures, remembered for them on every machine. */

import { displayFrom, type PointDisplay } from "../../scene3d/display";
import { PreferenceCopy } from "../preference";
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
  /** The three flat views of the selected object are shown. */
  readonly sides: boolean;
  /** What the colours of the points mean is told in the scene's corner; else their name alone. */
  readonly legend: boolean;
  /** The whole instructions are shown, however long; else their first lines. */
  readonly instructions: boolean;
  /** The selected object of the frames beside this one is shown. */
  readonly ghosts: boolean;
  /** Moving cuboids are drawn in a picture where they were when it was taken. */
  readonly atPictures: boolean;
}

export interface Look extends StoreApi<LookState> {
  /** What was chosen on another machine shows when the editor is opened. */
  readonly follow: () => () => void;
}

export function createLook(personId: string): Look {
  const kept = new PreferenceCopy("display", personId);
  const look = create<LookState>(stateFrom(kept.value));
  let taken: LookState | null = null;
  look.subscribe((state) => {
    if (state !== taken) kept.write(state);
  });
  const take = (value: unknown) => {
    taken = stateFrom(value);
    look.setState(taken, true);
  };
  return Object.assign(look, { follow: () => kept.follow(take) });
}

export function stateFrom(known: unknown): LookState {
  const given = known as Partial<
    Record<"light" | "sides" | "legend" | "instructions" | "ghosts" | "atPictures", unknown>
  > | null;
  return {
    ...displayFrom(known),
    light: lightFrom(given?.light),
    sides: given?.sides !== false,
    legend: given?.legend !== false,
    instructions: given?.instructions === true,
    ghosts: given?.ghosts !== false,
    atPictures: given?.atPictures !== false,
  };
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
