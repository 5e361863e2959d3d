"""The doctor finds planted faults and is silent on good scenes."""

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from groundplane import commands
from groundplane.scenes.doctor.judgement import findings_of
from groundplane.scenes.doctor.model import FrameSigns
from groundplane.scenes.doctor.signs import signs_of, unreadable
from groundplane.scenes.formats.any_frame import read_any_frame
from groundplane.scenes.formats.conversion import write_folder
from groundplane.scenes.formats.scene_folder import frame_files, read_scene_frame
from groundplane.scenes.formats.scene_frames import SceneFrame
from groundplane.simulator.drive import Drive, Scenario, scenario
from groundplane.simulator.scene import frame_json
from scene_faults import FAULTS, Scene, examined, loud
from shared_data import shared_data

FRAMES = 5


def simulated(drive_of: Scenario) -> Scene:
    drive = Drive(drive_of)
    scene: list[SceneFrame] = []
    for index in range(drive_of.frames):
        frame = drive.frame(index)
        columns = read_any_frame(frame_json(drive, frame, "file:///drive").encode())
        scene.append(SceneFrame(columns, [jpeg(picture.rgb) for picture in frame.pictures]))
    return scene


def jpeg(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "JPEG", quality=90)
    return np.frombuffer(out.getvalue(), np.uint8)


@lru_cache
def drive() -> Scene:
    return simulated(
        scenario(
            seed=3,
            frames=FRAMES,
            points=24_000,
            cameras=("front", "front left"),
            image_size_px=(360, 240),
        )
    )


@lru_cache
def recorded() -> Scene:
    folder = shared_data("pandaset_001")
    return [read_scene_frame(path, folder) for path in frame_files(folder)[:FRAMES]]


# One look of each kind; the others are for the soak.
QUICK_LOOKS = {
    "points mirrored", "camera turned by 3°", "intrinsics of half the size",
    "pictures of two cameras swapped", "a picture cut off", "a picture black",
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.soak)
        if fault.looks and name not in QUICK_LOOKS
        else name
        for name, fault in FAULTS.items()
    ],
)
def test_a_planted_fault_is_found(name: str) -> None:
    fault = FAULTS[name]
    scene = drive()[:3] if fault.looks else drive()
    found = loud(examined(fault.plant(scene), looks=fault.looks))
    assert {one.rule for one in found} & fault.found, found
    assert all(one.measured and one.advice for one in found)


# What a drive of half a second on a street near the origin shows, and the simulator's does not.
ON_A_RECORDING = (
    "y is up", "points mirrored", "x and y of points swapped", "camera quaternions x, y, z, w",
    "device quaternion x, y, z, w", "camera turned by 3°", "camera 1 m to the side",
    "focal length doubled", "pictures of two cameras swapped", "millimetres",
    "points in the device's frame", "pose frozen", "time reversed", "a frame dropped",
    "a frame twice", "a pose jumps",
)  # fmt: skip


@pytest.mark.soak
@pytest.mark.parametrize("name", ON_A_RECORDING)
def test_a_fault_planted_in_a_recording_is_found(name: str) -> None:
    found = loud(examined(FAULTS[name].plant(recorded())))
    assert {one.rule for one in found} & FAULTS[name].found, found


@pytest.mark.parametrize(
    "name",
    [pytest.param("pandaset_001", marks=pytest.mark.soak), "kitti_object", "nuscenes_sample"],
)
def test_recordings_are_healthy(name: str) -> None:
    folder = shared_data(name)
    scene = [read_scene_frame(path, folder) for path in frame_files(folder)]
    assert loud(examined(scene)) == []


@pytest.mark.parametrize(
    "good",
    [
        scenario(seed=3, frames=1, points=30_000, cameras=("front",), image_size_px=(320, 200)),
        scenario(
            seed=21, frames=2, points=24_000, lidars=2, radars=1, cameras=("front", "rear left"),
            lens="fisheye", image_size_px=(320, 240),
        ),
        scenario(seed=8, frames=4, points=20_000, cameras=()),
    ],
)  # fmt: skip
def test_simulated_drives_are_healthy(good: Scenario) -> None:
    assert examined(simulated(good)) == []


def test_a_picture_shown_again_is_a_fault_only_where_it_claims_another_time() -> None:
    first, second = drive()[:2]
    claims = [first, replace(second, pictures=first.pictures)]
    assert "picture_repeated" in {one.rule for one in loud(examined(claims))}
    head = replace(second.columns.head, images=first.columns.head.images)
    lent = replace(second, columns=replace(second.columns, head=head), pictures=first.pictures)
    assert "picture_repeated" not in {one.rule for one in examined([first, lent])}


def test_signs_survive_json_and_are_small() -> None:
    frame = drive()[0]
    signs = signs_of(frame.columns, 0, pictures=frame.pictures)
    stored = msgspec.json.encode(signs)
    assert msgspec.json.decode(stored, type=FrameSigns) == signs
    assert len(stored) < 8_000


def test_a_frame_that_cannot_be_read_is_an_error_of_its_own() -> None:
    frame = drive()[0]
    signs = [signs_of(frame.columns, 0), unreadable(1, "points[7] has no x.", "001.json")]
    (found,) = findings_of(signs)
    assert (found.rule, found.severity, found.frames) == ("frame_unreadable", "error", [1])
    assert found.measured == "001.json: points[7] has no x."


def test_another_unit_is_healthy_when_it_is_told() -> None:
    scene = FAULTS["millimetres"].plant(drive())
    signs = [
        signs_of(frame.columns, index, meters_per_unit=0.001) for index, frame in enumerate(scene)
    ]
    assert findings_of(signs) == []


def write(folder: Path, scene: Sequence[SceneFrame]) -> None:
    write_folder(scene, folder, "json", folder.absolute().as_uri())


def test_the_command_says_what_is_wrong_and_draws_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = FAULTS["camera turned by 3°"].plant(drive())[:3]
    write(tmp_path / "bad", scene)
    with pytest.raises(SystemExit) as ended:
        commands.inspect(tmp_path / "bad", doctor=True, json=True, pictures=tmp_path / "seen")
    assert ended.value.code in (1, 3)
    report = json.loads(capsys.readouterr().out)
    (found,) = report["findings"]
    assert (found["rule"], found["sensor"]) == ("camera_shifted", "front")
    assert found["frame_count"] == 3
    with Image.open(found["picture"]) as picture:
        colours = np.asarray(picture.convert("HSV"))[:, :, 1]
        assert picture.size == (360, 240)
        assert (colours > 100).mean() > 0.05  # the photograph itself is grey


def test_the_command_on_a_good_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "good", drive()[:2])
    commands.inspect(tmp_path / "good", doctor=True)
    assert capsys.readouterr().out == "good: 2 frames, nothing found\n"
    commands.inspect(tmp_path / "good")
    shown = capsys.readouterr().out
    assert "good: folder, " in shown
    assert "camera front left: 2 frames" in shown
