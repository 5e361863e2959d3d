"""A folder of frames: Frame JSON or LidarFrame protobuf, one file a frame, pictures beside them."""

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec
import numpy as np

from groundplane.errors import AttachmentUnreadable
from groundplane.scenes.formats.any_frame import read_any_frame
from groundplane.scenes.formats.frame_head import ANY_FRAME
from groundplane.scenes.formats.json_binary import Array
from groundplane.scenes.formats.lidar_frame import Coordinates
from groundplane.scenes.formats.scene_frames import Loss, SceneFrame
from groundplane.scenes.formats.unreadable import UnreadableFile
from groundplane.scenes.responses.kinds import kind_of, may_be_response, read_json

FRAME_SUFFIXES: Final = frozenset({".json", ".pb", ".proto", ".protobuf", ".bin"})
# What simulators and toolkits write beside the frames.
NOT_FRAMES: Final = frozenset({"scene.json", "task.json", "truth.json"})
_DIGITS: Final = re.compile(r"(\d+)")


def read_frames(
    folder: Path, coordinates: Coordinates = "world"
) -> tuple[list[SceneFrame], list[Loss]]:
    """All frames of a folder, and what is not kept of them.

    Raises:
        AttachmentUnreadable: a file that is no frame.
        ValueError: a folder without frames.
        OSError: a file cannot be read.
    """
    losses: list[Loss] = []
    frames = [
        read_frame_file(path, folder, losses, coordinates)
        for path in frame_files(folder)
        if not _is_response(path, losses)
    ]
    if not frames:
        raise ValueError(f"{folder} holds no frames: .json or .pb, one a frame.")
    return frames, losses


def frame_files(folder: Path) -> list[Path]:
    """The frames of a folder, or of its folder `frames`, 2 before 10."""
    inner = folder / "frames"
    files = (inner if inner.is_dir() else folder).iterdir()
    return sorted(
        (path for path in files if _is_frame(path)),
        key=lambda path: [
            (int(part), "") if part.isdigit() else (-1, part) for part in _DIGITS.split(path.name)
        ],
    )


def _is_frame(path: Path) -> bool:
    name = path.name.removesuffix(".gz")
    return Path(name).suffix in FRAME_SUFFIXES and name not in NOT_FRAMES


def _is_response(path: Path, losses: list[Loss]) -> bool:
    """Answers that lie beside the frames that they are about."""
    if path.suffix != ".json":
        return False
    content = path.read_bytes()
    found = may_be_response(content) and kind_of(read_json(content, path.name)) is not None
    losses += [Loss(path.name, 1, "is a response, and no frame")] if found else []
    return found


def read_scene_frame(path: Path, folder: Path) -> SceneFrame:
    """One frame of a folder, with the pictures that lie in it.

    Raises:
        AttachmentUnreadable: no frame; names the file.
        OSError: the file cannot be read.
    """
    return read_frame_file(path, folder, [])


def read_frame_file(
    path: Path, folder: Path, losses: list[Loss], coordinates: Coordinates = "world"
) -> SceneFrame:
    """One frame; its pictures are looked for in the folder.

    Raises:
        AttachmentUnreadable: no frame; names the file.
        OSError: the file cannot be read.
    """
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = _unzipped(content, path.name)
    try:
        columns = read_any_frame(content, ANY_FRAME, coordinates)
    except UnreadableFile:
        raise
    except AttachmentUnreadable as error:
        raise UnreadableFile(path.name, "", str(error)) from error
    losses += _unread_members(content)
    pictures = [_picture(image.image_url, folder, path) for image in columns.head.images]
    return SceneFrame(columns, pictures)


def _unzipped(content: bytes, name: str) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(name, "", f"The gzip file is damaged: {error}.") from error


def _unread_members(content: bytes) -> Iterator[Loss]:
    """Of Frame JSON, the members that Scale's formats have and no frame of ours keeps."""
    try:
        members = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    except msgspec.MsgspecError:
        return
    for name in ("device_gps_pose", "point_colors"):
        if name in members:
            yield Loss(name, 1, "is not kept of a frame")


def _picture(url: str, folder: Path, frame: Path) -> Array | None:
    """The bytes of a picture that lies beside the frames, whatever address the frame gives it."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if folder.name == "frames":  # pictures lie beside that folder, not in it
        folder = folder.parent
    candidates = [folder / path.lstrip("/"), frame.parent / path.lstrip("/")]
    if parts.scheme == "file":
        candidates = [Path(path)]
    elif parts.scheme:
        names = Path(path).parts[1:]
        candidates = [folder.joinpath(*names[k:]) for k in range(len(names))]
    for candidate in candidates:
        if candidate.is_file():
            return np.fromfile(candidate, np.uint8)
    return None
