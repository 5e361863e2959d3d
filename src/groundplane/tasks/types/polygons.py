"""Polygons in space, beside the cuboids of lidarannotation.

What Scale's docs say of their form is that `polygons_enabled` asks for them and `polygons_labels`
names their labels. Here each frame has `polygons` beside `cuboids`, in the attachments' units.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final
from uuid import UUID, uuid5

import msgspec

from groundplane.annotations.check_values import LARGEST_COORDINATE
from groundplane.annotations.document import Document
from groundplane.annotations.interpolate import attributes_at, pose_at, present_at
from groundplane.annotations.kinds import (
    AttributeAnswer,
    Imported,
    PathGeometry,
    PointGeometry,
    PolygonObject,
    Value,
    Vec3,
    VertexObject,
)
from groundplane.annotations.parts import OBJECT, key_part
from groundplane.annotations.taxonomy import LabelChoice, StageConfig, applicable, leaves
from groundplane.errors import InvalidParameter
from groundplane.scenes.model import Scene
from groundplane.tasks.types.definitions import Vector3

FEWEST_VERTICES: Final = 3
SAME_M: Final = 1e-6  # less than what any file is rounded to
_IMPORTED: Final = Imported(touched=False)


class ScalePolygon(msgspec.Struct, frozen=True):
    """One polygon in one frame; its first vertex is not repeated."""

    uuid: str
    label: str
    vertices: Sequence[Vector3]
    attributes: Mapping[str, AttributeAnswer]


class GivenPolygon(msgspec.Struct, frozen=True):
    """One of the pre-labels, as the response has it."""

    label: str
    vertices: list[Vector3]
    uuid: str | None = None
    attributes: dict[str, Any] | None = None

    def answers(self) -> Iterator[tuple[str, Any]]:
        for name, answer in (self.attributes or {}).items():
            if answer is not None:
                yield name, answer


def with_polygon_labels(
    labels: Sequence[LabelChoice], polygon_labels: Sequence[str] | None
) -> list[LabelChoice]:
    """All labels of a stage: those that only polygons have come after the others."""
    known = set(leaves(labels))
    more = [name for name in polygon_labels or [] if name not in known]
    return [*labels, *(LabelChoice(name, name, None, False, [], []) for name in more)]


def polygons_at(
    config: StageConfig, scene: Scene, document: Document, time_ns: int
) -> Iterator[ScalePolygon]:
    """The polygons that are there at a time, in the attachments' units."""
    for object_id in document.ids():
        value = document.value_of(object_id)
        if not isinstance(value, PolygonObject) or not present_at(document, object_id, time_ns):
            continue
        corners_m = vertices_m(document, object_id, time_ns)
        if len(corners_m) < FEWEST_VERTICES:
            continue  # its vertices were deleted one by one, past the editor
        answers = attributes_at(document, object_id, time_ns)
        asked = {attribute.name for attribute in applicable(config, value.label, answers)}
        unit_m = scene.meters_per_unit
        yield ScalePolygon(
            uuid=object_id,
            label=value.label,
            vertices=[Vector3(*(number / unit_m for number in corner)) for corner in corners_m],
            attributes={name: answer for name, answer in answers.items() if name in asked},
        )


def vertices_m(document: Document, object_id: str, time_ns: int) -> list[Vec3]:
    """Where a polygon's vertices are at a time, in drawing order, each moving by its own keys."""
    path = pose_at(document, object_id, time_ns)
    if not isinstance(path, PathGeometry):
        return []
    poses = (pose_at(document, vertex_id, time_ns) for vertex_id in path.vertex_ids)
    return [pose.position_m for pose in poses if isinstance(pose, PointGeometry)]


def check_polygon(path: str, polygon: GivenPolygon, labels: Sequence[str] | None) -> None:
    """What does not depend on the scene, of a polygon given beforehand.

    Args:
        path: the parameter that is blamed.
        polygon: as it was given.
        labels: those that polygons may have; None where the task asks for no polygons.

    Raises:
        InvalidParameter: they are not asked for, or it is none of theirs.
    """
    if labels is None:
        raise InvalidParameter(path, "is not allowed without polygons_enabled")
    if polygon.label not in labels:
        raise InvalidParameter(f"{path}.label", "must be one of the labels of polygons")
    if len(polygon.vertices) < FEWEST_VERTICES:
        reason = f"must contain at least {FEWEST_VERTICES} items"
        raise InvalidParameter(f"{path}.vertices", reason)


def begun(
    object_id: str, seen: Sequence[tuple[int, GivenPolygon, str]], scene: Scene
) -> Iterator[tuple[str, str, Value]]:
    """(object id, part, value) of a polygon of the pre-labels and of its vertices.

    While the number of vertices stays, they are the same ones and move; otherwise others take
    their place. Frames in which nothing moves on from the frame before have no key.

    Args:
        object_id: of the polygon.
        seen: (frame index, polygon, its path in the parameters), by ascending index.
        scene: of the task.

    Raises:
        InvalidParameter: a vertex lies beyond all scenes.
    """
    yield (
        object_id,
        OBJECT,
        PolygonObject(
            provenance=_IMPORTED,
            space="world",
            label=seen[0][1].label,
            parent_id=None,
            stationary=False,
        ),
    )
    stretches = groupby(seen, key=lambda one: len(one[1].vertices))
    for number, (count, stretch) in enumerate(stretches):
        ids = tuple(
            str(uuid5(UUID(object_id), f"vertex {number} {corner}")) for corner in range(count)
        )
        for vertex_id in ids:
            value = VertexObject(provenance=_IMPORTED, space="world", stationary=False)
            yield vertex_id, OBJECT, value
        yield from _keys(object_id, ids, list(stretch), scene)


def _keys(
    object_id: str,
    vertex_ids: tuple[str, ...],
    seen: Sequence[tuple[int, GivenPolygon, str]],
    scene: Scene,
) -> Iterator[tuple[str, str, Value]]:
    placed = [_corners_m(path, polygon, scene) for _, polygon, path in seen]
    for position, corners_m in enumerate(placed):
        # Of frames in which all stands still, those at the ends are enough.
        beside = placed[max(0, position - 1) : position + 2]
        if position > 0 and all(_same(other, corners_m) for other in beside):
            continue
        key = key_part(scene.frames[seen[position][0]].time_ns)
        yield object_id, key, PathGeometry(provenance=_IMPORTED, vertex_ids=vertex_ids)
        for vertex_id, at_m in zip(vertex_ids, corners_m, strict=True):
            yield (
                vertex_id,
                key,
                PointGeometry(provenance=_IMPORTED, position_m=at_m, camera_used=None),
            )


def _corners_m(path: str, polygon: GivenPolygon, scene: Scene) -> list[Vec3]:
    unit_m = scene.meters_per_unit
    corners = [(v.x * unit_m, v.y * unit_m, v.z * unit_m) for v in polygon.vertices]
    for index, corner in enumerate(corners):
        if not max(map(abs, corner)) <= LARGEST_COORDINATE:
            raise InvalidParameter(f"{path}.vertices.{index}", "is too large")
    return corners


def _same(one: Sequence[Vec3], other: Sequence[Vec3]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(abs(a - b) <= SAME_M for p, q in pairs for a, b in zip(p, q, strict=True))
