/** Which labels the objects of a kind may have in this stage. Pure. */

import { leaves, type StageConfig } from "../../model/taxonomy";

export type Drawn = "cuboid" | "polygon";

/** Empty: none of the kind is asked for. */
export function labelsFor(config: Pick<StageConfig, "labels" | "grants">, kind: Drawn): readonly string[] {
  const grant = config.grants.find((one) => one.kind === kind && one.may.includes("create"));
  if (grant === undefined) return [];
  return grant.labels ?? leaves(config.labels);
}

/** The label in hand if the kind may have it, or else the first that it may have; null: none. */
export function labelInHand(
  config: Pick<StageConfig, "labels" | "grants">,
  kind: Drawn,
  label: string,
): string | null {
  const labels = labelsFor(config, kind);
  return labels.includes(label) ? label : (labels[0] ?? null);
}
