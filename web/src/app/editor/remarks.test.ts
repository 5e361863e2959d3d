import { expect, test } from "vitest";
import { CHECK_TITLES, type CheckName } from "../../model/checkNames";
import { type Named, remedyOf, stripRemark, unusualRemark, usualRemark, wrongWords } from "./remarks";

const NAMES: Readonly<Record<string, string>> = { "shape.fit": "R", "shape.onto": "Shift+R", "shape.flip": "U", "shape.usual": "Shift+S" };
const KEYS: Named = (text, id) => (NAMES[id] === undefined ? text : `${text} (${NAMES[id]})`);

test("a strip beside a side is told with what takes it in", () => {
  const strip = { face: "left", count: 12, outM: 0.181, isTaken: true } as const;
  expect(stripRemark(strip, KEYS)).toBe("12 points lie up to 0.18 m beside the left side: Fit (R) takes them in.");
  expect(stripRemark({ ...strip, face: "back", isTaken: false }, KEYS)).toBe(
    "12 points lie up to 0.18 m beside the rear: Move onto (Shift+R) takes them in.",
  );
});

test("only a size that is as usual and has an end that was not seen is told", () => {
  const usual = [[4.5, 1.9, 1.6], [4.71, 1.82, 1.5]] as const;
  const rear = (axis: 0 | 1) => (axis === 0 ? (["back"] as const) : []);
  const both = (axis: 0 | 1) => (axis === 0 ? (["back"] as const) : (["right"] as const));
  expect(usualRemark("Car", [4.5, 1.7, 1.4], usual, rear)).toBe("Length 4.5 m is usual for Car: its rear was not seen.");
  expect(usualRemark("Car", [4.71, 1.9, 1.4], usual, both)).toBe(
    "Length 4.7 m and width 1.9 m are usual for Car: its rear and right side were not seen.",
  );
  expect(usualRemark("Car", [4.1, 1.7, 1.4], usual, both)).toBeNull();
  expect(usualRemark("Car", [4.5, 1.9, 1.4], usual, () => [])).toBeNull();
});

test("sides far from all that is usual are told with what makes them usual, and no others", () => {
  const usual = [[4.4, 1.8, 1.5], [4.5, 1.9, 1.6]] as const;
  const said = (size: readonly [number, number, number], of: readonly (readonly [number, number, number])[] = usual) =>
    unusualRemark("Car", size, of, KEYS);
  expect(said([4.4, 1.8, 4.75])).toBe("Height 4.8 m is unusual for Car, 1.5 m is usual: Usual size (Shift+S).");
  expect(said([2.6, 1.8, 2.2])).toBe(
    "Length 2.6 m and height 2.2 m are unusual for Car, 4.4 m and 1.5 m are usual: Usual size (Shift+S).",
  );
  // 2.1 m is 1.4 times what others measure, and 1.31 times what cars do.
  expect(said([4.4, 1.8, 2.1])).toBeNull();
  expect(said([4.4, 1.8, 2.1], usual.slice(0, 1))).not.toBeNull();
  expect(said([2.7, 1.8, 1.5])).toBeNull();
  expect(said([9, 9, 9], [])).toBeNull();
});

test("every check says what mends it, with the person's keys", () => {
  const said = (Object.keys(CHECK_TITLES) as CheckName[]).map((check) => remedyOf(check, KEYS));
  expect(said.every((sentence) => sentence.endsWith("."))).toBe(true);
  const cut = { id: "a", frame: 2, sentence: "A side cuts.", serious: false, check: "cut" } as const;
  const open = { id: "a", frame: 2, sentence: "Not answered.", serious: true };
  expect(wrongWords([cut, open, { ...cut, check: "backwards", sentence: "Backwards." }], KEYS)).toBe(
    "A side cuts. Fit (R) brings its sides to the points.\nNot answered.\nBackwards. Turn around (U) makes its rear its front.",
  );
});
