"""One value of every kind, with numbers that cannot be confused, and ids that can be read."""

from typing import Any

import msgspec

from groundplane.annotations import kinds as k

BY_PERSON = k.Person()
PROVENANCES: tuple[k.Provenance, ...] = (
    BY_PERSON,
    k.Imported(touched=False),
    k.Projected(task_id="65f1c0ffee65f1c0ffee0001", revision=17, touched=True),
    k.Proposed(method="cluster", confidence=0.75, touched=False),
)


def as_json(value: object) -> Any:
    """What a JSON text of it would give back."""
    return msgspec.json.decode(msgspec.json.encode(value))


def uid(number: int) -> str:
    return f"10000000-0000-4000-8000-{number:012x}"


def op(number: int) -> str:
    return f"20000000-0000-4000-8000-{number:012x}"


def cuboid_object(
    *, label: str = "Car", stationary: bool = False, provenance: k.Provenance = BY_PERSON
) -> k.CuboidObject:
    return k.CuboidObject(
        provenance=provenance, space="world", label=label, parent_id=None, stationary=stationary
    )


def cuboid(
    centre_m: k.Vec3 = (12.5, -3.25, 0.75),
    *,
    size_m: k.Vec3 = (4.5, 1.875, 1.5),
    rotation_wxyz: k.Quaternion = (1.0, 0.0, 0.0, 0.0),
    camera_used: int | None = None,
) -> k.CuboidGeometry:
    return k.CuboidGeometry(
        provenance=BY_PERSON,
        centre_m=centre_m,
        size_m=size_m,
        rotation_wxyz=rotation_wxyz,
        camera_used=camera_used,
    )


def every_object() -> list[k.ObjectValue]:
    by = BY_PERSON
    world: dict[str, Any] = {"provenance": by, "space": "world", "label": "Lane", "parent_id": None}
    moving: dict[str, Any] = {**world, "parent_id": uid(90), "stationary": True}
    picture: dict[str, Any] = {
        **world,
        "space": "sensor:camera/3",
        "stationary": False,
        "projection_of": uid(1),
    }
    aerial: dict[str, Any] = {**world, "space": "raster:aerial"}
    alone: dict[str, Any] = {**picture, "projection_of": None}
    return [
        *(cuboid_object(provenance=provenance) for provenance in PROVENANCES),
        k.PointObject(**moving),
        k.PolylineObject(**moving, closed=True),
        k.PolygonObject(**moving),
        k.PointTopdownObject(**world),
        k.PolylineTopdownObject(**world, closed=False),
        k.PolygonTopdownObject(**aerial),
        k.BoxTopdownObject(**world),
        k.Box2dObject(**picture),
        k.Point2dObject(**alone),
        k.Polyline2dObject(**picture),
        k.Polygon2dObject(**picture),
        k.Ellipse2dObject(**picture),
        k.Cuboid2dObject(**picture),
        k.VertexObject(provenance=by, space="world", stationary=True),
        k.SegmentObject(provenance=by, label="Road", instance=True, index=4, parent_id=None),
        k.EventObject(provenance=by, space="world", label="Braking", start_ns=5, end_ns=None),
        k.EventObject(provenance=by, space="sensor:0", label="Glare", start_ns=0, end_ns=9),
        k.LinkObject(
            provenance=by,
            space="world",
            label="tows",
            from_id=uid(1),
            to_id=uid(2),
            bidirectional=False,
        ),
        k.GroupObject(provenance=by, label=None),
        k.LocalizationAdjustmentObject(provenance=by),
    ]


def every_geometry() -> list[k.Geometry]:
    by = BY_PERSON
    return [
        cuboid(camera_used=2),
        k.PointGeometry(provenance=by, position_m=(1.5, -2.5, 3.5), camera_used=None),
        k.Point2dGeometry(provenance=by, position_px=(640.25, 359.5)),
        k.PathGeometry(provenance=by, vertex_ids=(uid(11), uid(12), uid(13))),
        k.OutlineGeometry(provenance=by, line_ids=(uid(21), uid(22))),
        k.BoxTopdownGeometry(
            provenance=by, centre_m=(7.0, 8.5, -0.25), size_m=(12.0, 3.5), yaw_rad=0.625
        ),
        k.Box2dGeometry(
            provenance=by, min_px=(105.0, 200.5), size_px=(280.0, 192.0), rotation_rad=-0.125
        ),
        k.Ellipse2dGeometry(
            provenance=by, centre_px=(50.0, 61.0), radii_px=(8.0, 3.0), rotation_rad=0.5
        ),
        k.Cuboid2dGeometry(
            provenance=by,
            vertices_px=((1.0, 2.0), (1.5, 9.0), (6.0, 2.5), (6.5, 9.5), (8.0, 3.0), (8.5, 8.0)),
        ),
        k.PoseGeometry(
            provenance=by, position_m=(0.125, -0.25, 0.5), rotation_wxyz=(0.8, 0.0, 0.6, 0.0)
        ),
    ]


def every_value() -> list[tuple[str, k.Value]]:
    """(part, value), every kind and every form of every part."""
    by = BY_PERSON
    answers: list[k.AttributeAnswer] = ["25%", 3, -2.5, ("left", "right"), (), None]
    return [
        *(("object", value) for value in every_object()),
        *((f"key/{100 * index}", value) for index, value in enumerate(every_geometry())),
        ("visible/0", k.Visible(visible=False, provenance=by)),
        *(
            (f"attribute/a/{index}", k.Attribute(value=answer, provenance=by))
            for index, answer in enumerate(answers)
        ),
        ("attribute/occlusion", k.Attribute(value="a/b%c", provenance=by)),
        ("points/lidar%2Ftop/5", k.PointLabels(sha256="0f" * 32, count=168_000, provenance=by)),
    ]
