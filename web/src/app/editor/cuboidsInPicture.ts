/** Which cuboids a camera shows: those that rest, and the ones that are worked on. No DOM, no React. */

import type { CameraImage } from "../../api/types";
import type { Cuboid } from "../../geometry/cuboid";
import { mayBeSeen } from "../../geometry/edges";
import { distance } from "../../geometry/vec";
import type { Preview } from "../../tools/cuboid";
import { cameraOf } from "./cameras";
import type { Editor } from "./editor";
import type { Drawn } from "./pictureDrawing";
import type { ShownCuboid } from "./shown";

const FARTHEST_M = 250;

/** What of the editor it needs. */
export type Shows = Pick<Editor, "shown" | "colour" | "tag"> & {
  readonly view: { getState(): { readonly selected: string | null; readonly label: string } };
  readonly stage: { preview(): Preview | null } | null;
};

export interface Changed {
  readonly resting: boolean;
  readonly active: boolean;
}

interface Seen {
  readonly shown: readonly ShownCuboid[];
  readonly image: CameraImage | null;
  readonly selected: string | null;
  /** The id of the cuboid that a hand holds; it is drawn with the active ones. */
  readonly held: string | null;
  readonly preview: Preview | null;
}

/**
 * As the 3D view shows them now, what is being dragged included. The cuboids that rest are looked
 * through when the document, the frame or the selection changes, never while one is dragged.
 */
export class CuboidsInPicture {
  readonly #editor: Shows;
  #seen: Seen | null = null;
  #resting: readonly Drawn[] = [];
  #active: readonly Drawn[] = [];

  constructor(editor: Shows) {
    this.#editor = editor;
  }

  get resting(): readonly Drawn[] {
    return this.#resting;
  }

  /** The selected one and what a hand holds, last what is to be on top. */
  get active(): readonly Drawn[] {
    return this.#active;
  }

  /** Takes up what is shown now, and says what must be drawn again for it. */
  look(image: CameraImage | null): Changed {
    const before = this.#seen;
    const preview = this.#editor.stage?.preview() ?? null;
    const seen: Seen = {
      shown: this.#editor.shown(),
      image,
      selected: this.#editor.view.getState().selected,
      held: preview?.id ?? null,
      preview,
    };
    this.#seen = seen;
    const others =
      before === null ||
      before.shown !== seen.shown ||
      before.image !== image ||
      before.selected !== seen.selected ||
      before.held !== seen.held;
    if (!others && before.preview === preview) return { resting: false, active: false };
    if (others) this.#resting = this.#restingIn(seen);
    const wasSeen = this.#active.length > 0;
    this.#active = this.#activeIn(seen);
    return { resting: others, active: others || wasSeen || this.#active.length > 0 };
  }

  #restingIn({ shown, image, selected, held }: Seen): Drawn[] {
    return shown
      .filter(({ id, cuboid }) => id !== selected && id !== held && isSeen(image, cuboid))
      .map((one) => this.#drawn(one, one.cuboid, false));
  }

  #activeIn({ shown, image, selected, held, preview }: Seen): Drawn[] {
    const active: Drawn[] = [];
    for (const one of shown) {
      if (one.id !== selected && one.id !== held) continue;
      const cuboid = one.id === held && preview !== null ? preview.cuboid : one.cuboid;
      active.push(this.#drawn(one, cuboid, one.id === selected));
    }
    if (preview !== null && preview.id === null) {
      const { label } = this.#editor.view.getState();
      const made = { id: null, label, isKey: true };
      active.push(this.#drawn(made, preview.cuboid, true));
    }
    return active
      .filter(({ cuboid }) => isSeen(image, cuboid))
      .sort((a, b) => Number(a.selected) - Number(b.selected));
  }

  #drawn(
    { id, label, isKey }: Pick<Drawn, "id" | "isKey"> & { readonly label: string },
    cuboid: Cuboid,
    selected: boolean,
  ): Drawn {
    const editor = this.#editor;
    return { id, cuboid, colour: editor.colour(label), selected, isKey, tag: editor.tag(label) };
  }
}

function isSeen(image: CameraImage | null, { centre, size }: Cuboid): boolean {
  if (image === null || distance(centre, image.position_m) >= FARTHEST_M) return false;
  return mayBeSeen(cameraOf(image), centre, Math.hypot(...size) / 2);
}
