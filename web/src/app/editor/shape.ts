/** Brings the selected cuboid to the points of the frame and to the ground under it. */

import { ASKEW_REACH_M, straightened } from "../../geometry/askew";
import { grownOver, STRIP_REACH_M, type Strip, stripsBeside } from "../../geometry/beside";
import { type Cuboid, type Face, toLocal } from "../../geometry/cuboid";
import { fitted, movedOnto, shrunkTo, standingOn } from "../../geometry/fitting";
import { sizedAway, surrounding } from "../../geometry/surrounding";
import { unseenEnds } from "../../geometry/unseen";
import type { Vec3 } from "../../geometry/vec";
import { enclosed } from "../../scene3d/enclosed";
import { countIn, pointsIn } from "../../scene3d/inside";
import { terrainOf } from "../../scene3d/terrain";
import type { SceneView } from "../../scene3d/view";
import { flipped, quartered } from "../../tools/boxes";
import type { ToolContext } from "../../tools/cuboid";
import type { Lasso } from "../../tools/lasso";
import type { DecodedChunk } from "../../workers/chunk";
import { create, type StoreApi } from "../store";

export type ShapeChange = "fit" | "onto" | "ground" | "flip" | "quarter";

/** What points and ground of a frame tell. */
export type Measures = Pick<SceneView, "pointsIn" | "countIn" | "terrain" | "enclosed">;

/** Of points that are not on the screen: another frame, or those around an object. */
export function measuresOf(chunk: DecodedChunk): Measures {
  return {
    pointsIn: (cuboid, reachM) => pointsIn(chunk, cuboid, reachM),
    countIn: (cuboid) => countIn(chunk, cuboid),
    enclosed: (lasso) => enclosed(chunk, lasso),
    terrain: terrainOf(chunk),
  };
}

export interface Refusal {
  readonly sentence: string | null;
  readonly of: Cuboid | null;
}

/** A cuboid that is moved may have been placed this much beside its points. */
const BESIDE_M = 0.3;

/** Seen as steeply as this, nothing stands before anything else. */
const OVERHEAD = -0.95;

export class Shape {
  /** Why the last change could not be made, and of what; null when it was. */
  readonly refusal: StoreApi<Refusal> = create<Refusal>({ sentence: null, of: null });
  readonly #view: Measures;
  readonly #eye: () => Vec3;

  /** @param eye where the sensor is in the frame that is shown, world metres. */
  constructor(view: Measures, eye: () => Vec3) {
    this.#view = view;
    this.#eye = eye;
  }

  /** How many points of the frame are inside; null before its points came. */
  count(cuboid: Cuboid): number | null {
    return this.#view.countIn(cuboid);
  }

  /**
   * Null: it could not be made, and `refusal` says why.
   *
   * @param others what else is there: it keeps its points.
   */
  changed(cuboid: Cuboid, change: ShapeChange, others: readonly Cuboid[]): Cuboid | null {
    switch (change) {
      case "flip":
        return this.#say(cuboid, flipped(cuboid), "");
      case "quarter":
        return this.#say(cuboid, quartered(cuboid), "");
      case "ground": {
        const groundZ = this.#groundUnder(cuboid);
        const standing = groundZ === null ? null : standingOn(cuboid, groundZ);
        return this.#say(cuboid, standing, "The points do not show the ground here.");
      }
      case "fit":
      case "onto":
        return this.#say(cuboid, this.#brought(cuboid, change, others), "Too few points inside to tell a shape.");
    }
  }

  /** These sides moved inward to the points inside; null when there are none. */
  shrunk(cuboid: Cuboid, faces: readonly Face[]): Cuboid | null {
    const inside = this.#view.pointsIn(cuboid);
    const shrunk = inside === null ? null : shrunkTo(cuboid, faces, inside);
    const isEmpty = inside === null || inside.heights.length === 0;
    return this.#say(cuboid, shrunk, isEmpty ? "No points inside to bring this side to." : "");
  }

  /** This length, width and height; what the sensor sees of it stays where it is. */
  sized(cuboid: Cuboid, size: Vec3): Cuboid {
    return sizedAway(cuboid, size, this.#eye());
  }

  /** Around what a line by hand encloses; null: too few points stand there above the ground. */
  lassoed(lasso: Lasso, usual: ToolContext["placing"], keepsSeen: boolean): Cuboid | null {
    const points = this.#view.enclosed(lasso);
    if (points === null) return null;
    return surrounding(points, {
      groundAt: (x, y) => this.#view.terrain.heightAt(x, y),
      seenFrom: lasso.gaze.forward[2] < OVERHEAD ? null : lasso.rays[0]!.origin,
      sensor: this.#eye(),
      usual,
      keepsSeen,
    });
  }

  /** Points just beside its sides, as far as they seem to be its own. */
  beside(cuboid: Cuboid, others: readonly Cuboid[]): readonly Strip[] {
    const near = this.#view.pointsIn(cuboid, STRIP_REACH_M);
    return near === null ? [] : stripsBeside(cuboid, near, this.#groundUnder(cuboid), others);
  }

  /** The ends of its length (0) or width (1) that the sensor did not see. */
  unseen(cuboid: Cuboid, axis: 0 | 1): readonly Face[] {
    const inside = this.#view.pointsIn(cuboid);
    return inside === null ? [] : unseenEnds(cuboid, axis, inside, this.#eye(), this.#groundUnder(cuboid));
  }

  #brought(cuboid: Cuboid, change: "fit" | "onto", others: readonly Cuboid[]): Cuboid | null {
    const around = this.#view.pointsIn(cuboid, ASKEW_REACH_M);
    if (around === null) return null;
    const groundZ = this.#groundUnder(cuboid);
    const turned = straightened(cuboid, around, groundZ);
    if (change === "fit") {
      const grown = grownOver(turned, this.beside(turned, others));
      const inside = this.#view.pointsIn(grown);
      return inside === null ? null : fitted(grown, inside, groundZ);
    }
    const near = this.#view.pointsIn(turned, BESIDE_M);
    return near === null ? null : movedOnto(turned, near, toLocal(turned, this.#eye()), groundZ);
  }

  #groundUnder({ centre: [x, y] }: Cuboid): number | null {
    return this.#view.terrain.heightAt(x, y);
  }

  #say(of: Cuboid, changed: Cuboid | null, otherwise: string): Cuboid | null {
    const sentence = changed === null && otherwise !== "" ? otherwise : null;
    this.refusal.setState({ sentence, of }, true);
    return changed;
  }
}
