/** What differs between two versions of a JSON value, for people to read. */

export interface Difference {
  /** Where, e.g. `labels` or `rules › width`; empty when the whole value is another one. */
  readonly path: string;
  readonly kind: "added" | "removed" | "changed";
  /** JSON, or the text itself of a string; null where there was, or is, nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

type Json = Readonly<Record<string, unknown>>;

/** What an element of a list may be known by when others come before it. */
const NAMES = ["choice", "name", "label", "id", "key"] as const;

/** @returns in the order of the newer value; what is gone stands where it was last. */
export function differences(before: unknown, after: unknown, path = ""): readonly Difference[] {
  if (same(before, after)) return [];
  if (isObject(before) && isObject(after)) return ofParts(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return ofLists(before, after, path);
  return [{ path, kind: "changed", before: shown(before), after: shown(after) }];
}

function ofParts(before: Json, after: Json, path: string): readonly Difference[] {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return names.flatMap((name) => {
    const here = path === "" ? name : `${path} › ${name}`;
    if (!Object.hasOwn(before, name)) return [gain(here, after[name])];
    if (!Object.hasOwn(after, name)) return [loss(here, before[name])];
    return differences(before[name], after[name], here);
  });
}

function ofLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
): readonly Difference[] {
  const [old, now] = [named(before), named(after)];
  if (old !== null && now !== null) {
    const found = ofParts(old, now, path);
    if (found.length > 0) return found;
  } else {
    const [gone, come] = [without(before, after), without(after, before)];
    const found = [...come.map((one) => gain(path, one)), ...gone.map((one) => loss(path, one))];
    if (found.length > 0) return found;
  }
  return [{ path: `${path} (order)`, kind: "changed", before: shown(before), after: shown(after) }];
}

/** The elements by their names; null when one has none, or two have the same. */
function named(list: readonly unknown[]): Json | null {
  const found = Object.create(null) as Record<string, unknown>; // a name may be __proto__
  for (const one of list) {
    if (!isObject(one)) return null;
    const key = NAMES.find((name) => typeof one[name] === "string");
    const name = key === undefined ? null : String(one[key]);
    if (name === null || Object.hasOwn(found, name)) return null;
    found[name] = one;
  }
  return found;
}

/** What of a list is not in another one, each as often as it is missing. */
function without(list: readonly unknown[], other: readonly unknown[]): readonly unknown[] {
  const left = other.map((one) => JSON.stringify(one));
  return list.filter((one) => {
    const at = left.indexOf(JSON.stringify(one));
    if (at < 0) return true;
    left.splice(at, 1);
    return false;
  });
}

function gain(path: string, value: unknown): Difference {
  return { path, kind: "added", before: null, after: shown(value) };
}

function loss(path: string, value: unknown): Difference {
  return { path, kind: "removed", before: shown(value), after: null };
}

/** The order of an object's parts is nothing that people mean. */
function same(a: unknown, b: unknown): boolean {
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]))
    );
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, index) => same(one, b[index]));
  }
  return a === b;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
}
