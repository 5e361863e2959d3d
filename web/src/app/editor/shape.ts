/** Brings the selected cuboid to the points of the frame and to the ground under it. */

import { ASKEW_REACH_M, straightened } from "../../geometry/askew";
import { grownOver, STRIP_REACH_M, type Strip, stripsBeside } from "../../geometry/beside";
import { type Cuboid, type Face, toLocal } from "../../geometry/cuboid";
import { aboveGround, fitted, movedOnto, shrunkTo, standingOn } from "../../geometry/fitting";
import { overlap } from "../../geometry/overlap";
import { sizedAway, surrounding } from "../../geometry/surrounding";
import { unseenEnds } from "../../geometry/unseen";
import { distance, type Vec3 } from "../../geometry/vec";
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

/** What is to be said of a change: why it could not be made, or how it ended. */
export interface Refusal {
  readonly sentence: string | null;
  readonly of: Cuboid | null;
}

/** A cuboid that is moved may have been placed this much beside its points. */
const BESIDE_M = 0.3;

/**
 * So far in all does it go on by itself: a car at 15 m/s from one frame to the next, at ten a second.
 * Of 84 cuboids of moving vehicles of a recorded street, put into the frame after theirs (0.65 m
 * beside in the median), one look leaves 0.31 m, going on 0.18 m; left in their own frame they move by
 * 0.23 m either way.
 */
const FARTHEST_M = 1.5;
/** A shorter step brings it no nearer. */
const STILL_M = 0.01;
/** Where two sides' points pull to and fro, it would never end. */
const MOST_STEPS = 12;
/** With fewer of the most points that were inside on the way, it would lose what it is of. */
const KEPT_SHARE = 0.9;

const TOO_FEW = "Too few points inside to tell a shape.";
const FEWER = "Where its points lead, fewer of them would be inside.";
const TAKEN = "Another cuboid stands where its points lead.";
const FARTHER = "It may lie farther on: Move onto again.";

/** Seen as steeply as this, nothing stands before anything else. */
const OVERHEAD = -0.95;

export class Shape {
  /** What the last change has to say, and of which cuboid; null when it was made wholly. */
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
        return this.#say(cuboid, this.#fitted(cuboid, others), TOO_FEW);
      case "onto":
        return this.#onto(cuboid, others);
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

  #fitted(cuboid: Cuboid, others: readonly Cuboid[]): Cuboid | null {
    const turned = this.#straightened(cuboid);
    if (turned === null) return null;
    const grown = grownOver(turned, this.beside(turned, others));
    const inside = this.#view.pointsIn(grown);
    return inside === null ? null : fitted(grown, inside, this.#groundUnder(cuboid));
  }

  /** Looks on from where it came to, for what has moved farther than one look reaches. */
  #onto(cuboid: Cuboid, others: readonly Cuboid[]): Cuboid | null {
    // What it stands in already does not hold it there.
    const free = others.filter((other) => !overlap(cuboid, other));
    let [at, most] = [cuboid, this.#standingIn(cuboid)];
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const next = this.#stepOnto(at);
      if (next === null) return at === cuboid ? this.#say(cuboid, null, TOO_FEW) : this.#came(at, null);
      const standing = this.#standingIn(next);
      const isTaken = free.some((other) => overlap(next, other));
      if (isTaken || standing < KEPT_SHARE * most) {
        if (at === cuboid) return this.#say(cuboid, null, isTaken ? TAKEN : FEWER);
        return this.#came(at, isTaken ? TAKEN : null);
      }
      // Of any length the first one: it leads to points that are inside.
      if (at !== cuboid && distance(cuboid.centre, next.centre) > FARTHEST_M) return this.#came(at, FARTHER);
      const byM = distance(at.centre, next.centre);
      [at, most] = [next, Math.max(most, standing)];
      if (byM < STILL_M) break;
    }
    return this.#came(at, null);
  }

  /** It did, and this is to be said of where it is now. */
  #came(to: Cuboid, sentence: string | null): Cuboid {
    this.refusal.setState({ sentence, of: to }, true);
    return to;
  }

  /** One look around, as far as its points may lie beside it. */
  #stepOnto(cuboid: Cuboid): Cuboid | null {
    const turned = this.#straightened(cuboid);
    const near = turned === null ? null : this.#view.pointsIn(turned, BESIDE_M);
    if (turned === null || near === null) return null;
    return movedOnto(turned, near, toLocal(turned, this.#eye()), this.#groundUnder(cuboid));
  }

  /** How many points inside stand above the road. */
  #standingIn(cuboid: Cuboid): number {
    const inside = this.#view.pointsIn(cuboid);
    return inside === null ? 0 : aboveGround(inside, this.#groundUnder(cuboid)).heights.length;
  }

  #straightened(cuboid: Cuboid): Cuboid | null {
    const around = this.#view.pointsIn(cuboid, ASKEW_REACH_M);
    return around === null ? null : straightened(cuboid, around, this.#groundUnder(cuboid));
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
