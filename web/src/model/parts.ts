/**
 * Names of parts, the grain of conflict: the twin of src/groundplane/annotations/parts.py, held to
 * the same tests/golden/parts.json.
 */

export type PartName =
  | { readonly type: "object" }
  | { readonly type: "key"; readonly time_ns: number }
  | { readonly type: "visible"; readonly time_ns: number }
  /** `time_ns` null is the answer for the whole track. */
  | { readonly type: "attribute"; readonly name: string; readonly time_ns: number | null }
  | { readonly type: "points"; readonly sensor: string; readonly sweep_ns: number };

export const OBJECT = "object";

export const keyPart = (time_ns: number): string => `key/${time_ns}`;

export const visiblePart = (time_ns: number): string => `visible/${time_ns}`;

export function attributePart(name: string, time_ns: number | null = null): string {
  const whole = `attribute/${encoded(name)}`;
  return time_ns === null ? whole : `${whole}/${time_ns}`;
}

export const pointsPart = (sensor: string, sweep_ns: number): string =>
  `points/${encoded(sensor)}/${sweep_ns}`;

/** @throws RangeError: not a part, or not its one spelling. */
export function parsePart(part: string): PartName {
  const [type, ...rest] = part.split("/");
  const [first, second] = rest;
  if (type === "object" && rest.length === 0) return { type };
  if (first === undefined || rest.length > 2) throw unknownPart(part);
  if ((type === "key" || type === "visible") && second === undefined) {
    return { type, time_ns: parseTime(part, first) };
  }
  if (type === "attribute") {
    const name = decoded(part, first);
    return { type, name, time_ns: second === undefined ? null : parseTime(part, second) };
  }
  if (type === "points" && second !== undefined) {
    return { type, sensor: decoded(part, first), sweep_ns: parseTime(part, second) };
  }
  throw unknownPart(part);
}

function encoded(name: string): string {
  return name.replaceAll("%", "%25").replaceAll("/", "%2F");
}

function decoded(part: string, text: string): string {
  const name = text.replaceAll("%2F", "/").replaceAll("%25", "%");
  if (name === "" || encoded(name) !== text) throw unknownPart(part);
  return name;
}

function parseTime(part: string, text: string): number {
  const time_ns = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Infinity;
  if (!Number.isSafeInteger(time_ns)) {
    throw new RangeError(
      `"${part}" does not name a time in nanoseconds since the scene's start`,
    );
  }
  return time_ns;
}

const unknownPart = (part: string) => new RangeError(`"${part}" is not a part of an annotation`);
