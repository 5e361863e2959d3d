/** Finding a command by what a person types. */

import type { Action } from "./index";

/**
 * How well a text fits what is typed, 0 the best; null: not at all. A beginning of the title comes
 * before a beginning of one of its words, that before words anywhere, and last come the first
 * letters of the words ("nk" is "Next keyframe").
 */
export function fit(query: string, title: string, words = ""): number | null {
  const typed = plain(query);
  if (typed === "") return 0;
  const [name, all] = [plain(title), plain(`${title} ${words}`)];
  if (name.startsWith(typed)) return 1;
  const parts = name.split(" ");
  if (parts.some((part) => part.startsWith(typed))) return 2;
  if (typed.split(" ").every((part) => all.includes(part))) return 3;
  const initials = parts.map((part) => part[0] ?? "").join("");
  return initials.startsWith(typed.replaceAll(" ", "")) ? 4 : null;
}

/** Those that fit, the best first; equals stay in their order. */
export function found<T>(
  query: string,
  all: readonly T[],
  name: (one: T) => { readonly title: string; readonly words?: string },
): readonly T[] {
  const ranked = all.flatMap((one) => {
    const { title, words } = name(one);
    const rank = fit(query, title, words);
    return rank === null ? [] : [{ one, rank }];
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ one }) => one);
}

/** All that an action is found by: its title, its group, other words for it, its keys. */
export function wordsOf({ group, words = "" }: Action, keys: readonly string[] = []): string {
  return [group, words, ...keys].join(" ");
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[,;.:]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
