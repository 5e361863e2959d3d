/**
 * What there is to see, whoever looks: the points, the ground, the cuboids and the one being worked
 * on. Views place it before their eye and draw it; it knows no camera.
 */

import { distance, type Vec3 } from "../geometry/vec";
import type { Column } from "../tools/cuboid";
import type { Lasso } from "../tools/lasso";
import { type Cuboid, containsPoint } from "../geometry/cuboid";
import { boxAround } from "../geometry/outline";
import type { DecodedChunk } from "../workers/chunk";
import { ANCHOR_REACH_M } from "./batches";
import type { NearPoints } from "../geometry/fitting";
import { standingIn } from "./column";
import { enclosed } from "./enclosed";
import { countIn, pointsIn } from "./inside";
import { Crop } from "./crop";
import { CuboidBatch } from "./cuboidbatch";
import { CuboidLayer, type CuboidView } from "./cuboids";
import { Ground, type DevicePose } from "./ground";
import type { PointDisplay } from "./display";
import { MergedClouds } from "./merged";
import { PointCloud } from "./points";
import { PolygonLayer } from "./polygons";
import { Surroundings } from "./surroundings";
import type { Circle } from "./viewpoint";
import { Terrain } from "./terrain";

export type Mode = "select" | "place";

/** Beyond, a sensor shows of most things too little to label them. */
const MOSTLY_M = 40;

export class Content {
  readonly cloud = new PointCloud();
  readonly crop = new Crop(this.cloud);
  /** Other frames, drawn with this one. */
  readonly merged = new MergedClouds();
  readonly ground = new Ground();
  readonly terrain: Terrain;
  readonly layer = new CuboidLayer();
  readonly surroundings = new Surroundings();
  readonly polygons = new PolygonLayer();
  /** Other cuboids around the selected one, for the flat views. */
  readonly neighbours = new CuboidBatch();
  #device: DevicePose | null = null;
  #cuboids: readonly CuboidView[] = [];
  #preview: CuboidView | null = null;
  #mode: Mode = "select";
  #hovered: string | null = null;
  #hidesLabelled = false;
  /** Near the main eye; the numbers of what rests are metres from here. */
  #anchor: Vec3;
  #around: { readonly centre: Vec3; readonly reachM: number } | null = null;
  /** What must be filled anew before the next draw. */
  #stale = { resting: true, active: true, neighbours: true };

  readonly #maxDistanceM: number | null;

  constructor(origin: Vec3, maxDistanceM: number | null) {
    this.#maxDistanceM = maxDistanceM;
    this.terrain = new Terrain(origin[2]);
    this.ground.setLevel(origin[2]);
    this.#anchor = origin;
  }

  get cuboids(): readonly CuboidView[] {
    return this.#cuboids;
  }

  get mode(): Mode {
    return this.#mode;
  }

  get device(): DevicePose | null {
    return this.#device;
  }

  /** The selected cuboid as it is drawn now. */
  get worked(): CuboidView | null {
    const selected = this.#cuboids.find((cuboid) => cuboid.selected) ?? null;
    return selected !== null && this.#preview?.id === selected.id ? this.#preview : selected;
  }

  /** What flat views look at: the selected cuboid, or a box around the selected polygon. */
  get framed(): CuboidView | null {
    const polygon = this.polygons.polygons.find(({ selected, open }) => selected && !open);
    if (this.worked !== null || polygon === undefined) return this.worked;
    const { id, colour, vertices } = polygon;
    return { ...boxAround(vertices), id, colour, selected: true, keyframe: true, locked: true };
  }

  /** Points of the frame that is shown. */
  get own(): number {
    return this.cloud.chunk?.count ?? 0;
  }

  /** Points of the frames merged with it. */
  get others(): number {
    return this.merged.count;
  }

  /** Draw every so many-th point only, of the frame that is shown and of the others. */
  thin(own: number, others: number): void {
    this.cloud.thin(own);
    this.merged.thin(others);
  }

  setDisplay(display: PointDisplay): void {
    this.#hidesLabelled = display.hideLabelled;
    this.cloud.setDisplay(display);
    this.merged.setDisplay(display);
    this.surroundings.showRadar(display.radar);
  }

  setCloud(chunk: DecodedChunk | null): void {
    this.cloud.setChunk(chunk);
    this.terrain.setChunk(chunk);
    this.surroundings.setChunk(chunk);
  }

  setCuboids(list: readonly CuboidView[]): void {
    this.#cuboids = list;
    this.#stale = { resting: true, active: true, neighbours: true };
  }

