/** The labels of a stage: their order, colours, and the size that each usually has. */

import type { Vec3 } from "../../geometry/vec";
import type { LabelChoice } from "../../model/taxonomy";

export interface LabelEntry {
  readonly name: string;
  readonly display: string;
  readonly description: string | null;
  /** The names above it in the tree, outermost first. */
  readonly path: readonly string[];
  readonly colour: string;
  /** One or two letters that no other label of the stage has: colour never says it alone. */
  readonly tag: string;
}

// Far apart also for eyes that miss one kind of cones, and light enough for a dark cloud: found by
// search, held by palette.test.ts. Beyond twelve the golden angle goes on, and the tags tell apart.
const COLOURS = [
  "#4c9ffe",
  "#ffb02e",
  "#ff3abe",
  "#0a9149",
  "#0cf8f6",
  "#fb0000",
  "#c7f0cc",
  "#94b390",
  "#efec97",
  "#82cebe",
  "#c0a862",
  "#f21080",
] as const;

export const UNKNOWN_COLOUR = "#9aa5b5";

export function labelColour(index: number): string {
  const known = COLOURS[index];
  if (known !== undefined) return known;
  return hex((index * 137.508) % 360);
}

/** A light colour of this hue (degrees) as "#rrggbb": saturation 0.8, lightness 0.66. */
function hex(hue: number): string {
  const channel = (offset: number): string => {
    const k = (offset + hue / 30) % 12;
    const value = 0.66 - 0.8 * 0.34 * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}

export function labelEntries(choices: readonly LabelChoice[]): LabelEntry[] {
  const entries: LabelEntry[] = [];
  const walk = (choice: LabelChoice, path: readonly string[]): void => {
    if (choice.subchoices.length > 0) {
      for (const child of choice.subchoices) walk(child, [...path, choice.display]);
      return;
    }
    entries.push({
      name: choice.choice,
      display: choice.display,
      description: choice.description,
      path,
      colour: labelColour(entries.length),
      tag: tagOf(choice.display, new Set(entries.map(({ tag }) => tag))),
    });
  };
  for (const choice of choices) walk(choice, []);
  return entries;
}

/**
 * The shortest sign for a name that is not taken: its first letter, that with another of its letters
 * (those that begin words first), or a number.
 */
export function tagOf(name: string, taken: ReadonlySet<string>): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const first = words[0]?.slice(0, 1).toUpperCase() ?? "?";
  const rest = Array.from(words.join("").slice(1));
  const others = [...words.slice(1).map((word) => word[0]!.toUpperCase()), ...rest];
  const found = [first, ...others.map((letter) => first + letter)].find((tag) => !taken.has(tag));
  if (found !== undefined) return found;
  for (let number = 2; ; number += 1) if (!taken.has(`${first}${number}`)) return `${first}${number}`;
}

/** Length, width, height in metres of common things, by words of their names. */
const USUAL: readonly (readonly [RegExp, Vec3])[] = [
  [/trailer/, [10, 2.5, 3.5]],
  [/pick.?up/, [5.5, 2.0, 1.9]],
  [/fire|garbage|semi|truck|lorry/, [8.0, 2.5, 3.2]],
  [/bus|tram/, [11.5, 2.6, 3.2]],
  [/van\b|delivery/, [5.4, 2.1, 2.3]],
  [/motor/, [2.1, 0.8, 1.5]],
  [/bicy|cycl|bike|scooter/, [1.8, 0.6, 1.6]],
  [/pedestrian|person|human|adult|walker/, [0.6, 0.6, 1.75]],
  [/child/, [0.5, 0.5, 1.2]],
  [/cone/, [0.4, 0.4, 0.7]],
  [/barrier|fence/, [2.0, 0.5, 1.0]],
  [/sign|pole/, [0.4, 0.4, 2.5]],
  [/animal|dog/, [1.0, 0.4, 0.7]],
];
const CAR: Vec3 = [4.5, 1.9, 1.6];

export function usualSize(label: string): Vec3 {
  return sizeByName(label) ?? CAR;
}

/** Null: the name says nothing of a size. */
export function sizeByName(label: string): Vec3 | null {
  const name = label.toLowerCase();
  return USUAL.find(([words]) => words.test(name))?.[1] ?? (/\bcars?\b/.test(name) ? CAR : null);
}
