"""What is in a file of a scene: for people, and for scripts as JSON."""

import mmap
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

import msgspec
import numpy as np

from groundplane.errors import AttachmentUnreadable
from groundplane.geometry.arrays import Float64Array
from groundplane.scenes.formats.any_frame import frame_kind, read_any_frame
from groundplane.scenes.formats.columns import NO_POINTS
from groundplane.scenes.formats.frame_head import ANY_FRAME
from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.formats.json_binary import Array, Container, Node, open_container
from groundplane.scenes.formats.json_binary_writer import arrays_of
from groundplane.scenes.formats.scene_folder import frame_files, read_scene_frame
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
from groundplane.scenes.images import inspect_image
from groundplane.scenes.responses.facts import facts_of
from groundplane.scenes.responses.kinds import kind_of, may_be_response, read_json

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


class Summary(msgspec.Struct, frozen=True):
    """What a file holds; times of sensors are in `time_unit`.

    `format` is "sfs", "sfa", "container" (of anything else), "frame", "frame list" (scene.json),
    "cuboids response" or another of `ResponseKind`, "jpeg", "png" or "webp". `annotations` counts
    by type, `arrays` says dtype and shape by path.
    """

    file: str
    format: str
    size_bytes: int
    version: str = ""
    time_offset: int | None = None
    time_unit: str = ""
    frames: int | None = None
    sensors: Sequence[SensorSummary] = ()
    annotations: dict[str, int] = {}
    arrays: dict[str, str] = {}
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
            *([] if self.frames is None else [f"{self.frames} frames"]),
            *(_sensor_line(sensor) for sensor in self.sensors),
            *([f"annotations: {', '.join(labels)}"] if labels else []),
            *(f"  {path}: {array}" for path, array in self.arrays.items()),
            *(f"error: {error}" for error in self.errors),
            *(f"warning: {warning}" for warning in self.warnings),
        ]


def summarise(path: Path) -> Summary:
    """Look into any file of the formats: a container, a frame, a response, a list, a picture.

    A scene with errors is summarised without its sensors; the errors are all told.

    Raises:
        UnreadableFile: none of them; the sentence names file and place.
        ValueError: a folder without frames.
        OSError: the file cannot be read.
    """
    if path.is_dir():
        return _folder(path)
    if is_container(path):
        return _container(open_container(path))
    content = path.read_bytes()
    if may_be_response(content):
        return _json(content, path.name)
    kind = image_kind(np.frombuffer(content, np.uint8))
    if kind is not None:
        facts = inspect_image(content)
        seen = SensorSummary(path.name, "picture", pictures=f"{facts.width_px} x {facts.height_px}")
        return Summary(path.name, kind, len(content), sensors=[seen])
    try:
        frame = read_any_frame(content, ANY_FRAME)
    except AttachmentUnreadable as error:
        raise UnreadableFile(path.name, "", _why_no_frame(content, str(error))) from error
    return _frame(frame, path.name, len(content))


def is_container(path: Path) -> bool:
    """By its suffix, or because it begins as an object of JSON and holds a zero byte."""
    if path.suffix in CONTAINERS:
        return True
    with path.open("rb") as file:
        if file.read(64).lstrip()[:1] != b"{":
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.find(b"\0") >= 0


def is_of_scenes(container: Container) -> bool:
    """Whether it is a scene or annotations, by a member or by its name; else it is any tree."""
    named = Path(container.name).suffix in CONTAINERS
    return named or bool({"sensors", "annotations"} & container.root.keys())


def _why_no_frame(content: bytes, error: str) -> str:
    """A text of another kind is not a frame that is wrong somewhere."""
    is_json = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}
    if is_json or frame_kind(content) == "protobuf":
        return error
    return "No .sfs or .sfa file, no frame of JSON or protobuf, no response, no picture."


def _json(content: bytes, name: str) -> Summary:
    tree = read_json(content, name)
    kind = kind_of(tree)
    if kind is not None:
        frames, counts = facts_of(kind, tree, name)
        return Summary(name, f"{kind} response", len(content), frames=frames, annotations=counts)
    frames = tree.get("frames") if isinstance(tree, dict) else None
    if isinstance(frames, list) and all(isinstance(url, str) for url in cast("list[Node]", frames)):
        count = len(cast("list[Node]", frames))
        return Summary(name, "frame list", len(content), frames=count)
    reason = "Neither a frame, for it has no points, nor a response of a lidar task."
    raise UnreadableFile(name, "", reason)


