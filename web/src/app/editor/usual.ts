/** What objects of a label usually measure, by those that are there. */

import type { Vec3 } from "../../geometry/vec";
import { type Document, idsOf, type ObjectParts, partsOf } from "../../model/document";
import { cuboidObject } from "./edits";
import { usualSize } from "./labels";

export interface Usual {
  readonly size: Vec3;
  /** How many objects it is the middle of; 0: it comes from the label's name. */
  readonly count: number;
}

type Sizes = ReadonlyMap<string, readonly { readonly id: string; readonly size: Vec3 }[]>;

// Every event of a pointer asks; documents and the parts of an object never change.
const known = new WeakMap<Document, Sizes>();
const measured = new WeakMap<ObjectParts, Vec3>();

/**
 * The middle length, width and height of the tracks with this label, whatever their number of keys.
 *
 * @param without an object that does not count: it is the one that is compared.
 */
export function usualOf(document: Document, label: string, without: string | null = null): Usual {
  let sizes = known.get(document);
  if (sizes === undefined) known.set(document, (sizes = sizesOf(document)));
  const others = (sizes.get(label) ?? []).filter(({ id }) => id !== without);
  if (others.length === 0) return { size: usualSize(label), count: 0 };
  const middle = (axis: 0 | 1 | 2) => median(others.map(({ size }) => size[axis]));
  return { size: [middle(0), middle(1), middle(2)], count: others.length };
}

function sizesOf(document: Document): Sizes {
  const sizes = new Map<string, { readonly id: string; readonly size: Vec3 }[]>();
  for (const id of idsOf(document)) {
    const label = cuboidObject(document, id)?.label;
    if (label === undefined) continue;
    const parts = partsOf(document, id);
    const size = measured.get(parts) ?? sizeOf(parts);
    if (size === null) continue;
    measured.set(parts, size);
    const list = sizes.get(label) ?? [];
    list.push({ id, size });
    sizes.set(label, list);
  }
  return sizes;
}

function sizeOf({ keys }: ObjectParts): Vec3 | null {
  const sizes = keys.flatMap(([, key]) => (key.geometry === "cuboid" ? [key.size_m] : []));
  if (sizes.length === 0) return null;
  const middle = (axis: 0 | 1 | 2) => median(sizes.map((size) => size[axis]));
  return [middle(0), middle(1), middle(2)];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
