/**
 * The clouds of other frames, drawn with that of the one that is shown: as they lie in the world, or
 * each carried along with an object to where it is now. Chunks are drawn as they came.
 */

import { Group } from "three";
import { type Carry, carriedBack, sameCarry } from "../geometry/carry";
import type { Cuboid } from "../geometry/cuboid";
import type { NearPoints } from "../geometry/fitting";
import type { Vec3 } from "../geometry/vec";
import type { DecodedChunk } from "../workers/chunk";
import { Crop } from "./crop";
import { type PointDisplay, USUAL_DISPLAY } from "./display";
import type { Lasso } from "../tools/lasso";
import { enclosed } from "./enclosed";
import { pointsIn } from "./inside";
import { PointCloud } from "./points";

/** Of a carried frame only what is this near to the object is of any use. */
const AROUND_OBJECT_M = 0.6;

/** All points are drawn within so many lengths of what is worked on. */
const AROUND_WORKED = 1.5;

export interface OtherFrame {
  readonly chunk: DecodedChunk;
  /** Where the sensor was. */
  readonly device: Vec3;
  /** Null: as it lies in the world. */
  readonly carry: Carry | null;
}

interface Member {
  readonly cloud: PointCloud;
  readonly crop: Crop;
  carry: Carry | null;
}

export class MergedClouds {
  /** For views with perspective. */
  readonly object = new Group();
  /** For flat views: what is near the object. */
  readonly crops = new Group();
  readonly #members = new Map<DecodedChunk, Member>();
  #display: PointDisplay = USUAL_DISPLAY;
  #box: Cuboid | null = null;
  #stride = 1;

  get count(): number {
    let count = 0;
    for (const chunk of this.#members.keys()) count += chunk.count;
    return count;
  }

  /** Whether anything is drawn otherwise than before. */
  show(frames: readonly OtherFrame[]): boolean {
    const wanted = new Set(frames.map(({ chunk }) => chunk));
    let changed = false;
    for (const [chunk, member] of this.#members) {
      if (wanted.has(chunk)) continue;
      this.#drop(chunk, member);
      changed = true;
    }
    for (const { chunk, device, carry } of frames) {
      const known = this.#members.get(chunk);
      if (known !== undefined && sameCarry(known.carry, carry)) continue;
      const member = known ?? this.#add(chunk, device);
      member.carry = carry;
      member.cloud.setCarry(carry);
      member.cloud.setDisplay(this.#displayOf(member));
      this.#highlight(member);
      changed = true;
    }
    return changed;
  }

  setDisplay(display: PointDisplay): void {
    this.#display = display;
    for (const member of this.#members.values()) member.cloud.setDisplay(this.#displayOf(member));
  }

  /** The cuboid being worked on, in the frame that is shown. */
  highlight(cuboid: Cuboid | null): void {
    this.#box = cuboid;
    for (const member of this.#members.values()) this.#highlight(member);
  }

  thin(stride: number): void {
    this.#stride = stride;
    for (const { cloud } of this.#members.values()) cloud.thin(stride);
  }

  /** As PointCloud.place; where points are left out, those around what is worked on are not. */
  place(eye: Vec3, height: number, pixelRatio: number, worked: Cuboid | null): void {
    const around = this.#stride > 1 ? worked : null;
    for (const { cloud, crop, carry } of this.#members.values()) {
      if (around !== null) crop.cover(backIn(carry, around.centre), reachAround(around));
      cloud.place(eye, height, pixelRatio);
      crop.object.visible = around !== null;
      crop.follow();
    }
  }

  /** As PointCloud.placeFlat; the crops hold what lies within `neededM` of `centre`. */
  placeFlat(eye: Vec3, sizePx: number, centre: Vec3, neededM: number): void {
    for (const { cloud, crop, carry } of this.#members.values()) {
      crop.cover(backIn(carry, centre), neededM);
      cloud.placeFlat(eye, sizePx);
      crop.object.visible = true;
      crop.follow();
    }
  }

  /** Of every frame, as scene3d/inside has them for one. */
  pointsIn(cuboid: Cuboid, reachM: number): readonly NearPoints[] {
    return [...this.#members].map(([chunk, { carry }]) =>
      pointsIn(chunk, carry === null ? cuboid : carriedBack(carry, cuboid), reachM),
    );
  }

  /** Of frames that lie as they are in the world; those that are carried show but one object. */
  enclosed(lasso: Lasso): Vec3[] {
    return [...this.#members].flatMap(([chunk, { carry }]) => (carry === null ? enclosed(chunk, lasso) : []));
  }

  dispose(): void {
    for (const [chunk, member] of this.#members) this.#drop(chunk, member);
  }

  #add(chunk: DecodedChunk, device: Vec3): Member {
    const cloud = new PointCloud();
    const crop = new Crop(cloud);
    cloud.setDisplay(this.#display);
    cloud.setDevice(device);
    cloud.setChunk(chunk);
    cloud.thin(this.#stride);
    cloud.object.layers.mask = this.object.layers.mask;
    crop.object.layers.mask = this.crops.layers.mask;
    this.object.add(cloud.object);
    this.crops.add(crop.object);
    const member = { cloud, crop, carry: null };
    this.#members.set(chunk, member);
    return member;
  }

  #drop(chunk: DecodedChunk, { cloud, crop }: Member): void {
    this.#members.delete(chunk);
    this.object.remove(cloud.object);
    this.crops.remove(crop.object);
    crop.dispose();
    cloud.dispose();
  }

  #displayOf({ carry }: Member): PointDisplay {
    return carry === null ? this.#display : { ...this.#display, crop: AROUND_OBJECT_M };
  }

  #highlight({ cloud, carry }: Member): void {
    const box = this.#box;
    cloud.highlight(box === null || carry === null ? box : carriedBack(carry, box));
  }
}

/** Where a place of the frame that is shown is among the points of another one. */
function backIn(carry: Carry | null, centre: Vec3): Vec3 {
  if (carry === null) return centre;
  return carriedBack(carry, { centre, size: [1, 1, 1], rotation: [1, 0, 0, 0] }).centre;
}

const reachAround = ({ size }: Cuboid): number => AROUND_WORKED * Math.hypot(...size);
