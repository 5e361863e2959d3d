/** The cloud of one frame: one draw call, quantised on the GPU, placed relative to the eye. */

import {
  BufferAttribute,
  BufferGeometry,
  GLSL3,
  Matrix3,
  Points,
  RawShaderMaterial,
  Vector2,
  Vector3,
  Vector4,
} from "three";
import { type Carry, carried } from "../geometry/carry";
import type { Cuboid } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { subtract, type Vec3 } from "../geometry/vec";
import type { DecodedChunk } from "../workers/chunk";
import { type PointDisplay, USUAL_DISPLAY } from "./display";
import { emptyGround, groundTexture } from "./groundtexture";
import { FAR_M, shownMode, TALL_M } from "./legend";
import { Membership } from "./membership";
import { bytesOfColour, COLOUR_MODES, LABEL_SLOTS, Palette } from "./palette";
import { POINT_FRAGMENT, POINT_VERTEX } from "./shaders";
import { HALF_FIELD } from "./viewpoint";

const LEVELS = 65_535;
/** A point stands for about this much of the world, within limits of pixels. */
const POINT_M = 0.05;
const SMALLEST_PX = 1.4;
const LARGEST_PX = 7;
const HIDDEN = -1;
const NO_CROP = -1;

/** A cuboid as far as points are concerned: where it is, and the colour of what is in it. */
export interface Labelled extends Cuboid {
  readonly id: string;
  readonly colour: string;
}

export class PointCloud {
  readonly object: Points<BufferGeometry, RawShaderMaterial>;
  readonly #palette = new Palette();
  /** Entries of the label palette by their colour; 0 is for points in no cuboid. */
  readonly #slots = new Map<string, number>();
  readonly #uniforms = {
    uExtent: { value: new Vector3() },
    uMode: { value: 0 },
    uIntensity: { value: new Vector2(0, 1) },
    uDevice: { value: new Vector3() },
    uFar: { value: FAR_M },
    uTall: { value: TALL_M },
    uSize: { value: new Vector3(1, 1, 1) },
    uPalette: { value: this.#palette.texture },
    uGround: { value: emptyGround() },
    uGroundPlace: { value: new Vector3() },
    uGroundLight: { value: 1 },
    uHideLabelled: { value: false },
    uCrop: { value: new Vector4(0, 0, 0, NO_CROP) },
    uBoxAxes: { value: new Matrix3() },
    uBoxOffset: { value: new Vector3() },
    uHasBox: { value: false },
  };
  #chunk: DecodedChunk | null = null;
  #display: PointDisplay = USUAL_DISPLAY;
  #device: Vec3 | null = null;
  #box: Cuboid | null = null;
  #labelled: readonly Labelled[] = [];
  #membership: Membership | null = null;
  #stride = 1;
  #carry: Carry | null = null;

