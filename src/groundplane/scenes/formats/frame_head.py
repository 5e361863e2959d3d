"""What a frame says beside its points: the device, the images, radar points, the time."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, cast

import msgspec

from groundplane.errors import AttachmentUnreadable
from groundplane.geometry.lenses.parameters import POSITIONAL
from groundplane.scenes.model import CameraModel, Quaternion, Vec3

_LARGEST_TIMESTAMP: Final = Decimal(2**63)


@dataclass(frozen=True, slots=True)
class FrameRules:
    """What a reader of frames lets pass."""

    may_be_empty: bool


LABELED: Final = FrameRules(may_be_empty=False)
# Whatever the formats can say, to look into and to convert.
ANY_FRAME: Final = FrameRules(may_be_empty=True)


@dataclass(frozen=True, slots=True)
class FrameImage:
    """One image as the frame describes it, in the customer's units."""

    camera: int
    name: str
    image_url: str
    timestamp: str | None
    position: Vec3
    rotation_wxyz: Quaternion
    model: CameraModel
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    skew: float
    scale_factor: float
    coefficients: dict[str, float]


@dataclass(frozen=True, slots=True)
class FrameRadarPoint:
    """In the customer's units; `direction` is taken for a velocity, units a second."""

    position: Vec3
    direction: Vec3 | None
    size: float | None


@dataclass(frozen=True, slots=True)
class FrameHead:
    """`timestamp` is the number as text, in a unit that only the whole scene reveals."""

    device_position: Vec3
    device_rotation_wxyz: Quaternion | None
    timestamp: str | None
    images: tuple[FrameImage, ...]
    radar: tuple[FrameRadarPoint, ...]


class _Vector(msgspec.Struct):
    x: float
    y: float
    z: float


class _Heading(msgspec.Struct):
    w: float
    x: float
    y: float
    z: float


class _Metadata(msgspec.Struct):
    name: msgspec.Raw = msgspec.Raw()


class _Image(msgspec.Struct):
    image_url: str
    position: _Vector
    heading: _Heading
    fx: float
    fy: float
    cx: float
    cy: float
    camera_model: str | None = None
    skew: float | None = None
    k1: float | None = None
    k2: float | None = None
    k3: float | None = None
    k4: float | None = None
    k5: float | None = None
    k6: float | None = None
    p1: float | None = None
    p2: float | None = None
    lx: float | None = None
    ly: float | None = None
    xi: float | None = None
    s1: float | None = None
    s2: float | None = None
    s3: float | None = None
    s4: float | None = None
    dcx: float | None = None
    dcy: float | None = None
    scale_factor: float | None = None
    timestamp: Decimal | None = None
    camera_index: int | None = None
    metadata: msgspec.Raw = msgspec.Raw()


class _RadarPoint(msgspec.Struct):
    position: _Vector
    direction: _Vector | None = None
    size: float | None = None


class _Frame(msgspec.Struct):
    device_position: _Vector
    device_heading: _Heading | None = None
    timestamp: Decimal | None = None
    images: list[_Image] | None = None
    radar_points: list[_RadarPoint] | None = None


_frames: Final = msgspec.json.Decoder(_Frame)


def read_head(content: bytes) -> FrameHead:
    """Read a frame whose points were already taken out, and checked to be JSON.

    Raises:
        AttachmentUnreadable: a member is missing, of the wrong type, or makes no camera.
    """
    try:
        frame = _frames.decode(content)
    except msgspec.ValidationError as error:
        raise AttachmentUnreadable(_sentence(str(error))) from error
    except msgspec.DecodeError as error:
        raise AttachmentUnreadable(f"Invalid JSON Format: {error}.") from error
    return _head(frame)


def head_of(tree: object) -> FrameHead:
    """The same from a tree with the names of Frame JSON, as other formats of frames make it.

    Raises:
        AttachmentUnreadable: as `read_head`.
    """
    try:
        return _head(msgspec.convert(tree, _Frame))
    except msgspec.ValidationError as error:
        raise AttachmentUnreadable(_sentence(str(error))) from error


def _head(frame: _Frame) -> FrameHead:
    images = frame.images or []
    cameras = _camera_ids(images)
    return FrameHead(
        device_position=_vec3(frame.device_position),
        device_rotation_wxyz=_rotation(frame.device_heading, "device_heading"),
        timestamp=_timestamp(frame.timestamp, "timestamp"),
        images=tuple(
            _image(image, f"images[{index}]", camera)
            for index, (image, camera) in enumerate(zip(images, cameras, strict=True))
        ),
        radar=tuple(_radar_point(point) for point in frame.radar_points or []),
    )


