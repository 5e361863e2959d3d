"""Everything that an annotation may be. web/src/model/kinds.ts mirrors this file.

A document maps (object, part) to a value. The name of a part says which type its value has:

    object                          ObjectValue   existence, kind, label, what never varies
    key/<time_ns>                   Geometry      where it is at a key time
    visible/<time_ns>               Visible       a step from that time on
    attribute/<name>[/<time_ns>]    Attribute     the whole track's value, or a step from then on
    points/<sensor>/<sweep_ns>      PointLabels   labels of one sweep; on the scene object only

Times are integer nanoseconds since the scene's start. An object's `space` says what the numbers of
its geometries mean: `world` and 3D sensors are metres, pictures (`sensor:<id>` of a camera,
`raster:<id>`) are pixels with (0, 0) at the centre of the top-left pixel. Quaternions are
(w, x, y, z). No field has a default, so what is stored, sent and generated is always whole.
"""

from typing import Annotated, Literal

import msgspec

LARGEST_TIME_NS = 2**53 - 1  # exact in a JavaScript number: 104 days of scene
SCENE_ID = "00000000-0000-0000-0000-000000000000"
"""The object that every document has: holds scene attributes and point labels, is never deleted."""

Uuid = Annotated[
    str, msgspec.Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
TimeNs = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_TIME_NS)]
Vec2 = tuple[float, float]
Vec3 = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]
Space = Annotated[str, msgspec.Meta(pattern="^(world|(sensor|raster):.+)$")]
Label = Annotated[str, msgspec.Meta(min_length=1)]

Kind = Literal[
    "cuboid",
    "point",
    "polyline",
    "polygon",
    "point_topdown",
    "polyline_topdown",
    "polygon_topdown",
    "box_topdown",
    "box_2d",
    "point_2d",
    "polyline_2d",
    "polygon_2d",
    "ellipse_2d",
    "cuboid_2d",
    "vertex",
    "segment",
    "event",
    "link",
    "object",
    "localization_adjustment",
    "scene",
]


# Provenance: who said so -----------------------------------------------------------------------


class _Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="source"):
    pass


class Person(_Provenance, frozen=True, tag="person"):
    """A person drew or wrote it."""


class Imported(_Provenance, frozen=True, tag="imported"):
    """It came with the task; `touched` once a person has changed or confirmed it."""

    touched: bool


class Projected(_Provenance, frozen=True, tag="projected"):
    """It was computed from a revision of another task's document."""

    task_id: str
    revision: int
    touched: bool


class Proposed(_Provenance, frozen=True, tag="proposed"):
    """An assistant made it; `confidence` is in 0..1."""

    method: str
    confidence: float
    touched: bool


Provenance = Person | Imported | Projected | Proposed


# Objects: the value of the part "object" -------------------------------------------------------


class _Object(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    provenance: Provenance


class Located(_Object, frozen=True):
    """Something that stands somewhere; `parent_id` is the object that it belongs to."""

    space: Space
    label: Label
    parent_id: Uuid | None


class _Movable(Located, frozen=True):
    """Stationary: one pose, present in the whole scene unless a `visible` step says otherwise."""

    stationary: bool


class InPicture(_Movable, frozen=True):
    """A shape in pixels; `projection_of` is the object of the world that it shows."""

    projection_of: Uuid | None


class CuboidObject(_Movable, frozen=True, tag="cuboid"):
    pass


class PointObject(_Movable, frozen=True, tag="point"):
    """A 3D keypoint."""


class PolylineObject(_Movable, frozen=True, tag="polyline"):
    closed: bool


class PolygonObject(_Movable, frozen=True, tag="polygon"):
    pass


class PointTopdownObject(Located, frozen=True, tag="point_topdown"):
    """Top-down shapes never move, so they do not say that they are stationary."""


class PolylineTopdownObject(Located, frozen=True, tag="polyline_topdown"):
    closed: bool


class PolygonTopdownObject(Located, frozen=True, tag="polygon_topdown"):
    pass


class BoxTopdownObject(Located, frozen=True, tag="box_topdown"):
    pass


class Box2dObject(InPicture, frozen=True, tag="box_2d"):
    pass


class Point2dObject(InPicture, frozen=True, tag="point_2d"):
    pass


class Polyline2dObject(InPicture, frozen=True, tag="polyline_2d"):
    pass


class Polygon2dObject(InPicture, frozen=True, tag="polygon_2d"):
    pass


class Ellipse2dObject(InPicture, frozen=True, tag="ellipse_2d"):
    pass


class Cuboid2dObject(InPicture, frozen=True, tag="cuboid_2d"):
    pass


class VertexObject(_Object, frozen=True, tag="vertex"):
    """A corner that lines and polygons list by id, so that two of them can share it."""

    space: Space
    stationary: bool


class SegmentObject(_Object, frozen=True, tag="segment"):
    """A class or an instance of labelled points; `index` is its value in PointLabels, from 1.

    An index is never given to a second object, even after its own was deleted.
    """

    label: Label
    instance: bool
    index: Annotated[int, msgspec.Meta(ge=1, le=2**32 - 1)]
    parent_id: Uuid | None


class EventObject(_Object, frozen=True, tag="event"):
    """`end_ns` is None for an instant; `space` is `world` unless one sensor saw it."""

    space: Space
    label: Label
    start_ns: TimeNs
    end_ns: TimeNs | None


class LinkObject(_Object, frozen=True, tag="link"):
    space: Space
    label: Label
    from_id: Uuid
    to_id: Uuid
    bidirectional: bool


class GroupObject(_Object, frozen=True, tag="object"):
    """A thing without a shape of its own: others name it as `parent_id`, attributes describe it."""

    label: Label | None


class LocalizationAdjustmentObject(_Object, frozen=True, tag="localization_adjustment"):
    """Its keys are poses to put before the vehicle's own (adjusted_world_from_world)."""


Movable = (
    CuboidObject
    | PointObject
    | PolylineObject
    | PolygonObject
    | Box2dObject
    | Point2dObject
    | Polyline2dObject
    | Polygon2dObject
    | Ellipse2dObject
    | Cuboid2dObject
    | VertexObject
)
Topdown = PointTopdownObject | PolylineTopdownObject | PolygonTopdownObject | BoxTopdownObject
ObjectValue = (
    Movable
    | Topdown
    | SegmentObject
    | EventObject
    | LinkObject
    | GroupObject
    | LocalizationAdjustmentObject
)


# Geometries: the value of "key/<time_ns>" ------------------------------------------------------


class _Geometry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="geometry"):
    provenance: Provenance


