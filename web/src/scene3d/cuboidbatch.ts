/**
 * Many cuboids in two draw calls: their lines, and their faces. A cuboid is one row of numbers, from
 * which the GPU makes its edges, so a frame full of moved cuboids costs a row each and no more.
 */

import {
  BufferAttribute,
  type BufferGeometry,
  DoubleSide,
  InstancedBufferGeometry,
  Mesh,
  type RawShaderMaterial,
  Vector2,
} from "three";
import { type Cuboid, EDGES, FACES, FACE_NAMES } from "../geometry/cuboid";
import { subtract, type Vec3 } from "../geometry/vec";
import { Columns, LINE_CORNERS, LINE_TRIANGLES, overlay, renew, unculled } from "./batches";
import { bytesOfColour } from "./palette";
import {
  CUBOID_FACE_VERTEX,
  CUBOID_LINE_VERTEX,
  FACE_FRAGMENT,
  LINE_FRAGMENT,
} from "./shaders";

export interface CuboidView extends Cuboid {
  readonly id: string;
  /** "#rrggbb" */
  readonly colour: string;
  readonly selected: boolean;
  /** Selected beside that one: commands are about it, but it has no handles. */
  readonly chosen?: boolean;
  /** Drawn solid; poses between keyframes are dashed. */
  readonly keyframe: boolean;
  /** Shown, but without handles. */
  readonly locked?: boolean;
}

const DASH_PX = 5;

type Drawing = Mesh<InstancedBufferGeometry, RawShaderMaterial>;

export class CuboidBatch {
  readonly objects: readonly Drawing[];
  readonly #uniforms = { uViewport: { value: new Vector2(1, 1) }, uPixelRatio: { value: 1 } };
  readonly #columns = new Columns(
    [
      { name: "centre", kind: "floats", items: 3 },
      { name: "size", kind: "floats", items: 3 },
      { name: "rotation", kind: "floats", items: 4 },
      { name: "tint", kind: "bytes", items: 4 },
      { name: "style", kind: "floats", items: 4 },
    ],
    true,
  );
  readonly #faces: Drawing;
  readonly #lines: Drawing;
  #anchor: Vec3 = [0, 0, 0];

  constructor() {
    const faces = overlay(CUBOID_FACE_VERTEX, FACE_FRAGMENT, {});
    faces.side = DoubleSide;
    const lines = overlay(CUBOID_LINE_VERTEX, LINE_FRAGMENT, this.#uniforms);
    lines.depthTest = false;
    this.#faces = unculled(new Mesh(new InstancedBufferGeometry(), faces));
    this.#lines = unculled(new Mesh(new InstancedBufferGeometry(), lines));
    this.objects = [this.#faces, this.#lines];
  }

  fill(anchor: Vec3, cuboids: readonly CuboidView[], hovered: string | null): void {
    this.#anchor = anchor;
    const attributes = this.#columns.grow(cuboids.length);
    renew(this.#faces, attributes, boxFaces);
    renew(this.#lines, attributes, boxLines);
    const columns = this.#columns;
    cuboids.forEach((cuboid, row) => {
      const lit = cuboid.id === hovered;
      const [r, g, b] = bytesOfColour(cuboid.colour);
      columns.set(0, row, subtract(cuboid.centre, anchor));
      columns.set(1, row, cuboid.size);
      columns.set(2, row, cuboid.rotation);
      columns.set(3, row, [r, g, b, cuboid.selected || cuboid.chosen === true || lit ? 255 : 210]);
      columns.set(4, row, styleOf(cuboid, lit));
    });
    columns.send(cuboids.length);
    for (const { geometry } of this.objects) geometry.instanceCount = cuboids.length;
    for (const object of this.objects) object.visible = cuboids.length > 0;
  }

  place(eye: Vec3, width: number, height: number, pixelRatio: number): void {
    const from = subtract(this.#anchor, eye);
    for (const object of this.objects) object.position.set(from[0], from[1], from[2]);
    this.#uniforms.uViewport.value.set(width, height);
    this.#uniforms.uPixelRatio.value = pixelRatio;
  }

  dispose(): void {
    for (const { geometry, material } of this.objects) {
      geometry.dispose();
      material.dispose();
    }
  }
}

/** Width and dash of the lines in pixels; how much the front face covers, and the others. */
function styleOf({ selected, chosen, keyframe }: CuboidView, lit: boolean): readonly number[] {
  const strong = selected || chosen === true;
  const [front, others] = strong ? [64, 20] : lit ? [52, 14] : [34, 0];
  return [strong ? 2.4 : lit ? 2 : 1.5, keyframe ? 0 : DASH_PX, front / 255, others / 255];
}

/** Where corner k of a box is, in half sizes. */
const unitOf = (corner: number): Vec3 => [
  corner & 1 ? 1 : -1,
  corner & 2 ? 1 : -1,
  corner & 4 ? 1 : -1,
];

function boxFaces(): InstancedBufferGeometry {
  const triangles = FACE_NAMES.flatMap((face) => {
    const [a, b, c, d] = FACES[face].corners;
    return [a, b, c, a, c, d].map((corner) => ({ corner, front: face === "front" ? 1 : 0 }));
  });
  const geometry = new InstancedBufferGeometry();
  put(geometry, "position", 3, triangles.flatMap(({ corner }) => unitOf(corner)));
  put(geometry, "front", 1, triangles.map(({ front }) => front));
  return geometry;
}

interface End {
  readonly unit: Vec3;
  /** Times the arrow's reach along x, and times the size of its head along x and along y. */
  readonly arrow: Vec3;
}

const CORNERS = [0, 1, 2, 3, 4, 5, 6, 7].map((corner): End => ({ unit: unitOf(corner), arrow: [0, 0, 0] }));
const TAIL: End = { unit: [0.5, 0, -1], arrow: [0, 0, 0] };
const TIP: End = { unit: [0, 0, -1], arrow: [1, 0, 0] };
const WINGS = [1, -1].map((side): End => ({ unit: [0, 0, -1], arrow: [1, -1, side] }));

/** Twelve edges, and an arrow on the floor, so that it is read from above and from the side alike. */
const LINES = [
  ...EDGES.map(([a, b]) => ({ from: CORNERS[a]!, to: CORNERS[b]!, dashed: 1 })),
  ...[TAIL, ...WINGS].map((from) => ({ from, to: TIP, dashed: 0 })),
];

const CORNERS_A_LINE = LINE_CORNERS.length / 2;

function boxLines(): InstancedBufferGeometry {
  const geometry = new InstancedBufferGeometry();
  const each = (items: number, name: string, of: (line: (typeof LINES)[number]) => readonly number[]) =>
    put(
      geometry,
      name,
      items,
      LINES.flatMap((line) => Array.from({ length: CORNERS_A_LINE }, () => of(line)).flat()),
    );
  put(geometry, "position", 2, LINES.flatMap(() => LINE_CORNERS));
  each(3, "fromUnit", ({ from }) => from.unit);
  each(3, "fromArrow", ({ from }) => from.arrow);
  each(3, "toUnit", ({ to }) => to.unit);
  each(3, "toArrow", ({ to }) => to.arrow);
  each(1, "dashed", ({ dashed }) => [dashed]);
  geometry.setIndex(
    LINES.flatMap((_, line) => LINE_TRIANGLES.map((corner) => CORNERS_A_LINE * line + corner)),
  );
  return geometry;
}

function put(geometry: BufferGeometry, name: string, items: number, values: readonly number[]): void {
  geometry.setAttribute(name, new BufferAttribute(new Float32Array(values), items));
}
