"""`groundplane demo --out`: a scene on disk, and sentences for what cannot be."""

import json
import subprocess
from pathlib import Path

import pytest

from serving import GROUNDPLANE

SMALL = ["--frames", "2", "--points", "2000", "--width", "96", "--height", "64", "--cameras", "1"]


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [GROUNDPLANE, "demo", *words], capture_output=True, text=True, check=False
    )


def test_a_scene_is_written_with_everything_that_was_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "new/scene"
    done = command(
        "--out", str(out), *SMALL, "--lidars", "2", "--radars", "1", "--lens", "fisheye",
        "--image-base", "http://127.0.0.1:9/s",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Frame 2 of 2" in done.stderr
    assert done.stdout.startswith(str(out))
    frame = json.loads((out / "frames/001.json").read_text())
    assert {point["d"] for point in frame["points"]} == {0, 1}
    assert frame["radar_points"]
    (image,) = frame["images"]
    assert image["camera_model"] == "fisheye"
    assert image["image_url"] == "http://127.0.0.1:9/s/images/front/001.jpg"
    assert (out / "truth/front/001_class.png").exists()
    assert len(json.loads((out / "truth.json").read_text())["frame_times_ns"]) == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--lens", "ftheta9"], 'camera model "ftheta9" is not known'),
        (["--lidars", "9"], "--lidars must be from 1 to 4, not 9."),
        (["--frames", "0"], "--frames must be from 1 to 2000, not 0."),
        (["--width", "9"], "--width must be from 32 to 4096, not 9."),
    ],
)
def test_what_cannot_be_is_said_and_writes_nothing(
    tmp_path: Path, words: list[str], sentence: str
) -> None:
    done = command("--out", str(tmp_path / "scene"), *words)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "scene").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = command("--out", str(tmp_path), *SMALL)
    assert done.returncode == 1
    assert "is not an empty folder" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]