  constructor() {
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader: POINT_VERTEX,
      fragmentShader: POINT_FRAGMENT,
      uniforms: this.#uniforms,
    });
    this.object = new Points(new BufferGeometry(), material);
    this.object.frustumCulled = false;
    this.object.visible = false;
  }

  get chunk(): DecodedChunk | null {
    return this.#chunk;
  }

  /** Points the next draw sends. */
  get drawn(): number {
    return this.#chunk === null ? 0 : Math.ceil(this.#chunk.count / this.#stride);
  }

  setChunk(chunk: DecodedChunk | null): void {
    if (chunk === this.#chunk) return;
    this.#chunk = chunk;
    this.#membership = null;
    this.object.geometry.dispose();
    const geometry = new BufferGeometry();
    this.object.geometry = geometry;
    this.object.visible = chunk !== null;
    if (chunk === null) return;
    // Four components, bound as they came: with three, drivers convert on the CPU, 25 times slower.
    geometry.setAttribute("position", new BufferAttribute(chunk.positions, 4, true));
    if (chunk.tags !== null) geometry.setAttribute("tags", new BufferAttribute(chunk.tags, 4));
    this.#stride = 1;
    this.#refreshGround(chunk);
    this.#refresh();
  }

  /** What to see; uploads no points. */
  setDisplay(display: PointDisplay): void {
    this.#display = display;
    this.#refresh();
  }

  setDevice(position: Vec3 | null): void {
    this.#device = position;
    this.#refresh();
  }

  /** Draw the points where a motion takes them; everything that is said of them stays in their frame. */
  setCarry(carry: Carry | null): void {
    this.#carry = carry;
  }

  /** The cuboids as shown now. Where their points are is computed when the display needs it. */
  setLabelled(labelled: readonly Labelled[]): void {
    this.#labelled = labelled;
    this.#refreshLabels();
  }

  /** Points inside are drawn brighter: the cuboid being worked on. The crop is around it. */
  highlight(cuboid: Cuboid | null): void {
    this.#box = cuboid;
    this.#refreshBox();
  }

  /** Draw every `stride`-th point only, while the hand moves. */
  thin(stride: number): void {
    const chunk = this.#chunk;
    if (chunk === null || stride === this.#stride) return;
    this.#stride = stride;
    const every = stride === 1 ? null : new Uint32Array(this.drawn);
    every?.forEach((_, index) => {
      every[index] = index * stride;
    });
    this.object.geometry.setIndex(every === null ? null : new BufferAttribute(every, 1));
  }

  /** Before each draw; `height` is that of the view in device pixels. */
  place(eye: Vec3, height: number, pixelRatio: number): void {
    this.#stand(eye);
    const perMetre = height / (2 * HALF_FIELD);
    const { size } = this.#display;
    // Fewer points are drawn a little larger, so that a surface stays a surface.
    const spread = size * Math.min(1.5, Math.sqrt(this.#stride));
    this.#uniforms.uSize.value.set(
      POINT_M * perMetre * spread,
      SMALLEST_PX * pixelRatio * spread,
      LARGEST_PX * pixelRatio * size,
    );
  }

  /** Before each draw of a view without perspective: every point is this many device pixels large. */
  placeFlat(eye: Vec3, sizePx: number): void {
    this.#stand(eye);
    this.#uniforms.uSize.value.set(0, sizePx * this.#display.size, sizePx * this.#display.size);
  }

  dispose(): void {
    this.object.geometry.dispose();
    this.object.material.dispose();
    this.#palette.texture.dispose();
    this.#uniforms.uGround.value.dispose();
  }

  #stand(eye: Vec3): void {
    if (this.#chunk === null) return;
    const { origin, step } = this.#chunk;
    const carry = this.#carry;
    const [x, y, z] = subtract(carry === null ? origin : carried(carry, origin), eye);
    const [qw, qx, qy, qz] = carry?.rotation ?? quat.IDENTITY;
    this.object.position.set(x, y, z);
    this.object.quaternion.set(qx, qy, qz, qw);
    this.object.scale.set(step[0] * LEVELS, step[1] * LEVELS, step[2] * LEVELS);
  }

  #refresh(): void {
    if (this.#chunk === null) return;
    const { origin, step, intensityRange } = this.#chunk;
    const { colours, hideGround, groundLight, hideLabelled } = this.#display;
    const uniforms = this.#uniforms;
    uniforms.uMode.value = COLOUR_MODES.indexOf(shownMode(colours, this.#chunk));
    uniforms.uIntensity.value.set(...intensityRange);
    uniforms.uExtent.value.set(step[0] * LEVELS, step[1] * LEVELS, step[2] * LEVELS);
    uniforms.uDevice.value.set(...subtract(this.#device ?? origin, origin));
    uniforms.uGroundLight.value = hideGround ? HIDDEN : groundLight;
    uniforms.uHideLabelled.value = hideLabelled;
    this.#refreshLabels();
    this.#refreshBox();
  }

  #refreshGround({ ground }: DecodedChunk): void {
    const uniforms = this.#uniforms;
    uniforms.uGround.value.dispose();
    uniforms.uGround.value = groundTexture(ground);
    const { columns, rows, cellM, levelM } = ground;
    uniforms.uGroundPlace.value.set(1 / (columns * cellM), 1 / (rows * cellM), levelM);
  }

  #refreshLabels(): void {
    const chunk = this.#chunk;
    const { colours, hideLabelled } = this.#display;
    if (chunk === null || !(colours === "label" || hideLabelled)) return;
    const attribute = this.#tags(chunk);
    this.#membership ??= new Membership(chunk, attribute.array as Uint8Array);
    const members = this.#labelled.map((one) => ({ ...one, slot: this.#slotOf(one.colour) }));
    const changed = this.#membership.update(members);
    if (changed === null) return;
    attribute.addUpdateRange(4 * changed.from, 4 * (changed.to - changed.from + 1));
    attribute.needsUpdate = true;
  }

  /** Of the chunk's own bytes, when it has any: a frame shown again marks its points anew. */
  #tags(chunk: DecodedChunk): BufferAttribute {
    const known = this.object.geometry.getAttribute("tags") as BufferAttribute | undefined;
    if (known !== undefined) return known;
    const attribute = new BufferAttribute(new Uint8Array(4 * chunk.count), 4);
    this.object.geometry.setAttribute("tags", attribute);
    return attribute;
  }

  #slotOf(colour: string): number {
    const known = this.#slots.get(colour);
    if (known !== undefined) return known;
    const slot = Math.min(LABEL_SLOTS - 1, this.#slots.size + 1);
    this.#slots.set(colour, slot);
    this.#palette.setLabel(slot, bytesOfColour(colour));
    return slot;
  }

  #refreshBox(): void {
    const [box, chunk] = [this.#box, this.#chunk];
    const uniforms = this.#uniforms;
    uniforms.uHasBox.value = box !== null && chunk !== null;
    uniforms.uCrop.value.w = NO_CROP;
    if (box === null || chunk === null) return;
    const { crop } = this.#display;
    const centre = subtract(box.centre, chunk.origin);
    if (crop !== null) {
      uniforms.uCrop.value.set(...centre, crop + Math.hypot(box.size[0], box.size[1]) / 2);
    }
    const half = box.size.map((side) => side / 2);
    const inverse = quat.conjugate(box.rotation);
    const [x, y, z] = [
      quat.rotate(inverse, [1, 0, 0]),
      quat.rotate(inverse, [0, 1, 0]),
      quat.rotate(inverse, [0, 0, 1]),
    ];
    const row = (axis: 0 | 1 | 2) => [x, y, z].map((column) => column[axis] / half[axis]!);
    const rows = [...row(0), ...row(1), ...row(2)] as Parameters<Matrix3["set"]>;
    uniforms.uBoxAxes.value.set(...rows);
    const offset = quat.rotate(inverse, subtract(chunk.origin, box.centre));
    uniforms.uBoxOffset.value.set(
      offset[0] / half[0]!,
      offset[1] / half[1]!,
      offset[2] / half[2]!,
    );
  }
}
