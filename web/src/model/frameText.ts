/**
 * A Frame JSON file as text: what it is, which pictures it names, and the same text with other
 * addresses. Never parsed and written again: nanoseconds have more digits than a number here.
 */

export type FrameText =
  | { readonly kind: "frame"; readonly images: readonly string[] }
  /** `broken`: it means to be a frame, or JSON, and is not. */
  | { readonly kind: "other"; readonly reason: string; readonly broken: boolean };

// Inside of a JSON string both quotes would be escaped, so this is a member and nothing else.
const IMAGE_URL = /("image_url"\s*:\s*)("(?:[^"\\]|\\.)*")/g;

export function readFrameText(text: string): FrameText {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: "other", reason: `is not valid JSON: ${why}`, broken: true };
  }
  const frame = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const { points, device_position: device } = frame;
  if (points === undefined) return other("has no “points”, so it is no frame", false);
  if (!Array.isArray(points)) return other("has “points” that are no list", true);
  if (points.length === 0) return other("has no point in “points”", true);
  if (typeof device !== "object" || device === null) return other("has no “device_position”", true);
  return { kind: "frame", images: imageAddresses(text) };
}

/** The addresses of the pictures, each once, in their order. */
export function imageAddresses(text: string): readonly string[] {
  return [...new Set(Array.from(text.matchAll(IMAGE_URL), ([, , literal]) => decoded(literal!)))];
}

/** The same text, in which some pictures have other addresses. */
export function withAddresses(text: string, addresses: ReadonlyMap<string, string>): string {
  return text.replace(IMAGE_URL, (whole, member: string, literal: string) => {
    const address = addresses.get(decoded(literal));
    return address === undefined ? whole : member + JSON.stringify(address);
  });
}

function decoded(literal: string): string {
  return JSON.parse(literal) as string;
}

function other(reason: string, broken: boolean): FrameText {
  return { kind: "other", reason, broken };
}
