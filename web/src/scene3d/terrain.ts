/** The cloud as something to point at: its ground, its points, and what to assume without them. */

import type { Vec3 } from "../geometry/vec";
import type { Ray } from "../tools/input";
import { rayOnLevel } from "../tools/rays";
import type { DecodedChunk } from "../workers/chunk";
import { GroundMap } from "./groundmap";
import { pickPoint } from "./picking";

export class Terrain {
  #chunk: DecodedChunk | null = null;
  #map: GroundMap | null = null;
  #level: number;
  #levelGiven = false;

  constructor(level: number) {
    this.#level = level;
  }

  /** World z of the ground where points say nothing. */
  get level(): number {
    return this.#level;
  }

  setChunk(chunk: DecodedChunk | null): void {
    this.#chunk = chunk;
    this.#map = null;
  }

  /** What is known outweighs what the points suggest. */
  setLevel(z: number): void {
    this.#level = z;
    this.#levelGiven = true;
  }

  /** Take the ground level from the points, unless it was given. */
  estimateLevel(): void {
    const level = this.#ground()?.level;
    if (!this.#levelGiven && level !== undefined) this.#level = level;
  }

  heightAt(x: number, y: number): number | null {
    return this.#ground()?.heightAt(x, y) ?? null;
  }

  groundOn(ray: Ray): Vec3 | null {
    const map = this.#ground();
    return map === null ? rayOnLevel(ray, this.#level) : map.hitBy(ray);
  }

  /** The foremost point within `tangent` of the ray. */
  pointOn(ray: Ray, tangent: number): Vec3 | null {
    return this.#chunk === null ? null : pickPoint(ray, this.#chunk, tangent);
  }

  /** Sorted when first asked for, once a cloud: stepping through frames does not pay for it. */
  #ground(): GroundMap | null {
    if (this.#map === null && this.#chunk !== null) this.#map = new GroundMap(this.#chunk);
    return this.#map;
  }
}

/** Of points that are not on the screen. */
export function terrainOf(chunk: DecodedChunk): Terrain {
  const terrain = new Terrain(0);
  terrain.setChunk(chunk);
  return terrain;
}
