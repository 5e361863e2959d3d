/** Holds the tool between two events and passes on what it decides; React hears of commits only. */

import { ARMED, holdsPointer, IDLE, LASSO, step } from "./cuboid";
import type { CuboidEdit, Preview, Tool, ToolContext } from "./cuboid";
import type { SceneInput } from "./input";
import type { Lasso } from "./lasso";

export interface ToolHost {
  /** Read at every event, so that it is never stale. */
  readonly context: () => ToolContext;
  readonly preview: (preview: Preview | null) => void;
  /** A line under the hand; only on a change. */
  readonly trace: (lasso: Lasso | null) => void;
  readonly commit: (edit: CuboidEdit) => void;
  readonly select: (id: string | null) => void;
  readonly toggle: (id: string) => void;
  /** What the next press does; "select" unless a new cuboid is about to be made. Only on a change. */
  readonly mode: (mode: ToolMode) => void;
}

export type ToolMode = "select" | "place" | "lasso";

const MODES: Readonly<Partial<Record<Tool["state"], ToolMode>>> = {
  armed: "place",
  placing: "place",
  drawing: "place",
  lasso: "lasso",
  lassoing: "lasso",
};

export class ToolDriver {
  readonly #host: ToolHost;
  #tool: Tool = IDLE;
  #previewing = false;
  #trace: Lasso | null = null;

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
    if (!this.busy) this.#become(mode === "place" ? ARMED : LASSO, null, null);
  }

  /** Escape: whatever is under way never happened. */
  cancel(): void {
    this.handle({ kind: "cancel" });
  }

  /** For `SceneView.onInput`: true when the tool has the pointer and the camera must stay. */
  handle(input: SceneInput): boolean {
    const taken = step(this.#tool, input, this.#host.context());
    const { tool, preview, trace, commit, select, toggle } = taken;
    const held = holdsPointer(this.#tool);
    // The commit goes first: the preview gives way to the cuboid it has become, without a flicker.
    if (commit !== undefined) this.#host.commit(commit);
    if (select !== undefined) this.#host.select(select);
    if (toggle !== undefined) this.#host.toggle(toggle);
    this.#become(tool, preview, trace);
    return held || holdsPointer(tool);
  }

  #become(tool: Tool, preview: Preview | null, trace: Lasso | null): void {
    const before = this.mode;
    if (tool !== this.#tool && (preview !== null || this.#previewing)) this.#host.preview(preview);
    if (trace !== this.#trace) this.#host.trace(trace);
    this.#previewing = preview !== null;
    this.#trace = trace;
    this.#tool = tool;
    if (this.mode !== before) this.#host.mode(this.mode);
  }
}
