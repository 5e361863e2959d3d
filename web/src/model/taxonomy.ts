/**
 * What may be said in a stage: the mirror of src/groundplane/annotations/taxonomy.py, which says
 * what each field means. Conditions are held to tests/golden/conditions.json in both.
 */

import type { AttributeAnswer, Kind } from "./kinds";

export type Deed = "create" | "move" | "relabel" | "describe" | "delete";
export type AttributeType =
  | "category"
  | "number"
  | "angle"
  | "text"
  | "x_line"
  | "y_line"
  | "linked";

export interface LabelChoice {
  readonly choice: string;
  readonly display: string;
  readonly description: string | null;
  readonly instance_label: boolean;
  readonly groups: readonly string[];
  readonly subchoices: readonly LabelChoice[];
}

export interface Conditions {
  readonly labels: readonly string[] | null;
  readonly attributes: readonly Readonly<Record<string, readonly (string | number)[]>>[];
}

export interface AttributeDefinition {
  readonly name: string;
  readonly type: AttributeType;
  readonly description: string | null;
  readonly scope: "scene" | "track" | "frame";
  readonly required: boolean;
  readonly conditions: Conditions;
  readonly choices: readonly LabelChoice[];
  readonly allow_multiple: boolean;
  readonly min: number | null;
  readonly max: number | null;
  readonly step: number | null;
  readonly allowed_labels: readonly string[];
}

export interface Grant {
  readonly kind: Kind;
  readonly may: readonly Deed[];
  readonly labels: readonly string[] | null;
  readonly attributes: readonly string[] | null;
  readonly frames: readonly number[] | null;
  readonly sensors: readonly string[] | null;
}

export interface StageConfig {
  readonly kinds: readonly Kind[];
  readonly labels: readonly LabelChoice[];
  readonly attributes: readonly AttributeDefinition[];
  readonly cameras: readonly number[] | null;
  readonly frames: readonly number[];
  readonly frame_times_ns: readonly number[];
  readonly grants: readonly Grant[];
  readonly every_condition: boolean;
  readonly pitch_and_roll_enabled: boolean;
  readonly max_distance_m: number | null;
}

export type Answers = Readonly<Record<string, AttributeAnswer>>;

/** The names that can be chosen, in the order of the tree. */
export function leaves(choices: readonly LabelChoice[]): string[] {
  return choices.flatMap((c) => (c.subchoices.length > 0 ? leaves(c.subchoices) : [c.choice]));
}

/** Whether an attribute is asked of an object with this label and these answers. */
export function applies(
  attribute: AttributeDefinition,
  label: string | null,
  answers: Answers,
  everyCondition: boolean,
): boolean {
  const { labels, attributes } = attribute.conditions;
  if (labels !== null && (label === null || !labels.includes(label))) return false;
  if (attributes.length === 0) return true;
  const holds = (element: Conditions["attributes"][number]) =>
    Object.entries(element).every(([name, wanted]) => isOneOf(answerTo(answers, name), wanted));
  return everyCondition ? attributes.every(holds) : attributes.some(holds);
}

/** An attribute may be called `constructor`: only what was answered counts. */
function answerTo(answers: Answers, name: string): AttributeAnswer {
  return Object.hasOwn(answers, name) ? (answers[name] ?? null) : null;
}

function isOneOf(answer: AttributeAnswer, wanted: readonly (string | number)[]): boolean {
  if (answer === null) return false;
  if (typeof answer === "string" || typeof answer === "number") return wanted.includes(answer);
  return answer.some((choice) => wanted.includes(choice));
}

/**
 * The attributes to ask of an object, in the order of the config; scene ones are left out. An
 * answer to a question that is itself not asked counts for nothing, so a chain falls together.
 */
export function applicable(
  config: Pick<StageConfig, "attributes" | "every_condition">,
  label: string | null,
  answers: Answers,
): AttributeDefinition[] {
  const questions = config.attributes.filter((attribute) => attribute.scope !== "scene");
  let asked: readonly AttributeDefinition[] = [];
  // Each round hears the answers to the questions of the round before. More answers never make a
  // condition fail, so the list only grows and the loop ends.
  for (;;) {
    const heard: Record<string, AttributeAnswer> = Object.create(null) as typeof heard;
    for (const { name } of asked) heard[name] = answerTo(answers, name);
    const now = questions.filter((q) => applies(q, label, heard, config.every_condition));
    if (now.length === asked.length) return now;
    asked = now;
  }
}
