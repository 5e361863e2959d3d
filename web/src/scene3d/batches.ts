/**
 * What is drawn beside the points: lines, faces and handles, each kind in one draw call.
 *
 * A batch is filled anew when what it shows changes. Its numbers are metres from an anchor near the
 * eye, so float32 is exact to a fraction of a millimetre; the anchor itself stays in float64.
 */

import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  GLSL3,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  Points,
  RawShaderMaterial,
  Vector2,
} from "three";
import { subtract, type Vec3 } from "../geometry/vec";
import {
  FACE_FRAGMENT,
  FACE_VERTEX,
  HANDLE_FRAGMENT,
  HANDLE_VERTEX,
  LINE_FRAGMENT,
  LINE_VERTEX,
} from "./shaders";

export type Rgba = readonly [number, number, number, number];

export interface Line {
  readonly from: Vec3;
  readonly to: Vec3;
  /** Bytes 0 to 255. */
  readonly tint: Rgba;
  readonly widthPx: number;
  /** Length of a dash; 0 draws a solid line. */
  readonly dashPx: number;
}

export interface Triangle {
  readonly corners: readonly [Vec3, Vec3, Vec3];
  readonly tint: Rgba;
}

export interface Dot {
  readonly at: Vec3;
  readonly tint: Rgba;
  readonly sizePx: number;
  readonly round: boolean;
}

/** A batch forgets its anchor beyond this: the owner fills it again around the new place. */
export const ANCHOR_REACH_M = 2_000;

abstract class Batch {
  abstract readonly object: Mesh | Points;
  protected anchor: Vec3 = [0, 0, 0];

  place(eye: Vec3): void {
    const from = subtract(this.anchor, eye);
    this.object.position.set(from[0], from[1], from[2]);
  }

  dispose(): void {
    this.object.geometry.dispose();
    (this.object.material as RawShaderMaterial).dispose();
  }

  protected local(point: Vec3): Vec3 {
    return subtract(point, this.anchor);
  }

  protected show(geometry: BufferGeometry, any: boolean): void {
    this.object.geometry.dispose();
    this.object.geometry = geometry;
    this.object.visible = any;
  }
}

const CORNERS = new Float32Array([0, -1, 1, -1, 0, 1, 1, 1]);
const QUAD = [0, 1, 2, 2, 1, 3];

export class LineBatch extends Batch {
  readonly object: Mesh<BufferGeometry, RawShaderMaterial>;
  readonly #uniforms = {
    uViewport: { value: new Vector2(1, 1) },
    uPixelRatio: { value: 1 },
  };

  constructor() {
    super();
    const material = overlay(LINE_VERTEX, LINE_FRAGMENT, this.#uniforms);
    material.depthTest = false;
    this.object = unculled(new Mesh(new BufferGeometry(), material));
  }

  fill(anchor: Vec3, lines: readonly Line[]): void {
    this.anchor = anchor;
    const starts = new Float32Array(3 * lines.length);
    const ends = new Float32Array(3 * lines.length);
    const tints = new Uint8Array(4 * lines.length);
    const styles = new Float32Array(2 * lines.length);
    lines.forEach((line, index) => {
      starts.set(this.local(line.from), 3 * index);
      ends.set(this.local(line.to), 3 * index);
      tints.set(line.tint, 4 * index);
      styles.set([line.widthPx, line.dashPx], 2 * index);
    });
    const geometry = new InstancedBufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(CORNERS, 2));
    geometry.setIndex(QUAD);
    geometry.setAttribute("start", new InstancedBufferAttribute(starts, 3));
    geometry.setAttribute("end", new InstancedBufferAttribute(ends, 3));
    geometry.setAttribute("tint", new InstancedBufferAttribute(tints, 4, true));
    geometry.setAttribute("style", new InstancedBufferAttribute(styles, 2));
    geometry.instanceCount = lines.length;
    this.show(geometry, lines.length > 0);
  }

  setViewport(width: number, height: number, pixelRatio: number): void {
    this.#uniforms.uViewport.value.set(width, height);
    this.#uniforms.uPixelRatio.value = pixelRatio;
  }
}

export class FaceBatch extends Batch {
  readonly object: Mesh<BufferGeometry, RawShaderMaterial>;

  constructor() {
    super();
    const material = overlay(FACE_VERTEX, FACE_FRAGMENT, {});
    material.side = DoubleSide;
    this.object = unculled(new Mesh(new BufferGeometry(), material));
  }

  fill(anchor: Vec3, triangles: readonly Triangle[]): void {
    this.anchor = anchor;
    const positions = new Float32Array(9 * triangles.length);
    const tints = new Uint8Array(12 * triangles.length);
    triangles.forEach(({ corners, tint }, index) => {
      corners.forEach((corner, which) => {
        positions.set(this.local(corner), 9 * index + 3 * which);
        tints.set(tint, 12 * index + 4 * which);
      });
    });
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(positions, 3));
    geometry.setAttribute("tint", new BufferAttribute(tints, 4, true));
    this.show(geometry, triangles.length > 0);
  }
}

export class DotBatch extends Batch {
  readonly object: Points<BufferGeometry, RawShaderMaterial>;
  readonly #uniforms = { uPixelRatio: { value: 1 } };

  constructor() {
    super();
    const material = overlay(HANDLE_VERTEX, HANDLE_FRAGMENT, this.#uniforms);
    material.depthTest = false;
    this.object = unculled(new Points(new BufferGeometry(), material));
  }

  fill(anchor: Vec3, dots: readonly Dot[]): void {
    this.anchor = anchor;
    const positions = new Float32Array(3 * dots.length);
    const tints = new Uint8Array(4 * dots.length);
    const styles = new Float32Array(2 * dots.length);
    dots.forEach((dot, index) => {
      positions.set(this.local(dot.at), 3 * index);
      tints.set(dot.tint, 4 * index);
      styles.set([dot.sizePx, dot.round ? 1 : 0], 2 * index);
    });
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(positions, 3));
    geometry.setAttribute("tint", new BufferAttribute(tints, 4, true));
    geometry.setAttribute("style", new BufferAttribute(styles, 2));
    this.show(geometry, dots.length > 0);
  }

  setPixelRatio(pixelRatio: number): void {
    this.#uniforms.uPixelRatio.value = pixelRatio;
  }
}

function overlay(
  vertexShader: string,
  fragmentShader: string,
  uniforms: RawShaderMaterial["uniforms"],
): RawShaderMaterial {
  return new RawShaderMaterial({
    glslVersion: GLSL3,
    vertexShader,
    fragmentShader,
    uniforms,
    transparent: true,
    depthWrite: false,
  });
}

function unculled<Drawn extends Mesh | Points>(object: Drawn): Drawn {
  object.frustumCulled = false;
  object.visible = false;
  return object;
}
