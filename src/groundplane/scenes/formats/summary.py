"""What is in a file of a scene: for people, and for scripts as JSON."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from groundplane.errors import AttachmentUnreadable
from groundplane.scenes.formats.any_frame import read_any_frame
from groundplane.scenes.formats.json_binary import Array, Container, open_container
from groundplane.scenes.formats.sfa_reader import examine_sfa
from groundplane.scenes.formats.sfs_check import image_kind
from groundplane.scenes.formats.sfs_model import (
    SENSOR_TYPES,
    CameraSensor,
    Finding,
    LidarSensor,
    OdometrySensor,
    PointsSensor,
    RadarSensor,
    Sensor,
    SfsScene,
)
from groundplane.scenes.formats.sfs_reader import examine_sfs
from groundplane.scenes.formats.unreadable import UnreadableFile

CONTAINERS: Final = frozenset({".sfs", ".sfa", ".bs5"})
Triple = tuple[float, float, float]


class SensorSummary(msgspec.Struct, frozen=True, omit_defaults=True):
    """`frames` counts sweeps or pictures; `min_m` and `max_m` are of all points as written."""

    id: str | int
    type: str
    frames: int = 0
    first: int | None = None
    last: int | None = None
    poses: int = 0
    points: int = 0
    min_m: Triple | None = None
    max_m: Triple | None = None
    pictures: str = ""
    lens: str = ""
    parent_id: str | int | None = None


class Summary(msgspec.Struct, frozen=True, omit_defaults=True):
    """`format` is "sfs", "sfa" or "frame"; times of sensors are in `time_unit`."""

    file: str
    format: str
    size_bytes: int
    version: str = ""
    time_offset: int | None = None
    time_unit: str = ""
    sensors: Sequence[SensorSummary] = ()
    annotations: dict[str, int] = {}
    errors: Sequence[str] = ()
    warnings: Sequence[str] = ()

    def lines(self) -> list[str]:
        version = f" {self.version}" if self.version else ""
        head = f"{self.file}: {self.format}{version}, {self.size_bytes:,} bytes"
        offset = f"time 0 is {self.time_offset} {self.time_unit}" if self.time_offset else ""
        labels = [f"{count} {kind}" for kind, count in sorted(self.annotations.items())]
        return [
            head,
            *filter(None, [offset]),
            *(_sensor_line(sensor) for sensor in self.sensors),
            *([f"annotations: {', '.join(labels)}"] if labels else []),
            *(f"error: {error}" for error in self.errors),
            *(f"warning: {warning}" for warning in self.warnings),
        ]


def summarise(path: Path) -> Summary:
    """Look into an .sfs or .sfa file, or one frame of Frame JSON or protobuf.

    A scene with errors is summarised without its sensors; the errors are all told.

    Raises:
        UnreadableFile: neither of them; the sentence names file and place.
        OSError: the file cannot be read.
    """
    if path.suffix in CONTAINERS:
        return _container(open_container(path))
    content = path.read_bytes()
    try:
        frame = read_any_frame(content)
    except AttachmentUnreadable as error:
        raise UnreadableFile(path.name, "", str(error)) from error
    devices = [None] if frame.device is None else np.unique(frame.device).tolist()
    sensors = [
        _points_summary(
            SensorSummary(f"device {device}", "lidar", 1),
            [frame.xyz if frame.device is None else frame.xyz[frame.device == device]],
        )
        for device in devices
    ]
    head = frame.head
    cameras = [SensorSummary(image.name, "camera", 1, lens=image.model) for image in head.images]
    radar = [SensorSummary("radar", "radar", 1, points=len(head.radar))] if head.radar else []
    return Summary(path.name, "frame", len(content), sensors=[*sensors, *radar, *cameras])


def _container(container: Container) -> Summary:
    found, labels = examine_sfs(container), examine_sfa(container)
    kinds: Counter[str] = Counter()
    if labels.file is not None:
        nodes = container.root.get("annotations") or []
        kinds.update(str(node.get("type")) for node in nodes)
    scene = found.scene or SfsScene([], version="")
    return Summary(
        file=container.name,
        format="sfs" if container.root.get("sensors") else "sfa",
        size_bytes=container.size_bytes,
        version=scene.version,
        time_offset=scene.time_offset,
        time_unit=scene.time_unit,
        sensors=[_sensor(sensor) for sensor in scene.sensors],
        annotations=dict(kinds),
        errors=_sentences([*found.errors, *labels.errors]),
        warnings=_sentences([*found.warnings, *labels.warnings]),
    )


def _sentences(findings: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(f"{found.place} {found.reason}" for found in findings))


def _sensor(sensor: Sensor) -> SensorSummary:
    if isinstance(sensor, PointsSensor):
        kind = SensorSummary(sensor.id, "points", parent_id=sensor.parent_id)
        return _points_summary(kind, [sensor.positions])
    poses = len(sensor.poses.timestamps)
    base = SensorSummary(sensor.id, _KINDS[type(sensor)], poses=poses, parent_id=sensor.parent_id)
    if isinstance(sensor, LidarSensor | RadarSensor):
        timed = _timed(base, [frame.timestamp for frame in sensor.frames])
        return _points_summary(timed, [frame.points.positions for frame in sensor.frames])
    if isinstance(sensor, CameraSensor):
        return _camera(sensor, base)
    return _timed(base, sensor.poses.timestamps.tolist())


_KINDS: Final[dict[type[Sensor], str]] = dict(
    zip(
        (LidarSensor, RadarSensor, CameraSensor, PointsSensor, OdometrySensor),
        SENSOR_TYPES,
        strict=True,
    )
)


def _camera(camera: CameraSensor, base: SensorSummary) -> SensorSummary:
    lens = camera.intrinsics
    if camera.video is not None:
        base = _timed(base, camera.video.timestamps.tolist())
        pictures = "video"
    else:
        images = camera.images or []
        base = _timed(base, [image.timestamp for image in images])
        pictures = ", ".join(sorted({image_kind(image.content) or "unknown" for image in images}))
    return msgspec.structs.replace(
        base,
        pictures=f"{lens.width} x {lens.height} {pictures}",
        lens=lens.model or "pinhole",
    )


def _timed(base: SensorSummary, times: Sequence[int]) -> SensorSummary:
    if not times:
        return base
    return msgspec.structs.replace(base, frames=len(times), first=min(times), last=max(times))


def _points_summary(base: SensorSummary, clouds: Sequence[Array]) -> SensorSummary:
    """A cloud at a time, so that a mapped file is never in memory as a whole."""
    filled = [cloud for cloud in clouds if len(cloud)]
    if not filled:
        return base
    lows = np.min([np.nanmin(cloud.astype(np.float64), axis=0) for cloud in filled], axis=0)
    highs = np.max([np.nanmax(cloud.astype(np.float64), axis=0) for cloud in filled], axis=0)
    return msgspec.structs.replace(
        base,
        points=sum(map(len, filled)),
        min_m=tuple(np.round(lows, 3).tolist()),
        max_m=tuple(np.round(highs, 3).tolist()),
    )


def _sensor_line(sensor: SensorSummary) -> str:
    parts = [f"  {sensor.type} {sensor.id}:"]
    if sensor.frames:
        parts.append(f"{sensor.frames} frames")
    if sensor.first is not None:
        parts.append(f"from {sensor.first} to {sensor.last}")
    if sensor.points:
        parts.append(f"{sensor.points:,} points within {sensor.min_m} and {sensor.max_m} m")
    parts += [part for part in (sensor.pictures, sensor.lens) if part]
    if sensor.parent_id is not None:
        parts.append(f"child of {sensor.parent_id}")
    return " ".join(parts)
