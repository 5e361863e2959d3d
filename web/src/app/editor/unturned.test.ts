import { expect, test } from "vitest";
import { withoutExif } from "./unturned";

const segment = (marker: number, ...content: number[]) => [
  0xff,
  marker,
  0,
  content.length + 2,
  ...content,
];
const bytes = async (blob: Blob) => [...new Uint8Array(await blob.arrayBuffer())];

test("the EXIF segment goes, every other byte of the JPEG stays", async () => {
  const start = [0xff, 0xd8, ...segment(0xe0, 1, 2, 3)];
  const rest = [...segment(0xdb, 7, 8), ...segment(0xda, 9), 5, 0xff, 0xe1, 4, 0xff, 0xd9];
  const jpeg = Uint8Array.from([...start, ...segment(0xe1, 0x45, 0x78, 6), ...rest]);
  expect(await bytes(withoutExif(jpeg))).toEqual([...start, ...rest]);
});

test("another format is left as it is", async () => {
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1, 2]);
  expect(await bytes(withoutExif(png))).toEqual([...png]);
});
