/** What tests of the editor start from. */

import { fromParts, type Document } from "../../model/document";
import { BY_PERSON, type CuboidGeometry } from "../../model/kinds";
import { keyPart, OBJECT, visiblePart } from "../../model/parts";
import { DocumentStore } from "./documentStore";

export const CAR = "3f0c5e9a-1111-4111-8111-000000000001";
export const FRAMES_NS = [0, 100, 200, 300, 400];

export function geometry(x: number): CuboidGeometry {
  return {
    geometry: "cuboid",
    centre_m: [x, 7, 1.5],
    size_m: [4.5, 1.9, 1.6],
    rotation_wxyz: [1, 0, 0, 0],
    camera_used: null,
    provenance: BY_PERSON,
  };
}

interface CarParts {
  readonly stationary?: boolean;
  readonly label?: string;
  /** x by time. */
  readonly keys: Readonly<Record<number, number>>;
  readonly visible?: Readonly<Record<number, boolean>>;
}

/** A document with one car whose parts were written by the transaction "op-0". */
export function withCar({ stationary = false, label = "Car", keys, visible = {} }: CarParts): Document {
  const written = (part: string, value: unknown) => ({ object_id: CAR, part, op_id: "op-0", value });
  const object = {
    kind: "cuboid",
    space: "world",
    label,
    parent_id: null,
    stationary,
    provenance: BY_PERSON,
  };
  return fromParts([
    written(OBJECT, object),
    ...Object.entries(keys).map(([t, x]) => written(keyPart(Number(t)), geometry(x))),
    ...Object.entries(visible).map(([t, is]) =>
      written(visiblePart(Number(t)), { visible: is, provenance: BY_PERSON }),
    ),
  ]);
}

/** A store whose edits are called op-1, op-2 … */
export function storeOf(document: Document, seq = 0): DocumentStore {
  let made = 0;
  return new DocumentStore(document, seq, [], {
    newId: () => `op-${(made += 1)}`,
    now: () => "2026-11-25T10:00:00.000Z",
    active_ms: () => 1_500,
  });
}
