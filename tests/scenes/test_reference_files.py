"""Every reference file of the formats, read by our readers, against what is known of it.

Trees are equal to the bit, arrays by dtype, shape and digest; projections to 1e-9.
"""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from format_trees import as_described, described, example_bytes, expected, hold_facts

from groundplane import commands
from groundplane.geometry.cameras import Lens
from groundplane.geometry.lenses.parameters import named_coefficients
from groundplane.geometry.scale_0_5_4 import UnsupportedLens, project_distort
from groundplane.geometry.transforms import Transform
from groundplane.scenes.formats.any_frame import read_any_frame
from groundplane.scenes.formats.frame_head import ANY_FRAME
from groundplane.scenes.formats.frame_json import FrameColumns, read_frame
from groundplane.scenes.formats.frame_json_writer import write_frame_json
from groundplane.scenes.formats.json_binary import open_container, read_container
from groundplane.scenes.formats.json_binary_writer import write_container
from groundplane.scenes.formats.lidar_frame import head_tree, read_lidar_frame
from groundplane.scenes.formats.lidar_frame_writer import write_lidar_frame
from groundplane.scenes.formats.paths import composed
from groundplane.scenes.formats.sfa_reader import open_sfa
from groundplane.scenes.formats.sfa_writer import write_sfa
from groundplane.scenes.formats.sfs_model import CameraSensor, LidarSensor
from groundplane.scenes.formats.sfs_reader import open_sfs
from groundplane.scenes.formats.summary import summarise
from shared_data import format_example

CONTAINERS = [
    *("container_edge.jb", "tiny.sfs", "tiny_spec.sfs", "tiny.sfa", "tiny_model.sfa"),
    *("tiny_bs5.sfa", "tiny_polyline2d.sfa"),
]
PROTOBUFS = [f"frame-{k}-{where}.pb" for k in range(3) for where in ("ego", "world")]
JSON_FRAMES = ["frame-0.json", "frame-1.json", "frame-2.json"]
LEGACY = [*PROTOBUFS, *JSON_FRAMES, "frame-allfields.json", "frame-minimal.json"]


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_is_the_expected_tree_and_written_again_it_is_the_same(name: str) -> None:
    facts, found = expected(name), open_container(format_example(name))
    wanted = as_described(facts["dict"])
    assert described(found.root) == wanted
    assert found.header_bytes == facts["container"]["header_bytes"]
    if name == "container_edge.jb":  # it holds NaN, which the writer refuses
        with pytest.raises(ValueError, match="which JSON has not"):
            write_container(found.root, io.BytesIO())
        return
    out = io.BytesIO()
    write_container(found.root, out, align=64)
    assert described(read_container(out.getvalue(), name).root) == wanted


def test_annotations_are_written_as_they_were_the_line_too() -> None:
    """What the official package cannot read (polyline_2d) gains the members that are null."""
    out = io.BytesIO()
    write_sfa(open_sfa(format_example("tiny_polyline2d.sfa")), out)
    (line,) = described(read_container(out.getvalue(), "x").root)["annotations"]
    (known,) = expected("tiny_polyline2d.sfa")["dict"]["annotations"]
    assert {key: line[key] for key in known} == known
    assert {line[key] for key in line.keys() - known.keys()} == {None, False}


def lens_of(goldens: Any, case: Any) -> Lens:
    model = case["model"] or "pinhole"
    return Lens(
        model=model,
        fx_px=goldens["fx"],
        fy_px=goldens["fy"],
        cx_px=goldens["cx"],
        cy_px=goldens["cy"],
        width_px=1280,
        height_px=720,
        skew=case["skew"],
        coefficients=named_coefficients(model, case["params"]) if case["model"] else {},
    )


def test_points_are_projected_as_the_official_package_does() -> None:
    goldens = expected("projection_goldens")
    points = np.array(goldens["points_camera_frame"])
    computable = 0
    for case in goldens["cases"]:
        if "error" in case:
            with pytest.raises(UnsupportedLens):
                project_distort(points, lens_of(goldens, case))
            continue
        u, v, valid = project_distort(points, lens_of(goldens, case))
        same(u, case["u"])
        same(v, case["v"])
        assert valid.tolist() == case["valid"], case
        computable += 1
    assert computable == 16


