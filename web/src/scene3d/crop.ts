/**
 * The points around the selected object, for the flat views: an index into the one cloud that is on
 * the GPU already. Nothing of the cloud is copied or uploaded again; only the index is.
 */

import { BufferAttribute, BufferGeometry, DynamicDrawUsage, Points } from "three";
import { distance, type Vec3 } from "../geometry/vec";
import type { DecodedChunk } from "../workers/chunk";
import { cropInto } from "./around";
import type { PointCloud } from "./points";

const SMALLEST_M = 4;
const LARGEST_M = 60;
/** The crop reaches this much farther than is shown, so that it lasts for a while. */
const AHEAD = 1.6;
/** Much larger than what is shown, it is made anew: most of its points would be drawn for nothing. */
const TOO_LARGE = 5;

export class Crop {
  readonly object: Points;
  readonly #cloud: PointCloud;
  #chunk: DecodedChunk | null = null;
  #ids = new Uint32Array(0);
  #centre: Vec3 = [0, 0, 0];
  #reachM = 0;

  constructor(cloud: PointCloud) {
    this.#cloud = cloud;
    this.object = new Points(new BufferGeometry(), cloud.object.material);
    this.object.frustumCulled = false;
    this.object.visible = false;
  }

  /** World metres from the centre of the last crop; 0 before the first. */
  get reachM(): number {
    return this.#reachM;
  }

  /** Before each draw of a flat view: the crop holds what lies within `neededM` of `centre`. */
  cover(centre: Vec3, neededM: number): void {
    const { chunk } = this.#cloud;
    const needed = Math.min(LARGEST_M, Math.max(SMALLEST_M, neededM));
    const isShared = this.#sharesTags;
    const lasts =
      chunk === this.#chunk &&
      isShared &&
      distance(centre, this.#centre) + needed <= this.#reachM &&
      this.#reachM <= TOO_LARGE * needed;
    if (lasts) return;
    this.#centre = centre;
    this.#reachM = needed * AHEAD;
    if (chunk !== this.#chunk || !isShared) this.#adopt(chunk);
    if (chunk === null) return;
    const count = cropInto(this.#ids, chunk, centre, this.#reachM);
    const index = this.object.geometry.index!;
    index.clearUpdateRanges();
    index.addUpdateRange(0, count);
    index.needsUpdate = true;
    this.object.geometry.setDrawRange(0, count);
  }

  /** Where the cloud's own object has been placed for this draw. */
  follow(): void {
    this.object.position.copy(this.#cloud.object.position);
    this.object.quaternion.copy(this.#cloud.object.quaternion);
    this.object.scale.copy(this.#cloud.object.scale);
  }

  /** The cloud gets tags late when labels are what colours its points. */
  get #sharesTags(): boolean {
    const ours = this.object.geometry.attributes["tags"];
    return ours === this.#cloud.object.geometry.attributes["tags"];
  }

  dispose(): void {
    this.object.geometry.dispose();
  }

  /** A new cloud has a new buffer; the index has room for every point, so that it is made once. */
  #adopt(chunk: DecodedChunk | null): void {
    this.#chunk = chunk;
    this.object.geometry.dispose();
    this.object.geometry = new BufferGeometry();
    this.object.visible = chunk !== null;
    if (chunk === null) return;
    if (this.#ids.length < chunk.count) this.#ids = new Uint32Array(chunk.count);
    const index = new BufferAttribute(this.#ids, 1);
    index.usage = DynamicDrawUsage;
    this.object.geometry.setIndex(index);
    const shared = this.#cloud.object.geometry.attributes;
    for (const [name, attribute] of Object.entries(shared)) {
      this.object.geometry.setAttribute(name, attribute);
    }
  }
}
