/** Which cuboids a camera shows: those that rest, and the ones that are worked on. No DOM, no React. */

import type { CameraImage } from "../../api/types";
import type { Cuboid } from "../../geometry/cuboid";
import { atInstant } from "../../geometry/motion";
import { type Drawn, isSeen } from "../../pictures/drawing";
import type { Preview } from "../../tools/cuboid";
import { cameraOf } from "./cameras";
import type { Editor } from "./editor";
import type { ShownCuboid } from "./shown";
import type { Motions } from "./shownMotions";

/** What of the editor it needs. */
export type Shows = Pick<Editor, "shown" | "colour" | "tag"> & {
  readonly view: { getState(): { readonly selected: string | null; readonly label: string } };
  readonly stage: { preview(): Preview | null; motions(): Motions } | null;
};

const STANDING: Motions = new Map();

export interface Changed {
  readonly resting: boolean;
  readonly active: boolean;
}

interface Seen {
  readonly shown: readonly ShownCuboid[];
  readonly image: CameraImage | null;
  readonly motions: Motions;
  /** When the picture was taken, if that is in this frame. */
  readonly taken_ns: number | null;
  readonly selected: string | null;
  /** The id of the cuboid that a hand holds; it is drawn with the active ones. */
  readonly held: string | null;
  readonly preview: Preview | null;
}

/**
 * As the 3D view shows them now, what is being dragged included. What rests changes when the document,
 * the frame or the selection does, never while a cuboid is dragged.
 */
export class CuboidsInPicture {
  readonly #editor: Shows;
  #seen: Seen | null = null;
  #apart: readonly number[] = [];
  #active: readonly Drawn[] = [];

  constructor(editor: Shows) {
    this.#editor = editor;
  }

  /** The cuboids of the frame, seen by the lens or not. */
  get shown(): readonly ShownCuboid[] {
    return this.#seen?.shown ?? [];
  }

  /** Places in `shown` of those that do not rest. */
  get apart(): readonly number[] {
    return this.#apart;
  }

  /** The selected one and what a hand holds, last what is to be on top. */
  get active(): readonly Drawn[] {
    return this.#active;
  }

  /** How those move that are drawn where they were when a picture was taken. */
  get motions(): Motions {
    return this.#seen?.motions ?? STANDING;
  }

  /** When the picture was taken; null: it is of another frame, and shows all as they are in this one. */
  get taken_ns(): number | null {
    return this.#seen?.taken_ns ?? null;
  }

  /** Where a cuboid of the frame was when the picture was taken. */
  placed(id: string, cuboid: Cuboid): Cuboid {
    const [measured, { taken_ns }] = [this.motions.get(id), this];
    return measured === undefined || taken_ns === null ? cuboid : atInstant(cuboid, measured, taken_ns);
  }

  /**
   * Takes up what is shown now, and says what must be drawn again for it.
   *
   * @param isOwn the picture is of the shown frame.
   */
  look(image: CameraImage | null, isOwn = true): Changed {
    const before = this.#seen;
    const preview = this.#editor.stage?.preview() ?? null;
    const seen: Seen = {
      shown: this.#editor.shown(),
      image,
      motions: this.#editor.stage?.motions() ?? STANDING,
      taken_ns: image !== null && isOwn ? image.time_ns : null,
      selected: this.#editor.view.getState().selected,
      held: preview?.id ?? null,
      preview,
    };
    this.#seen = seen;
    const others =
      before === null ||
      before.shown !== seen.shown ||
      before.motions !== seen.motions ||
      before.image !== image ||
      before.taken_ns !== seen.taken_ns ||
      before.selected !== seen.selected ||
      before.held !== seen.held;
    if (!others && before.preview === preview) return { resting: false, active: false };
    if (others) this.#apart = apartIn(seen);
    const wasSeen = this.#active.length > 0;
    this.#active = this.#activeIn(seen);
    return { resting: others, active: others || wasSeen || this.#active.length > 0 };
  }

  #activeIn({ shown, image, selected, held, preview }: Seen): Drawn[] {
    if (image === null) return [];
    const active: Drawn[] = [];
    for (const index of this.#apart) {
      const one = shown[index]!;
      const cuboid = one.id === held && preview !== null ? preview.cuboid : one.cuboid;
      active.push(this.#drawn(one, this.placed(one.id, cuboid), one.id === selected));
    }
    if (preview !== null && preview.id === null) {
      const { label } = this.#editor.view.getState();
      active.push(this.#drawn({ label, isKey: true }, preview.cuboid, true));
    }
    const camera = cameraOf(image);
    return active
      .filter(({ cuboid }) => isSeen(camera, cuboid))
      .sort((a, b) => Number(a.selected) - Number(b.selected));
  }

  #drawn(
    { label, isKey }: Pick<ShownCuboid, "label" | "isKey">,
    cuboid: Cuboid,
    selected: boolean,
  ): Drawn {
    const editor = this.#editor;
    return { cuboid, colour: editor.colour(label), selected, isKey, tag: editor.tag(label) };
  }
}

function apartIn({ shown, selected, held }: Seen): number[] {
  const apart: number[] = [];
  shown.forEach(({ id }, index) => {
    if (id === selected || id === held) apart.push(index);
  });
  return apart;
}
