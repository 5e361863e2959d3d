/** Holds the tool between two events and passes on what it decides; React hears of commits only. */

import { ARMED, holdsPointer, IDLE, step } from "./cuboid";
import type { CuboidEdit, Preview, Tool, ToolContext } from "./cuboid";
import type { SceneInput } from "./input";

export interface ToolHost {
  /** Read at every event, so that it is never stale. */
  readonly context: () => ToolContext;
  readonly preview: (preview: Preview | null) => void;
  readonly commit: (edit: CuboidEdit) => void;
  readonly select: (id: string | null) => void;
  readonly toggle: (id: string) => void;
  /** "place" while the tool waits for the ground or draws; "select" otherwise. Only on a change. */
  readonly mode: (mode: ToolMode) => void;
}

export type ToolMode = "select" | "place";

const PLACING: ReadonlySet<Tool["state"]> = new Set(["armed", "placing", "drawing"]);

export class ToolDriver {
  readonly #host: ToolHost;
  #tool: Tool = IDLE;
  #previewing = false;

  constructor(host: ToolHost) {
    this.#host = host;
  }

  get mode(): ToolMode {
    return PLACING.has(this.#tool.state) ? "place" : "select";
  }

  /** True while a gesture is under way: leave the document's view as it is. */
  get busy(): boolean {
    return holdsPointer(this.#tool);
  }

  arm(): void {
    if (!this.busy) this.#become(ARMED, null);
  }

  /** Escape: whatever is under way never happened. */
  cancel(): void {
    this.handle({ kind: "cancel" });
  }

  /** For `SceneView.onInput`: true when the tool has the pointer and the camera must stay. */
  handle(input: SceneInput): boolean {
    const { tool, preview, commit, select, toggle } = step(this.#tool, input, this.#host.context());
    const held = holdsPointer(this.#tool);
    // The commit goes first: the preview gives way to the cuboid it has become, without a flicker.
    if (commit !== undefined) this.#host.commit(commit);
    if (select !== undefined) this.#host.select(select);
    if (toggle !== undefined) this.#host.toggle(toggle);
    this.#become(tool, preview);
    return held || holdsPointer(tool);
  }

  #become(tool: Tool, preview: Preview | null): void {
    const before = this.mode;
    if (tool !== this.#tool && (preview !== null || this.#previewing)) this.#host.preview(preview);
    this.#previewing = preview !== null;
    this.#tool = tool;
    if (this.mode !== before) this.#host.mode(this.mode);
  }
}
