"""What a frame tells about itself, and what was found in a scene."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from groundplane.scenes.model import Quaternion, Vec3

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """`frames` are the indices it was found in, the first ten of `frame_count`.

    `picture` names a picture that shows it: "frame/camera". `sensor` is a camera's name or
    "device 0"; empty where the finding is about the frames as such.
    """

    rule: str
    severity: Severity
    measured: str
    advice: str
    frames: Sequence[int] = ()
    frame_count: int = 0
    sensor: str = ""
    picture: str = ""


class GroundSigns(msgspec.Struct, frozen=True):
    """The ground: the plane with most of the near cloud, lying all round; lengths in metres.

    `normal` points to where most of the rest of the cloud is, `above_share` of it. `share` is that
    of near points in the plane, `merit` the share times its roundness, `upright_merit` that of the
    best plane whose normal is within 35° of z. `height` is the device's over the plane.
    """

    normal: Vec3
    offset: float
    share: float
    merit: float
    upright_merit: float
    above_share: float
    height: float


class CloudSigns(msgspec.Struct, frozen=True):
    """Lengths in metres. `centre` is the middle of the dense part around the sensor.

    `spread` is the 5 to 95 % extent along x, y and z. `step` is the distance of neighbouring
    float32 at the largest coordinate when every coordinate is a float32, else 0. `content` and
    `intensities` are hashes of columns. `structure` is a bitmap of what stands on the ground, 192
    by 192 cells of half a metre, zlib-compressed, whose first cell begins at `structure_at`.
    """

    count: int
    not_finite: int
    at_origin: int
    repeated: int
    centre: Vec3
    spread: Vec3
    median_range: float
    farthest: float
    azimuths_covered: float
    step: float
    content: str
    intensities: str
    ground: GroundSigns | None
    structure: bytes
    structure_at: tuple[int, int]


class IntensitySigns(msgspec.Struct, frozen=True):
    given: int
    least: float
    largest: float
    distinct: int


class SweepSigns(msgspec.Struct, frozen=True):
    """One device whose points have times.

    `turn` is +1 counter-clockwise seen from above, -1 clockwise, 0 when it does not turn; `first`
    and `last` are the 1 % and 99 % times as written.
    """

    device: int
    count: int
    first: float
    last: float
    turn: int


class EdgeSigns(msgspec.Struct, frozen=True):
    """How the edges of the cloud meet those of the picture, in standard deviations of chance.

    `here` is the agreement where the calibration puts them. `surface` holds it with the picture
    shifted by -40 to 40 (rows of it: -24 to 24) steps of 2, one step being 1/320 of the picture's
    width; int8, 16 to the deviation. `repairs` has the agreement that other readings of the
    calibration would give.
    """

    points: int
    here: float
    surface: bytes
    repairs: dict[str, float]


class ImageSigns(msgspec.Struct, frozen=True):
    """`seen_share`: points on the picture, of all. `problem`: why the picture cannot be read.

    `looked` is false where the picture was not at hand. `brightness` is mean and standard
    deviation, 0 to 255.
    """

    camera: int
    name: str
    timestamp: str | None
    position: Vec3
    rotation_wxyz: Quaternion
    model: str
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    scale_factor: float
    looked: bool = False
    problem: str = ""
    width_px: int = 0
    height_px: int = 0
    seen_share: float = -1.0
    sha256: str = ""
    brightness: tuple[float, float] = (-1.0, -1.0)
    edges: EdgeSigns | None = None


class FrameSigns(msgspec.Struct, frozen=True):
    """What one frame tells. `problem`: why the frame cannot be read; then the rest is empty."""

    index: int
    name: str = ""
    problem: str = ""
    timestamp: str | None = None
    device_position: Vec3 = (0.0, 0.0, 0.0)
    device_rotation_wxyz: Quaternion | None = None
    cloud: CloudSigns | None = None
    intensity: IntensitySigns | None = None
    sweeps: Sequence[SweepSigns] = ()
    images: Sequence[ImageSigns] = ()
    radar_count: int = 0
    radar_median_range: float = -1.0
