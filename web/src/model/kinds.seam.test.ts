/** kinds.ts is written by hand; the compiler holds it to what is generated from kinds.py. */

import { expect, expectTypeOf, test } from "vitest";
import type { components } from "../api/schema.gen";
import type { CuboidGeometry, Geometry, ObjectValue, Provenance } from "./kinds";

type Schemas = components["schemas"];
type Read<T> = T extends object ? { readonly [K in keyof T]: Read<T[K]> } : T;
type OfKind<K extends ObjectValue["kind"]> = Extract<ObjectValue, { kind: K }>;
type OfGeometry<G extends Geometry["geometry"]> = Extract<Geometry, { geometry: G }>;

test("what is stored in Python is what the editor reads", () => {
  expectTypeOf<Read<Schemas["CuboidObject"]>>().toExtend<OfKind<"cuboid">>();
  expectTypeOf<OfKind<"cuboid">>().toExtend<Read<Schemas["CuboidObject"]>>();
  expectTypeOf<Read<Schemas["CuboidGeometry"]>>().toExtend<CuboidGeometry>();
  expectTypeOf<CuboidGeometry>().toExtend<Read<Schemas["CuboidGeometry"]>>();
  expectTypeOf<Read<Schemas["VertexObject"]>>().toExtend<OfKind<"vertex">>();
  expectTypeOf<Read<Schemas["SegmentObject"]>>().toExtend<OfKind<"segment">>();
  expectTypeOf<Read<Schemas["LinkObject"]>>().toExtend<OfKind<"link">>();
  expectTypeOf<Read<Schemas["EventObject"]>>().toExtend<OfKind<"event">>();
  expectTypeOf<Read<Schemas["PathGeometry"]>>().toExtend<OfGeometry<"path">>();
  expectTypeOf<Read<Schemas["Box2dGeometry"]>>().toExtend<OfGeometry<"box_2d">>();
  expectTypeOf<Read<Schemas["PoseGeometry"]>>().toExtend<OfGeometry<"pose">>();
  expectTypeOf<Read<Schemas["Proposed"]>>().toExtend<Extract<Provenance, { source: "proposed" }>>();
  expect.assertions(0);
});
