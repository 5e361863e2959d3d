/** Which cuboid the flat views are centred on. */

import type { Quat } from "../geometry/quat";
import { distance, dot } from "../geometry/vec";
import type { CuboidView } from "./cuboids";

/** While its middle is within this share of its larger side on the ground, the picture stays still. */
const STILL_SHARE = 0.25;
const SAME_ROTATION = 1 - 1e-12;

/**
 * The selected cuboid; its views do not follow each small edit of it, so that what was let go stays
 * under the hand. While it is held they stay as they were.
 */
export class Anchor {
  #held: CuboidView | null = null;
  #at: Pick<CuboidView, "id" | "centre" | "rotation"> | null = null;

  /** While a hand changes it; null ends that. */
  hold(cuboid: CuboidView | null): void {
    this.#held = cuboid && this.of(cuboid);
  }

  /** Centred anew when it is asked next: another frame is shown. */
  release(): void {
    this.#at = null;
  }

  of(cuboid: CuboidView): CuboidView;
  of(cuboid: CuboidView | null): CuboidView | null;
  of(cuboid: CuboidView | null): CuboidView | null {
    if (this.#held !== null) return this.#held;
    if (cuboid === null || !this.#isStill(cuboid)) this.#at = cuboid;
    return cuboid && { ...cuboid, centre: this.#at!.centre };
  }

  #isStill({ id, centre, rotation, size }: CuboidView): boolean {
    const at = this.#at;
    if (at?.id !== id || !isSameRotation(at.rotation, rotation)) return false;
    return distance(at.centre, centre) <= STILL_SHARE * Math.max(size[0], size[1]);
  }
}

function isSameRotation([w, ...v]: Quat, [ow, ...ov]: Quat): boolean {
  return Math.abs(w * ow + dot(v, ov)) >= SAME_ROTATION;
}
