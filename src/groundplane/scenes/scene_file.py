"""A scene file (.sfs) at ingest: how many frames it holds, and each of them on its own.

Videos are decoded by the check, for a frame in the middle of one costs all that come before it.

Both run in a child process, on a file that is stored and never changes; of it only what a frame
needs is read from the disk.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from groundplane.errors import AttachmentUnreadable
from groundplane.scenes.formats.frame_head import FrameImage
from groundplane.scenes.formats.json_binary import Array, Node, open_container
from groundplane.scenes.formats.json_binary_writer import write_container
from groundplane.scenes.formats.sfs_frames import FrameOptions, FrameSource
from groundplane.scenes.formats.sfs_model import CameraSensor
from groundplane.scenes.formats.sfs_reader import open_sfs, read_sfs
from groundplane.scenes.images import ImageFacts, inspect_image
from groundplane.scenes.ingest import PreparedFrame, prepare_columns

# More is a mistake, or a file that wants to fill the queue of jobs.
MOST_FRAMES: Final = 20_000
MOST_VIDEO_S: Final = 600.0

_OPTIONS: Final = FrameOptions(every_frame_sees=True, most_video_s=MOST_VIDEO_S)


@dataclass(frozen=True, slots=True)
class Picture:
    """The bytes of an image file and what its header says."""

    content: bytes
    facts: ImageFacts


@dataclass(frozen=True, slots=True)
class PreparedFileFrame:
    """`pictures[i]` belongs to `prepared.manifest.images[i]`."""

    prepared: PreparedFrame
    pictures: Sequence[Picture]


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """`has_videos`: they were decoded, and the file without them was written."""

    frame_count: int
    has_videos: bool


def check_file(path: str, name: str, without_videos: str) -> CheckedFile:
    """Check a file as a whole, and decode its videos, once for all frames.

    Args:
        path: where it is stored.
        name: how errors call it.
        without_videos: where to write the file again, if it has videos, with the pictures that
            frames show as images in their places. Nothing is there yet.

    Raises:
        AttachmentUnreadable: not an .sfs scene, or one that cannot be labeled; says where.
    """
    container = open_container(Path(path))
    source = FrameSource(read_sfs(container), name, _OPTIONS)
    if source.count > MOST_FRAMES:
        raise AttachmentUnreadable(f"{name}: {source.count} frames are more than {MOST_FRAMES}.")
    if source.decoded:
        with Path(without_videos).open("xb") as file:
            write_container(_with_images(container.root, source), file)
    return CheckedFile(source.count, has_videos=bool(source.decoded))


def _with_images(root: dict[str, Node], source: FrameSource) -> dict[str, Node]:
    sensors = list(root["sensors"])
    for index in source.decoded:
        camera = source.scene.sensors[index]
        assert isinstance(camera, CameraSensor)
        images = [
            {"timestamp": image.timestamp, "content": image.content}
            for image in camera.images or ()
        ]
        sensors[index] = {**sensors[index], "video": None, "images": images}
    return {**root, "sensors": sensors}


def prepare_file_frame(
    path: str, name: str, frame_index: int, meters_per_unit: float = 1.0
) -> PreparedFileFrame:
    """Pack one frame with its pictures, of a file without videos.

    Raises:
        AttachmentUnreadable: as `check_file`, or of this frame: points that are nowhere, a
            picture that is none.
    """
    scene = open_sfs(Path(path), check_values=False)
    frame = FrameSource(scene, name, _OPTIONS).frame(frame_index)
    prepared = prepare_columns(frame.columns, frame_index, meters_per_unit)
    pairs = zip(frame.columns.head.images, frame.pictures, strict=True)
    return PreparedFileFrame(prepared, [_picture(image, content) for image, content in pairs])


def _picture(image: FrameImage, content: Array | None) -> Picture:
    assert content is not None, "a scene file holds its pictures itself"
    encoded = content.tobytes() if content.ndim == 1 else _encoded(content, image.image_url)
    try:
        return Picture(encoded, inspect_image(encoded))
    except AttachmentUnreadable as error:
        raise AttachmentUnreadable(f"{image.image_url} ({image.name}): {error}") from error


def _encoded(pixels: Array, place: str) -> bytes:
    """Pixels as a PNG file: nothing of them is lost."""
    from PIL import Image  # noqa: PLC0415 - files with raw pixels are rare

    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        raise AttachmentUnreadable(f"{place}: must be (height, width, 3) of uint8.")
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "PNG", compress_level=1)
    return file.getvalue()