def _camera_ids(images: list[_Image]) -> list[int]:
    """`camera_index` where every image has its own, the image's place otherwise (api.md A.1)."""
    named = [image.camera_index for image in images if image.camera_index is not None]
    complete = len(named) == len(images) == len(set(named))
    return named if complete and min(named, default=0) >= 0 else list(range(len(images)))


def _image(image: _Image, path: str, camera: int) -> FrameImage:
    name = _camera_name(image, camera)
    model = image.camera_model or "brown_conrady"
    if model not in POSITIONAL:
        known = ", ".join(POSITIONAL)
        raise AttachmentUnreadable(
            f'{path} ({name}): camera_model "{model}" is not supported; known are {known}.'
        )
    if not image.image_url:
        raise AttachmentUnreadable(f"{path}.image_url is empty.")
    if image.fx <= 0 or image.fy <= 0:
        raise AttachmentUnreadable(f"{path} ({name}): fx and fy must be greater than 0.")
    if image.scale_factor is not None and image.scale_factor < 0:
        raise AttachmentUnreadable(f"{path} ({name}): scale_factor must not be negative.")
    # Members of other models are written as 0 by Scale's toolkit, and ignored.
    coefficients: dict[str, float] = {key: getattr(image, key) or 0.0 for key in POSITIONAL[model]}
    rotation = _rotation(image.heading, f"{path}.heading")
    assert rotation is not None
    return FrameImage(
        camera=camera,
        name=name,
        image_url=image.image_url,
        timestamp=_timestamp(image.timestamp, f"{path}.timestamp"),
        position=_vec3(image.position),
        rotation_wxyz=rotation,
        model=cast("CameraModel", model),
        fx_px=image.fx,
        fy_px=image.fy,
        cx_px=image.cx,
        cy_px=image.cy,
        skew=image.skew or 0.0,
        scale_factor=image.scale_factor or 1.0,
        coefficients=coefficients,
    )


def _camera_name(image: _Image, camera: int) -> str:
    """`metadata.name` where it is a string; metadata may be anything, so nothing else is asked."""
    try:
        metadata = msgspec.json.decode(image.metadata, type=_Metadata)
        name = msgspec.json.decode(metadata.name, type=str)
    except msgspec.MsgspecError:
        name = ""
    return name[:100] or f"Camera {camera}"


def _radar_point(point: _RadarPoint) -> FrameRadarPoint:
    direction = None if point.direction is None else _vec3(point.direction)
    return FrameRadarPoint(_vec3(point.position), direction, point.size)


def _vec3(vector: _Vector) -> Vec3:
    return vector.x, vector.y, vector.z


def _rotation(heading: _Heading | None, path: str) -> Quaternion | None:
    if heading is None:
        return None
    norm = math.hypot(heading.w, heading.x, heading.y, heading.z)
    if not 0 < norm < math.inf:
        raise AttachmentUnreadable(f"{path} is no rotation: all of w, x, y, z are 0.")
    return heading.w / norm, heading.x / norm, heading.y / norm, heading.z / norm


def _timestamp(value: Decimal | None, path: str) -> str | None:
    if value is None:
        return None
    if not (value.is_finite() and abs(value) < _LARGEST_TIMESTAMP):
        raise AttachmentUnreadable(f"{path} is too large.")
    return str(value)


_AT: Final = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$")
_MISSING: Final = re.compile(r"Object missing required field `(\w+)`")
_MISTYPED: Final = re.compile(r"Expected `([^`]+)`, got `([^`]+)`")
_WORDS: Final = {
    "float": "a number",
    "int": "a whole number",
    "decimal": "a number",
    "str": "a string",
    "bool": "a boolean",
    "null": "null",
    "array": "an array",
    "object": "an object",
}


def _sentence(error: str) -> str:
    """The message of msgspec in the words of the other sentences; the text of 0.22 is tested."""
    found = _AT.match(error)
    assert found is not None
    what, path = found["what"], found["path"] or ""
    if missing := _MISSING.match(what):
        return f"{path}.{missing[1]} is missing.".lstrip(".")
    subject = path or "The frame"
    if mistyped := _MISTYPED.match(what):
        wanted = _WORDS.get(mistyped[1].split(" | ")[0], mistyped[1])
        return f"{subject} must be {wanted}, not {_WORDS.get(mistyped[2], mistyped[2])}."
    return f"{subject}: {what}."
