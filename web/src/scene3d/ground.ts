/** What orients the eye: a quiet grid on the ground and the axes of the device. */

import {
  BufferAttribute,
  BufferGeometry,
  GLSL3,
  LineSegments,
  RawShaderMaterial,
  type Object3D,
} from "three";
import * as quat from "../geometry/quat";
import { add, subtract, type Vec3 } from "../geometry/vec";
import { LineBatch, type Line, type Rgba } from "./batches";
import { BACKGROUND } from "./palette";
import { GRID_FRAGMENT, GRID_VERTEX } from "./shaders";

const STEP_M = 10;
/** Every fifth line is stronger. The grid moves in steps of this, so that it seems to stand still. */
const MAJOR_M = 50;
const REACH_M = 250;

export interface DevicePose {
  readonly position: Vec3;
  readonly rotation: quat.Quat;
}

export class Ground {
  readonly objects: readonly Object3D[];
  readonly #grid: LineSegments<BufferGeometry, RawShaderMaterial>;
  readonly #axes = new LineBatch();
  #level = 0;
  #device: DevicePose | null = null;

  constructor() {
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader: GRID_VERTEX,
      fragmentShader: GRID_FRAGMENT,
      uniforms: {
        uReach: { value: REACH_M - MAJOR_M },
        uBackground: { value: BACKGROUND.map((byte) => byte / 255) },
      },
      depthWrite: false,
    });
    this.#grid = new LineSegments(gridLines(), material);
    this.#grid.frustumCulled = false;
    this.objects = [this.#grid, this.#axes.object];
  }

  setLevel(z: number): void {
    this.#level = z;
  }

  setDevice(device: DevicePose | null): void {
    this.#device = device;
    this.#axes.fill(device?.position ?? [0, 0, 0], device === null ? [] : axesOf(device));
  }

  place(eye: Vec3, target: Vec3, width: number, height: number, pixelRatio: number): void {
    const corner: Vec3 = [
      Math.round(target[0] / MAJOR_M) * MAJOR_M,
      Math.round(target[1] / MAJOR_M) * MAJOR_M,
      this.#level,
    ];
    this.#grid.position.set(...subtract(corner, eye));
    if (this.#device === null) return;
    this.#axes.place(eye);
    this.#axes.setViewport(width, height, pixelRatio);
  }

  dispose(): void {
    this.#grid.geometry.dispose();
    this.#grid.material.dispose();
    this.#axes.dispose();
  }
}

const AXES: readonly (readonly [Vec3, Rgba])[] = [
  [
    [2.5, 0, 0],
    [235, 96, 92, 255],
  ],
  [
    [0, 2.5, 0],
    [110, 205, 120, 255],
  ],
  [
    [0, 0, 2.5],
    [92, 150, 245, 255],
  ],
];

function axesOf({ position, rotation }: DevicePose): Line[] {
  return AXES.map(([axis, tint]) => ({
    from: position,
    to: add(position, quat.rotate(rotation, axis)),
    tint,
    widthPx: 2.5,
    dashPx: 0,
  }));
}

function gridLines(): BufferGeometry {
  const positions: number[] = [];
  const strengths: number[] = [];
  for (let at = -REACH_M; at <= REACH_M; at += STEP_M) {
    const strength = at % MAJOR_M === 0 ? 0.34 : 0.15;
    // In pieces: some drivers drop a whole line when one end is behind the eye.
    for (let from = -REACH_M; from < REACH_M; from += MAJOR_M / 2) {
      const to = from + MAJOR_M / 2;
      positions.push(at, from, 0, at, to, 0, from, at, 0, to, at, 0);
      strengths.push(strength, strength, strength, strength);
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(positions), 3));
  geometry.setAttribute("strength", new BufferAttribute(new Float32Array(strengths), 1));
  return geometry;
}
