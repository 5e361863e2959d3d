import fc from "fast-check";
import { expect, test } from "vitest";
import { contains, layoutOf, SIDE_NAMES, type Rect } from "./layout";

const sizes = fc.record({
  width: fc.integer({ min: 340, max: 4_000 }),
  height: fc.integer({ min: 260, max: 2_200 }),
});

const area = ({ width, height }: Rect) => width * height;

test("the rectangles tile the canvas: none overlaps, no pixel is left over", () => {
  fc.assert(
    fc.property(sizes, (size) => {
      const { main, sides } = layoutOf(size, true);
      const all = [main, ...SIDE_NAMES.map((side) => sides![side])];
      expect(all.reduce((sum, rect) => sum + area(rect), 0)).toBe(size.width * size.height);
      for (const rect of all) {
        const middle = { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
        expect(all.filter((other) => contains(other, middle))).toEqual([rect]);
        expect(rect.x + rect.width).toBeLessThanOrEqual(size.width);
        expect(rect.y + rect.height).toBeLessThanOrEqual(size.height);
      }
    }),
  );
});

test("the main view keeps at least two thirds of the canvas", () => {
  fc.assert(
    fc.property(sizes, (size) => {
      const share = area(layoutOf(size, true).main) / (size.width * size.height);
      expect(share).toBeGreaterThan(0.66);
    }),
  );
});

// What the panels leave of a screen of 1280×720 and of 3840×2160.
test.each([
  [744, 444, 238, 148],
  [3_304, 1_884, 1_057, 628],
])("in %i×%i they stand in a column of %i×%i each", (width, height, wide, high) => {
  const { main, sides } = layoutOf({ width, height }, true);
  expect(sides!.front).toEqual({ x: width - wide, y: 2 * high, width: wide, height: high });
  expect(main).toEqual({ x: 0, y: 0, width: width - wide, height });
});

test("beside a large camera image, where it is narrow, they stand in a row below", () => {
  const { main, sides } = layoutOf({ width: 372, height: 444 }, true);
  expect(sides!.top.y).toBe(main.height);
  expect(sides!.front.x + sides!.front.width).toBe(372);
});

test("without room, or unwanted, the main view has everything", () => {
  expect(layoutOf({ width: 300, height: 700 }, true).sides).toBeNull();
  expect(layoutOf({ width: 900, height: 700 }, false)).toEqual({
    main: { x: 0, y: 0, width: 900, height: 700 },
    sides: null,
  });
});
