/** Looks at every frame for what may be wrong, one after the other, as far as its points say. */

import type { Vec3 } from "../../geometry/vec";
import { BY_POINTS } from "../../model/checkNames";
import type { Document } from "../../model/document";
import { type Thing, standing } from "../../scene3d/standing";
import { terrainOf } from "../../scene3d/terrain";
import type { DecodedChunk } from "../../workers/chunk";
import { create, type StoreApi } from "../store";
import { type Finding, judged } from "./checks";
import type { Editor } from "./editor";
import type { FrameFeed } from "./frameFeed";
import { shownCuboids } from "./shown";
import { nextAfter, unlabeled, unlabeledFinding } from "./unlabeled";
import { frameChecks, frameMeasures } from "./workChecks";

/** How far from the sensor things are sought where the customer names no distance. */
const USUAL_REACH_M = 50;

export interface FramesCheckState {
  /** Frames looked at; null: none is being looked at. */
  readonly done: number | null;
  readonly of: number;
  /** Of the last look at all; null: there was none. */
  readonly found: readonly Finding[] | null;
  /** What was looked at. */
  readonly document: Document | null;
  readonly problem: string | null;
}

export class FramesCheck {
  readonly state: StoreApi<FramesCheckState>;
  readonly #editor: Editor;
  #running: AbortController | null = null;
  /** What stands in the frame looked at last: edits change what of it has a cuboid, not it. */
  #standing: { readonly chunk: DecodedChunk; readonly things: readonly Thing[] } | null = null;
  #last: { readonly frame: number; readonly at: Vec3 } | null = null;

  constructor(editor: Editor) {
    this.#editor = editor;
    this.state = create<FramesCheckState>({
      done: null,
      of: editor.work.config.frames.length,
      found: null,
      document: null,
      problem: null,
    });
  }

  /** Whether something that only the points of each frame tell must be mended before handing in. */
  get isAsked(): boolean {
    const { checks } = this.#editor.work;
    return BY_POINTS.some((name) => checks[name] === "must_fix");
  }

  /** Whether all frames were looked at as the document is now. */
  get isNow(): boolean {
    const { found, document } = this.state.getState();
    return found !== null && document === this.#editor.document;
  }

  async run(feed: Pick<FrameFeed, "read">): Promise<void> {
    this.stop();
    const running = new AbortController();
    this.#running = running;
    const { document, work } = this.#editor;
    this.state.setState({ done: 0, found: null, document, problem: null });
    const found: Finding[] = [];
    try {
      for (const [at, index] of work.config.frames.entries()) {
        const chunk = await feed.read(index, running.signal);
        running.signal.throwIfAborted();
        found.push(...this.#frame(document, index, chunk));
        this.state.setState({ done: at + 1 });
        // The page draws and hears in between.
        await new Promise((resolve) => setTimeout(resolve));
        running.signal.throwIfAborted();
      }
      this.state.setState({ done: null, found });
    } catch (error) {
      if (running.signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      this.state.setState({ done: null, problem: `Not every frame could be looked at: ${why}` });
    }
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.state.setState({ done: null });
  }

  /** What stands in the shown frame without a cuboid, the nearest to the sensor first. */
  unlabeledIn(index: number, chunk: DecodedChunk): Finding[] {
    const { device } = this.#frameOf(index);
    const found = this.#unlabeled(index, chunk).map((thing) => unlabeledFinding(thing, device, index));
    return judged(found, this.#editor.work.checks);
  }

  /** The next thing in the shown frame without a cuboid; null: there is none. */
  next(chunk: DecodedChunk): Vec3 | null {
    const frame = this.#editor.frameIndex;
    const last = this.#last?.frame === frame ? this.#last.at : null;
    const { device } = this.#frameOf(frame);
    const at = nextAfter(this.#unlabeled(frame, chunk), device, last)?.centre ?? null;
    this.#last = at === null ? null : { frame, at };
    return at;
  }

  #unlabeled(index: number, chunk: DecodedChunk): Thing[] {
    const { device, time_ns } = this.#frameOf(index);
    const { document, work } = this.#editor;
    const cuboids = shownCuboids(document, time_ns).map(({ cuboid }) => cuboid);
    if (this.#standing?.chunk !== chunk) {
      const reachM = work.config.max_distance_m ?? USUAL_REACH_M;
      this.#standing = { chunk, things: standing(chunk, device, reachM) };
    }
    return unlabeled(this.#standing.things, cuboids);
  }

  #frameOf(index: number): { readonly device: Vec3; readonly time_ns: number } {
    const frame = this.#editor.work.scene.frames[index]!;
    return { device: frame.device_position_m, time_ns: frame.time_ns };
  }

  #frame(document: Document, index: number, chunk: DecodedChunk): Finding[] {
    const shown = shownCuboids(document, this.#frameOf(index).time_ns);
    return judged(frameChecks(shown, frameMeasures(chunk, terrainOf(chunk)), index), this.#editor.work.checks);
  }
}
