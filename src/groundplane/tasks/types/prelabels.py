"""Pre-labels of lidarannotation: what its response has, as a document to begin with.

`hypothesis.annotations` is the response file itself (a list, one element per attachment) or an
address of one, as text or as {"url": …}: the response of an earlier task can be given as it is.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import msgspec

from groundplane.annotations.check_values import LARGEST_COORDINATE, LARGEST_SIZE, check_answer
from groundplane.annotations.document import StoredPart
from groundplane.annotations.kinds import (
    Attribute,
    AttributeAnswer,
    CuboidGeometry,
    CuboidObject,
    Imported,
    Quaternion,
    Value,
    Visible,
)
from groundplane.annotations.parts import OBJECT, attribute_part, key_part, visible_part
from groundplane.annotations.taxonomy import AttributeDefinition, StageConfig, leaves
from groundplane.errors import InvalidParameter
from groundplane.scenes.model import Scene
from groundplane.tasks.types import polygons
from groundplane.tasks.types.definitions import Vector3
from groundplane.tasks.types.polygons import GivenPolygon
from groundplane.wire.blaming import blame_in
from groundplane.wire.values import JSON

AT: Final = "hypothesis.annotations"
IMPORTED: Final = Imported(touched=False)
SAME: Final = 1e-6  # metres and radians: less than what any file is rounded to
LARGEST_TURN: Final = 3.0  # between two keys the shorter way is taken


class GivenCuboid(msgspec.Struct, frozen=True):
    """By Scale's axes, in the attachments' units; `distance_to_device` is not read."""

    label: str
    position: Vector3
    dimensions: Vector3
    yaw: float
    pitch: float | None = None
    roll: float | None = None
    stationary: bool = False
    uuid: str | None = None
    camera_used: int | None = None
    numberOfPoints: int | None = None  # noqa: N815 - the wire's spelling
    attributes: dict[str, Any] | None = None

    def answers(self) -> Iterator[tuple[str, Any]]:
        for name, answer in (self.attributes or {}).items():
            if answer is not None:
                yield name, answer


G = TypeVar("G", GivenCuboid, GivenPolygon)


class GivenFrame(msgspec.Struct, frozen=True):
    cuboids: list[GivenCuboid]
    polygons: list[GivenPolygon] | None = None

    def things(self, path: str) -> Iterator[tuple[str, GivenCuboid | GivenPolygon]]:
        """Each with its path in the parameters."""
        for number, cuboid in enumerate(self.cuboids):
            yield f"{path}.cuboids.{number}", cuboid
        for number, polygon in enumerate(self.polygons or []):
            yield f"{path}.polygons.{number}", polygon


class _Track(msgspec.Struct, Generic[G], frozen=True):
    """An object: (frame index, what was given, its path in the parameters), by ascending index."""

    object_id: str
    seen: list[tuple[int, G, str]]


def address_of(annotations: JSON) -> str | None:
    """Where the pre-labels are to be fetched; None when they are here.

    Raises:
        InvalidParameter: an object that holds no address.
    """
    if isinstance(annotations, Mapping):
        url = annotations.get("url")
        if not isinstance(url, str):
            raise InvalidParameter(f"{AT}.url", "is required")
        return url
    return annotations if isinstance(annotations, str) else None


def read(annotations: JSON, frame_count: int | None) -> list[GivenFrame]:
    """The frames of pre-labels that are here.

    Args:
        annotations: the list, as JSON.
        frame_count: how many attachments there are, if that is known.

    Raises:
        InvalidParameter: names the first value that is not as the response has it.
    """
    if not isinstance(annotations, list):
        raise InvalidParameter(AT, "must be an array or an address")
    try:
        frames = msgspec.convert(annotations, list[GivenFrame])
    except msgspec.ValidationError as error:
        raise blame_in(error, annotations, list[GivenFrame], AT) from None
    if frame_count is not None and len(frames) != frame_count:
        raise InvalidParameter(AT, f"must contain {frame_count} items, one per attachment")
    return frames


def check(
    frames: Sequence[GivenFrame],
    labels: Sequence[str],
    attributes: Sequence[AttributeDefinition],
    polygon_labels: Sequence[str] | None = None,
) -> None:
    """What does not depend on the scene.

    Args:
        frames: as they were given.
        labels: those that cuboids may have.
        attributes: the task's.
        polygon_labels: those that polygons may have; None where no polygons are asked for.

    Raises:
        InvalidParameter: a label or attribute that the task has not, a size or number that no
            cuboid has, an answer that does not fit, a uuid twice in a frame.
    """
    known = set(labels)
    defined = {one.name: one for one in attributes if one.scope != "scene"}
    for index, frame in enumerate(frames):
        seen: set[str] = set()
        for path, thing in frame.things(f"{AT}.{index}"):
            object_id = object_id_of(thing.uuid)
            if object_id in seen:
                raise InvalidParameter(f"{path}.uuid", "is there more than once in the frame")
            seen.add(object_id)
            if isinstance(thing, GivenPolygon):
                polygons.check_polygon(path, thing, polygon_labels)
            elif thing.label not in known:
                raise InvalidParameter(f"{path}.label", "must be one of labels")
            elif min(msgspec.structs.astuple(thing.dimensions)) <= 0:
                raise InvalidParameter(f"{path}.dimensions", "must be greater than 0")
            for name, answer in thing.answers():
                _check_answer(f"{path}.attributes.{name}", defined.get(name), answer)


def begin(frames: Sequence[GivenFrame], config: StageConfig, scene: Scene) -> list[StoredPart]:
    """The parts of the document that holds these cuboids, checked before.

    Frames that are not labeled are not looked at. An object that stands still has one key, from
    the frame with the most points; others one wherever the line between the keys beside it does
    not lead there by itself.
    """
    if len(frames) != len(scene.frames):
        count = len(scene.frames)
        raise InvalidParameter(AT, f"must contain {count} items, one per frame of the scene")
    labels, polygon_labels = (_labels_of(config, kind) for kind in ("cuboid", "polygon"))
    check(frames, labels or [], config.attributes, polygon_labels)
    ids = dict(_names(frames))
    op_id = str(uuid4())
    parts: list[StoredPart] = []
    tracks = _tracks(config.frames, [frame.cuboids for frame in frames], "cuboids")
    areas = _tracks(config.frames, [frame.polygons or [] for frame in frames], "polygons")
    _refuse_both(tracks, areas)
    for track in tracks:
        for name, value in _parts(track, config, scene, ids):
            parts.append(StoredPart(track.object_id, name, op_id, msgspec.to_builtins(value)))
    for area in areas:
        for object_id, name, value in _polygon_parts(area, config, scene, ids):
            parts.append(StoredPart(object_id, name, op_id, msgspec.to_builtins(value)))
    return parts


def _labels_of(config: StageConfig, kind: str) -> Sequence[str] | None:
    """None: the stage grants no objects of the kind."""
    grants = [grant for grant in config.grants if grant.kind == kind]
    if not grants:
        return None
    return leaves(config.labels) if grants[0].labels is None else grants[0].labels


def _refuse_both(
    tracks: Sequence[_Track[GivenCuboid]], areas: Sequence[_Track[GivenPolygon]]
) -> None:
    cuboids = {track.object_id for track in tracks}
    for area in areas:
        if area.object_id in cuboids:
            raise InvalidParameter(f"{area.seen[0][2]}.uuid", "is that of a cuboid")


def object_id_of(uuid: str | None) -> str:
    """A uuid in its one spelling; other names get one that is theirs for ever, none a new one."""
    if uuid is None:
        return str(uuid4())
    try:
        return str(UUID(uuid))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, uuid))


def _names(frames: Sequence[GivenFrame]) -> Iterator[tuple[str, str]]:
    for frame in frames:
        for _, thing in frame.things(AT):
            if thing.uuid is not None:
                yield thing.uuid, object_id_of(thing.uuid)


def _tracks(
    labeled: Sequence[int], frames: Sequence[Sequence[G]], what: str
) -> Sequence[_Track[G]]:
    tracks: dict[str, _Track[G]] = {}
    for index in labeled:
        for number, thing in enumerate(frames[index]):
            object_id = object_id_of(thing.uuid)
            track = tracks.setdefault(object_id, _Track(object_id, []))
            path = f"{AT}.{index}.{what}.{number}"
            if track.seen and track.seen[0][1].label != thing.label:
                raise InvalidParameter(f"{path}.label", "differs from the object's other frames")
            track.seen.append((index, thing, path))
    return list(tracks.values())


def _polygon_parts(
    track: _Track[GivenPolygon], config: StageConfig, scene: Scene, ids: Mapping[str, str]
) -> Iterator[tuple[str, str, Value]]:
    yield from polygons.begun(track.object_id, track.seen, scene)
    for name, value in _said(track, config, scene, ids, stationary=False):
        yield track.object_id, name, value


def _parts(
    track: _Track[GivenCuboid], config: StageConfig, scene: Scene, ids: Mapping[str, str]
) -> Iterator[tuple[str, Value]]:
    stationary = all(cuboid.stationary for _, cuboid, _ in track.seen)
    label = track.seen[0][1].label
    yield (
        OBJECT,
        CuboidObject(
            provenance=IMPORTED,
            space="world",
            label=label,
            parent_id=None,
            stationary=stationary,
        ),
    )
    seen = track.seen
    if stationary:
        seen = [max(seen, key=lambda one: one[1].numberOfPoints or 0)]
    times_ns = [scene.frames[index].time_ns for index, _, _ in seen]
    poses = [_pose(path, cuboid, config, scene) for _, cuboid, path in seen]
    for position in _needed(times_ns, poses):
        yield key_part(times_ns[position]), poses[position]
    yield from _said(track, config, scene, ids, stationary=stationary)


def _said(
    track: _Track[G],
    config: StageConfig,
    scene: Scene,
    ids: Mapping[str, str],
    *,
    stationary: bool,
) -> Iterator[tuple[str, Value]]:
    """In which frames it is there, and its answers."""
    for index, there in _changes_of_presence(track, config.frames, stationary=stationary):
        time_ns = scene.frames[index].time_ns
        yield visible_part(time_ns), Visible(visible=there, provenance=IMPORTED)
    for attribute in config.attributes:
        if attribute.scope != "scene":
            yield from _answers(track, attribute, scene, ids)


def _pose(path: str, cuboid: GivenCuboid, config: StageConfig, scene: Scene) -> CuboidGeometry:
    unit_m = scene.meters_per_unit
    at, size = cuboid.position, cuboid.dimensions
    centre_m = (at.x * unit_m, at.y * unit_m, at.z * unit_m)
    size_m = (size.y * unit_m, size.x * unit_m, size.z * unit_m)
    if not max(map(abs, centre_m)) <= LARGEST_COORDINATE:
        raise InvalidParameter(f"{path}.position", "is too large")
    if not all(0 < length_m < LARGEST_SIZE for length_m in size_m):
        reason = f"must be above 0 and below {LARGEST_SIZE / unit_m:g}"
        raise InvalidParameter(f"{path}.dimensions", reason)
    known = [camera.index for camera in scene.cameras]
    if cuboid.camera_used is not None and cuboid.camera_used not in known:
        raise InvalidParameter(f"{path}.camera_used", "must be one of the scene's cameras")
    tilt = (cuboid.pitch or 0.0, cuboid.roll or 0.0)
    return CuboidGeometry(
        provenance=IMPORTED,
        centre_m=centre_m,
        size_m=size_m,
        rotation_wxyz=_rotation(
            cuboid.yaw, *(tilt if config.pitch_and_roll_enabled else (0.0, 0.0))
        ),
        camera_used=cuboid.camera_used,
    )


def _rotation(yaw_rad: float, pitch_rad: float, roll_rad: float) -> Quaternion:
    """Of our cuboid, whose length is its x: the inverse of lidarannotation.scale_angles."""
    if pitch_rad == roll_rad == 0.0:
        half_rad = (yaw_rad + math.pi / 2) / 2
        return (math.cos(half_rad), 0.0, 0.0, math.sin(half_rad))
    from groundplane.geometry import rotations  # noqa: PLC0415 - numpy is a tenth of web's start

    # Scale's object looks along its y, ours along its x: a quarter turn more.
    turns = (((1, 0, 0), pitch_rad), ((0, 1, 0), roll_rad), ((0, 0, 1), math.pi / 2))
    turned = rotations.from_yaw(yaw_rad)
    for axis, angle_rad in turns:
        turned = rotations.multiply(turned, rotations.from_axis_angle(axis, angle_rad))
    w, x, y, z = rotations.normalise(turned).tolist()
    return (w, x, y, z)


def _needed(times_ns: Sequence[int], poses: Sequence[CuboidGeometry]) -> list[int]:
    """Positions of the keys without which some pose would be another: a person has few to move."""
    import numpy as np  # noqa: PLC0415 - only ingest begins a document

    rows = np.array([[*pose.centre_m, *pose.size_m, *pose.rotation_wxyz] for pose in poses])
    if not rows[:, 7:9].any():  # upright: between two keys the yaw is linear
        yaw_rad = 2 * np.arctan2(rows[:, 9], rows[:, 6])
        rows = np.column_stack([rows[:, :6], np.unwrap(yaw_rad)])
    times = np.array(times_ns, dtype=np.float64)
    kept, start = [0], 0
    for end in range(2, len(poses)):
        part = ((times[start + 1 : end] - times[start]) / (times[end] - times[start]))[:, None]
        line = rows[start] + (rows[end] - rows[start]) * part
        follows = np.abs(line - rows[start + 1 : end]).max() <= SAME
        cameras = {pose.camera_used for pose in poses[start:end]}
        if not follows or len(cameras) > 1 or abs(rows[end, -1] - rows[start, -1]) > LARGEST_TURN:
            start = end - 1
            kept.append(start)
    return kept if len(poses) == 1 else [*kept, len(poses) - 1]


def _changes_of_presence(
    track: _Track[G], labeled: Sequence[int], *, stationary: bool
) -> Iterator[tuple[int, bool]]:
    """(frame index, there from then on), where interpolate.present_at would think otherwise."""
    seen = {index for index, _, _ in track.seen}
    first = track.seen[0][0]
    there = True
    for index in labeled:
        if (stationary or index >= first) and (index in seen) != there:
            there = not there
            yield index, there


def _answers(
    track: _Track[G], attribute: AttributeDefinition, scene: Scene, ids: Mapping[str, str]
) -> Iterator[tuple[str, Value]]:
    """The whole track's answer is that of its first frame that has one; others step."""
    held: AttributeAnswer = None
    for index, thing, path in track.seen:
        given = (thing.attributes or {}).get(attribute.name)
        answer: AttributeAnswer = tuple(given) if isinstance(given, list) else given
        if attribute.type == "linked" and answer is not None:
            answer = ids.get(str(given))
            if answer is None:
                where = f"{path}.attributes.{attribute.name}"
                raise InvalidParameter(where, "must be the uuid of one of the cuboids")
        if answer == held:
            continue
        held = answer
        if attribute.scope == "track":
            yield attribute_part(attribute.name), Attribute(value=answer, provenance=IMPORTED)
            return
        time_ns = scene.frames[index].time_ns
        yield (
            attribute_part(attribute.name, time_ns),
            Attribute(value=answer, provenance=IMPORTED),
        )


def _check_answer(path: str, attribute: AttributeDefinition | None, answer: object) -> None:
    if attribute is None:
        raise InvalidParameter(path, "must be one of annotation_attributes")
    try:
        typed: AttributeAnswer = msgspec.convert(answer, AttributeAnswer)
    except msgspec.ValidationError as error:
        raise blame_in(error, answer, AttributeAnswer, path) from None
    if attribute.type != "linked":
        check_answer(path, attribute, typed)
    elif not isinstance(typed, str):
        raise InvalidParameter(path, "must be the uuid of one of the cuboids")
