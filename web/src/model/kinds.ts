/**
 * Everything that an annotation may be: the mirror of src/groundplane/annotations/kinds.py, which
 * says what each field means. Both decode tests/golden/kinds.json.
 *
 *   object                          ObjectValue
 *   key/<time_ns>                   Geometry
 *   visible/<time_ns>               Visible
 *   attribute/<name>[/<time_ns>]    Attribute
 *   points/<sensor>/<sweep_ns>      PointLabels
 */

export type Vec2 = readonly [number, number];
export type Vec3 = readonly [number, number, number];
/** (w, x, y, z) */
export type Quaternion = readonly [number, number, number, number];
/** `world`, `sensor:<id>` or `raster:<id>` */
export type Space = string;

/** The object that every document has: holds scene attributes and point labels. */
export const SCENE_ID = "00000000-0000-0000-0000-000000000000";

export interface Person {
  readonly source: "person";
}
export interface Imported {
  readonly source: "imported";
  readonly touched: boolean;
}
export interface Projected {
  readonly source: "projected";
  readonly task_id: string;
  readonly revision: number;
  readonly touched: boolean;
}
export interface Proposed {
  readonly source: "proposed";
  readonly method: string;
  readonly confidence: number;
  readonly touched: boolean;
}
export type Provenance = Person | Imported | Projected | Proposed;

export const BY_PERSON: Person = { source: "person" };

interface Said {
  readonly provenance: Provenance;
}

// Objects ---------------------------------------------------------------------------------------

interface Located extends Said {
  readonly space: Space;
  readonly label: string;
  readonly parent_id: string | null;
}
interface Moving extends Located {
  readonly stationary: boolean;
}
interface InPicture extends Moving {
  readonly projection_of: string | null;
}

export interface CuboidObject extends Moving {
  readonly kind: "cuboid";
}
export interface PointObject extends Moving {
  readonly kind: "point";
}
export interface PolylineObject extends Moving {
  readonly kind: "polyline";
  readonly closed: boolean;
}
export interface PolygonObject extends Moving {
  readonly kind: "polygon";
}
export interface PointTopdownObject extends Located {
  readonly kind: "point_topdown";
}
export interface PolylineTopdownObject extends Located {
  readonly kind: "polyline_topdown";
  readonly closed: boolean;
}
export interface PolygonTopdownObject extends Located {
  readonly kind: "polygon_topdown";
}
export interface BoxTopdownObject extends Located {
  readonly kind: "box_topdown";
}
export interface Box2dObject extends InPicture {
  readonly kind: "box_2d";
}
export interface Point2dObject extends InPicture {
  readonly kind: "point_2d";
}
export interface Polyline2dObject extends InPicture {
  readonly kind: "polyline_2d";
}
export interface Polygon2dObject extends InPicture {
  readonly kind: "polygon_2d";
}
export interface Ellipse2dObject extends InPicture {
  readonly kind: "ellipse_2d";
}
export interface Cuboid2dObject extends InPicture {
  readonly kind: "cuboid_2d";
}
export interface VertexObject extends Said {
  readonly kind: "vertex";
  readonly space: Space;
  readonly stationary: boolean;
}
export interface SegmentObject extends Said {
  readonly kind: "segment";
  readonly label: string;
  readonly instance: boolean;
  readonly index: number;
  readonly parent_id: string | null;
}
export interface EventObject extends Said {
  readonly kind: "event";
  readonly space: Space;
  readonly label: string;
  readonly start_ns: number;
  readonly end_ns: number | null;
}
export interface LinkObject extends Said {
  readonly kind: "link";
  readonly space: Space;
  readonly label: string;
  readonly from_id: string;
  readonly to_id: string;
  readonly bidirectional: boolean;
}
export interface GroupObject extends Said {
  readonly kind: "object";
  readonly label: string | null;
}
export interface LocalizationAdjustmentObject extends Said {
  readonly kind: "localization_adjustment";
}

export type ObjectValue =
  | CuboidObject
  | PointObject
  | PolylineObject
  | PolygonObject
  | PointTopdownObject
  | PolylineTopdownObject
  | PolygonTopdownObject
  | BoxTopdownObject
  | Box2dObject
  | Point2dObject
  | Polyline2dObject
  | Polygon2dObject
  | Ellipse2dObject
  | Cuboid2dObject
  | VertexObject
  | SegmentObject
  | EventObject
  | LinkObject
  | GroupObject
  | LocalizationAdjustmentObject;

/** "scene" is the kind of SCENE_ID, which has no object value. */
export type Kind = ObjectValue["kind"] | "scene";

// Geometries ------------------------------------------------------------------------------------

export interface CuboidGeometry extends Said {
  readonly geometry: "cuboid";
  readonly centre_m: Vec3;
  /** Full lengths along the cuboid's own x (length), y (width), z (height). */
  readonly size_m: Vec3;
  readonly rotation_wxyz: Quaternion;
  readonly camera_used: number | null;
}
export interface PointGeometry extends Said {
  readonly geometry: "point";
  readonly position_m: Vec3;
  readonly camera_used: number | null;
}
export interface Point2dGeometry extends Said {
  readonly geometry: "point_2d";
  readonly position_px: Vec2;
}
export interface PathGeometry extends Said {
  readonly geometry: "path";
  readonly vertex_ids: readonly string[];
}
export interface OutlineGeometry extends Said {
  readonly geometry: "outline";
  readonly line_ids: readonly string[];
}
export interface BoxTopdownGeometry extends Said {
  readonly geometry: "box_topdown";
  readonly centre_m: Vec3;
  readonly size_m: Vec2;
  readonly yaw_rad: number;
}
export interface Box2dGeometry extends Said {
  readonly geometry: "box_2d";
  readonly min_px: Vec2;
  readonly size_px: Vec2;
  readonly rotation_rad: number;
}
export interface Ellipse2dGeometry extends Said {
  readonly geometry: "ellipse_2d";
  readonly centre_px: Vec2;
  readonly radii_px: Vec2;
  readonly rotation_rad: number;
}
export interface Cuboid2dGeometry extends Said {
  readonly geometry: "cuboid_2d";
  readonly vertices_px: readonly [Vec2, Vec2, Vec2, Vec2, Vec2, Vec2];
}
export interface PoseGeometry extends Said {
  readonly geometry: "pose";
  readonly position_m: Vec3;
  readonly rotation_wxyz: Quaternion;
}

export type Geometry =
  | CuboidGeometry
  | PointGeometry
  | Point2dGeometry
  | PathGeometry
  | OutlineGeometry
  | BoxTopdownGeometry
  | Box2dGeometry
  | Ellipse2dGeometry
  | Cuboid2dGeometry
  | PoseGeometry;

// The other parts -------------------------------------------------------------------------------

export type AttributeAnswer = string | number | readonly string[] | null;

export interface Visible extends Said {
  readonly visible: boolean;
}
export interface Attribute extends Said {
  readonly value: AttributeAnswer;
}
export interface PointLabels extends Said {
  readonly sha256: string;
  readonly count: number;
}

export type Value = ObjectValue | Geometry | Visible | Attribute | PointLabels;

/** One pose for the whole scene, there in every frame unless a `visible` step says otherwise. */
export function isStationary(value: ObjectValue): boolean {
  if ("stationary" in value) return value.stationary;
  return value.kind.endsWith("_topdown");
}
