/** How a person goes from one object to the next, and what of the tools they have learned. */

import type { ToolMode } from "../../tools/driver";
import { PreferenceCopy } from "../preference";
import { create, type StoreApi } from "../store";

export type Drawing = Exclude<ToolMode, "select">;

/** Where a new or finished object leads. */
export type Advance = "stay" | "frame" | "object";
const ADVANCES: readonly Advance[] = ["stay", "frame", "object"];

export interface FlowState {
  /** After an object is made the tool stays in the hand. */
  readonly keepsTool: boolean;
  readonly advance: Advance;
  /** How often each tool was used to its end: what is known needs no hint. */
  readonly used: Readonly<Record<Drawing, number>>;
}

export interface Flow extends StoreApi<FlowState> {
  readonly follow: () => () => void;
}

/** So often a gesture is explained. */
const LEARNED_AFTER = 5;

export function createFlow(personId: string): Flow {
  const kept = new PreferenceCopy("flow", personId);
  const flow = create<FlowState>(flowFrom(kept.value));
  let taken: FlowState | null = null;
  flow.subscribe((state) => {
    if (state !== taken) kept.write(state);
  });
  const take = (value: unknown) => {
    taken = flowFrom(value);
    flow.setState(taken, true);
  };
  return Object.assign(flow, { follow: () => kept.follow(take) });
}

/** What of a stored value makes sense. */
export function flowFrom(known: unknown): FlowState {
  const given = (known ?? {}) as Partial<Record<"keepsTool" | "advance" | "used", unknown>>;
  const used = (given.used ?? {}) as Partial<Record<Drawing, unknown>>;
  const times = (mode: Drawing) => {
    const count = used[mode];
    return typeof count === "number" && Number.isInteger(count) && count > 0 ? count : 0;
  };
  return {
    keepsTool: given.keepsTool === true,
    advance: ADVANCES.find((advance) => advance === given.advance) ?? "stay",
    used: { place: times("place"), lasso: times("lasso"), polygon: times("polygon") },
  };
}

export const isLearned = ({ used }: FlowState, mode: Drawing): boolean => used[mode] >= LEARNED_AFTER;

/** Once more; what is learned is not counted on. */
export function learned(state: FlowState, mode: Drawing): FlowState {
  if (isLearned(state, mode)) return state;
  return { ...state, used: { ...state.used, [mode]: state.used[mode] + 1 } };
}
