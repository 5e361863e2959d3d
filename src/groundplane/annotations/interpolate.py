"""Where an object is, whether it is there and what is said of it, at any time.

web/src/model/interpolate.ts is the twin; both are held to tests/golden/interpolation.json.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from groundplane.annotations.document import Document, ObjectParts
from groundplane.annotations.kinds import (
    GEOMETRIES_OF_KIND,
    AttributeAnswer,
    Box2dGeometry,
    BoxTopdownGeometry,
    Cuboid2dGeometry,
    CuboidGeometry,
    Ellipse2dGeometry,
    EventObject,
    Geometry,
    Point2dGeometry,
    PointGeometry,
    PoseGeometry,
    Quaternion,
    Vec2,
    Vec3,
    is_stationary,
    kind_of,
)

T = TypeVar("T")


def keys_of(document: Document, object_id: str) -> tuple[int, ...]:
    """The times of an object's keys, ascending."""
    return tuple(time_ns for time_ns, _ in document.parts_of(object_id).keys)


def pose_at(document: Document, object_id: str, time_ns: int) -> Geometry | None:
    """An object's geometry at a time; None when it has none.

    At a key exactly the key. Between two, positions and sizes are linear and rotations take the
    shorter arc; lists of vertices and the camera used are those of the earlier key. Before the
    first and after the last, that key. A stationary object is at its first key always.
    """
    parts = document.parts_of(object_id)
    if parts.value is None or not parts.keys:
        return None
    keys = parts.keys
    after = bisect_right(keys, time_ns, key=lambda timed: timed[0])
    if after == 0 or is_stationary(parts.value):
        return keys[0][1]
    start_ns, start = keys[after - 1]
    if start_ns == time_ns or after == len(keys):
        return start
    end_ns, end = keys[after]
    return between(start, end, (time_ns - start_ns) / (end_ns - start_ns))


def present_at(document: Document, object_id: str, time_ns: int) -> bool:
    """Whether an object is there at a time.

    The last `visible` step decides. Before any: an event lasts as long as it says, a stationary
    object and one without a place of its own are always there, others from their first key on.
    """
    parts = document.parts_of(object_id)
    value = parts.value
    if value is None:
        return False
    visible = _last_step(parts.visible_steps, time_ns)
    if visible is not None:
        return visible
    if isinstance(value, EventObject):
        return (
            value.start_ns <= time_ns <= (value.start_ns if value.end_ns is None else value.end_ns)
        )
    if is_stationary(value) or _placeless(parts):
        return True
    return bool(parts.keys) and parts.keys[0][0] <= time_ns


def attributes_at(document: Document, object_id: str, time_ns: int) -> dict[str, AttributeAnswer]:
    """The answers that hold at a time, by attribute; those without an answer are left out.

    The last step decides, before any step the whole track's answer.
    """
    answers: dict[str, AttributeAnswer] = {}
    for name, steps in document.parts_of(object_id).attribute_steps.items():
        answer = _last_step(steps, time_ns)
        if answer is not None and answer.value is not None:
            answers[name] = answer.value
    return answers


def _placeless(parts: ObjectParts) -> bool:
    return parts.value is not None and kind_of(parts.value) not in GEOMETRIES_OF_KIND


def _last_step(steps: Sequence[tuple[int, T]], time_ns: int) -> T | None:
    after = bisect_right(steps, time_ns, key=lambda timed: timed[0])
    return steps[after - 1][1] if after else None


def between(start: Geometry, end: Geometry, fraction: float) -> Geometry:
    """The geometry at a fraction in 0..1 of the way; two of different sorts do not mix."""
    change: dict[str, object]
    match start, end:
        case CuboidGeometry(), CuboidGeometry():
            change = {
                "centre_m": _mix3(start.centre_m, end.centre_m, fraction),
                "size_m": _mix3(start.size_m, end.size_m, fraction),
                "rotation_wxyz": _turn(start.rotation_wxyz, end.rotation_wxyz, fraction),
            }
        case PointGeometry(), PointGeometry():
            change = {"position_m": _mix3(start.position_m, end.position_m, fraction)}
        case Point2dGeometry(), Point2dGeometry():
            change = {"position_px": _mix2(start.position_px, end.position_px, fraction)}
        case BoxTopdownGeometry(), BoxTopdownGeometry():
            change = {
                "centre_m": _mix3(start.centre_m, end.centre_m, fraction),
                "size_m": _mix2(start.size_m, end.size_m, fraction),
                "yaw_rad": _mix_angle(start.yaw_rad, end.yaw_rad, fraction),
            }
        case Box2dGeometry(), Box2dGeometry():
            change = {
                "min_px": _mix2(start.min_px, end.min_px, fraction),
                "size_px": _mix2(start.size_px, end.size_px, fraction),
                "rotation_rad": _mix_angle(start.rotation_rad, end.rotation_rad, fraction),
            }
        case Ellipse2dGeometry(), Ellipse2dGeometry():
            change = {
                "centre_px": _mix2(start.centre_px, end.centre_px, fraction),
                "radii_px": _mix2(start.radii_px, end.radii_px, fraction),
                "rotation_rad": _mix_angle(start.rotation_rad, end.rotation_rad, fraction),
            }
        case Cuboid2dGeometry(), Cuboid2dGeometry():
            corners = zip(start.vertices_px, end.vertices_px, strict=True)
            change = {"vertices_px": tuple(_mix2(a, b, fraction) for a, b in corners)}
        case PoseGeometry(), PoseGeometry():
            change = {
                "position_m": _mix3(start.position_m, end.position_m, fraction),
                "rotation_wxyz": _turn(start.rotation_wxyz, end.rotation_wxyz, fraction),
            }
        case _:
            change = {}
    return msgspec.structs.replace(start, **change)


def _mix(a: float, b: float, fraction: float) -> float:
    # In this form equal ends stay equal to the last bit, and the result is never outside them by
    # more than a rounding.
    return a + (b - a) * fraction


def _mix2(a: Vec2, b: Vec2, fraction: float) -> Vec2:
    return (_mix(a[0], b[0], fraction), _mix(a[1], b[1], fraction))


def _mix3(a: Vec3, b: Vec3, fraction: float) -> Vec3:
    return (_mix(a[0], b[0], fraction), _mix(a[1], b[1], fraction), _mix(a[2], b[2], fraction))


def _mix_angle(a_rad: float, b_rad: float, fraction: float) -> float:
    """Along the shorter arc."""
    return a_rad + math.remainder(b_rad - a_rad, math.tau) * fraction


def _turn(a_wxyz: Quaternion, b_wxyz: Quaternion, fraction: float) -> Quaternion:
    from groundplane.geometry import rotations  # noqa: PLC0415 - numpy is a tenth of web's start

    w, x, y, z = rotations.slerp(a_wxyz, b_wxyz, fraction).tolist()
    return (w, x, y, z)
