/**
 * A JPEG without its EXIF: browsers turn a picture by what the EXIF says, but the lens belongs to
 * the pixels as they are stored.
 */

const APP1 = 0xe1;
const START_OF_SCAN = 0xda;

export function withoutExif(jpeg: Uint8Array<ArrayBuffer>): Blob {
  const kept: Uint8Array<ArrayBuffer>[] = [];
  const isJpeg = jpeg[0] === 0xff && jpeg[1] === 0xd8;
  if (!isJpeg) return new Blob([jpeg]);
  kept.push(jpeg.subarray(0, 2));
  let at = 2;
  // Segments are 0xff, a marker, and a length (big-endian, itself included), up to the scan.
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== START_OF_SCAN) {
    const end = at + 2 + ((jpeg[at + 2]! << 8) | jpeg[at + 3]!);
    if (jpeg[at + 1] !== APP1) kept.push(jpeg.subarray(at, end));
    at = end;
  }
  kept.push(jpeg.subarray(at));
  return new Blob(kept, { type: "image/jpeg" });
}
