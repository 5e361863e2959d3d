"""From any scene format to any other, and what the result does not hold of the source.

A scene is one .sfs file, or a folder of frames with pictures beside them: Frame JSON or LidarFrame
protobuf, one file a frame, 2 before 10.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

import msgspec
import numpy as np
from PIL import Image as Pillow

from groundplane.errors import AttachmentUnreadable
from groundplane.scenes.formats import lidar_frame_writer
from groundplane.scenes.formats.any_frame import read_any_frame
from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.formats.frame_json_writer import write_frame_json
from groundplane.scenes.formats.json_binary import Array
from groundplane.scenes.formats.lidar_frame import INTRINSICS
from groundplane.scenes.formats.scene_frames import Loss, SceneFrame, SceneFrames
from groundplane.scenes.formats.sfs_check import image_kind
from groundplane.scenes.formats.sfs_frames import FrameOptions, frames_of
from groundplane.scenes.formats.sfs_from_frames import scene_of
from groundplane.scenes.formats.sfs_reader import open_sfs
from groundplane.scenes.formats.sfs_writer import write_sfs
from groundplane.scenes.formats.unreadable import UnreadableFile

FolderFormat = Literal["json", "protobuf"]

SCENE_SUFFIXES: Final = frozenset({".sfs", ".bs5"})
FRAME_SUFFIXES: Final = frozenset({".json", ".pb", ".proto", ".protobuf", ".bin"})
# What simulators and toolkits write beside the frames.
NOT_FRAMES: Final = frozenset({"scene.json", "task.json", "truth.json"})
_SUFFIXES: Final = {"jpeg": ".jpg", "png": ".png", "webp": ".webp", "raw": ".png"}
_DIGITS: Final = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Converted:
    frames: int
    points: int
    pictures: int
    losses: Sequence[Loss]

    def report(self) -> bytes:
        """As JSON, losses with the most first."""
        losses = sorted(self.losses, key=lambda loss: -loss.count)
        return msgspec.json.format(
            msgspec.json.encode(
                {
                    "frames": self.frames,
                    "points": self.points,
                    "pictures": self.pictures,
                    "losses": losses,
                }
            )
        )


def convert(
    source: Path,
    target: Path,
    *,
    to: FolderFormat = "json",
    options: FrameOptions | None = None,
    image_base: str | None = None,
) -> Converted:
    """Write the scene `source` as `target`: one .sfs file by that suffix, else a folder of frames.

    Args:
        source: an .sfs file, or a folder of frames.
        target: not there yet, or an empty folder.
        to: the format of frames in a folder.
        options: what .sfs leaves open; losses instead of errors unless said otherwise.
        image_base: the address of the folder as whoever reads the frames sees it; file:// if not
            given.

    Raises:
        AttachmentUnreadable: the source cannot be read; the sentence names file and place.
        ValueError: nothing to read, or no place to write.
        OSError: a file cannot be read or written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ValueError(f"{target} is there already.")
    read = read_scene(source, options or FrameOptions(strict=False))
    if target.suffix in SCENE_SUFFIXES:
        scene, lost = scene_of(read.frames)
        with target.open("xb") as file:
            write_sfs(scene, file)
    else:
        lost = _write_folder(read.frames, target, to, image_base or target.absolute().as_uri())
    return Converted(
        frames=len(read.frames),
        points=sum(frame.columns.count for frame in read.frames),
        pictures=sum(picture is not None for frame in read.frames for picture in frame.pictures),
        losses=_merged([*read.losses, *lost]),
    )


def read_scene(source: Path, options: FrameOptions) -> SceneFrames:
    """The frames of an .sfs file or of a folder.

    Raises:
        AttachmentUnreadable: a file that is no frame or scene.
        ValueError: a folder without frames.
    """
    if not source.is_dir():
        return frames_of(open_sfs(source), source.name, options)
    losses: list[Loss] = []
    frames = [_read_frame(path, source, losses) for path in frame_files(source)]
    if not frames:
        raise ValueError(f"{source} holds no frames: .json or .pb, one a frame.")
    return SceneFrames(frames, losses)


def frame_files(folder: Path) -> list[Path]:
    """The frames of a folder, or of its folder `frames`, 2 before 10."""
    inner = folder / "frames"
    files = (inner if inner.is_dir() else folder).iterdir()
    return sorted(
        (path for path in files if path.suffix in FRAME_SUFFIXES and path.name not in NOT_FRAMES),
        key=lambda path: [
            (int(part), "") if part.isdigit() else (-1, part) for part in _DIGITS.split(path.name)
        ],
    )


def _read_frame(path: Path, folder: Path, losses: list[Loss]) -> SceneFrame:
    content = path.read_bytes()
    try:
        columns = read_any_frame(content)
    except UnreadableFile:
        raise
    except AttachmentUnreadable as error:
        raise UnreadableFile(path.name, "", str(error)) from error
    losses += _unread_members(content)
    pictures = [_picture(image.image_url, folder, path) for image in columns.head.images]
    return SceneFrame(columns, pictures)


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


def _write_folder(
    frames: Sequence[SceneFrame], target: Path, to: FolderFormat, image_base: str
) -> list[Loss]:
    target.mkdir(parents=True, exist_ok=True)
    (target / "frames").mkdir()
    losses: list[Loss] = []
    for number, frame in enumerate(frames):
        if not frame.columns.count:
            losses.append(Loss("frames", 1, "a frame needs at least one point"))
            continue
        columns = _with_pictures(frame, number, target, image_base)
        if to == "json":
            (target / f"frames/{number:06}.json").write_bytes(write_frame_json(columns))
            continue
        columns = _known_lenses(columns, losses)
        losses += lidar_frame_writer.losses(columns)
        content = lidar_frame_writer.write_lidar_frame(columns)
        (target / f"frames/{number:06}.pb").write_bytes(content)
    return losses


def _known_lenses(columns: FrameColumns, losses: list[Loss]) -> FrameColumns:
    images = tuple(image for image in columns.head.images if image.model in INTRINSICS)
    losses += [
        Loss("images", 1, f"LidarFrame has no lens {image.model}")
        for image in columns.head.images
        if image.model not in INTRINSICS
    ]
    return replace(columns, head=replace(columns.head, images=images))


def _with_pictures(frame: SceneFrame, number: int, target: Path, image_base: str) -> FrameColumns:
    """The frame with the addresses of its pictures, which are written into the folder."""
    images = list(frame.columns.head.images)
    for k, picture in enumerate(frame.pictures):
        if picture is None:
            continue
        suffix = _SUFFIXES.get(image_kind(picture) or "", ".bin")
        name = f"images/{images[k].camera}/{number:06}{suffix}"
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(_encoded(picture))
        images[k] = replace(images[k], image_url=f"{image_base.rstrip('/')}/{name}")
    return replace(frame.columns, head=replace(frame.columns.head, images=tuple(images)))


def _encoded(picture: Array) -> bytes:
    if picture.ndim == 1:
        return picture.tobytes()
    out = io.BytesIO()
    Pillow.fromarray(np.ascontiguousarray(picture)).save(out, "PNG")
    return out.getvalue()


def _merged(losses: Sequence[Loss]) -> list[Loss]:
    counts: dict[tuple[str, str], int] = {}
    for loss in losses:
        counts[loss.what, loss.reason] = counts.get((loss.what, loss.reason), 0) + loss.count
    return [Loss(what, count, reason) for (what, reason), count in counts.items()]
