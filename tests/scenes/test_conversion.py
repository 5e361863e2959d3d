"""Scenes from one format to another through the commands, and what the report says is lost."""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from format_trees import written
from frames import frame_text, image_text
from sfs_files import camera, jpeg, lidar, odometry, radar, scene

from groundplane import commands
from groundplane.scenes.formats.conversion import ConvertOptions, convert, read_scene
from groundplane.scenes.formats.scene_folder import frame_files
from groundplane.scenes.formats.sfa_reader import open_sfa
from groundplane.scenes.formats.sfs_frames import FrameOptions
from groundplane.scenes.formats.sfs_reader import examine_sfs, open_container
from groundplane.scenes.formats.summary import summarise
from groundplane.scenes.formats.unreadable import UnreadableFile
from shared_data import format_example


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    path = tmp_path / "drive.sfs"
    path.write_bytes(written(scene(lidar(), radar(), camera(), odometry())))
    return path


def reported(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("to", ["json", "protobuf"])
def test_a_scene_goes_to_frames_and_back(
    drive: Path, tmp_path: Path, to: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, back = tmp_path / "frames", tmp_path / "back.sfs"
    commands.convert(drive, folder, to=to)
    report = reported(capsys)
    assert (report["frames"], report["points"], report["pictures"]) == (2, 8, 2)
    assert {loss["what"] for loss in report["losses"]} >= {"points.colors"}
    assert (folder / "images/0/000001.jpg").read_bytes() == jpeg().tobytes()
    commands.convert(folder, back)
    report = reported(capsys)
    assert (report["frames"], report["points"], report["pictures"]) == (2, 8, 2)
    assert report["losses"] == []
    assert examine_sfs(open_container(back)).errors == ()
    ours, theirs = read_scene(back, FrameOptions()).frames, read_scene(drive, FrameOptions()).frames
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one.columns.xyz, other.columns.xyz)
        assert one.columns.time is not None
        assert other.columns.time is not None
        late_ns = np.abs(one.columns.time - other.columns.time)
        assert late_ns.max() <= (0 if to == "json" else 1000)
        assert one.columns.head.images[0].position == other.columns.head.images[0].position


def test_the_old_order_is_written_in_the_new_one(drive: Path, tmp_path: Path) -> None:
    commands.convert(drive, tmp_path / "f", distortion_order="pre_0_4")
    image = json.loads((tmp_path / "f/frames/000000.json").read_bytes())["images"][0]
    assert (image["k3"], image["p1"]) == (0.03, 0.07)


def test_pictures_are_found_beside_the_frames_whatever_their_address(tmp_path: Path) -> None:
    folder = tmp_path / "frames_of_others"
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures/a b.jpg").write_bytes(jpeg().tobytes())
    urls = ["https://cdn.example/x/pictures/a%20b.jpg", "pictures/a%20b.jpg", "https://else/c.jpg"]
    urls.append((folder / "pictures/a b.jpg").as_uri())
    for number, url in zip((10, 9, 8, 1), urls, strict=True):
        text = frame_text(extra=f'"images":[{image_text(image_url=url)}],"point_colors":[1]')
        (folder / f"f-{number}.json").write_bytes(text)
    (folder / "scene.json").write_text("{}")
    assert [path.name for path in frame_files(folder)] == [f"f-{n}.json" for n in (1, 8, 9, 10)]
    done = convert(folder, tmp_path / "o.sfs")
    assert done.pictures == 3
    told = {loss.what: loss.count for loss in done.losses}
    assert told == {"images": 1, "point_colors": 4}


def test_a_lens_without_a_protobuf_is_a_loss(tmp_path: Path) -> None:
    lens = camera()["intrinsics"] | {"distortion": {"model": "ftheta", "params": [1.0]}}
    source = tmp_path / "a.sfs"
    source.write_bytes(written(scene(lidar(), camera(intrinsics=lens))))
    done = convert(source, tmp_path / "out", ConvertOptions(to="protobuf"))
    assert ("images", 2, "LidarFrame has no lens ftheta") in {
        (loss.what, loss.count, loss.reason) for loss in done.losses
    }


def test_raw_pictures_become_files(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (12, 16, 3), np.uint8)
    source = tmp_path / "a.sfs"
    images = [{"timestamp": 0, "content": pixels}]
    source.write_bytes(written(scene(lidar(), camera(images=images))))
    convert(source, tmp_path / "out")
    from PIL import Image  # noqa: PLC0415 - this one only

    with Image.open(tmp_path / "out/images/0/000000.png") as image:
        np.testing.assert_array_equal(np.asarray(image), pixels)


def test_nothing_is_written_over(drive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        commands.convert(drive, drive)
    assert capsys.readouterr().err == f"groundplane: {drive} is there already.\n"


def test_a_bad_frame_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/0.json").write_bytes(frame_text("[7]"))
    with pytest.raises(SystemExit):
        commands.convert(tmp_path / "in", tmp_path / "o.sfs")
    assert "0.json: points[0] must be an object" in capsys.readouterr().err
    assert not (tmp_path / "o.sfs").exists()


def test_a_file_is_inspected(drive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands.inspect(drive)
    shown = capsys.readouterr().out
    assert "lidar top: 2 frames from 0 to 100000 8 points within (0.0, 0.125, 0.25)" in shown
    assert "camera front: 2 frames from 0 to 100000 16 x 12 jpeg brown_conrady" in shown
    commands.inspect(drive, json=True)
    found = reported(capsys)
    assert found["sensors"][1]["points"] == 4
    assert found["size_bytes"] == drive.stat().st_size
    assert found["errors"] == []


def test_a_wrong_file_says_all_that_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.sfs"
    path.write_bytes(written(scene(lidar(id=None), radar(frames=[]))))
    with pytest.raises(SystemExit):
        commands.inspect(path)
    shown = capsys.readouterr().out
    assert "error: sensors.0.id must be a string or a whole number, not null." in shown
    assert "error: sensors.1.frames is empty" in shown
    path.write_bytes(b"{}")
    with pytest.raises(SystemExit):
        commands.inspect(path)
    assert "wrong.sfs: No zero byte ends the header" in capsys.readouterr().err


def test_the_reference_files_are_summarised(tmp_path: Path) -> None:
    whole = summarise(format_example("tiny_spec.sfs"))
    kinds = {sensor.type for sensor in whole.sensors}
    assert kinds == {"lidar", "radar", "camera", "points", "odometry"}
    labels = summarise(format_example("tiny.sfa"))
    assert (labels.format, sum(labels.annotations.values())) == ("sfa", 17)
    frame = summarise(format_example("legacy/frame-0-ego.pb"))
    assert [sensor.points for sensor in frame.sensors[:2]] == [20, 20]
    shutil.copy(format_example("legacy/frame-minimal.json"), tmp_path / "m.json")
    assert summarise(tmp_path / "m.json").format == "frame"
    with pytest.raises(UnreadableFile, match=r"^README\.md: No \.sfs or"):
        summarise(format_example("README.md"))


def test_responses_beside_frames_are_no_frames_and_zipped_ones_are(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "0.json").write_bytes(frame_text())
    (folder / "1.json.gz").write_bytes(gzip.compress(frame_text()))
    (folder / "answer.json").write_text('[{"cuboids": []}]')
    done = convert(folder, tmp_path / "out.sfs")
    assert done.frames == 2
    assert ("answer.json", "is a response, and no frame") in {
        (loss.what, loss.reason) for loss in done.losses
    }
    (folder / "2.json.gz").write_bytes(b"\x1f\x8bxyz")
    with pytest.raises(UnreadableFile, match=r"^2\.json\.gz: The gzip file is damaged"):
        convert(folder, tmp_path / "more.sfs")


def test_what_has_no_way_to_the_target_is_refused(drive: Path, tmp_path: Path) -> None:
    annotations = format_example("tiny.sfa")
    list_of_frames = format_example("legacy/scene.json")
    for source, target, sentence in (
        (drive, "x.json", "2 frames are not one .json file"),
        (annotations, "x.sfs", "holds no sensors"),
        (list_of_frames, "x.sfs", "neither a frame nor a response"),
        (format_example("container_edge.jb"), "x.sfs", "neither a scene nor annotations"),
        (format_example("legacy/frame-0.json"), "x.sfa", "holds no annotations"),
        (format_example("legacy/frame-minimal.pb"), "x.json", "needs at least one point"),
    ):
        with pytest.raises(ValueError, match=sentence):
            convert(source, tmp_path / target)
        assert not (tmp_path / target).exists()


def test_what_cannot_be_written_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="which JSON has not"):
        convert(format_example("container_edge.jb"), tmp_path / "x.jb")
    assert not list(tmp_path.iterdir())


def test_a_scene_of_pictures_alone_is_written_again(tmp_path: Path) -> None:
    (tmp_path / "a.sfs").write_bytes(written(scene(camera(), odometry())))
    done = convert(tmp_path / "a.sfs", tmp_path / "b.sfs")
    assert (done.frames, done.pictures) == (0, 2)
    assert (tmp_path / "b.sfs").read_bytes() == (tmp_path / "a.sfs").read_bytes()


def test_annotations_of_a_scene_are_taken_out(tmp_path: Path) -> None:
    root = scene(lidar())
    root["annotations"] = [{"id": "e", "type": "event", "start": 5}]
    source = tmp_path / "a.sfs"
    source.write_bytes(written(root))
    done = convert(source, tmp_path / "a.sfa")
    assert (done.annotations, [loss.what for loss in done.losses]) == (1, ["sensors"])
    assert [one.id for one in open_sfa(tmp_path / "a.sfa").annotations] == ["e"]
