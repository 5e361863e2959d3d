"""The answer of lidarlinking, shapes in the pictures of each frame, from and to .sfa shapes.

All shapes of one uuid are children of one object of that id: they are in several cameras, and an id
is of one annotation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from groundplane.geometry.arrays import Float64Array
from groundplane.scenes.formats.sfa_model import (
    IN_IMAGES,
    Annotation,
    ObjectGroup,
    Path,
    SfaFile,
    Shape,
)
from groundplane.scenes.formats.sfs_model import Identity
from groundplane.scenes.formats.unreadable import UnreadableFile
from groundplane.scenes.responses.kinds import Tree
from groundplane.scenes.responses.timeline import Timeline
from groundplane.scenes.responses.tracks import (
    Losses,
    answers_at,
    attribute_paths,
    note_keys,
    note_rest,
    span,
)
from groundplane.scenes.responses.wire import LinkingFrame, WireShape, parsed, strange_members

SHAPE_TYPES: Final = {
    "box": "box_2d",
    "polygon": "polygon_2d",
    "line": "polyline_2d",
    "point": "point_2d",
}
_WIRE_TYPES: Final = {ours: theirs for theirs, ours in SHAPE_TYPES.items()}
NOT_IN_LIDAR: Final = "not_in_lidar"
_BOX: Final = ("left", "top", "width", "height")
Track = list[tuple[int, WireShape]]


def annotations_of(tree: Tree, name: str, timeline: Timeline, losses: Losses) -> list[Annotation]:
    """An object for each uuid, and for each of its cameras a shape with a key in each frame.

    Raises:
        UnreadableFile: the answer is not as its kind has it, or a shape without its numbers.
    """
    frames = parsed(tree, list[LinkingFrame], name)
    raw = (
        shape
        for frame in tree
        for camera in frame["camera_responses"]
        for shape in camera["annotations"]
    )
    losses.add(strange_members(raw, WireShape, "annotations"))
    tracks: dict[tuple[str, int, str], Track] = {}
    for k, shape, camera in _shapes(frames, losses):
        uuid, kind = shape.cuboid_uuid or shape.uuid, shape.type or shape.geometry or "box"
        if not uuid:
            raise UnreadableFile(name, f"[{k}].camera_responses", "A shape has no cuboid_uuid.")
        if kind not in SHAPE_TYPES:
            losses.lose(f"annotations of {kind}", "the format has no such shape")
            continue
        track = tracks.setdefault((uuid, camera, kind), [])
        if track and track[-1][0] == k:
            losses.lose("annotations", "two of one uuid in a picture")
            continue
        track.append((k, shape))
    groups = _groups(tracks, timeline, losses)
    shapes = [_shape(key, track, name, timeline, losses) for key, track in tracks.items()]
    return [*groups, *shapes]


def _shapes(frames: Sequence[LinkingFrame], losses: Losses) -> Iterator[tuple[int, WireShape, int]]:
    for k, frame in enumerate(frames):
        for camera in frame.camera_responses:
            losses.lose(
                "cameras without annotations", "only shapes are kept", not camera.annotations
            )
            for shape in camera.annotations:
                yield k, shape, camera.camera_used


def _groups(
    tracks: dict[tuple[str, int, str], Track], timeline: Timeline, losses: Losses
) -> list[ObjectGroup]:
    """What is drawn without a cuboid says so as an attribute of its object."""
    objects: dict[str, Track] = {}
    for (uuid, _, _), track in tracks.items():
        objects.setdefault(uuid, []).extend(track)
    groups: list[ObjectGroup] = []
    for uuid, track in objects.items():
        by_frame = dict(sorted(track, key=lambda timed: timed[0]))
        drawn = any(shape.not_in_lidar for shape in by_frame.values())
        answers = [{NOT_IN_LIDAR: shape.not_in_lidar} for shape in by_frame.values()]
        paths = attribute_paths([*by_frame], answers, timeline, losses) if drawn else None
        groups.append(ObjectGroup(uuid, label=track[0][1].label, attributes=paths))
    return groups


def _shape(
    key: tuple[str, int, str], track: Track, name: str, timeline: Timeline, losses: Losses
) -> Shape:
    uuid, camera, kind = key
    frames, shapes = [k for k, _ in track], [shape for _, shape in track]
    rows = [np.array(_row(kind, shape, f"{name} [{k}]")) for k, shape in track]
    losses.lose("label", "a shape has one", sum(shape.label != shapes[0].label for shape in shapes))
    gaps = frames[-1] - frames[0] + 1 - len(frames)
    losses.lose("frames without the shape", "a path has no gaps", gaps)
    known = camera < len(timeline.cameras)
    return Shape(
        id=f"{uuid}/{camera}/{kind}",
        type=SHAPE_TYPES[kind],
        path=Path(timeline.times[frames], np.concatenate(rows), np.cumsum([len(r) for r in rows])),
        sensor_id=timeline.cameras[camera] if known else camera,
        label=shapes[0].label,
        attributes=attribute_paths(
            frames, [shape.attributes or {} for shape in shapes], timeline, losses
        ),
        parent_id=uuid,
    )


def _row(kind: str, shape: WireShape, place: str) -> list[float]:
    if kind in {"polygon", "line"} and shape.vertices:
        return [number for corner in shape.vertices for number in (corner.x, corner.y)]
    names = _BOX if kind == "box" else ("x", "y")
    numbers = [getattr(shape, key) for key in names]
    if kind in {"polygon", "line"} or None in numbers:
        raise UnreadableFile(place, "", f"A {kind} lacks its numbers.")
    return numbers


@dataclass(slots=True)
class _Cameras:
    """The number of each camera: its place in the scene, or its own, or in order of appearance."""

    timeline: Timeline
    losses: Losses
    counted: dict[Identity, int] = field(default_factory=dict[Identity, int])

    def number(self, sensor: Identity) -> int:
        if sensor in self.timeline.cameras:
            return list(self.timeline.cameras).index(sensor)
        if isinstance(sensor, int) and sensor >= 0:
            return sensor
        if sensor not in self.counted:
            self.counted[sensor] = len(self.counted)
            self.losses.lose(f"camera {sensor}", "only the scene tells its number")
        return self.counted[sensor]


def response_of(file: SfaFile, timeline: Timeline, losses: Losses) -> list[dict[str, Any]]:
    """The answer: in each frame the cameras that have shapes there."""
    shapes = [one for one in file.annotations if isinstance(one, Shape) and one.type in IN_IMAGES]
    parents = {shape.parent_id for shape in shapes}
    groups = {
        one.id: one
        for one in file.annotations
        if isinstance(one, ObjectGroup) and one.id in parents
    }
    note_rest(file, [*shapes, *groups.values()], losses)
    cameras = _Cameras(timeline, losses)
    frames: list[dict[int, list[dict[str, Any]]]] = [{} for _ in timeline.times]
    for shape in shapes:
        if not len(shape.path.timestamps) or shape.sensor_id is None:
            losses.lose("shapes without a key", "are in no frame")
            continue
        note_keys(shape.path.timestamps, timeline, losses)
        camera = cameras.number(shape.sensor_id)
        always = shape.stationary and len(shape.path.timestamps) == 1
        group = groups.get(shape.parent_id) if shape.parent_id is not None else None
        for k in span(shape.path.timestamps, timeline, always=always):
            wire = _wire(shape, group, int(timeline.times[k]))
            frames[k].setdefault(camera, []).append(wire)
    return [
        {
            "camera_responses": [
                {"camera_used": camera, "annotations": frame[camera]} for camera in sorted(frame)
            ]
        }
        for frame in frames
    ]


def _wire(shape: Shape, group: ObjectGroup | None, time: int) -> dict[str, Any]:
    kind, row = _WIRE_TYPES[shape.type], row_at(shape.path, time).tolist()
    if kind == "box":
        place: dict[str, Any] = dict(zip(_BOX, row, strict=True))
    elif kind == "point":
        place = dict(zip(("x", "y"), row, strict=True))
    else:
        place = {"vertices": [{"x": x, "y": y} for x, y in zip(row[::2], row[1::2], strict=True)]}
    drawn = group is not None and answers_at(group.attributes, time).get(NOT_IN_LIDAR) is True
    uuid = shape.parent_id if shape.parent_id is not None else shape.id
    label = shape.label if shape.label is not None else (group.label if group else None)
    return {
        "cuboid_uuid": str(uuid),
        "label": label or "",
        "type": kind,
        **place,
        "attributes": answers_at(shape.attributes, time),
        **({NOT_IN_LIDAR: True} if drawn else {}),
    }


def row_at(path: Path, time: int) -> Float64Array:
    """Linear between two keys of as many numbers; else that of the key before, or the first."""
    order = np.argsort(path.timestamps, kind="stable")
    times = path.timestamps[order]
    after = int(np.searchsorted(times, time, side="right"))
    before = max(after - 1, 0)
    row = path.row(int(order[before]))
    if not 0 < after < len(times) or times[before] == time:
        return row
    later = path.row(int(order[after]))
    if len(later) != len(row):
        return row
    share = (time - int(times[before])) / int(times[after] - times[before])
    return (1 - share) * row + share * later
