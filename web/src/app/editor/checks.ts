/** What a person should know before submitting. Pure. */

import type { Severity } from "../../api/types";
import type { Vec3 } from "../../geometry/vec";
import type { CheckName } from "../../model/checkNames";
import { thingOf } from "../../model/polygons";
import { type Document, idsOf } from "../../model/document";
import { attributesAt, presentAt } from "../../model/interpolate";
import { SCENE_ID } from "../../model/kinds";
import { applicable, leaves, type StageConfig } from "../../model/taxonomy";
import { visibleRange } from "./edits";

export interface Finding {
  /** Null: about the scene as a whole. */
  readonly id: string | null;
  readonly frame: number | null;
  readonly sentence: string;
  /** Submitting would hand in something that the customer ruled out. */
  readonly serious: boolean;
  /** Of those that a project may turn off, or make one to mend first. */
  readonly check?: CheckName;
  /** Where to look when it is about no object. */
  readonly at?: Vec3;
}

/** As the project has it: what is off is not found, what must be mended is serious. */
export function judged(
  found: readonly Finding[],
  checks: Readonly<Record<string, Severity | undefined>>,
): Finding[] {
  return found.flatMap((finding) => {
    if (finding.check === undefined) return [finding];
    const severity = checks[finding.check] ?? "warning";
    return severity === "off" ? [] : [{ ...finding, serious: severity === "must_fix" }];
  });
}

export interface LabelCount {
  readonly label: string;
  readonly objects: number;
}

/** What would be handed in: objects that are in some frame, by label, the most first. */
export function labelCounts(document: Document, frames_ns: readonly number[]): LabelCount[] {
  const counts = new Map<string, number>();
  for (const id of idsOf(document)) {
    const label = thingOf(document, id)?.label;
    if (label === undefined || visibleRange(document, id, frames_ns) === null) continue;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts]
    .map(([label, objects]) => ({ label, objects }))
    .sort((a, b) => b.objects - a.objects || a.label.localeCompare(b.label));
}

export function findings(
  config: StageConfig,
  document: Document,
  frames_ns: readonly number[],
): Finding[] {
  const found: Finding[] = [];
  const labels = new Set(leaves(config.labels));
  const ids = idsOf(document).filter((id) => thingOf(document, id) !== null);
  if (ids.length === 0) {
    found.push({ id: null, frame: null, sentence: "Nothing is labeled.", serious: false });
  }
  for (const definition of config.attributes) {
    const answered = Object.hasOwn(attributesAt(document, SCENE_ID, 0), definition.name);
    if (definition.scope !== "scene" || !definition.required || answered) continue;
    const sentence = `The scene’s “${definition.name}” is not answered.`;
    found.push({ id: null, frame: null, sentence, serious: true });
  }
  for (const id of ids) {
    const label = thingOf(document, id)?.label ?? "";
    if (!labels.has(label)) {
      const sentence = `The label “${label}” is not one of this task’s.`;
      found.push({ id, frame: null, sentence, serious: true });
    }
    if (visibleRange(document, id, frames_ns) === null) {
      const sentence = `This ${label} is in no frame.`;
      found.push({ id, frame: null, sentence, serious: false });
    }
    found.push(...unanswered(config, document, id, label, frames_ns));
  }
  return [...found, ...optional(config, document, ids, frames_ns)];
}

/** One line for each question that may stay open, so that hundreds of objects stay readable. */
function optional(
  config: StageConfig,
  document: Document,
  ids: readonly string[],
  frames_ns: readonly number[],
): Finding[] {
  const open = new Map<string, { count: number; id: string }>();
  for (const id of ids) {
    const time_ns = firstSeen_ns(config, document, id, frames_ns);
    if (time_ns === null) continue;
    const answers = attributesAt(document, id, time_ns);
    for (const asked of applicable(config, thingOf(document, id)?.label ?? "", answers)) {
      if (asked.required || Object.hasOwn(answers, asked.name)) continue;
      const known = open.get(asked.name);
      open.set(asked.name, { count: (known?.count ?? 0) + 1, id: known?.id ?? id });
    }
  }
  return [...open].map(([name, { count, id }]) => ({
    id,
    frame: null,
    sentence: `“${name}” is not answered for ${count === 1 ? "1 object" : `${count} objects`}.`,
    serious: false,
  }));
}

function firstSeen_ns(
  config: StageConfig,
  document: Document,
  id: string,
  frames_ns: readonly number[],
): number | null {
  const times_ns = config.frames.map((frame) => frames_ns[frame] ?? -1);
  return times_ns.find((time_ns) => time_ns >= 0 && presentAt(document, id, time_ns)) ?? null;
}

/** One finding per question, at the first frame where the answer is missing. */
function unanswered(
  config: StageConfig,
  document: Document,
  id: string,
  label: string,
  frames_ns: readonly number[],
): Finding[] {
  const first = new Map<string, number>();
  for (const frame of config.frames) {
    const time_ns = frames_ns[frame];
    if (time_ns === undefined || !presentAt(document, id, time_ns)) continue;
    const answers = attributesAt(document, id, time_ns);
    for (const { name, required } of applicable(config, label, answers)) {
      if (required && !Object.hasOwn(answers, name) && !first.has(name)) first.set(name, frame);
    }
  }
  return [...first].map(([name, frame]) => ({
    id,
    frame,
    sentence: `“${name}” of this ${label} is not answered.`,
    serious: true,
  }));
}