class CuboidGeometry(_Geometry, frozen=True, tag="cuboid"):
    """`size_m` is full lengths along the cuboid's own x (length), y (width) and z (height).

    `rotation_wxyz` is space_from_cuboid; `camera_used` is the picture it was drawn or checked in.
    """

    centre_m: Vec3
    size_m: Vec3
    rotation_wxyz: Quaternion
    camera_used: int | None


class PointGeometry(_Geometry, frozen=True, tag="point"):
    position_m: Vec3
    camera_used: int | None


class Point2dGeometry(_Geometry, frozen=True, tag="point_2d"):
    position_px: Vec2


class PathGeometry(_Geometry, frozen=True, tag="path"):
    """Vertices in drawing order; a polygon's first is not repeated. Their own keys place them."""

    vertex_ids: tuple[Uuid, ...]


class OutlineGeometry(_Geometry, frozen=True, tag="outline"):
    """A polygon made by a rule: it runs along these lines, and is recomputed when they move."""

    line_ids: tuple[Uuid, ...]


class BoxTopdownGeometry(_Geometry, frozen=True, tag="box_topdown"):
    """`size_m` is (length along its x, width); `yaw_rad` is counter-clockwise from world +x."""

    centre_m: Vec3
    size_m: Vec2
    yaw_rad: float


class Box2dGeometry(_Geometry, frozen=True, tag="box_2d"):
    """`min_px` is left and top before `rotation_rad`, clockwise on the screen about the centre."""

    min_px: Vec2
    size_px: Vec2
    rotation_rad: float


class Ellipse2dGeometry(_Geometry, frozen=True, tag="ellipse_2d"):
    """`radii_px` along its own x and y; `rotation_rad` clockwise on the screen."""

    centre_px: Vec2
    radii_px: Vec2
    rotation_rad: float


class Cuboid2dGeometry(_Geometry, frozen=True, tag="cuboid_2d"):
    """In the order of api.md 8.3: face-topleft, face-bottomleft, face-topright, face-bottomright,
    side-topcorner, side-bottomcorner."""  # noqa: D205, D209 -- one sentence that needs two lines

    vertices_px: tuple[Vec2, Vec2, Vec2, Vec2, Vec2, Vec2]


class PoseGeometry(_Geometry, frozen=True, tag="pose"):
    position_m: Vec3
    rotation_wxyz: Quaternion


Geometry = (
    CuboidGeometry
    | PointGeometry
    | Point2dGeometry
    | PathGeometry
    | OutlineGeometry
    | BoxTopdownGeometry
    | Box2dGeometry
    | Ellipse2dGeometry
    | Cuboid2dGeometry
    | PoseGeometry
)


# The other parts -------------------------------------------------------------------------------

Scalar = str | int | float
AttributeAnswer = Scalar | tuple[str, ...] | None


class Visible(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From this time on the object is there, or is not."""

    visible: bool
    provenance: Provenance


class Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer; a step whose `value` is None says that from then on there is none."""

    value: AttributeAnswer
    provenance: Provenance


class PointLabels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sweep's labels: a stored array of the `index` of each point's segment, 0 for none."""

    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    count: Annotated[int, msgspec.Meta(ge=0)]
    provenance: Provenance


Value = ObjectValue | Geometry | Visible | Attribute | PointLabels

GEOMETRIES_OF_KIND: dict[str, frozenset[str]] = {
    "cuboid": frozenset({"cuboid"}),
    "point": frozenset({"point"}),
    "polyline": frozenset({"path"}),
    "polygon": frozenset({"path", "outline"}),
    "point_topdown": frozenset({"point", "point_2d"}),
    "polyline_topdown": frozenset({"path"}),
    "polygon_topdown": frozenset({"path", "outline"}),
    "box_topdown": frozenset({"box_topdown", "box_2d"}),
    "box_2d": frozenset({"box_2d"}),
    "point_2d": frozenset({"point_2d"}),
    "polyline_2d": frozenset({"path"}),
    "polygon_2d": frozenset({"path", "outline"}),
    "ellipse_2d": frozenset({"ellipse_2d"}),
    "cuboid_2d": frozenset({"cuboid_2d"}),
    "vertex": frozenset({"point", "point_2d"}),
    "localization_adjustment": frozenset({"pose"}),
}
"""Kinds that are not here have no place of their own and so no keys."""


def kind_of(value: ObjectValue) -> str:
    return str(value.__struct_config__.tag)


def geometry_of(value: Geometry) -> str:
    return str(value.__struct_config__.tag)


def is_stationary(value: ObjectValue) -> bool:
    return value.stationary if isinstance(value, Movable) else isinstance(value, Topdown)
