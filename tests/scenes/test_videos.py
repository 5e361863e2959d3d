"""The video of a camera becomes the pictures that frames show, or a sentence about it."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from format_trees import written
from PIL import Image
from sfs_files import STEP_US, camera, contained, lidar, scene

from groundplane.scenes.formats import videos
from groundplane.scenes.formats.scene_frames import SceneFrames
from groundplane.scenes.formats.sfs_frames import FrameOptions, frames_of
from groundplane.scenes.formats.sfs_reader import read_sfs
from groundplane.scenes.formats.summary import summarise
from groundplane.scenes.formats.unreadable import UnreadableFile

SHADE, PICTURES = 40, 6
Bytes = np.ndarray[Any, np.dtype[np.uint8]]


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Bytes:
    """Picture k is grey, 40 k everywhere."""
    path = tmp_path_factory.mktemp("video") / "made.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10, (64, 48))
    for k in range(PICTURES):
        writer.write(np.full((48, 64, 3), SHADE * k, np.uint8))
    writer.release()
    return np.frombuffer(path.read_bytes(), np.uint8)


def filming(content: Bytes, times: list[int], **changes: Any) -> dict[str, Any]:
    film = {"timestamps": times, "content": content, "fps": 10.0}
    return {**camera(), "images": None, "video": film, **changes}


def framed(*sensors: dict[str, Any], options: FrameOptions = FrameOptions()) -> SceneFrames:  # noqa: B008 - frozen
    return frames_of(read_sfs(contained(scene(*sensors))), "x.sfs", options)


def shades(found: SceneFrames) -> list[list[int]]:
    """Of each frame, which picture of the video each of its images is."""
    decoded = [
        [
            np.asarray(Image.open(io.BytesIO(one.tobytes())))
            for one in frame.pictures
            if one is not None
        ]
        for frame in found.frames
    ]
    return [[round(float(one.mean()) / SHADE) for one in frame] for frame in decoded]


def test_a_frame_shows_the_picture_that_is_nearest_in_time(video: Bytes) -> None:
    times = [20_000 * k for k in range(PICTURES)]
    later = [STEP_US - 1, *(STEP_US + 20_000 * k for k in range(1, PICTURES))]
    found = framed(
        lidar(), filming(video, times), camera("still"), filming(video, later, id="late")
    )
    assert [frame[:1] + frame[2:] for frame in shades(found)] == [[0], [5, 0]]
    images = found.frames[1].columns.head.images
    assert [image.name for image in images] == ["front", "still", "late"]
    assert images[2].timestamp == str(1_700_000_000_000_000_000 + (STEP_US - 1) * 1000)
    (picture, *_) = found.frames[1].pictures
    assert picture is not None
    assert Image.open(io.BytesIO(picture.tobytes())).size == (64, 48)
    told = {(loss.what, loss.count) for loss in found.losses}
    assert told >= {("sensors.1.video", 4), ("sensors.1.video", 2), ("sensors.3.video", 5)}


def made_elsewhere(codec: str) -> Bytes:
    """The same pictures, encoded by what OpenCV does not have."""
    return np.fromfile(Path(__file__).parent / f"videos/{codec}.mp4", np.uint8)


@pytest.mark.parametrize("codec", ["hevc", "vp9"])
def test_other_codecs_show_the_same_pictures(codec: str) -> None:
    times = [0, *(STEP_US + 20_000 * k for k in range(PICTURES - 1))]
    late = [STEP_US - 100_000 + 20_000 * k for k in range(PICTURES)]
    films = [filming(made_elsewhere(codec), at) for at in (times, late)]
    assert shades(framed(lidar(), films[0], {**films[1], "id": "late"})) == [[0, 0], [1, 5]]


def test_a_codec_that_is_not_decoded_is_named() -> None:
    with pytest.raises(UnreadableFile, match="has the codec AV01, of which no picture can be dec"):
        framed(lidar(), filming(made_elsewhere("av1"), [0, STEP_US]))


def test_a_video_is_what_a_camera_shows_that_has_images_too(video: Bytes) -> None:
    both = filming(video, [0, STEP_US], images=camera()["images"])
    assert shades(framed(lidar(), both)) == [[0], [1]]


def damaged(video: Bytes) -> Bytes:
    start = video.tobytes().index(b"mdat") + 200
    found = video.copy()
    found[start:] = 0x5A
    return found


CASES: list[tuple[Callable[[Bytes], Any], int, str]] = [
    (
        lambda video: video[: len(video) // 2],
        2,
        "is damaged, cut, or of a codec that is not known.",
    ),
    (lambda video: video[:3], 2, "is no MP4 file."),
    (lambda video: video.astype(np.int16), 2, "is no MP4 file."),
    (lambda _: np.frombuffer(b"#EXTM3U\nfile:///etc/passwd\n", np.uint8), 2, "is no MP4 file."),
    (
        lambda video: video,
        PICTURES + 1,
        "has 7 timestamps, yet only 6 pictures can be read: it is cut or damaged.",
    ),
    (damaged, 2, "is damaged, cut, or of a codec that is not known."),
]


@pytest.mark.parametrize(("change", "count", "reason"), CASES)
def test_a_video_that_cannot_be_read_is_named(
    video: Bytes, change: Callable[[Bytes], Any], count: int, reason: str
) -> None:
    times = [STEP_US * k // (count - 1) for k in range(count)]
    with pytest.raises(UnreadableFile) as caught:
        framed(lidar(), filming(change(video), times))
    assert str(caught.value) == f"x.sfs: sensors.1.video: The video of front {reason}"


@pytest.mark.parametrize(
    ("bound", "value", "reason"),
    [
        ("MOST_PIXELS", 64 * 48 - 1, "has 64 x 48 pixels: at most 0 million are accepted."),
        ("MOST_BYTES", 1000, "makes more than 0 MB of pictures."),
        ("MOST_TIMESTAMPS", 1, "has more than 1 timestamps."),
    ],
)
def test_a_video_has_bounds(
    monkeypatch: pytest.MonkeyPatch, video: Bytes, bound: str, value: int, reason: str
) -> None:
    monkeypatch.setattr(videos, bound, value)
    with pytest.raises(UnreadableFile) as caught:
        framed(lidar(), filming(video, [0, STEP_US]))
    assert reason in str(caught.value)
    assert "front" in str(caught.value)


def test_videos_have_a_time_together(video: Bytes) -> None:
    with pytest.raises(UnreadableFile, match="front takes too long to read"):
        framed(lidar(), filming(video, [0, STEP_US]), options=FrameOptions(most_video_s=0))


def test_inspect_says_what_becomes_of_a_video(tmp_path: Path, video: Bytes) -> None:
    path = tmp_path / "x.sfs"
    path.write_bytes(written(scene(lidar(), filming(video, [0, STEP_US]))))
    (line,) = [line for line in summarise(path).lines() if "front" in line]
    assert "2 frames from 0 to 100000" in line
    assert "16 x 12 video of 10 fps (frames show JPEGs of it)" in line