def same(ours: np.ndarray, theirs: list[float | None]) -> None:
    wanted = np.array([np.nan if number is None else number for number in theirs])
    np.testing.assert_allclose(ours, wanted, rtol=1e-9, atol=1e-9, equal_nan=True)


@pytest.mark.parametrize("name", ["cam_front", "cam_left"])
def test_points_of_the_world_are_seen_where_the_official_package_sees_them(name: str) -> None:
    golden = expected("tiny.sfs.derived")[f"lidar_top_frame2_into_{name}"]
    top, *_, front, left = open_sfs(format_example("tiny.sfs")).sensors
    assert isinstance(top, LidarSensor)
    camera = {"cam_front": front, "cam_left": left}[name]
    assert isinstance(camera, CameraSensor)
    sweep = top.frames[2]
    (row,) = camera.poses.at(np.array([sweep.timestamp]))
    pose = Transform(np.roll(row[3:], 1), row[:3])
    points = pose.inverse().apply(sweep.points.positions.astype(float))
    np.testing.assert_allclose(points[:3], golden["camera_frame_first3"], rtol=1e-12)
    lens, own = camera.intrinsics, {"model": camera.intrinsics.model, "skew": 0}
    numbers = {"fx": lens.fx, "fy": lens.fy, "cx": lens.cx, "cy": lens.cy}
    u, v, valid = project_distort(points, lens_of(numbers, {**own, "params": lens.params}))
    same(u[:10], golden["u_first10"])
    same(v[:10], golden["v_first10"])
    assert int(valid.sum()) == golden["valid_count"]
    inside = valid & (u >= 0) & (u < lens.width) & (v >= 0) & (v < lens.height)
    assert np.flatnonzero(inside).tolist() == golden["inside_index"]


def test_poses_are_matrices_inverted_and_relative_as_in_the_official_package() -> None:
    goldens = expected("interpolation_goldens")
    rows = np.array(goldens["pose_path"]["values"])
    poses = [Transform(np.roll(row[3:], 1), row[:3]) for row in rows]
    ours = [pose.matrix() for pose in poses]
    np.testing.assert_allclose(ours, goldens["pose_matrix"], atol=1e-12)
    back = [pose.inverse() for pose in poses]
    same_poses(back, goldens["invert"])
    relative = composed(np.tile(invert_row(rows[1]), (2, 1)), rows[1:])
    same_poses(
        [Transform(np.roll(row[3:], 1), row[:3]) for row in relative],
        goldens["make_relative_from_row1"],
    )


def invert_row(row: np.ndarray) -> np.ndarray:
    back = Transform(np.roll(row[3:], 1), row[:3]).inverse()
    return np.concatenate([back.translation_m, np.roll(back.rotation_wxyz, -1)])


def same_poses(poses: list[Transform], rows: list[list[float]]) -> None:
    """q and -q are the same rotation."""
    for pose, row in zip(poses, np.array(rows), strict=True):
        np.testing.assert_allclose(pose.translation_m, row[:3], atol=1e-12)
        turned = abs(float(pose.rotation_wxyz @ np.roll(row[3:], 1)))
        assert turned == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("name", PROTOBUFS)
def test_a_protobuf_frame_holds_what_google_reads(name: str) -> None:
    facts, content = expected("legacy_protobuf")[name], example_bytes(f"legacy/{name}")
    frame = read_any_frame(content, ANY_FRAME)
    head = frame.head
    assert len(head.radar) == facts["n_radar"]
    assert [image.model for image in head.images] == facts["intrinsics"]
    assert list(head.device_position) == facts["device_position"]
    hold_facts(frame, facts)
    again = read_any_frame(write_lidar_frame(frame), ANY_FRAME)
    same_frames(frame, again)
    same_frames(frame, read_any_frame(write_frame_json(frame), ANY_FRAME))


