"""The video of a camera to the pictures that frames show, each as a JPEG file.

OpenCV's FFmpeg decodes, always from the start, for seeking in a video is a guess: picture k is the
k-th that comes out. It reads MP4 files only and opens nothing else that a file may name.
"""

import os
import tempfile
import time
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from mmap import ACCESS_READ, mmap
from typing import IO, TYPE_CHECKING, Final

import numpy as np

from groundplane.scenes.formats.json_binary import Array
from groundplane.scenes.formats.sfs_model import CameraSensor, Image, Sensor, SfsScene, Video
from groundplane.scenes.formats.unreadable import UnreadableFile
from groundplane.scenes.images import MOST_PIXELS

if TYPE_CHECKING:
    import cv2

MOST_TIMESTAMPS: Final = 200_000  # more than an hour and a half of 30 pictures a second
MOST_BYTES: Final = 1 << 30  # of all pictures of a scene that are shown
JPEG_QUALITY: Final = 95
# Of AV1 the FFmpeg in OpenCV's wheel reads what a graphics card decodes, and nothing without one.
_DECODED: Final = "H.264, HEVC, VP9, MPEG-4 and Motion JPEG"
# Without the first a "video" may be a playlist of addresses. What is wrong with a file is for its
# owner, not for the log.
_OPENCV: Final = {
    "OPENCV_FFMPEG_CAPTURE_OPTIONS": "protocol_whitelist;file|format_whitelist;"
    "mov,mp4,m4a,3gp,3g2,mj2|threads;1",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
    "OPENCV_LOG_LEVEL": "SILENT",
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a video is, for sentences."""

    file: str
    index: int
    camera: str

    def unreadable(self, reason: str) -> UnreadableFile:
        return UnreadableFile(
            self.file, f"sensors.{self.index}.video", f"The video of {self.camera} {reason}"
        )


def with_pictures(
    scene: SfsScene, name: str, wanted: Mapping[int, Collection[int]], most_s: float
) -> SfsScene:
    """The scene with images in the places of videos.

    The images are on disk, in a file without a name that is gone with the last of them.

    Args:
        scene: with any videos.
        name: how errors call its file.
        wanted: of each sensor that has a video, by its place, which of its pictures.
        most_s: how long all of it may take.

    Raises:
        UnreadableFile: a video that cannot be read, has fewer pictures than are wanted, or is too
            large; says which camera's.
    """
    until_s = time.monotonic() + most_s
    sensors: list[Sensor] = list(scene.sensors)
    with tempfile.TemporaryFile() as pictures:
        sizes: dict[int, list[int]] = {}
        for index, numbers in wanted.items():
            camera = sensors[index]
            assert isinstance(camera, CameraSensor)
            assert camera.video is not None
            place = _Place(name, index, str(camera.id)[:100])
            sizes[index] = _decode(camera.video, sorted(numbers), place, pictures, until_s)
        pictures.flush()
        size = pictures.tell()
        content = mmap(pictures.fileno(), size, access=ACCESS_READ) if size else b""
    start = 0
    for index, numbers in wanted.items():
        camera = sensors[index]
        assert isinstance(camera, CameraSensor)
        assert camera.video is not None
        images: list[Image] = []
        for k, length in zip(sorted(numbers), sizes[index], strict=True):
            picture = np.frombuffer(content, np.uint8, length, start)
            images.append(Image(int(camera.video.timestamps[k]), picture))
            start += length
        sensors[index] = replace(camera, video=None, images=images)
    return replace(scene, sensors=sensors)


def _decode(
    video: Video, numbers: Sequence[int], place: _Place, out: IO[bytes], until_s: float
) -> list[int]:
    """Append the pictures of these numbers, in order; the length of each."""
    os.environ.update(_OPENCV)
    import cv2  # noqa: PLC0415 - a third of a second, for few files

    if len(video.timestamps) > MOST_TIMESTAMPS:
        raise place.unreadable(f"has more than {MOST_TIMESTAMPS:,} timestamps.")
    content = _mp4(video.content, place)
    lengths: list[int] = []
    try:
        with _opened(content) as capture:
            _check_size(capture, place)
            at = 0
            for number in numbers:
                while at <= number:
                    if time.monotonic() > until_s:
                        raise place.unreadable("takes too long to read.")
                    if not capture.grab():
                        raise place.unreadable(_ended(capture, at, len(video.timestamps)))
                    at += 1
                decoded, pixels = capture.retrieve()
                if not decoded:
                    raise place.unreadable(f"is damaged in picture {number}.")
                lengths.append(out.write(_jpeg(pixels)))
                if out.tell() > MOST_BYTES:
                    raise place.unreadable(f"makes more than {MOST_BYTES >> 20} MB of pictures.")
    except cv2.error as error:
        raise place.unreadable("cannot be decoded.") from error
    return lengths


def _mp4(content: Array, place: _Place) -> memoryview:
    if content.ndim != 1 or content.dtype != np.uint8 or content[4:8].tobytes() != b"ftyp":
        raise place.unreadable("is no MP4 file.")
    return np.ascontiguousarray(content).data


@contextmanager
def _opened(content: memoryview) -> "Generator[cv2.VideoCapture]":
    import cv2  # noqa: PLC0415 - as above

    with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
        file.write(content)
        file.flush()
        capture = cv2.VideoCapture(file.name, cv2.CAP_FFMPEG)
        try:
            yield capture
        finally:
            capture.release()


def _check_size(capture: "cv2.VideoCapture", place: _Place) -> None:
    """Before a picture is made, whose memory follows from what the header says."""
    import cv2  # noqa: PLC0415 - as above

    width, height = (
        capture.get(member) for member in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
    )
    if not capture.isOpened() or width * height <= 0:
        raise place.unreadable("is damaged, cut, or of a codec that is not known.")
    if width * height > MOST_PIXELS:
        millions = MOST_PIXELS // 1_000_000
        raise place.unreadable(
            f"has {width:.0f} x {height:.0f} pixels: at most {millions} million are accepted."
        )


def _ended(capture: "cv2.VideoCapture", read: int, count: int) -> str:
    import cv2  # noqa: PLC0415 - as above

    if read == 0:
        codec = (
            int(capture.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little").decode("ascii", "replace")
        )
        name = codec if codec.isprintable() else "unknown"
        return f"has the codec {name}, of which no picture can be decoded here: {_DECODED} can."
    return f"has {count} timestamps, yet only {read} pictures can be read: it is cut or damaged."


def _jpeg(pixels: "cv2.typing.MatLike") -> bytes:
    import cv2  # noqa: PLC0415 - as above

    encoded, picture = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    assert encoded, "a picture of at most 64 million pixels is a JPEG"
    return picture.tobytes()
