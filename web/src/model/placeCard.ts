/** Where a card stands on a page: beside what it speaks of, and over as little as can be. */

import type { Rect } from "../geometry/rect";

const MARGIN = 12;

/**
 * The corner of one of the areas, in their order, where the card covers least of what is to be
 * kept free; of equal ones the first. Always inside of the page.
 *
 * @param card its size.
 * @param areas where it may stand, the best first.
 * @param free what it must not cover, each with how much that matters.
 */
export function placeCard(
  card: { readonly width: number; readonly height: number },
  page: { readonly width: number; readonly height: number },
  areas: readonly Rect[],
  free: readonly Rect[],
): { readonly x: number; readonly y: number } {
  const within = (at: number, size: number, whole: number) =>
    Math.max(0, Math.min(at, whole - size));
  const corners = areas.flatMap((area) => {
    const [left, right] = [area.x + MARGIN, area.x + area.width - card.width - MARGIN];
    const [top, bottom] = [area.y + MARGIN, area.y + area.height - card.height - MARGIN];
    return [
      [left, bottom],
      [left, top],
      [right, bottom],
      [right, top],
    ] as const;
  });
  let best = { x: 0, y: 0 };
  let least = Infinity;
  for (const [x, y] of corners) {
    const at = { x: within(x, card.width, page.width), y: within(y, card.height, page.height) };
    const covered = free.reduce((sum, box) => sum + overlap({ ...at, ...card }, box), 0);
    if (covered < least) [best, least] = [at, covered];
  }
  return best;
}

/** Square pixels that two boxes share. */
export function overlap(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}