@pytest.mark.parametrize("name", [*JSON_FRAMES, "frame-allfields.json", "frame-minimal.json"])
def test_a_json_frame_holds_what_is_in_its_text(name: str) -> None:
    facts, content = expected("legacy_frames")[name], example_bytes(f"legacy/{name}")
    frame, text = read_frame(content, ANY_FRAME), json.loads(content)
    assert frame.count == facts["n_points"]
    np.testing.assert_allclose(frame.xyz.sum(axis=0), facts["points_sum"], rtol=1e-12)
    assert frame.xyz.tolist() == [[point[axis] for axis in "xyz"] for point in text["points"]]
    assert [image.model for image in frame.head.images] == facts["models"]
    assert len(frame.head.radar) == facts["n_radar"]
    assert dict(zip("xyz", frame.head.device_position, strict=True)) == facts["device_position"]
    heading = facts["device_heading"]
    assert frame.head.device_rotation_wxyz == pytest.approx(
        None if heading is None else [heading[key] for key in "wxyz"], abs=1e-15
    )
    same_frames(frame, read_frame(write_frame_json(frame), ANY_FRAME))


def test_a_frame_of_all_members_is_read_with_all_lenses() -> None:
    text = json.loads(example_bytes("legacy/frame-allfields.json"))
    frame = read_frame(example_bytes("legacy/frame-allfields.json"), ANY_FRAME)
    assert [image.model for image in frame.head.images] == [
        *("brown_conrady", "fisheye", "omnidirectional", "cylindrical")
    ]
    mirror = frame.head.images[2]
    assert mirror.coefficients == {
        key: text["images"][2][key]
        for key in ("k1", "k2", "k3", "k4", "p1", "p2", "xi", "lx", "ly")
    }
    assert frame.time is not None
    assert frame.time.tolist() == [point["t"] for point in text["points"]]
    same_frames(frame, read_frame(write_frame_json(frame), ANY_FRAME))


def same_frames(one: FrameColumns, other: FrameColumns) -> None:
    for column in ("xyz", "intensity", "device", "time", "is_ground", "present"):
        ours, theirs = getattr(one, column), getattr(other, column)
        np.testing.assert_array_equal(ours, theirs, err_msg=column)
        assert ours is None or ours.dtype == theirs.dtype
    for ours, theirs in zip(one.head.images, other.head.images, strict=True):
        # A rotation is made a unit again, which may change its last bit.
        np.testing.assert_allclose(ours.rotation_wxyz, theirs.rotation_wxyz, atol=1e-15)
        assert replace(ours, rotation_wxyz=theirs.rotation_wxyz) == theirs
    assert one.head.radar == other.head.radar
    assert one.head.device_position == other.head.device_position


def test_a_frame_is_text_as_google_prints_it() -> None:
    printed = format_example("expected/frame-0-ego.pb.txt").read_text()
    content = example_bytes("legacy/frame-0-ego.pb")
    frame = read_lidar_frame(content, "world")
    assert printed.count("\npoints {") == frame.count
    tree = head_tree(b"".join(parts_without_points(content)))
    for name in ("radar_points", "images"):
        assert printed.count(f"\n{name} {{") == len(tree[name])
    xs = [
        line.split(": ")[1]
        for block in printed.split("\npoints {")[1:]
        for line in block.splitlines()
        if line.startswith("  x: ")
    ][: frame.count]
    assert [np.float32(x) for x in xs] == frame.xyz[:, 0].astype(np.float32).tolist()


def parts_without_points(content: bytes) -> list[bytes]:
    from groundplane.scenes.formats import lidar_frame_wire  # noqa: PLC0415 - it compiles

    return [content[start:end] for start, end in lidar_frame_wire.scan(content).rest.tolist()]


@pytest.mark.parametrize("index", [0, 1, 2])
def test_ego_frames_become_what_the_official_importer_makes_of_them(index: int) -> None:
    """It writes 4 decimals of points and 10 of cameras."""
    official = expected(f"toolkit_from_protobuf_frame-{index}")
    frame = read_lidar_frame(example_bytes(f"legacy/frame-{index}-ego.pb"), "ego", ANY_FRAME)
    points = [[point[axis] for axis in "xyz"] for point in official["points"]]
    np.testing.assert_allclose(frame.xyz, points, atol=5.5e-5)
    for ours, theirs in zip(frame.head.images, official["images"], strict=True):
        np.testing.assert_allclose(ours.position, list(theirs["position"].values()), atol=1e-6)
        turned = np.array(ours.rotation_wxyz) @ np.array(list(theirs["heading"].values()))
        assert abs(turned) == pytest.approx(1, abs=1e-6)
        for key in ("fx", "fy", "cx", "cy"):
            assert getattr(ours, f"{key}_px") == pytest.approx(theirs[key], abs=1e-9)


