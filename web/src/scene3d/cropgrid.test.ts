import fc from "fast-check";
import { expect, test } from "vitest";
import { cellRect, cropGrid, type CropSides, paneAt, paneRect, perPage, sidesOf } from "./cropgrid";

const anySides = fc.constantFrom<CropSides>("top", "side", "front", "all");
const anySize = fc.record({ width: fc.integer({ min: 500, max: 2600 }), height: fc.integer({ min: 240, max: 1500 }) });

test("forty frames are seen at once in a window of 1920 by 1080, each no smaller than 200 by 150", () => {
  // What top bar, timeline and the view's own bars leave.
  const grid = cropGrid({ width: 1920, height: 900 }, 40, "top");
  expect(perPage(grid)).toBeGreaterThanOrEqual(40);
  expect(grid.cell.width).toBeGreaterThanOrEqual(200);
  expect(grid.cell.height).toBeGreaterThanOrEqual(150);
});

test("cells lie in the room, beside each other, and what is in one is found there", () => {
  fc.assert(
    fc.property(anySize, fc.integer({ min: 1, max: 120 }), anySides, (size, count, sides) => {
      const grid = cropGrid(size, count, sides);
      const shown = Math.min(count, perPage(grid));
      for (let index = 0; index < shown; index += 1) {
        const cell = cellRect(grid, index);
        expect(cell.x + cell.width).toBeLessThanOrEqual(size.width);
        expect(cell.y + cell.height).toBeLessThanOrEqual(size.height);
        let x = cell.x;
        for (const side of sidesOf(sides)) {
          const rect = paneRect(grid, index, sides, side);
          expect(rect.x).toBe(x);
          x += rect.width;
          const middle = { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
          expect(paneAt(grid, shown, sides, middle)).toEqual({ index, pane: { side, rect } });
        }
        expect(x).toBe(cell.x + cell.width);
        expect(paneAt(grid, shown, sides, { x: cell.x - 1, y: cell.y + 30 })?.index).not.toBe(index);
        expect(paneAt(grid, shown, sides, { x: cell.x + 2, y: cell.y + 2 })).toEqual({ index, pane: null });
      }
      expect(paneAt(grid, shown, sides, { x: size.width + 1, y: 30 })).toBeNull();
    }),
    { numRuns: 60 },
  );
});
