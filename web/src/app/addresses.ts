/** Where pages are whose names may hold anything: slashes, per cent signs, question marks. */

export function projectAddress(name: string): string {
  return `/projects/${encodeURIComponent(name)}`;
}

export function batchAddress(name: string): string {
  return `/batches/${encodeURIComponent(name)}`;
}

/** The list of tasks, with only those of a project or batch, or of a status. */
export function tasksAddress(wanted: Readonly<Record<string, string>>): string {
  return `/?${new URLSearchParams({ status: "all", ...wanted }).toString()}`;
}

/** The name in such an address; null when it is of another kind, or no text at all. */
export function nameIn(path: string, kind: "projects" | "batches"): string | null {
  const encoded = new RegExp(`^/${kind}/([^/]+)$`).exec(path)?.[1];
  if (encoded === undefined) return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}
