"""An .sfs container to its scene, or to what is wrong with it (docs/formats/sfs.md)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numpy as np

from groundplane.geometry.lenses.parameters import POSITIONAL
from groundplane.scenes.formats.fields import Fields, Misfit, word
from groundplane.scenes.formats.json_binary import Array, Container, open_container
from groundplane.scenes.formats.paths import POSE_WIDTH, PosePath
from groundplane.scenes.formats.sfs_check import check_scene
from groundplane.scenes.formats.sfs_model import (
    NS_PER_UNIT,
    SENSOR_TYPES,
    AttributePath,
    CameraSensor,
    Coordinates,
    Finding,
    Image,
    Intrinsics,
    LidarFrame,
    LidarPoints,
    LidarSensor,
    OdometrySensor,
    PointsSensor,
    RadarFrame,
    RadarPoints,
    RadarSensor,
    Sensor,
    SfsScene,
    Video,
)
from groundplane.scenes.formats.unreadable import UnreadableFile

T = TypeVar("T")

# The official reader tests the beginning only: "1.0.3" is one of them.
VERSIONS: Final = ("1.0", "5.1")


@dataclass(frozen=True, slots=True)
class Examined:
    """`scene` is None when the members do not have the types that the format gives them."""

    scene: SfsScene | None
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def open_sfs(path: Path, *, check_values: bool = True) -> SfsScene:
    """Map a file; arrays stay on disk until they are used.

    Args:
        path: the file.
        check_values: look at the arrays, too; without it only types are checked.

    Raises:
        UnreadableFile: not a scene, or one with errors; the sentence tells the first of them.
        OSError: the file cannot be opened.
    """
    return read_sfs(open_container(path), check_values=check_values)


def read_sfs(container: Container, *, check_values: bool = True) -> SfsScene:
    """The scene of a container, of which `check_values` is as for `open_sfs`.

    Raises:
        UnreadableFile: as `open_sfs`.
    """
    found = examine_sfs(container, check_values=check_values)
    if found.errors:
        first, more = found.errors[0], len(found.errors) - 1
        others = f" And {more} more." if more else ""
        raise UnreadableFile(container.name, first.place, first.reason + others)
    assert found.scene is not None
    return found.scene


def examine_sfs(container: Container, *, check_values: bool = True) -> Examined:
    """Everything that is wrong or odd: first types, of all sensors; then, if they fit, values."""
    root = Fields.of(container.root, "")
    errors: list[Finding] = []
    warnings: list[Finding] = []

    def tried(read: Callable[[], T]) -> T | None:
        try:
            return read()
        except Misfit as misfit:
            errors.append(Finding(misfit.place, misfit.reason))
            return None

    nodes = tried(lambda: [] if root.get("sensors") is None else root.list_of("sensors"))
    sensors: list[Sensor] = []
    for index, node in enumerate(nodes or []):
        sensor = tried(partial(_sensor, node, f"sensors.{index}", warnings))
        sensors += [] if sensor is None else [sensor]
    rest = tried(lambda: _scene(root, sensors))
    if errors or rest is None:
        return Examined(None, tuple(errors), tuple(warnings))
    findings = check_scene(rest) if check_values else []
    return Examined(
        rest,
        tuple(finding for finding in findings if finding.is_error),
        (*warnings, *(finding for finding in findings if not finding.is_error)),
    )


def _version(root: Fields) -> str:
    version = root.text("version")
    if not version.startswith(VERSIONS):
        raise Misfit("version", f"must be one of {', '.join(VERSIONS)}, not {version}.")
    return version


def scene_members(root: Fields) -> dict[str, Any]:
    """What scenes and annotation files have in common, by the names of their classes.

    Raises:
        Misfit: a member of the wrong type.
    """
    attributes = root.objects_or_none("attributes")
    metadata = root.inner_or_none("metadata")
    return {
        "version": _version(root),
        "attributes": None if attributes is None else [attribute_path(item) for item in attributes],
        "time_offset": root.whole_or_none("time_offset"),
        "time_unit": root.one_of("time_unit", tuple(NS_PER_UNIT), "microseconds"),
        "metadata": None if metadata is None else metadata.members,
    }


def _scene(root: Fields, sensors: list[Sensor]) -> SfsScene:
    annotations = None if root.get("annotations") is None else root.list_of("annotations")
    return SfsScene(sensors=sensors, annotations=annotations, **scene_members(root))


def _sensor(node: object, place: str, warnings: list[Finding]) -> Sensor:
    fields = Fields.of(node, place)
    kind = fields.required("type")
    read = _SENSORS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise Misfit(f"{place}.type", f"{word(kind)} is none of {', '.join(SENSOR_TYPES)}.")
    sensor = read(fields)
    warnings += [
        Finding(fields.at(key), "is not of the format and is not read.", is_error=False)
        for key in fields.unknown()
    ]
    return sensor


def _lidar(fields: Fields) -> LidarSensor:
    return LidarSensor(
        id=fields.identity("id"),
        poses=pose_path(fields.inner("poses")),
        frames=[
            LidarFrame(frame.whole("timestamp"), _lidar_points(frame.inner("points")))
            for frame in _frames(fields)
        ],
        coordinates=_coordinates(fields),
        parent_id=fields.identity_or_none("parent_id"),
    )


def _lidar_points(points: Fields) -> LidarPoints:
    return LidarPoints(
        positions=_triples(points, "positions", points.array("positions")),
        colors=_triples_or_none(points, "colors"),
        intensities=points.array_or_none("intensities"),
        timestamps=points.array_or_none("timestamps"),
    )


def _radar(fields: Fields) -> RadarSensor:
    return RadarSensor(
        id=fields.identity("id"),
        poses=pose_path(fields.inner("poses")),
        frames=[
            RadarFrame(frame.whole("timestamp"), _radar_points(frame.inner("points")))
            for frame in _frames(fields)
        ],
        coordinates=_coordinates(fields),
        parent_id=fields.identity_or_none("parent_id"),
    )


def _radar_points(points: Fields) -> RadarPoints:
    return RadarPoints(
        positions=_triples(points, "positions", points.array("positions")),
        directions=_triples_or_none(points, "directions"),
        lengths=points.array_or_none("lengths"),
        timestamps=points.array_or_none("timestamps"),
    )


def _camera(fields: Fields) -> CameraSensor:
    video, images = fields.inner_or_none("video"), fields.objects_or_none("images")
    return CameraSensor(
        id=fields.identity("id"),
        poses=pose_path(fields.inner("poses")),
        intrinsics=_intrinsics(fields.inner("intrinsics")),
        video=None
        if video is None
        else Video(video.times(), video.array("content"), video.number("fps")),
        images=None
        if images is None
        else [Image(image.whole("timestamp"), image.array("content")) for image in images],
        parent_id=fields.identity_or_none("parent_id"),
    )


def _intrinsics(fields: Fields) -> Intrinsics:
    distortion = fields.inner_or_none("distortion")
    model, params = None, ()
    if distortion is not None:
        model = distortion.text("model")
        if model not in POSITIONAL:
            raise distortion.misfit("model", f"one of {', '.join(POSITIONAL)}")
        params = distortion.numbers("params")
    return Intrinsics(
        fx=fields.number("fx"),
        fy=fields.number("fy"),
        cx=fields.number("cx"),
        cy=fields.number("cy"),
        width=fields.whole("width"),
        height=fields.whole("height"),
        model=model,
        params=params,
    )


def _points(fields: Fields) -> PointsSensor:
    points = fields.inner("points")
    return PointsSensor(
        id=fields.identity("id"),
        positions=_triples(points, "positions", points.array("positions")),
        colors=_triples_or_none(points, "colors"),
        parent_id=fields.identity_or_none("parent_id"),
    )


def _odometry(fields: Fields) -> OdometrySensor:
    return OdometrySensor(
        id=fields.identity("id"),
        poses=pose_path(fields.inner("poses")),
        parent_id=fields.identity_or_none("parent_id"),
    )


_SENSORS: Final[dict[str, Callable[[Fields], Sensor]]] = {
    "lidar": _lidar,
    "radar": _radar,
    "camera": _camera,
    "points": _points,
    "odometry": _odometry,
    "odometer": _odometry,  # what the official model class calls it
}


def _frames(fields: Fields) -> list[Fields]:
    frames = list(fields.objects("frames"))
    if not frames:
        raise Misfit(fields.at("frames"), "is empty: at least one frame is needed.")
    return frames


def _coordinates(fields: Fields) -> Coordinates:
    return cast("Coordinates", fields.one_of("coordinates", ("world", "ego"), "world"))


def pose_path(fields: Fields) -> PosePath:
    """Timestamps and rows of 7 numbers, as many of both.

    Raises:
        Misfit: something else.
    """
    timestamps = fields.times()
    numbers, lengths = fields.rows()
    if not len(lengths):
        raise Misfit(fields.at("values"), "is empty: at least one pose is needed.")
    wrong = np.flatnonzero(lengths != POSE_WIDTH)
    if len(wrong):
        row = int(wrong[0])
        raise Misfit(
            f"{fields.at('values')}.{row}", f"must hold 7 numbers, not {int(lengths[row])}."
        )
    if len(timestamps) != len(lengths):
        reason = f"holds {len(lengths)} poses for {len(timestamps)} timestamps."
        raise Misfit(fields.at("values"), reason)
    return PosePath(timestamps, numbers.reshape(-1, POSE_WIDTH))


def attribute_path(fields: Fields) -> AttributePath:
    """Scene-level, or of an annotation.

    Raises:
        Misfit: a value that is no string, whole number, boolean or list of strings.
    """
    values = fields.list_of("values")
    for index, value in enumerate(values):
        strings = isinstance(value, list) and all(isinstance(item, str) for item in value)
        if not (strings or isinstance(value, str | int)):
            raise Misfit(
                f"{fields.at('values')}.{index}",
                f"must be a string, whole number, boolean or list of strings, not {word(value)}.",
            )
    return AttributePath(
        name=fields.text("name"),
        timestamps=fields.times(),
        values=values,
        sensor_id=fields.identity_or_none("sensor_id"),
        static=fields.flag("static", default=False),
    )


def _triples_or_none(fields: Fields, key: str) -> Array | None:
    array = fields.array_or_none(key)
    return None if array is None else _triples(fields, key, array)


def _triples(fields: Fields, key: str, array: Array) -> Array:
    """(n, 3) of what is so already, or written flat."""
    if array.ndim == 1 and array.size % 3 == 0:
        return array.reshape(-1, 3)
    if array.ndim == 2 and array.shape[1] == 3:
        return array
    raise Misfit(fields.at(key), f"must have the shape (n, 3) or (3n), not {array.shape}.")
