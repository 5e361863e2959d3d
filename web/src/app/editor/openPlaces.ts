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

type Scene = Pick<Stage, "view" | "feed" | "pointsOf">;

export class OpenPlaces {
  readonly state: StoreApi<Places> = create<Places>(NONE);
  readonly #editor: Editor;
  #measured: { readonly chunk: DecodedChunk; readonly measures: Measures } | null = null;
  #always: { readonly document: Document; readonly list: readonly Finding[] } | null = null;
  readonly #ways = new Map<string, { readonly cuboid: Cuboid; readonly by: unknown; readonly backwards: boolean }>();

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  /** To be asked when nothing moves: every cuboid of the frame is held against the points. */
  look(stage: Scene): void {
    const { frameIndex } = this.#editor;
    const chunk = stage.feed.peek(frameIndex);
    const here = chunk === null ? [] : this.#frame(stage, chunk);
    this.state.setState({ frame: frameIndex, here, always: this.#task() });
  }

  #task(): readonly Finding[] {
    const { document, frames_ns, work } = this.#editor;
    if (this.#always?.document !== document) {
      const asked = findings(work.config, document, frames_ns).filter(({ serious }) => serious);
      this.#always = { document, list: [...asked, ...trackFindings(document, frames_ns, work.checks)] };
    }
    return this.#always.list;
  }

  /** Of this frame alone, also while others are merged with it. */
  #frame(stage: Scene, chunk: DecodedChunk): readonly Finding[] {
    const editor = this.#editor;
    if (this.#measured?.chunk !== chunk) {
      this.#measured = { chunk, measures: frameMeasures(chunk, stage.view.terrain) };
    }
    const shown = editor.shown();
    const found = [
      ...frameChecks(shown, this.#measured.measures, editor.frameIndex),
      ...shown.filter((one) => this.#isBackwards(stage, one)).map((one) => this.#backwards(one)),
    ];
    return judged(found, editor.work.checks);
  }

  #backwards({ id, label }: ShownCuboid): Finding {
    const sentence = `In the frames beside this one the points of this ${label} go against its heading.`;
    return { id, frame: this.#editor.frameIndex, sentence, serious: false, check: "backwards" };
  }

  /** Of what has a way by its keyframes the track tells it. */
  #isBackwards(stage: Scene, { id, cuboid, stationary, isKey }: ShownCuboid): boolean {
    const { document, frameIndex } = this.#editor;
    if (stationary || !isKey || keysOf(document, id).length > 1) return false;
    const by = [-1, 0, 1].map((step) => stage.feed.peek(frameIndex + step));
    const known = this.#ways.get(id);
    if (known !== undefined && sameChunks(known.by, by) && sameValue(known.cuboid, cuboid)) return known.backwards;
    const backwards = goesBackwards(cuboid, frameIndex, stage);
    this.#ways.set(id, { cuboid, by, backwards });
    return backwards;
  }
}

const sameChunks = (one: unknown, other: readonly unknown[]): boolean =>
  Array.isArray(one) && other.every((chunk, at) => chunk === one[at]);

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
