"""An .sfs scene as its file holds it: times in the file's unit, quaternions x, y, z, w."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from groundplane.geometry.arrays import Int64Array
from groundplane.scenes.formats.json_binary import Array, Node
from groundplane.scenes.formats.paths import PosePath

Identity = str | int
Coordinates = Literal["world", "ego"]
TimeUnit = Literal["microseconds", "nanoseconds"]

NS_PER_UNIT: Final[dict[TimeUnit, int]] = {"microseconds": 1000, "nanoseconds": 1}
SENSOR_TYPES: Final = ("lidar", "radar", "camera", "points", "odometry")


@dataclass(frozen=True, slots=True, eq=False)
class LidarPoints:
    """`positions` (n, 3), `colors` (n, 3) RGB, `intensities` (n,) 0 to 255, `timestamps` (n,)."""

    positions: Array
    colors: Array | None = None
    intensities: Array | None = None
    timestamps: Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RadarPoints:
    """`positions` (n, 3), `directions` (n, 3), `lengths` (n,), `timestamps` (n,)."""

    positions: Array
    directions: Array | None = None
    lengths: Array | None = None
    timestamps: Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LidarFrame:
    timestamp: int
    points: LidarPoints


@dataclass(frozen=True, slots=True, eq=False)
class RadarFrame:
    timestamp: int
    points: RadarPoints


@dataclass(frozen=True, slots=True, eq=False)
class LidarSensor:
    id: Identity
    poses: PosePath
    frames: Sequence[LidarFrame]
    coordinates: Coordinates = "world"
    parent_id: Identity | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RadarSensor:
    id: Identity
    poses: PosePath
    frames: Sequence[RadarFrame]
    coordinates: Coordinates = "world"
    parent_id: Identity | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """`content`: (n,) the bytes of a JPEG, PNG or WebP file, or (height, width, 3) pixels, RGB."""

    timestamp: int
    content: Array


@dataclass(frozen=True, slots=True, eq=False)
class Video:
    """`content`: the bytes of an MP4 file; its picture k was taken at `timestamps[k]`."""

    timestamps: Int64Array
    content: Array
    fps: float


@dataclass(frozen=True, slots=True)
class Intrinsics:
    """Pixels; `model` None is a pinhole. `params` as in the file, see `distortion`."""

    fx: float
    fy: float
    cx: float
    cy: float
    width: int
    height: int
    model: str | None = None
    params: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class CameraSensor:
    """With both a video and images, the official package plays the video."""

    id: Identity
    poses: PosePath
    intrinsics: Intrinsics
    video: Video | None = None
    images: Sequence[Image] | None = None
    parent_id: Identity | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PointsSensor:
    """One cloud without a time: a map."""

    id: Identity
    positions: Array
    colors: Array | None = None
    parent_id: Identity | None = None


@dataclass(frozen=True, slots=True, eq=False)
class OdometrySensor:
    id: Identity
    poses: PosePath
    parent_id: Identity | None = None


Sensor = LidarSensor | RadarSensor | CameraSensor | PointsSensor | OdometrySensor


@dataclass(frozen=True, slots=True, eq=False)
class AttributePath:
    """`values[k]` holds from `timestamps[k]` on; `static`: one value for the whole time."""

    name: str
    timestamps: Int64Array
    values: Sequence[str | int | bool | list[str]]
    sensor_id: Identity | None = None
    static: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SfsScene:
    """`time_offset` is the absolute time of timestamp 0. `annotations` are the file's own nodes."""

    sensors: Sequence[Sensor]
    version: str = "1.0"
    annotations: Sequence[Node] | None = None
    attributes: Sequence[AttributePath] | None = None
    time_offset: int | None = None
    time_unit: TimeUnit = "microseconds"
    metadata: dict[str, Node] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, or odd, and where. A file with errors is refused; with warnings it is read."""

    place: str
    reason: str
    is_error: bool = field(default=True)
