/** Holds the tool between two events and passes on what it decides; React hears of commits only. */

import { ARMED, holdsPointer, IDLE, LASSO, OUTLINE, step } from "./cuboid";
import type { CuboidEdit, Preview, Step, Tool, ToolContext } from "./cuboid";
import type { SceneInput } from "./input";
import type { Lasso } from "./lasso";
import type { PolygonEdit, Sketch } from "./polygon";

export interface ToolHost {
  /** Read at every event, so that it is never stale. */
  readonly context: () => ToolContext;
  readonly preview: (preview: Preview | null) => void;
  /** A line under the hand; only on a change. */
  readonly trace: (lasso: Lasso | null) => void;
  /** A polygon under the hand; only on a change. */
  readonly sketch: (sketch: Sketch | null) => void;
  readonly commit: (edit: CuboidEdit) => void;
  readonly shape: (edit: PolygonEdit) => void;
  readonly select: (id: string | null) => void;
  readonly toggle: (id: string) => void;
  /** Something new was made with this tool; whether the hand keeps it. */
  readonly made: (mode: Exclude<ToolMode, "select">) => boolean;
  /** What the next press does; "select" unless a new cuboid is about to be made. Only on a change. */
  readonly mode: (mode: ToolMode) => void;
}

export type ToolMode = "select" | "place" | "lasso" | "polygon";

const BEGINNING: Readonly<Record<Exclude<ToolMode, "select">, Tool>> = {
  place: ARMED,
  lasso: LASSO,
  polygon: OUTLINE,
};


const MODES: Readonly<Partial<Record<Tool["state"], ToolMode>>> = {
  armed: "place",
  placing: "place",
  drawing: "place",
  lasso: "lasso",
  lassoing: "lasso",
  outline: "polygon",
};

export class ToolDriver {
  readonly #host: ToolHost;
  #tool: Tool = IDLE;
  #previewing = false;
  #trace: Lasso | null = null;
  #sketch: Sketch | null = null;

  constructor(host: ToolHost) {
    this.#host = host;
  }

  get mode(): ToolMode {
    return MODES[this.#tool.state] ?? "select";
  }

  /** True while a gesture is under way: leave the document's view as it is. */
  get busy(): boolean {
    return holdsPointer(this.#tool);
  }

  arm(mode: Exclude<ToolMode, "select">): void {
    if (!this.busy) this.#become(BEGINNING[mode], { preview: null, trace: null, sketch: null });
  }

  /** How many vertices the outline has that is being drawn; null while none is. */
  get drawn(): number | null {
    return this.#tool.state === "outline" ? this.#tool.vertices.length : null;
  }

  /** Escape: whatever is under way never happened. */
  cancel(): void {
    this.handle({ kind: "cancel" });
  }

  /** For `SceneView.onInput`: true when the tool has the pointer and the camera must stay. */
  handle(input: SceneInput): boolean {
    const taken = step(this.#tool, input, this.#host.context());
    const { tool, commit, shaped, select, toggle } = taken;
    const held = holdsPointer(this.#tool);
    const { mode } = this;
    // The commit goes first: the preview gives way to the cuboid it has become, without a flicker.
    if (commit !== undefined) this.#host.commit(commit);
    if (shaped !== undefined) this.#host.shape(shaped);
    if (select !== undefined) this.#host.select(select);
    if (toggle !== undefined) this.#host.toggle(toggle);
    this.#become(tool, taken);
    const isMade = commit?.kind === "create" || shaped?.kind === "outline";
    if (isMade && mode !== "select" && this.#host.made(mode)) this.arm(mode);
    return held || holdsPointer(tool);
  }

  #become(tool: Tool, { preview, trace, sketch }: Pick<Step, "preview" | "trace" | "sketch">): void {
    const before = this.mode;
    if (tool !== this.#tool && (preview !== null || this.#previewing)) this.#host.preview(preview);
    if (trace !== this.#trace) this.#host.trace(trace);
    if (sketch !== this.#sketch) this.#host.sketch(sketch);
    this.#previewing = preview !== null;
    this.#trace = trace;
    this.#sketch = sketch;
    this.#tool = tool;
    if (this.mode !== before) this.#host.mode(this.mode);
  }
}
