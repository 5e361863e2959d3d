/**
 * What is drawn beside the points: lines and handles, each kind in one draw call.
 *
 * A batch is filled anew when what it shows changes. Its numbers are metres from an anchor near the
 * eye, so float32 is exact to a fraction of a millimetre; the anchor itself stays in float64.
 */

import {
  BufferAttribute,
  BufferGeometry,
  DynamicDrawUsage,
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

export interface Dot {
  readonly at: Vec3;
  readonly tint: Rgba;
  readonly sizePx: number;
  readonly round: boolean;
  /** Stands on a corner. */
  readonly diamond?: true;
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
}

interface Column {
  readonly name: string;
  /** Bytes are colours: 0 to 255 means 0 to 1. */
  readonly kind: "floats" | "bytes";
  readonly items: number;
}

/**
 * The numbers of a batch, in arrays that grow and are filled again: what is dragged is filled at each
 * move, and a buffer made for each would cost more than all that is drawn with it.
 */
export class Columns {
  readonly #columns: readonly Column[];
  readonly #instanced: boolean;
  #arrays: (Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>)[] = [];
  #attributes: BufferAttribute[] = [];
  #room = 0;

  constructor(columns: readonly Column[], instanced: boolean) {
    this.#columns = columns;
    this.#instanced = instanced;
  }

  /**
   * Room for `count` rows. Returns the attributes when the old arrays were too small: they are new,
   * and go into a new geometry.
   */
  grow(count: number): ReadonlyMap<string, BufferAttribute> | null {
    if (count <= this.#room) return null;
    this.#room = Math.max(count, 2 * this.#room);
    this.#arrays = this.#columns.map(({ kind, items }) =>
      kind === "bytes" ? new Uint8Array(items * this.#room) : new Float32Array(items * this.#room),
    );
    this.#attributes = this.#columns.map(({ kind, items }, index) => {
      const array = this.#arrays[index]!;
      const attribute = this.#instanced
        ? new InstancedBufferAttribute(array, items, kind === "bytes")
        : new BufferAttribute(array, items, kind === "bytes");
      return attribute.setUsage(DynamicDrawUsage);
    });
    return new Map(this.#columns.map(({ name }, index) => [name, this.#attributes[index]!]));
  }

  set(column: number, row: number, values: ArrayLike<number>): void {
    this.#arrays[column]!.set(values, this.#columns[column]!.items * row);
  }

  /** Only the first `count` rows are sent to the GPU. */
  send(count: number): void {
    for (const attribute of this.#attributes) {
      attribute.clearUpdateRanges();
      attribute.addUpdateRange(0, count * attribute.itemSize);
      attribute.needsUpdate = true;
    }
  }
}

/** The four corners of a line: the place along it, and which side of it. */
export const LINE_CORNERS = [0, -1, 1, -1, 0, 1, 1, 1] as const;
export const LINE_TRIANGLES = [0, 1, 2, 2, 1, 3] as const;

export class LineBatch extends Batch {
  readonly object: Mesh<InstancedBufferGeometry, RawShaderMaterial>;
  readonly #uniforms = {
    uViewport: { value: new Vector2(1, 1) },
    uPixelRatio: { value: 1 },
  };
  readonly #columns = new Columns(
    [
      { name: "start", kind: "floats", items: 3 },
      { name: "end", kind: "floats", items: 3 },
      { name: "tint", kind: "bytes", items: 4 },
      { name: "style", kind: "floats", items: 2 },
    ],
    true,
  );

  constructor() {
    super();
    const material = overlay(LINE_VERTEX, LINE_FRAGMENT, this.#uniforms);
    material.depthTest = false;
    this.object = unculled(new Mesh(new InstancedBufferGeometry(), material));
  }

  fill(anchor: Vec3, lines: readonly Line[]): void {
    this.anchor = anchor;
    renew(this.object, this.#columns.grow(lines.length), quads);
    lines.forEach((line, index) => {
      this.#columns.set(0, index, subtract(line.from, anchor));
      this.#columns.set(1, index, subtract(line.to, anchor));
      this.#columns.set(2, index, line.tint);
      this.#columns.set(3, index, [line.widthPx, line.dashPx]);
    });
    this.#columns.send(lines.length);
    this.object.geometry.instanceCount = lines.length;
    this.object.visible = lines.length > 0;
  }

  setViewport(width: number, height: number, pixelRatio: number): void {
    this.#uniforms.uViewport.value.set(width, height);
    this.#uniforms.uPixelRatio.value = pixelRatio;
  }
}

function quads(): InstancedBufferGeometry {
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(LINE_CORNERS), 2));
  geometry.setIndex([...LINE_TRIANGLES]);
  return geometry;
}

export class DotBatch extends Batch {
  readonly object: Points<BufferGeometry, RawShaderMaterial>;
  readonly #uniforms = { uPixelRatio: { value: 1 } };
  readonly #columns = new Columns(
    [
      { name: "position", kind: "floats", items: 3 },
      { name: "tint", kind: "bytes", items: 4 },
      { name: "style", kind: "floats", items: 2 },
    ],
    false,
  );

  constructor() {
    super();
    const material = overlay(HANDLE_VERTEX, HANDLE_FRAGMENT, this.#uniforms);
    material.depthTest = false;
    this.object = unculled(new Points(new BufferGeometry(), material));
  }

  fill(anchor: Vec3, dots: readonly Dot[]): void {
    this.anchor = anchor;
    renew(this.object, this.#columns.grow(dots.length), () => new BufferGeometry());
    dots.forEach((dot, index) => {
      this.#columns.set(0, index, subtract(dot.at, anchor));
      this.#columns.set(1, index, dot.tint);
      this.#columns.set(2, index, [dot.sizePx, dot.diamond === true ? 2 : dot.round ? 1 : 0]);
    });
    this.#columns.send(dots.length);
    this.object.geometry.setDrawRange(0, dots.length);
    this.object.visible = dots.length > 0;
  }

  setPixelRatio(pixelRatio: number): void {
    this.#uniforms.uPixelRatio.value = pixelRatio;
  }
}

/** A new geometry with these attributes, when there are any, in place of the old one. */
export function renew<Made extends BufferGeometry>(
  object: { geometry: Made },
  attributes: ReadonlyMap<string, BufferAttribute> | null,
  make: () => Made,
): void {
  if (attributes === null) return;
  object.geometry.dispose();
  object.geometry = make();
  for (const [name, attribute] of attributes) object.geometry.setAttribute(name, attribute);
}

export function overlay(
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

export function unculled<Drawn extends Mesh | Points>(object: Drawn): Drawn {
  object.frustumCulled = false;
  object.visible = false;
  return object;
}
