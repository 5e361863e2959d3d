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
} from "three";
import type { Cuboid } from "../geometry/cuboid";
import * as quat from "../geometry/quat";
import { subtract, type Vec3 } from "../geometry/vec";
import type { DecodedChunk } from "../workers/chunk";
import { COLOUR_MODES, paletteTexture, type ColourMode } from "./palette";
import { POINT_FRAGMENT, POINT_VERTEX } from "./shaders";
import { HALF_FIELD } from "./viewpoint";

const LEVELS = 65_535;
/** A point stands for about this much of the world, within limits of pixels. */
const POINT_M = 0.05;
const SMALLEST_PX = 1.4;
const LARGEST_PX = 7;
/** Metres at which the distance palette ends. */
const FAR_M = 120;

export class PointCloud {
  readonly object: Points<BufferGeometry, RawShaderMaterial>;
  readonly #palette = paletteTexture();
  readonly #uniforms = {
    uExtent: { value: new Vector3() },
    uMode: { value: 0 },
    uRange: { value: new Vector2(0, 1) },
    uDevice: { value: new Vector3() },
    uFar: { value: FAR_M },
    uSize: { value: new Vector3(1, 1, 1) },
    uPalette: { value: this.#palette },
    uBoxAxes: { value: new Matrix3() },
    uBoxOffset: { value: new Vector3() },
    uHasBox: { value: false },
  };
  #chunk: DecodedChunk | null = null;
  #mode: ColourMode = "height";
  #device: Vec3 | null = null;
  #box: Cuboid | null = null;
  #scale = 1;
  #stride = 1;

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
    this.object.geometry.dispose();
    const geometry = new BufferGeometry();
    this.object.geometry = geometry;
    this.object.visible = chunk !== null;
    if (chunk === null) return;
    // Four components, bound as they came: with three, drivers convert on the CPU, 25 times slower.
    geometry.setAttribute("position", new BufferAttribute(chunk.positions, 4, true));
    this.#stride = 1;
    this.#refresh();
  }

  setColourMode(mode: ColourMode): void {
    this.#mode = mode;
    this.#refresh();
  }

  /** Multiplies the size of every point. */
  setPointScale(scale: number): void {
    this.#scale = scale;
  }

  setDevice(position: Vec3 | null): void {
    this.#device = position;
    this.#refresh();
  }

  /** Points inside are drawn brighter: the cuboid being worked on. */
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
    if (this.#chunk === null) return;
    const { origin, step } = this.#chunk;
    const from = subtract(origin, eye);
    this.object.position.set(from[0], from[1], from[2]);
    this.object.scale.set(step[0] * LEVELS, step[1] * LEVELS, step[2] * LEVELS);
    const perMetre = height / (2 * HALF_FIELD);
    // Fewer points are drawn a little larger, so that a surface stays a surface.
    const spread = this.#scale * Math.min(1.5, Math.sqrt(this.#stride));
    this.#uniforms.uSize.value.set(
      POINT_M * perMetre * spread,
      SMALLEST_PX * pixelRatio * spread,
      LARGEST_PX * pixelRatio * this.#scale,
    );
  }

  /** Before each draw of a view without perspective: every point is this many device pixels large. */
  placeFlat(eye: Vec3, sizePx: number): void {
    if (this.#chunk === null) return;
    const { origin, step } = this.#chunk;
    const from = subtract(origin, eye);
    this.object.position.set(from[0], from[1], from[2]);
    this.object.scale.set(step[0] * LEVELS, step[1] * LEVELS, step[2] * LEVELS);
    this.#uniforms.uSize.value.set(0, sizePx * this.#scale, sizePx * this.#scale);
  }

  dispose(): void {
    this.object.geometry.dispose();
    this.object.material.dispose();
    this.#palette.dispose();
  }

  #refresh(): void {
    if (this.#chunk === null) return;
    const { origin, step, heightRange, intensityRange, hasIntensity } = this.#chunk;
    const mode = this.#mode === "intensity" && !hasIntensity ? "height" : this.#mode;
    const [low, high] = mode === "intensity" ? intensityRange : heightRange;
    this.#uniforms.uMode.value = COLOUR_MODES.indexOf(mode);
    this.#uniforms.uRange.value.set(low / LEVELS, high / LEVELS);
    this.#uniforms.uExtent.value.set(step[0] * LEVELS, step[1] * LEVELS, step[2] * LEVELS);
    this.#uniforms.uDevice.value.set(...subtract(this.#device ?? origin, origin));
    this.#refreshBox();
  }

  #refreshBox(): void {
    const [box, chunk] = [this.#box, this.#chunk];
    this.#uniforms.uHasBox.value = box !== null && chunk !== null;
    if (box === null || chunk === null) return;
    const half = box.size.map((side) => side / 2);
    const inverse = quat.conjugate(box.rotation);
    const [x, y, z] = [
      quat.rotate(inverse, [1, 0, 0]),
      quat.rotate(inverse, [0, 1, 0]),
      quat.rotate(inverse, [0, 0, 1]),
    ];
    const row = (axis: 0 | 1 | 2) => [x, y, z].map((column) => column[axis] / half[axis]!);
    const rows = [...row(0), ...row(1), ...row(2)] as Parameters<Matrix3["set"]>;
    this.#uniforms.uBoxAxes.value.set(...rows);
    const offset = quat.rotate(inverse, subtract(chunk.origin, box.centre));
    this.#uniforms.uBoxOffset.value.set(
      offset[0] / half[0]!,
      offset[1] / half[1]!,
      offset[2] / half[2]!,
    );
  }
}