  setPreview(cuboid: CuboidView | null): void {
    const hides = (shown: CuboidView | null) =>
      this.#cuboids.some((other) => other.id === shown?.id && !other.selected);
    if (hides(cuboid) || hides(this.#preview)) this.#stale.resting = true;
    this.#preview = cuboid;
    this.#stale.active = true;
  }

  setMode(mode: Mode): void {
    this.#mode = mode;
  }

  setHovered(id: string | null): void {
    if (id === this.#hovered) return;
    this.#hovered = id;
    this.#stale.active = true;
  }

  setDevice(device: DevicePose | null): void {
    this.#device = device;
    this.ground.setDevice(device);
    this.cloud.setDevice(device?.position ?? null);
    this.showRing();
  }

  /** Around the sensor, on the level of the ground. */
  showRing(): void {
    const { around } = this;
    if (around !== null) this.surroundings.setRing(around.centre, this.#maxDistanceM);
  }

  /** What is labeled, as far as the customer says; else what mostly is. Null without a sensor. */
  get around(): Circle | null {
    if (this.#device === null) return null;
    const [x, y] = this.#device.position;
    return { centre: [x, y, this.terrain.level], radiusM: this.#maxDistanceM ?? MOSTLY_M };
  }

  setGroundHeight(z: number): void {
    this.terrain.setLevel(z);
    this.ground.setLevel(z);
    this.showRing();
  }

  standingIn(footprint: Cuboid): Column | null {
    const { chunk } = this.cloud;
    const [x, y] = footprint.centre;
    return chunk === null ? null : standingIn(chunk, footprint, this.terrain.heightAt(x, y));
  }

  /** The points drawn inside of a cuboid or near it; null when there is no frame. */
  pointsIn(cuboid: Cuboid, reachM = 0): NearPoints | null {
    const { chunk } = this.cloud;
    if (chunk === null) return null;
    const here = pointsIn(chunk, cuboid, reachM);
    const others = this.merged.pointsIn(cuboid, reachM);
    return others.length === 0 ? here : joined([here, ...others]);
  }

  /** The points drawn that a line by hand goes around, world metres; null when there is no frame. */
  enclosed(lasso: Lasso): readonly Vec3[] | null {
    const { chunk } = this.cloud;
    if (chunk === null) return null;
    const found = [...enclosed(chunk, lasso), ...this.merged.enclosed(lasso)];
    if (!this.#hidesLabelled) return found;
    const others = this.#cuboids.filter(({ selected }) => !selected);
    return found.filter((point) => !others.some((cuboid) => containsPoint(cuboid, point)));
  }

  /** How many points of this frame are inside; null when there is no frame. */
  countIn(cuboid: Cuboid): number | null {
    const { chunk } = this.cloud;
    return chunk === null ? null : countIn(chunk, cuboid);
  }

  /** Before a draw of the main view: what rests is measured from near the eye. */
  keepNear(eye: Vec3, target: Vec3): void {
    if (distance(eye, this.#anchor) <= ANCHOR_REACH_M) return;
    this.#anchor = target;
    this.#stale.resting = true;
  }

  /** Before a draw of a flat view: which neighbours it may show. */
  keepAround(centre: Vec3, reachM: number): void {
    const known = this.#around;
    if (known !== null && distance(known.centre, centre) + reachM <= known.reachM) return;
    this.#around = { centre, reachM: 2 * reachM };
    this.#stale.neighbours = true;
  }

  /** Before each draw: finish what was put off. */
  refill(): void {
    const { resting, active, neighbours } = this.#stale;
    this.#stale = { resting: false, active: false, neighbours: false };
    const preview = this.#preview;
    const rest = this.#cuboids.filter(({ id }) => id !== preview?.id);
    if (resting) {
      const calm = rest.filter(({ selected }) => !selected);
      this.layer.showResting(this.#anchor, calm);
    }
    if (resting || active) this.cloud.setLabelled(preview === null ? rest : [...rest, preview]);
    if (active) {
      const { worked } = this;
      // The hovered one is drawn over itself: to fill all that rests for it would cost too much.
      const lit = rest.filter(({ id, selected }) => selected || id === this.#hovered);
      const shown = preview === null ? lit : [...lit, preview];
      const anchor = (preview ?? worked ?? shown[0])?.centre ?? this.#anchor;
      this.layer.showActive(anchor, shown, this.#hovered);
      this.cloud.highlight(preview ?? worked);
      this.merged.highlight(preview ?? worked);
    }
    if (neighbours) this.#showNeighbours(rest);
  }

  dispose(): void {
    this.crop.dispose();
    this.merged.dispose();
    this.cloud.dispose();
    this.ground.dispose();
    this.layer.dispose();
    this.surroundings.dispose();
    this.polygons.dispose();
    this.neighbours.dispose();
  }

  #showNeighbours(rest: readonly CuboidView[]): void {
    const around = this.#around;
    if (around === null) return;
    const near = rest.filter(
      ({ selected, centre, size }) =>
        !selected && distance(centre, around.centre) < around.reachM + Math.hypot(...size) / 2,
    );
    this.neighbours.fill(around.centre, near, null);
  }
}

function joined(parts: readonly NearPoints[]): NearPoints {
  const all = (key: keyof NearPoints) => {
    const whole = new Float64Array(parts.reduce((sum, part) => sum + part[key].length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part[key], at);
      at += part[key].length;
    }
    return whole;
  };
  return { local: all("local"), heights: all("heights") };
}