def _frame(frame: FrameColumns, name: str, size_bytes: int) -> Summary:
    devices = [None] if frame.device is None else np.unique(frame.device).tolist()
    sensors = [
        _points_summary(
            SensorSummary("lidar" if device is None else f"device {device}", "lidar", 1),
            [frame.xyz if device is None else frame.xyz[frame.device == device]],
        )
        for device in devices
    ]
    head = frame.head
    cameras = [SensorSummary(image.name, "camera", 1, lens=image.model) for image in head.images]
    heard = [
        _points_summary(
            SensorSummary("radar", "radar", 1),
            [np.array([point.position for point in head.radar]).reshape(-1, 3)],
        )
    ]
    refused = [] if frame.count else [NO_POINTS]
    return Summary(
        name,
        "frame",
        size_bytes,
        sensors=[*sensors, *(heard if head.radar else []), *cameras],
        warnings=refused,
    )


def _folder(folder: Path) -> Summary:
    """All frames as one scene; a frame that cannot be read is an error of it."""
    files = frame_files(folder)
    if not files:
        raise ValueError(f"{folder} holds no frames: .json or .pb, one a frame.")
    sensors: dict[tuple[str, str | int], SensorSummary] = {}
    errors: list[str] = []
    size_bytes = 0
    for path in files:
        size_bytes += path.stat().st_size
        try:
            frame = read_scene_frame(path, folder)
        except AttachmentUnreadable as error:
            errors.append(str(error))
            continue
        size_bytes += sum(picture.nbytes for picture in frame.pictures if picture is not None)
        for sensor in _frame(frame.columns, path.name, 0).sensors:
            key = sensor.type, sensor.id
            sensors[key] = _joined(sensors[key], sensor) if key in sensors else sensor
    name = folder.name or str(folder)
    return Summary(name, "folder", size_bytes, sensors=list(sensors.values()), errors=errors)


def _joined(a: SensorSummary, b: SensorSummary) -> SensorSummary:
    lows, highs = filter(None, (a.min_m, b.min_m)), filter(None, (a.max_m, b.max_m))
    lenses = dict.fromkeys((*a.lens.split(", "), b.lens))
    low, high = list(zip(*lows, strict=True)), list(zip(*highs, strict=True))
    return msgspec.structs.replace(
        a,
        frames=a.frames + b.frames,
        points=a.points + b.points,
        min_m=tuple(map(min, low)) if low else None,
        max_m=tuple(map(max, high)) if high else None,
        lens=", ".join(filter(None, lenses)),
    )


def _container(container: Container) -> Summary:
    if not is_of_scenes(container):
        return Summary(
            container.name,
            "container",
            container.size_bytes,
            arrays={
                place: f"{array.dtype.name} {list(array.shape)}"
                for place, array in arrays_of(container.root)
            },
        )
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
        pictures = f"video of {camera.video.fps:g} fps (frames show JPEGs of it)"
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
    counted = msgspec.structs.replace(base, points=sum(map(len, filled)))
    # Infinities are read, and are nowhere.
    bounds = [_bounds(cloud) for cloud in filled if np.isfinite(cloud).all(axis=1).any()]
    if not bounds:
        return counted
    return msgspec.structs.replace(
        counted,
        min_m=tuple(np.round(np.min([low for low, _ in bounds], axis=0), 3).tolist()),
        max_m=tuple(np.round(np.max([high for _, high in bounds], axis=0), 3).tolist()),
    )


def _bounds(cloud: Array) -> tuple[Float64Array, Float64Array]:
    whole = cloud.astype(np.float64)
    finite = whole[np.isfinite(whole).all(axis=1)]
    return finite.min(axis=0), finite.max(axis=0)


def _sensor_line(sensor: SensorSummary) -> str:
    parts = [f"  {sensor.type} {sensor.id}:"]
    if sensor.frames:
        parts.append(f"{sensor.frames} frame{'' if sensor.frames == 1 else 's'}")
    if sensor.first is not None:
        parts.append(f"from {sensor.first} to {sensor.last}")
    if sensor.points:
        within = "" if sensor.min_m is None else f" within {sensor.min_m} and {sensor.max_m} m"
        parts.append(f"{sensor.points:,} points{within}")
    parts += [part for part in (sensor.pictures, sensor.lens) if part]
    if sensor.parent_id is not None:
        parts.append(f"child of {sensor.parent_id}")
    return " ".join(parts)
