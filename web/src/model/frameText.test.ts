import fc from "fast-check";
import { expect, test } from "vitest";
import { imageAddresses, readFrameText, withAddresses } from "./frameText";

const FRAME = `{"device_position":{"x":0,"y":0,"z":1},"points":[{"x":1,"y":2,"z":0,"t":1541196976735462123}],
 "images":[{"image_url" : "images/a b.jpg","metadata":{"note":"\\"image_url\\": \\"no.jpg\\""}},
           {"image_url":"images\\/\\u00e4.jpg"}, {"image_url":"images/a b.jpg"}]}`;

test("a frame names its pictures, each once", () => {
  expect(readFrameText(FRAME)).toEqual({ kind: "frame", images: ["images/a b.jpg", "images/ä.jpg"] });
});

test("other addresses change nothing else, to the last digit", () => {
  const other = withAddresses(FRAME, new Map([["images/a b.jpg", 'scaledata://1/"2']]));
  expect(other).toContain("1541196976735462123");
  expect(imageAddresses(other)).toEqual(['scaledata://1/"2', "images/ä.jpg"]);
  expect(other.replaceAll('"scaledata://1/\\"2"', '"images/a b.jpg"')).toBe(FRAME);
});

test("any text for any address: it is read back, and the way back is the way there", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      fc.pre(before !== after);
      const text = JSON.stringify({ a: 1, images: [{ image_url: before, more: "x" }] });
      const there = withAddresses(text, new Map([[before, after]]));
      expect(imageAddresses(there)).toEqual([after]);
      expect(withAddresses(there, new Map([[after, before]]))).toBe(text);
    }),
  );
});

test.each([
  ["{", /^is not valid JSON: /, true],
  ["[1]", /no “points”/, false],
  ['{"tracks":[]}', /no “points”/, false],
  ['{"points":7}', /no list/, true],
  ['{"points":[],"device_position":{}}', /no point/, true],
  ['{"points":[{}]}', /device_position/, true],
] as const)("%s is no frame, and it is said why", (text, reason, broken) => {
  const read = readFrameText(text);
  expect(read).toMatchObject({ kind: "other", broken });
  expect(read.kind === "other" && read.reason).toMatch(reason);
});
