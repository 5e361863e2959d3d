/** What may be wrong in the shown frame and in the task: looked for once, for all panels that tell it. */

import type { Cuboid } from "../../geometry/cuboid";
import { keysOf } from "../../model/interpolate";
import type { Document } from "../../model/document";
import { sameValue } from "../../model/edits";
import type { DecodedChunk } from "../../workers/chunk";
import { create, type StoreApi } from "../store";
import { type Finding, findings, judged } from "./checks";
import type { Editor } from "./editor";
import type { ShownCuboid } from "./shown";
import type { Stage } from "./stage";
import { goesBackwards } from "./toolContext";
import { frameChecks, frameMeasures, type Measures, trackFindings } from "./workChecks";

export interface Places {
  /** The frame that was looked at; null before the first look. */
  readonly frame: number | null;
  /** Of its cuboids, by its points. */
  readonly here: readonly Finding[];
  /** Of tracks, and of what must be answered. */
  readonly always: readonly Finding[];
}

const NONE: Places = { frame: null, here: [], always: [] };

type Scene = Pick<Stage, "view" | "feed">;
type Chunks = readonly (DecodedChunk | null)[];

/** The page hears and draws after so long. */
const SLICE_MS = 8;

export class OpenPlaces {
  readonly state: StoreApi<Places> = create<Places>(NONE);
  readonly #editor: Editor;
  /** Of the frame looked at and of those beside it. */
  #measured: ReadonlyMap<DecodedChunk, Measures> = new Map();
  #always: { readonly document: Document; readonly list: readonly Finding[] } | null = null;
  readonly #ways = new Map<string, { readonly cuboid: Cuboid; readonly by: Chunks; readonly backwards: boolean }>();
  /** How often it was asked to look or to stop: a look ends when it is not the last one. */
  #asked = 0;

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  /** To be asked when nothing moves: every cuboid of the frame is held against the points, a few at a time. */
  async look(stage: Scene): Promise<void> {
    const asked = (this.#asked += 1);
    const { frameIndex } = this.#editor;
    const here = await this.#frame(stage, () => asked === this.#asked);
    if (here !== null && asked === this.#asked) this.state.setState({ frame: frameIndex, here, always: this.#task() });
  }

  /** Something changes: what is being looked at is old. */
  stop(): void {
    this.#asked += 1;
  }

  #task(): readonly Finding[] {
    const { document, frames_ns, work } = this.#editor;
    if (this.#always?.document !== document) {
      const asked = findings(work.config, document, frames_ns).filter(({ serious }) => serious);
      this.#always = { document, list: [...asked, ...trackFindings(document, frames_ns, work.checks)] };
    }
    return this.#always.list;
  }

  /** Of this frame alone, also while others are merged with it. Null: it is not asked any more. */
  async #frame(stage: Scene, isAsked: () => boolean): Promise<readonly Finding[] | null> {
    const { frameIndex, work } = this.#editor;
    const chunk = stage.feed.peek(frameIndex);
    if (chunk === null) return [];
    this.#measure(stage, frameIndex);
    const measures = this.#measured.get(chunk)!;
    const shown = this.#editor.shown();
    const found: Finding[] = [];
    let until = performance.now() + SLICE_MS;
    for (const one of shown) {
      // It is remembered, for all of them together below.
      frameChecks([one], measures, frameIndex);
      if (this.#isBackwards(stage, one)) found.push(backwards(one, frameIndex));
      if (performance.now() < until) continue;
      await new Promise((resolve) => setTimeout(resolve));
      if (!isAsked()) return null;
      until = performance.now() + SLICE_MS;
    }
    return judged([...frameChecks(shown, measures, frameIndex), ...found], work.checks);
  }

  #measure(stage: Scene, frameIndex: number): void {
    const chunks = [-1, 0, 1].flatMap((step) => stage.feed.peek(frameIndex + step) ?? []);
    // Only the ground of the frame that is shown is ever asked for.
    this.#measured = new Map(
      chunks.map((chunk) => [chunk, this.#measured.get(chunk) ?? frameMeasures(chunk, stage.view.terrain)]),
    );
  }

  /** Of what has a way by its keyframes the track tells it. */
  #isBackwards(stage: Scene, { id, cuboid, stationary, isKey }: ShownCuboid): boolean {
    const { document, frameIndex } = this.#editor;
    if (stationary || !isKey || keysOf(document, id).length > 1) return false;
    const by = [-1, 0, 1].map((step) => stage.feed.peek(frameIndex + step));
    const known = this.#ways.get(id);
    if (known !== undefined && sameChunks(known.by, by) && sameValue(known.cuboid, cuboid)) return known.backwards;
    const pointsOf = (index: number, of: Cuboid, reachM: number) => {
      const chunk = stage.feed.peek(index);
      return (chunk === null ? null : this.#measured.get(chunk)?.pointsIn(of, reachM)) ?? null;
    };
    const isBackwards = goesBackwards(cuboid, frameIndex, { pointsOf });
    this.#ways.set(id, { cuboid, by, backwards: isBackwards });
    return isBackwards;
  }
}

function backwards({ id, label }: ShownCuboid, frame: number): Finding {
  const sentence = `In the frames beside this one the points of this ${label} go against its heading.`;
  return { id, frame, sentence, serious: false, check: "backwards" };
}

const sameChunks = (one: Chunks, other: Chunks): boolean => other.every((chunk, at) => chunk === one[at]);

/**
 * Of each object what is wrong with its cuboid in this frame, the most serious first. A heading that
 * goes against the track's way is wrong in every frame.
 */
export function wrongHere({ frame, here, always }: Places, shown: number): ReadonlyMap<string, readonly Finding[]> {
  const wrong = new Map<string, readonly Finding[]>();
  if (frame !== shown) return wrong;
  const ofTracks = always.filter((one) => one.check === "backwards" || (one.check !== undefined && one.frame === shown));
  for (const finding of [...here, ...ofTracks].sort((a, b) => Number(b.serious) - Number(a.serious))) {
    if (finding.id !== null) wrong.set(finding.id, [...(wrong.get(finding.id) ?? []), finding]);
  }
  return wrong;
}
