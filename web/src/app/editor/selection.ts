/** Several selected objects: one has the handles, commands are about all. Pure. */

export interface Selection {
  /** The one with handles. */
  readonly selected: string | null;
  readonly also: readonly string[];
}

export function selectionOf({ selected, also }: Selection): readonly string[] {
  return selected === null ? [] : [selected, ...also];
}

/** With this object if it was not selected, without it if it was; the newest has the handles. */
export function toggled({ selected, also }: Selection, id: string): Selection {
  if (selected === null) return { selected: id, also: [] };
  const others = [selected, ...also].filter((other) => other !== id);
  if (others.length > also.length) return { selected: id, also: others };
  const [first = null, ...rest] = others;
  return { selected: first, also: rest };
}

/** From the object with the handles to this one, in the order of the list. */
export function ranged(
  { selected }: Selection,
  id: string,
  order: readonly string[],
): Selection {
  const from = selected === null ? -1 : order.indexOf(selected);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) return { selected: id, also: [] };
  const between = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { selected, also: between.filter((other) => other !== selected) };
}