def test_the_world_of_a_frame_is_its_row_of_the_toolkit() -> None:
    """ego2world.csv: the frame, then a matrix in rows."""
    for line in format_example("legacy/ego2world.csv").read_text().splitlines():
        number, *numbers = (float(text) for text in line.split(","))
        frame = read_frame(example_bytes(f"legacy/frame-{int(number)}.json"))
        matrix = np.array(numbers).reshape(4, 4)
        head = frame.head
        assert head.device_rotation_wxyz is not None
        device = Transform(head.device_rotation_wxyz, np.array(head.device_position))
        np.testing.assert_allclose(
            device.apply(np.eye(3)), np.eye(3) @ matrix[:3, :3].T + matrix[:3, 3], atol=1e-8
        )


FORMATS = {
    **{name: "container" for name in CONTAINERS if name.endswith(".jb")},
    **{name: name[-3:] for name in CONTAINERS if not name.endswith(".jb")},
    **{f"legacy/{name}": "frame" for name in [*LEGACY, "frame-minimal.pb"]},
    "legacy/scene.json": "frame list",
    "legacy/response_cuboids.json": "cuboids response",
    "legacy/response_segmentation.json": "segmentation response",
    "legacy/image-0-0.jpg": "jpeg",
}


def test_every_reference_file_can_be_inspected(capsys: pytest.CaptureFixture[str]) -> None:
    """An exit of 0, one object, and the same facts as from Python."""
    for name, format_ in FORMATS.items():
        path = format_example(name)
        commands.inspect(path, json=True)
        shown = json.loads(capsys.readouterr().out)
        assert (shown["format"], shown["size_bytes"]) == (format_, path.stat().st_size), name
        assert shown["errors"] == []
        assert summarise(path).lines()
    arrays = summarise(format_example("container_edge.jb")).arrays
    assert len(arrays) == expected("container_edge.jb")["container"]["items"]


def test_every_refused_case_says_where_and_ends_with_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    refused = [name for name, case in expected("validation_cases").items() if not case["ok"]]
    ours_accept = {"type_odometry.sfs", "point_ts_u64.sfs", "empty_cloud_with_ts.sfs"}
    for name in refused:
        path = format_example(f"validation_cases/{name}")
        if name in ours_accept:
            continue
        with pytest.raises(SystemExit) as ended:
            commands.inspect(path, json=True)
        told = json.loads(capsys.readouterr().out)["errors"]
        assert ended.value.code == 1
        assert told
        with pytest.raises(SystemExit):
            commands.convert(path, tmp_path / "out.sfs")
        assert capsys.readouterr().err.startswith(f"groundplane: {name}: "), name
    assert not list(tmp_path.iterdir())


def test_every_scene_and_all_annotations_are_converted_to_themselves(tmp_path: Path) -> None:
    for name in CONTAINERS[1:]:
        target = tmp_path / name
        commands.convert(format_example(name), target)
        ours, theirs = described(open_container(target).root), as_described(expected(name)["dict"])
        if name.endswith(".sfs"):
            assert ours == theirs
        else:
            assert [one["id"] for one in ours["annotations"]] == [
                one["id"] for one in theirs["annotations"]
            ]


def test_every_frame_is_converted_to_the_other_format_and_back(tmp_path: Path) -> None:
    for name in LEGACY:
        source = format_example(f"legacy/{name}")
        frame = read_any_frame(source.read_bytes(), ANY_FRAME)
        for suffix in (".json", ".pb"):
            target = tmp_path / f"{name}{suffix}"
            commands.convert(source, target)
            again = read_any_frame(target.read_bytes(), ANY_FRAME)
            np.testing.assert_allclose(again.xyz, frame.xyz, rtol=1e-6)
            assert len(again.head.radar) == len(frame.head.radar)
