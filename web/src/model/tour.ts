/**
 * The tour of the editor as a machine: which step one is at, and which of its tasks are done. A task
 * is done when the work shows it, whichever way the person did it. No DOM, no React.
 */

/** What of the editor the tour looks at. */
export interface Sight {
  /** Of the main view at rest; null until it was drawn. */
  readonly look: { readonly azimuth: number; readonly elevation: number; readonly distance: number } | null;
  readonly frame: number;
  /** The next click in the scene places a cuboid. */
  readonly placing: boolean;
  readonly cuboids: readonly SeenCuboid[];
}

export interface SeenCuboid {
  readonly id: string;
  /** Its pose in the shown frame, to be compared only. */
  readonly pose: string;
  readonly keys: number;
  /** It never moves. */
  readonly stands: boolean;
}

export type TourTask = "turn" | "zoom" | "arm" | "place" | "fit" | "step" | "move" | "submit";

export interface TourStep {
  readonly name: "look" | "place" | "fit" | "follow" | "submit";
  readonly tasks: readonly TourTask[];
}

export const TOUR: readonly TourStep[] = [
  { name: "look", tasks: ["turn", "zoom"] },
  { name: "place", tasks: ["arm", "place"] },
  { name: "fit", tasks: ["fit"] },
  { name: "follow", tasks: ["step", "move"] },
  { name: "submit", tasks: ["submit"] },
];

export interface TourState {
  readonly step: number;
  readonly done: ReadonlySet<TourTask>;
  /** What was seen when the step began: what is done is what differs from it. */
  readonly base: Sight;
}

const TURNED = (4 * Math.PI) / 180;
const ZOOMED = 1.08;

export function startTour(sight: Sight, step = 0): TourState {
  return { step: within(step), done: new Set(), base: sight };
}

/** After the editor has changed: marks what was done, and goes on once the step's last task is. */
export function seen(state: TourState, sight: Sight): TourState {
  const base = state.base.look === null && sight.look !== null ? { ...state.base, look: sight.look } : state.base;
  const { tasks } = TOUR[state.step]!;
  const fresh = tasks.filter((task) => !state.done.has(task) && DONE[task](base, sight));
  if (fresh.length === 0) return base === state.base ? state : { ...state, base };
  const done = new Set([...state.done, ...fresh]);
  const isWhole = tasks.every((task) => done.has(task));
  const isLast = state.step === TOUR.length - 1;
  if (!isWhole || isLast) return { ...state, base, done };
  return { step: state.step + 1, done, base: sight };
}

export function nextStep(state: TourState, sight: Sight): TourState {
  return to(state, state.step + 1, sight);
}

export function previousStep(state: TourState, sight: Sight): TourState {
  return to(state, state.step - 1, sight);
}

export function isStepDone(state: TourState): boolean {
  return TOUR[state.step]!.tasks.every((task) => state.done.has(task));
}

function to(state: TourState, step: number, sight: Sight): TourState {
  const target = within(step);
  return target === state.step ? state : { ...state, step: target, base: sight };
}

function within(step: number): number {
  return Math.min(TOUR.length - 1, Math.max(0, step));
}

const DONE: Readonly<Record<TourTask, (base: Sight, now: Sight) => boolean>> = {
  turn: ({ look: a }, { look: b }) =>
    a !== null &&
    b !== null &&
    (turnBetween(a.azimuth, b.azimuth) > TURNED || Math.abs(a.elevation - b.elevation) > TURNED),
  zoom: ({ look: a }, { look: b }) =>
    a !== null && b !== null && Math.max(a.distance / b.distance, b.distance / a.distance) > ZOOMED,
  arm: (base, now) => now.placing || added(base, now),
  place: added,
  fit: (base, now) =>
    base.frame === now.frame &&
    base.cuboids.some(({ id, pose }) => now.cuboids.some((one) => one.id === id && one.pose !== pose)),
  step: (base, now) => now.frame !== base.frame,
  move: (base, now) =>
    base.cuboids.some(({ id, keys, stands }) =>
      now.cuboids.some((one) => one.id === id && (one.keys > keys || (one.stands && !stands))),
    ),
  submit: () => false, // The tour ends where the task does.
};

function added(base: Sight, now: Sight): boolean {
  return now.cuboids.some(({ id }) => !base.cuboids.some((one) => one.id === id));
}

function turnBetween(a: number, b: number): number {
  const turn = Math.abs(a - b) % (2 * Math.PI);
  return Math.min(turn, 2 * Math.PI - turn);
}
