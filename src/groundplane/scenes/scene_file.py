"""A scene file (.sfs) at ingest: how many frames it holds, and each of them on its own.

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
from groundplane.scenes.formats.json_binary import Array
from groundplane.scenes.formats.sfs_frames import FrameOptions, FrameSource
from groundplane.scenes.formats.sfs_reader import open_sfs
from groundplane.scenes.images import ImageFacts, inspect_image
from groundplane.scenes.ingest import PreparedFrame, prepare_columns

# More is a mistake, or a file that wants to fill the queue of jobs.
MOST_FRAMES: Final = 20_000


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


def count_frames(path: str, name: str) -> int:
    """Check a file as a whole; the frames that it makes.

    Args:
        path: where it is stored.
        name: how errors call it.

    Raises:
        AttachmentUnreadable: not an .sfs scene, or one that cannot be labeled; says where.
    """
    count = _source(path, name).count
    if count > MOST_FRAMES:
        raise AttachmentUnreadable(f"{name}: {count} frames are more than {MOST_FRAMES}.")
    return count


def prepare_file_frame(
    path: str, name: str, frame_index: int, meters_per_unit: float = 1.0
) -> PreparedFileFrame:
    """Pack one frame with its pictures.

    Raises:
        AttachmentUnreadable: as `count_frames`, or of this frame: points that are nowhere, a
            picture that is none.
    """
    frame = _source(path, name, check_values=False).frame(frame_index)
    prepared = prepare_columns(frame.columns, frame_index, meters_per_unit)
    pairs = zip(frame.columns.head.images, frame.pictures, strict=True)
    return PreparedFileFrame(prepared, [_picture(image, content) for image, content in pairs])


def _source(path: str, name: str, *, check_values: bool = True) -> FrameSource:
    scene = open_sfs(Path(path), check_values=check_values)
    return FrameSource(scene, name, FrameOptions(every_frame_sees=True))


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
