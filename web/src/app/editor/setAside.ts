/** Objects that hands must not move, and objects that are out of sight, in this window only. Pure. */

import { parsePart } from "../../model/parts";
import type { Write } from "./edits";

/** All get it unless all have it already: then none has. */
export function switched(had: readonly string[], ids: readonly string[]): readonly string[] {
  const all = ids.every((id) => had.includes(id));
  const others = had.filter((id) => !ids.includes(id));
  return all ? others : [...others, ...ids];
}

/** The locked objects whose place these writes would change, or which they would delete. */
export function lockedAmong(writes: readonly Write[], locked: readonly string[]): readonly string[] {
  if (locked.length === 0) return [];
  const touched = new Set<string>();
  for (const { object_id, part, after } of writes) {
    if (!locked.includes(object_id)) continue;
    const { type } = parsePart(part);
    if (type === "key" || (type === "object" && after === null)) touched.add(object_id);
  }
  return [...touched];
}
