/** A dropped folder as paths: the order of its frames, and which of its files an address means. */

const NATURAL = new Intl.Collator("en", { numeric: true });

/** frame-2 before frame-10. */
export function inNaturalOrder(a: string, b: string): number {
  return NATURAL.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** Addresses that stay: the server fetches them itself. */
export function isRemote(address: string): boolean {
  return /^(https?|scaledata):\/\//i.test(address);
}

/**
 * The file that an address in a frame means; null when none does, or several do.
 *
 * A relative address is looked for beside the frame, then in the folder. Otherwise the file whose
 * path ends like the address does, in as many parts as possible, if there is one such.
 */
export function fileMeant(
  address: string,
  framePath: string,
  paths: ReadonlySet<string>,
): string | null {
  const wanted = partsOf(address);
  if (wanted.length === 0) return null;
  if (!/^file:/i.test(address)) {
    for (const start of [partsOf(framePath).slice(0, -1), partsOf(framePath).slice(0, 1), []]) {
      const path = resolved([...start, ...wanted]);
      if (paths.has(path)) return path;
    }
  }
  return endingAlike(wanted, paths);
}

function endingAlike(wanted: readonly string[], paths: ReadonlySet<string>): string | null {
  let best = 0;
  let found: string[] = [];
  for (const path of paths) {
    const alike = commonEnd(wanted, path.split("/"));
    if (alike === 0 || alike < best) continue;
    if (alike > best) found = [];
    best = alike;
    found.push(path);
  }
  return found.length === 1 ? found[0]! : null;
}

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < Math.min(a.length, b.length) && a.at(-1 - count) === b.at(-1 - count)) count += 1;
  return count;
}

function partsOf(address: string): readonly string[] {
  const isFile = /^file:/i.test(address);
  const path = isFile ? unescaped(address.replace(/^file:\/*/i, "").replace(/[?#].*$/, "")) : address;
  return path.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // It is no encoding, so it is the name itself.
  }
}

function resolved(parts: readonly string[]): string {
  const path: string[] = [];
  for (const part of parts) {
    if (part === "..") path.pop();
    else path.push(part);
  }
  return path.join("/");
}
