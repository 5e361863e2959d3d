"""The answer of lidartopdown, shapes on the ground, from and to .sfa shapes that do not move."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from groundplane.scenes.formats.sfa_model import Annotation, Path, SfaFile, Shape
from groundplane.scenes.formats.sfs_model import AttributePath
from groundplane.scenes.formats.unreadable import UnreadableFile
from groundplane.scenes.responses.kinds import Tree
from groundplane.scenes.responses.timeline import Timeline
from groundplane.scenes.responses.tracks import (
    Losses,
    answers_at,
    attribute_paths,
    note_rest,
)
from groundplane.scenes.responses.wire import Topdown, Vector, WireShape, parsed, strange_members

GROUND_TYPES: Final = {"polygon": "polygon_topdown", "line": "polyline", "point": "point_topdown"}
_WIRE_TYPES: Final = {ours: theirs for theirs, ours in GROUND_TYPES.items()}


def annotations_of(
    tree: Tree, name: str, timeline: Timeline, losses: Losses
) -> tuple[list[Annotation], list[AttributePath] | None]:
    """A shape for each that .sfa has, and the attributes of the whole.

    Raises:
        UnreadableFile: the answer is not as its kind has it, or a shape without its numbers.
    """
    found = parsed(tree, Topdown, name)
    losses.add(strange_members([tree], Topdown, "response"))
    losses.add(strange_members(tree["annotations"], WireShape, "annotations"))
    losses.lose("links", "have no documented form", len(found.links or []))
    shapes = [
        made
        for index, shape in enumerate(found.annotations)
        for made in _shape(shape, f"annotations[{index}]", name, timeline, losses)
    ]
    whole = attribute_paths([0], [found.global_attributes or {}], timeline, losses)
    return [*shapes], whole


def _shape(
    shape: WireShape, place: str, name: str, timeline: Timeline, losses: Losses
) -> list[Shape]:
    kind, uuid = shape.type or shape.geometry or "", shape.uuid
    if kind not in GROUND_TYPES:
        losses.lose(f"annotations of {kind}", "the format has no such shape on the ground")
        return []
    corners = shape.vertices
    if kind == "point" and not corners and shape.x is not None and shape.y is not None:
        corners = [Vector(shape.x, shape.y, shape.z or 0.0)]
    if not corners or not uuid:
        raise UnreadableFile(name, place, f"A {kind} lacks its uuid or its vertices.")
    numbers = np.array([number for corner in corners for number in (corner.x, corner.y, corner.z)])
    return [
        Shape(
            id=uuid,
            type=GROUND_TYPES[kind],
            path=Path(timeline.times[:1], numbers, np.array([len(numbers)])),
            stationary=True,
            label=shape.label,
            attributes=attribute_paths([0], [shape.attributes or {}], timeline, losses),
        )
    ]


def response_of(file: SfaFile, losses: Losses) -> dict[str, Any]:
    """The answer: each shape where its first key has it."""
    shapes = [one for one in file.annotations if isinstance(one, Shape) and one.type in _WIRE_TYPES]
    note_rest(file, shapes, losses)
    return {
        "annotations": [_wire(shape, losses) for shape in shapes if len(shape.path.timestamps)],
        "links": [],
        "global_attributes": _first(file.attributes or [], losses),
    }


def _first(paths: list[AttributePath] | Any, losses: Losses) -> Mapping[str, Any]:  # noqa: ANN401 - any sequence
    start = min((int(path.timestamps.min(initial=0)) for path in paths), default=0)
    answers = answers_at(paths, start)
    later = sum(len(path.values) - 1 for path in paths if not path.static)
    losses.lose("changes of attributes", "the response has one value", later)
    return answers


def _wire(shape: Shape, losses: Losses) -> dict[str, Any]:
    losses.lose("keys", "what is on the ground has one", len(shape.path.timestamps) - 1)
    kind, row = _WIRE_TYPES[shape.type], shape.path.row(0).tolist()
    corners = [dict(zip("xyz", row[k : k + 3], strict=True)) for k in range(0, len(row), 3)]
    place = dict(corners[0]) if kind == "point" else {"vertices": corners}
    return {
        "uuid": str(shape.id),
        "type": kind,
        "label": shape.label or "",
        "attributes": _first(shape.attributes or [], losses),
        **place,
    }
