"""A frame of a lidar task, whichever format it is in."""

import base64
import binascii
import re
from typing import Final, Literal

from groundplane.scenes.formats.frame_head import LABELED, FrameRules
from groundplane.scenes.formats.frame_json import FrameColumns, read_frame
from groundplane.scenes.formats.lidar_frame import Coordinates, read_lidar_frame

FrameKind = Literal["json", "protobuf"]

_DEVICE_POSITION: Final = b"\x0a\x0f\x0d"  # field 1, 15 bytes, of which the first is x
_POINTS: Final = re.compile(rb"\x22[\x0f-\x7f]\x0d", re.DOTALL)
# As `split_base64` frames may come, in either alphabet, in lines or in one.
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_\-\s]{16,}[=\s]*")
_FIRST_BYTES: Final = 4096


def frame_kind(content: bytes) -> FrameKind:
    """What the first bytes speak for; what is neither is read as JSON, whose errors say more.

    Writers of protobuf begin with the device's position, or with points.
    """
    is_protobuf = content.startswith(_DEVICE_POSITION) or _POINTS.match(content)
    return "protobuf" if is_protobuf else "json"


def without_base64(content: bytes) -> bytes:
    """The bytes that base64 text stands for; anything else as it is.

    Neither format of frames is base64: JSON begins with a brace, protobuf holds other bytes.
    """
    if not _BASE64.fullmatch(content[:_FIRST_BYTES]) or not _BASE64.fullmatch(content):
        return content
    text = re.sub(rb"\s", b"", content).translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return content


def read_any_frame(
    content: bytes, rules: FrameRules = LABELED, coordinates: Coordinates = "world"
) -> FrameColumns:
    """Read a frame of JSON or protobuf, either also as base64.

    `coordinates` is what protobuf is in; Frame JSON is always in the world's.

    Raises:
        AttachmentUnreadable: not a frame; the sentence names the member, the point or the byte.
    """
    content = without_base64(content)
    if frame_kind(content) == "protobuf":
        return read_lidar_frame(content, coordinates, rules)
    return read_frame(content, rules)
