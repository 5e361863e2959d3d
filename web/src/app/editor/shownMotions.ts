/** Of the objects in the shown frame those that move while the sweep and the pictures are taken. */

import type { SceneFrame } from "../../api/types";
import type { Measured } from "../../geometry/motion";
import { meanTimes } from "../../scene3d/instants";
import type { DecodedChunk } from "../../workers/chunk";
import type { Editor } from "./editor";
import { measuredAt, motionAt } from "./objectTime";
import type { ShownCuboid } from "./shown";

export type Motions = ReadonlyMap<string, Measured>;

const NONE: Motions = new Map();

/** Only where the points of the frame tell when they were measured, on the clock of its pictures. */
export class ShownMotions {
  readonly #editor: Editor;
  readonly #chunkOf: (frameIndex: number) => DecodedChunk | null;
  #from: readonly [readonly ShownCuboid[], SceneFrame | undefined, DecodedChunk | null, boolean] | null = null;
  #motions: Motions = NONE;

  constructor(editor: Editor, chunkOf: (frameIndex: number) => DecodedChunk | null) {
    this.#editor = editor;
    this.#chunkOf = chunkOf;
  }

  /** The same until something of it changes; what a hand holds keeps what it had before. */
  get(): Motions {
    const { frameIndex, work, look } = this.#editor;
    const { atPictures } = look.getState();
    const [shown, frame, chunk] = [
      this.#editor.shown(),
      work.scene.frames[frameIndex],
      this.#chunkOf(frameIndex),
    ];
    const from = [shown, frame, chunk, atPictures] as const;
    if (this.#from === null || this.#from.some((one, index) => one !== from[index])) {
      this.#from = from;
      this.#motions = atPictures ? motionsIn(this.#editor, shown, frame, chunk) : NONE;
    }
    return this.#motions;
  }
}

function motionsIn(
  { document }: Editor,
  shown: readonly ShownCuboid[],
  frame: SceneFrame | undefined,
  chunk: DecodedChunk | null,
): Motions {
  if (frame === undefined || measuredAt(frame, 0) === null || chunk === null) return NONE;
  if (frame.images.length === 0) return NONE;
  const moving = shown.flatMap((one) => {
    const motion = one.stationary ? null : motionAt(document, one.id, frame.time_ns);
    return motion === null ? [] : [{ ...one, motion }];
  });
  const means_s = meanTimes(chunk, moving);
  const measured = moving.flatMap(({ id, motion }): [string, Measured][] => {
    const mean_s = means_s.get(id);
    const measured_ns = mean_s === undefined ? null : measuredAt(frame, mean_s);
    return measured_ns === null ? [] : [[id, { motion, measured_ns }]];
  });
  return measured.length === 0 ? NONE : new Map(measured);
}
