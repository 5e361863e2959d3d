"""A scene as it is stored in the database and sent to the browser.

World frame: right-handed, z up, metres, float64. Quaternions are (w, x, y, z). `meters_per_unit`
says how the customer's numbers became metres; answers divide by it again. Times are integer
nanoseconds since the scene's start, exact in a JavaScript number; the epoch is kept once, as text.
Points keep the order of the file, so a point's id is its row.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

Vec3 = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]
# Those of geometry/lenses that a file can name; spelled out for the type checker and the browser.
CameraModel = Literal[
    "brown_conrady",
    "fisheye",
    "mod_equi_fish",
    "mod_kannala",
    "cylindrical",
    "equirectangular",
    "omnidirectional",
    "fisheye_rad_tan_prism",
    "fisheye_radial_custom",
    "ftheta",
]
TimeSource = Literal["timestamps", "rate"]


class BlobRef(msgspec.Struct, frozen=True):
    """A stored file; `size_bytes` as stored, so compressed when `content_encoding` says so."""

    sha256: str
    size_bytes: int
    content_type: str
    content_encoding: Literal["zstd"] | None


class Lens(msgspec.Struct, frozen=True):
    """Intrinsics as the customer calibrated them; (0, 0) is the centre of the top-left pixel.

    The stored image is `width_px` by `height_px`. When it is smaller than the calibrated one by
    `scale_factor`, fx, fy, cx and cy are still those of the calibration: divide them before use.
    `coefficients` holds the distortion by name (k1, p1, …); those absent are 0.
    """

    model: CameraModel
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    skew: float
    scale_factor: float
    width_px: int
    height_px: int
    coefficients: dict[str, float]


class CameraImage(msgspec.Struct, frozen=True):
    """One picture. `camera` is the id that `camera_used` and `camera_ids` name.

    `rotation_wxyz` and `position_m` are world_from_camera; the camera looks along its +z, x is
    right, y is down. `time_ns` may be negative: a shutter may open before the first sweep.
    `exif_orientation` (1 to 8) is what the file claims; the lens belongs to the pixels as stored,
    so draw the picture unturned.
    """

    camera: int
    name: str
    image: BlobRef
    exif_orientation: int
    time_ns: int
    position_m: Vec3
    rotation_wxyz: Quaternion
    lens: Lens


class PointChunk(msgspec.Struct, frozen=True):
    """A frame's points: `blob` for the screen (see `pack`), `original` for counting and export.

    world = origin_m + min_m + step_m * (a level of the blob): origin_m is whole metres, min_m and
    max_m are corners of the quantised box relative to it. `far_count` points lie outside the box,
    are drawn on its border and are exact in `original`.
    """

    blob: BlobRef
    original: BlobRef
    count: int
    origin_m: Vec3
    step_m: Vec3
    min_m: Vec3
    max_m: Vec3
    far_count: int
    has_intensity: bool


class Frame(msgspec.Struct, frozen=True):
    """An instant and what is shown at it. `device_rotation_wxyz` is world_from_device.

    `first_point_ns` is when the first of its points was measured, on the same clock as `time_ns`;
    None where the files do not tell that.
    """

    index: int
    time_ns: int
    device_position_m: Vec3
    device_rotation_wxyz: Quaternion | None
    points: PointChunk
    images: Sequence[CameraImage]
    first_point_ns: int | None = None


class Camera(msgspec.Struct, frozen=True):
    index: int
    name: str


class Scene(msgspec.Struct, frozen=True):
    """`epoch_ns` is frame 0's time since 1970 as a decimal integer, "0" when files tell no time."""

    epoch_ns: str
    time_source: TimeSource
    origin_m: Vec3
    meters_per_unit: float
    cameras: Sequence[Camera]
    frames: Sequence[Frame]


class UnfetchedImage(msgspec.Struct, frozen=True):
    """An image that a frame names, before its file was seen: no size, no blob.

    `timestamp` is the number in the file as text, in a unit that only the whole scene reveals.
    """

    camera: int
    name: str
    image_url: str
    timestamp: str | None
    position_m: Vec3
    rotation_wxyz: Quaternion
    model: CameraModel
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    skew: float
    scale_factor: float
    coefficients: dict[str, float]


class StoredImage(msgspec.Struct, frozen=True):
    """What the image's own header says, and where its bytes are."""

    image: BlobRef
    width_px: int
    height_px: int
    exif_orientation: int


class FrameManifest(msgspec.Struct, frozen=True):
    """One frame on its own (the `manifest` of a scene_frame row), before the scene is assembled.

    `stored[i]` belongs to `images[i]`; it is empty until every image was fetched. `first_point_ns`
    is as the file counts, in decimal digits; manifests stored earlier have none.
    """

    index: int
    timestamp: str | None
    device_position_m: Vec3
    device_rotation_wxyz: Quaternion | None
    points: PointChunk
    images: Sequence[UnfetchedImage]
    stored: Sequence[StoredImage]
    first_point_ns: str | None = None
