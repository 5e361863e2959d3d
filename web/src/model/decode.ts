/**
 * Plain JSON to values, refused when it is not exactly what kinds.ts says. The tables are typed by
 * the kinds: a field that is forgotten here does not compile.
 */

import type {
  Attribute,
  Geometry,
  ObjectValue,
  PointLabels,
  Provenance,
  Value,
  Visible,
} from "./kinds";
import { parsePart } from "./parts";

type Check = (value: unknown) => boolean;
type Fields<T> = { readonly [Name in keyof T]-?: Check };
type TaggedFields<T, Tag extends keyof T> = {
  readonly [Word in T[Tag] & string]: Fields<Omit<Extract<T, Record<Tag, Word>>, Tag>>;
};

const text: Check = (value) => typeof value === "string";
const boolean: Check = (value) => typeof value === "boolean";
const number: Check = (value) => typeof value === "number" && Number.isFinite(value);
const whole: Check = (value) => Number.isSafeInteger(value);
const natural: Check = (value) => whole(value) && (value as number) >= 0;
const matching =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const tuple =
  (length: number, check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length === length && value.every(check);
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const uuid = matching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
const space = matching(/^(world|(sensor|raster):.+)$/);
const label = matching(/^.+$/s);
const vec2 = tuple(2, number);
const vec3 = tuple(3, number);
const quaternion = tuple(4, number);

const PROVENANCES: TaggedFields<Provenance, "source"> = {
  person: {},
  imported: { touched: boolean },
  projected: { task_id: text, revision: whole, touched: boolean },
  proposed: { method: text, confidence: number, touched: boolean },
};
const provenance: Check = (value) => problem(value, "source", PROVENANCES) === null;

const located = { provenance, space, label, parent_id: orNull(uuid) };
const moving = { ...located, stationary: boolean };
const inPicture = { ...moving, projection_of: orNull(uuid) };

const OBJECTS: TaggedFields<ObjectValue, "kind"> = {
  cuboid: moving,
  point: moving,
  polyline: { ...moving, closed: boolean },
  polygon: moving,
  point_topdown: located,
  polyline_topdown: { ...located, closed: boolean },
  polygon_topdown: located,
  box_topdown: located,
  box_2d: inPicture,
  point_2d: inPicture,
  polyline_2d: inPicture,
  polygon_2d: inPicture,
  ellipse_2d: inPicture,
  cuboid_2d: inPicture,
  vertex: { provenance, space, stationary: boolean },
  segment: {
    provenance,
    label,
    instance: boolean,
    index: (value) => natural(value) && value !== 0,
    parent_id: orNull(uuid),
  },
  event: { provenance, space, label, start_ns: natural, end_ns: orNull(natural) },
  link: { provenance, space, label, from_id: uuid, to_id: uuid, bidirectional: boolean },
  object: { provenance, label: orNull(label) },
  localization_adjustment: { provenance },
};

const GEOMETRIES: TaggedFields<Geometry, "geometry"> = {
  cuboid: {
    provenance,
    centre_m: vec3,
    size_m: vec3,
    rotation_wxyz: quaternion,
    camera_used: orNull(whole),
  },
  point: { provenance, position_m: vec3, camera_used: orNull(whole) },
  point_2d: { provenance, position_px: vec2 },
  path: { provenance, vertex_ids: list(uuid) },
  outline: { provenance, line_ids: list(uuid) },
  box_topdown: { provenance, centre_m: vec3, size_m: vec2, yaw_rad: number },
  box_2d: { provenance, min_px: vec2, size_px: vec2, rotation_rad: number },
  ellipse_2d: { provenance, centre_px: vec2, radii_px: vec2, rotation_rad: number },
  cuboid_2d: { provenance, vertices_px: tuple(6, vec2) },
  pose: { provenance, position_m: vec3, rotation_wxyz: quaternion },
};

const VISIBLE: Fields<Visible> = { provenance, visible: boolean };
const ATTRIBUTE: Fields<Attribute> = {
  provenance,
  value: (value) => value === null || text(value) || number(value) || list(text)(value),
};
const POINT_LABELS: Fields<PointLabels> = {
  provenance,
  sha256: matching(/^[0-9a-f]{64}$/),
  count: natural,
};

/** @throws RangeError naming the part and the field: this is not what the part may hold. */
export function decodeValue(part: string, value: unknown): Value {
  const wrong = problemOf(part, value);
  if (wrong !== null) throw new RangeError(`${part}: ${wrong}`);
  return value as Value;
}

function problemOf(part: string, value: unknown): string | null {
  switch (parsePart(part).type) {
    case "object":
      return problem(value, "kind", OBJECTS);
    case "key":
      return problem(value, "geometry", GEOMETRIES);
    case "visible":
      return fieldProblem(value, VISIBLE, null);
    case "attribute":
      return fieldProblem(value, ATTRIBUTE, null);
    case "points":
      return fieldProblem(value, POINT_LABELS, null);
  }
}

function problem(
  value: unknown,
  tag: string,
  table: Readonly<Record<string, Readonly<Record<string, Check>>>>,
): string | null {
  if (!isObject(value)) return "is not an object";
  const word = value[tag];
  const fields = typeof word === "string" && Object.hasOwn(table, word) ? table[word] : undefined;
  return fields === undefined ? `${tag} is unknown` : fieldProblem(value, fields, tag);
}

function fieldProblem(
  value: unknown,
  fields: Readonly<Record<string, Check>>,
  tag: string | null,
): string | null {
  if (!isObject(value)) return "is not an object";
  for (const [name, check] of Object.entries(fields)) {
    if (!check(value[name])) return `${name} is missing or wrong`;
  }
  const strange = Object.keys(value).find((name) => name !== tag && !Object.hasOwn(fields, name));
  return strange === undefined ? null : `${strange} is unknown`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
