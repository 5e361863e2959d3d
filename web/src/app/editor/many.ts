/** One edit on several objects. Pure: documents in, writes out. */

import type { Cuboid } from "../../geometry/cuboid";
import { thingOf } from "../../model/polygons";
import type { Document } from "../../model/document";
import { sameValue } from "../../model/edits";
import { attributesAt } from "../../model/interpolate";
import type { AttributeAnswer } from "../../model/kinds";
import { applicable, type AttributeDefinition, type StageConfig } from "../../model/taxonomy";
import { deleteObject, setAttribute, setLabel, type Write } from "./edits";
import { othersBeside, type ShownCuboid } from "./shown";

export function relabelled(document: Document, ids: readonly string[], label: string): Write[] {
  return ids.flatMap((id) => setLabel(document, id, label));
}

export function allDeleted(document: Document, ids: readonly string[]): Write[] {
  return ids.flatMap((id) => deleteObject(document, id));
}

/** The label that all have; null when they differ. */
export function sharedLabel(document: Document, ids: readonly string[]): string | null {
  const labels = new Set(ids.map((id) => thingOf(document, id)?.label));
  const [only] = labels;
  return labels.size === 1 ? (only ?? null) : null;
}

/** Whether all stand still; null: some do. */
export function sharedStationary(document: Document, ids: readonly string[]): boolean | null {
  const still = ids.filter((id) => thingOf(document, id)?.stationary === true);
  return still.length === 0 ? false : still.length === ids.length ? true : null;
}

/** One after the other, each beside the others as they are by then; those that do not change are not in it. */
export function changedInTurn(
  ids: readonly string[],
  shown: readonly ShownCuboid[],
  change: (cuboid: Cuboid, others: readonly Cuboid[]) => Cuboid | null,
): ReadonlyMap<string, { readonly before: Cuboid; readonly after: Cuboid }> {
  const changed = new Map<string, { readonly before: Cuboid; readonly after: Cuboid }>();
  for (const id of ids) {
    const before = shown.find((one) => one.id === id)?.cuboid;
    const now = shown.map((one) => ({ ...one, cuboid: changed.get(one.id)?.after ?? one.cuboid }));
    const after = before === undefined ? null : change(before, othersBeside(now, id));
    if (before !== undefined && after !== null) changed.set(id, { before, after });
  }
  return changed;
}

type Questions = Pick<StageConfig, "attributes" | "every_condition">;

function isAsked(config: Questions, document: Document, id: string, name: string, time_ns: number): boolean {
  const label = thingOf(document, id)?.label ?? null;
  const asked = applicable(config, label, attributesAt(document, id, time_ns));
  return asked.some((question) => question.name === name);
}

export interface SharedQuestion {
  readonly definition: AttributeDefinition;
  /** The answer of all that are asked; null when they differ or none answers. */
  readonly answer: AttributeAnswer;
  readonly differs: boolean;
  /** How many of the objects are asked. */
  readonly asked: number;
}

/** What any of the objects is asked, in the order of the config; not which other object is meant. */
export function sharedQuestions(
  config: Questions,
  document: Document,
  ids: readonly string[],
  time_ns: number,
): SharedQuestion[] {
  return config.attributes.flatMap((definition): SharedQuestion[] => {
    const { name, scope, type } = definition;
    if (scope === "scene" || type === "linked") return [];
    const those = ids.filter((id) => isAsked(config, document, id, name, time_ns));
    if (those.length === 0) return [];
    const answers = those.map((id) => attributesAt(document, id, time_ns)[name] ?? null);
    const differs = answers.some((answer) => !sameValue(answer, answers[0] ?? null));
    return [{ definition, answer: differs ? null : (answers[0] ?? null), differs, asked: those.length }];
  });
}

/** The same answer for all that are asked: from a time on, or (`at_ns` null) for whole tracks. */
export function allAnswered(
  config: Questions,
  document: Document,
  ids: readonly string[],
  name: string,
  value: AttributeAnswer,
  at: { readonly now_ns: number; readonly at_ns: number | null },
): Write[] {
  return ids
    .filter((id) => isAsked(config, document, id, name, at.now_ns))
    .flatMap((id) => setAttribute(document, id, name, value, at.at_ns));
}
