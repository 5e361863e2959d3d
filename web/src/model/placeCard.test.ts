import fc from "fast-check";
import { expect, test } from "vitest";
import type { Rect } from "../geometry/rect";
import { overlap, placeCard } from "./placeCard";

const PAGE = { width: 1280, height: 720 };
const CARD = { width: 300, height: 200 };
const SCENE: Rect = { x: 240, y: 48, width: 640, height: 500 };

const boxes: fc.Arbitrary<Rect> = fc.record({
  x: fc.nat(1200),
  y: fc.nat(700),
  width: fc.nat(600),
  height: fc.nat(600),
});

test("with nothing in the way it stands low on the left", () => {
  expect(placeCard(CARD, PAGE, [SCENE], [])).toEqual({ x: 252, y: 336 });
});

test("what is to be kept free is, while any corner is", () => {
  const low: Rect = { x: 240, y: 300, width: 640, height: 248 };
  expect(placeCard(CARD, PAGE, [SCENE], [low])).toEqual({ x: 252, y: 60 });
});

test("it never leaves the page, and no corner would cover less", () => {
  fc.assert(
    fc.property(fc.array(boxes, { minLength: 1, maxLength: 3 }), fc.array(boxes), (areas, free) => {
      const at = placeCard(CARD, PAGE, areas, free);
      expect(at.x).toBeGreaterThanOrEqual(0);
      expect(at.x + CARD.width).toBeLessThanOrEqual(PAGE.width);
      expect(at.y).toBeGreaterThanOrEqual(0);
      expect(at.y + CARD.height).toBeLessThanOrEqual(PAGE.height);
      const covered = free.reduce((sum, box) => sum + overlap({ ...at, ...CARD }, box), 0);
      for (const area of areas) {
        const alone = placeCard(CARD, PAGE, [area], free);
        const other = free.reduce((sum, box) => sum + overlap({ ...alone, ...CARD }, box), 0);
        expect(covered).toBeLessThanOrEqual(other);
      }
    }),
  );
});
