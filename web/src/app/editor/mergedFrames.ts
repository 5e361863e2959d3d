/** The frames drawn with the one that is shown, as they come. */

import type { SceneView } from "../../scene3d/view";
import type { Editor } from "./editor";
import type { FrameFeed } from "./frameFeed";
import { framesAround, type MergeStatus, mergeStatus, otherFrames } from "./merging";

/** Frames that arrive are drawn together: when all are here, until then from time to time. */
const GATHER_MS = 500;
/** None has come for so long: those that are missing may never come. */
const QUIET_MS = 2_000;

interface GatheringParts {
  /** Draw those that are here. */
  readonly show: () => void;
  readonly arriving: (arriving: boolean) => void;
}

export class Gathering {
  readonly #parts: GatheringParts;
  #show: ReturnType<typeof setTimeout> | null = null;
  #quiet: ReturnType<typeof setTimeout> | null = null;
  #undrawn = false;

  constructor(parts: GatheringParts) {
    this.#parts = parts;
  }

  /** One has come; so many are missing still. */
  came(missing: number): void {
    this.#undrawn = true;
    this.expect(missing);
  }

  /** What is here is drawn; so many are on their way. */
  expect(missing: number): void {
    if (missing === 0) {
      this.stop();
      return;
    }
    this.#parts.arriving(true);
    this.#show ??= setTimeout(() => this.#draw(), GATHER_MS);
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.stop(), QUIET_MS);
  }

  /** Draw what has come and wait for no more. */
  stop(): void {
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    this.#quiet = null;
    this.#draw();
    this.#parts.arriving(false);
  }

  #draw(): void {
    if (this.#show !== null) clearTimeout(this.#show);
    this.#show = null;
    if (!this.#undrawn) return;
    this.#undrawn = false;
    this.#parts.show();
  }
}

interface Parts {
  readonly editor: Editor;
  readonly feed: FrameFeed;
  readonly view: SceneView;
  readonly told: (status: MergeStatus | null) => void;
}

export class MergedFrames {
  readonly #parts: Parts;
  readonly #gathering: Gathering;
  #others = 0;
  #stopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#gathering = new Gathering({
      show: () => this.show(),
      arriving: (arriving) => parts.view.setArriving(arriving),
    });
  }

  /** Draw those that are here as they are wanted now. */
  show(): void {
    if (this.#stopped) return;
    const { editor, feed, view } = this.#parts;
    const others = otherFrames(editor, (index) => feed.peek(index));
    view.setMerged(others);
    this.#others = others.length;
    this.tell();
  }

  /** Say what is drawn. */
  tell(): void {
    const { editor, view, told } = this.#parts;
    told(mergeStatus(editor, this.#others, view.amount));
  }

  /** Other frames may be wanted than before. */
  refresh(): void {
    this.show();
    this.#gathering.expect(this.#missing());
  }

  /** A frame has come. */
  came(): void {
    this.#gathering.came(this.#missing());
  }

  stop(): void {
    this.#stopped = true;
    this.#gathering.stop();
  }

  #missing(): number {
    const { editor, feed } = this.#parts;
    const { merge, frameIndex } = editor.view.getState();
    if (!merge.on) return 0;
    const around = framesAround(frameIndex, editor.work.scene.frames.length, merge.reach);
    return around.filter((index) => !feed.isDecoded(index)).length;
  }
}
