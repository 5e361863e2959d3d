/** Which of a row of things are chosen, as lists on a desktop have it. Pure. */

export interface Choice {
  readonly chosen: ReadonlySet<number>;
  /** From where Shift takes all between. */
  readonly anchor: number | null;
}

export const NONE: Choice = { chosen: new Set(), anchor: null };

export interface ChoiceModifiers {
  readonly shift: boolean;
  readonly ctrl: boolean;
}

/** A click: on the only one that is chosen it takes the choice back. `order` is as they are shown. */
export function clicked(
  choice: Choice,
  one: number,
  order: readonly number[],
  { shift, ctrl }: ChoiceModifiers,
): Choice {
  const { chosen, anchor } = choice;
  if (shift && anchor !== null && order.includes(anchor)) {
    const [from, to] = [order.indexOf(anchor), order.indexOf(one)].sort((a, b) => a - b);
    const range = order.slice(from, to! + 1);
    return { chosen: new Set(ctrl ? [...chosen, ...range] : range), anchor };
  }
  if (ctrl) {
    const rest = [...chosen].filter((other) => other !== one);
    return { chosen: new Set(chosen.has(one) ? rest : [...rest, one]), anchor: one };
  }
  return chosen.has(one) && chosen.size === 1 ? NONE : { chosen: new Set([one]), anchor: one };
}

export function everything(order: readonly number[]): Choice {
  return { chosen: new Set(order), anchor: order[0] ?? null };
}

/** The one `by` places on from where the choice was made last, alone; from the start without one. */
export function stepped({ anchor }: Choice, order: readonly number[], by: number): Choice {
  const at = anchor === null ? -1 : order.indexOf(anchor);
  const to = at < 0 ? (by > 0 ? 0 : order.length - 1) : Math.min(order.length - 1, Math.max(0, at + by));
  const one = order[to];
  return one === undefined ? NONE : { chosen: new Set([one]), anchor: one };
}

/** Without what is not there any more. */
export function among(choice: Choice, order: readonly number[]): Choice {
  const kept = [...choice.chosen].filter((one) => order.includes(one));
  if (kept.length === choice.chosen.size) return choice;
  const { anchor } = choice;
  return { chosen: new Set(kept), anchor: anchor !== null && order.includes(anchor) ? anchor : null };
}
