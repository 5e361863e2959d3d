import type { ActionId } from "../tools/index";
import { useKeyLabels } from "./useEditor";

interface Props {
  readonly id: ActionId;
  /** Of several keys. */
  readonly which?: "first" | "last";
}

/** The key of a command inside a sentence; nothing when the person has taken it away. */
export function ActionKey({ id, which = "first" }: Props) {
  const label = useKeyLabels(id).at(which === "first" ? 0 : -1);
  return label === undefined ? null : <span className="kbd">{label}</span>;
}
