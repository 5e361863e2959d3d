"""The .sfs scene: every sensor, every rule, and where it differs from the official validator."""

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from format_trees import expected, written
from hypothesis import given, settings
from hypothesis import strategies as st
from sfs_files import AT_ORIGIN, camera, cloud, contained, lidar, odometry, poses, radar, scene

from groundplane.scenes.formats.json_binary import open_container, read_container
from groundplane.scenes.formats.sfs_model import (
    CameraSensor,
    LidarSensor,
    OdometrySensor,
    PointsSensor,
    RadarSensor,
)
from groundplane.scenes.formats.sfs_reader import examine_sfs, open_sfs, read_sfs
from groundplane.scenes.formats.unreadable import UnreadableFile
from shared_data import format_example

# Where the format is followed and not its official validator: docs/formats/sfs.md says why.
OURS_DIFFER = {
    "type_odometry.sfs": True,
    "point_ts_u64.sfs": True,
    "empty_cloud_with_ts.sfs": True,
    "radar_len_f64.sfs": False,
    "radar_len_short.sfs": False,
}


def test_all_cases_of_the_official_validator_are_judged_as_it_does_or_better() -> None:
    cases = expected("validation_cases")
    assert len(cases) == 113
    for name, theirs in cases.items():
        ours = examine_sfs(open_container(format_example(f"validation_cases/{name}")))
        assert (not ours.errors) == OURS_DIFFER.get(name, theirs["ok"]), (name, ours.errors)


def test_an_error_is_where_the_official_validator_finds_it() -> None:
    """Its last member is ours; in between it gives ids or leaves out positions, we give them."""
    for name, theirs in expected("validation_cases").items():
        places = {tuple(error["path"]) for error in theirs.get("errors", [])}
        members = {path[-1] for path in places if path and not path[-1].isdigit()}
        if OURS_DIFFER.get(name) or name in {
            "type_points.sfs",
            "positions_6x4.sfs",
            "id_duplicate.sfs",
        }:
            continue
        found = examine_sfs(open_container(format_example(f"validation_cases/{name}"))).errors
        for member in members:
            assert any(member in error.place.split(".") for error in found), (name, found)


def test_the_reference_scene_holds_what_was_put_in() -> None:
    found = open_sfs(format_example("tiny.sfs"))
    top, front, radar_front, cam_front, cam_left = found.sensors
    assert found.time_offset == 1700000000000000
    assert found.metadata == {"source": "synthetic", "note": "café / slash"}
    assert found.attributes is not None
    assert found.attributes[0].values == ["sunny"]
    assert isinstance(top, LidarSensor)
    assert top.frames[0].points.positions.shape == (200, 3)
    assert isinstance(front, LidarSensor)
    assert front.frames[1].timestamp == 120_000
    assert front.frames[1].points.colors is None
    assert isinstance(radar_front, RadarSensor)
    assert isinstance(cam_front, CameraSensor)
    assert cam_front.intrinsics.model == "brown_conrady"
    assert cam_front.images is not None
    assert len(cam_front.images) == 5
    assert isinstance(cam_left, CameraSensor)
    assert cam_left.video is not None
    assert cam_left.video.content.tobytes()[4:8] == b"ftyp"


def test_the_reference_scene_of_the_whole_format_is_read_without_a_warning() -> None:
    examined = examine_sfs(open_container(format_example("tiny_spec.sfs")))
    assert examined.errors == examined.warnings == ()
    assert examined.scene is not None
    ego, points, lidar_7, empty, radar_1, *cameras = examined.scene.sensors
    assert isinstance(ego, OdometrySensor)
    assert isinstance(points, PointsSensor)
    assert points.positions.shape == (30, 3)
    assert isinstance(lidar_7, LidarSensor)
    assert (lidar_7.id, lidar_7.parent_id, lidar_7.coordinates) == (7, "ego", "ego")
    assert lidar_7.frames[0].points.positions.shape == (17, 3)
    assert lidar_7.frames[0].points.timestamps is not None
    assert lidar_7.frames[0].points.timestamps.dtype == np.uint64
    assert isinstance(empty, LidarSensor)
    assert [len(frame.points.positions) for frame in empty.frames] == [0, 1]
    assert isinstance(radar_1, RadarSensor)
    assert radar_1.frames[0].points.lengths is not None
    models = [lens.intrinsics.model for lens in cameras if isinstance(lens, CameraSensor)]
    assert len(set(models)) == 11
    raw = cameras[-1]
    assert isinstance(raw, CameraSensor)
    assert raw.images is not None
    assert raw.images[0].content.shape == (12, 16, 3)


def test_nothing_of_an_array_is_copied() -> None:
    content = written(scene(lidar()))
    found = read_sfs(read_container(content, "x"))
    first = found.sensors[0]
    assert isinstance(first, LidarSensor)
    points = first.frames[0].points
    whole = np.frombuffer(content, np.uint8)
    for array in (points.positions, points.colors, points.intensities, points.timestamps):
        assert array is not None
        assert np.shares_memory(array, whole)


def changed(path: str, value: object) -> dict[str, Any]:
    """A scene of every sensor with one member changed; ... removes it."""
    root = scene(lidar(), radar(), camera(), odometry(), cloud())
    *above, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    holder: Any = root
    for part in above:
        holder = holder[part]
    if value is ...:
        del holder[last]
    else:
        holder[last] = value
    return root


ERRORS: list[tuple[str, object, str]] = [
    ("version", 1.0, "version: must be a string, not 1.0."),
    ("sensors.0", [], "sensors.0: must be an object, not a list."),
    ("sensors.3.poses", ..., "sensors.3.poses: is missing."),
    ("sensors.4.points", ..., "sensors.4.points: is missing."),
    ("sensors.0.type", ["lidar"], "sensors.0.type: a list is none of lidar, radar"),
    ("sensors.0.id", True, "sensors.0.id: must be a string or a whole number, not true."),
    ("sensors.0.id", 2**63, "sensors.0.id: must be a string or a whole number"),
    ("sensors.0.poses.timestamps", [0, True], "must be a list of whole numbers."),
    ("sensors.0.poses.timestamps", [0, 2**63], "holds a number that does not fit 64 bits."),
    ("sensors.0.poses.values", [AT_ORIGIN, [0.0] * 6 + ["1"]], "a list of lists of numbers."),
    ("sensors.0.poses.values.1", [0.0] * 6, "values.1: must hold 7 numbers, not 6."),
    ("sensors.0.frames.1.points.intensities", np.uint8(4), "must have the shape (n)"),
    ("sensors.0.frames.1.timestamp", 5, "sensors.0.frames: 200000 a second are more than 100."),
    ("sensors.2.intrinsics.distortion.model", "pin", "must be one of brown_conrady"),
    ("sensors.2.images.1.content", [1, 2], "images.1.content: must be an array, not a list."),
    ("sensors.2.intrinsics.fx", 10**400, "sensors.2.intrinsics.fx: must be a number"),
    ("sensors.3.poses.values.0.3", 10**400, "holds a number that is too large."),
    ("sensors.4.id", "top", "sensors.4.id: 'top' is another sensor's id, too."),
    ("sensors.4.points.colors", np.zeros((2, 3), np.uint8), "holds 2 values for 3 points."),
    ("attributes", [{"name": "a", "timestamps": [0], "values": [1.5]}], "attributes.0.values.0"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), ERRORS)
def test_an_error_names_the_file_and_the_place(path: str, value: object, sentence: str) -> None:
    if isinstance(value, np.generic):
        value = np.asarray(value)
    with pytest.raises(UnreadableFile) as caught:
        read_sfs(contained(changed(path, value)))
    assert str(caught.value).startswith("x.sfs: ")
    assert sentence in str(caught.value)


def test_every_sensor_is_tried_and_every_error_told() -> None:
    root = scene(lidar(id=None), radar(poses=7), camera(), lidar("top", frames=[]))
    found = examine_sfs(contained(root))
    assert [error.place for error in found.errors] == [
        "sensors.0.id",
        "sensors.1.poses",
        "sensors.3.frames",
    ]
    with pytest.raises(UnreadableFile, match=r"not null\. And 2 more\.$"):
        read_sfs(contained(root))


WARNINGS: list[tuple[str, object, str]] = [
    ("sensors.0.ring_count", 64, "sensors.0.ring_count is not of the format and is not read."),
    ("sensors.0.poses", poses([0.0] * 7, AT_ORIGIN), "values.0 has a quaternion of length 0."),
    ("sensors.0.poses.timestamps", [0, 50_000], "sensors.0.poses hold no pose for 100000"),
    ("sensors.0.parent_id", "nobody", "sensors.0.parent_id 'nobody' is no other sensor's id."),
    ("sensors.2.images.0.content", np.zeros(9, np.uint8), "images.0.content is no JPEG, PNG"),
    (
        "sensors.2.intrinsics.distortion",
        {"model": "omnidirectional", "params": [0.0] * 8},
        "8 values of omnidirectional speak for the order before 0.4.",
    ),
]


@pytest.mark.parametrize(("path", "value", "sentence"), WARNINGS)
def test_what_the_official_validator_never_looks_at_is_a_warning(
    path: str, value: object, sentence: str
) -> None:
    found = examine_sfs(contained(changed(path, value)))
    assert found.errors == ()
    assert any(sentence in f"{told.place} {told.reason}" for told in found.warnings)


def test_ego_coordinates_without_odometry_are_a_warning() -> None:
    found = examine_sfs(contained(scene(lidar(coordinates="ego"))))
    assert [told.place for told in found.warnings] == ["sensors.0.coordinates"]


def test_nanoseconds_count_as_nanoseconds() -> None:
    """A rate of 10 a second in either unit; the official validator refuses nanoseconds."""
    slow = odometry(poses={"timestamps": [0, 10**8], "values": [AT_ORIGIN, AT_ORIGIN]})
    frames = [{**frame, "timestamp": frame["timestamp"] * 1000} for frame in radar()["frames"]]
    fine = scene(radar(frames=frames), slow, time_unit="nanoseconds")
    assert examine_sfs(contained(fine)).errors == ()
    as_microseconds = scene(radar(frames=frames[1:]), time_unit="microseconds")
    assert not examine_sfs(contained(as_microseconds)).errors
    late = scene(radar(frames=[{**frames[1], "timestamp": 10**8 + 1}]))
    assert [error.place for error in examine_sfs(contained(late)).errors] == ["sensors.0.frames"]


NODES: list[Callable[[], object]] = [
    lambda: None,
    lambda: "",
    list,
    dict,
    lambda: -1,
    lambda: 1.5,
    lambda: True,
    lambda: [list[object]()],
    lambda: [None],
    lambda: np.zeros(0, np.float32),
    lambda: np.zeros((2, 2), np.uint8),
    lambda: np.asarray(np.float32(3)),
    lambda: np.full(3, np.nan),
]


def places(node: Any, path: str = "") -> list[str]:
    inner: list[tuple[Any, Any]] = []
    if isinstance(node, dict):
        inner = list(node.items())
    elif isinstance(node, list):
        inner = list(enumerate(node))
    below = [place for key, value in inner for place in places(value, f"{path}.{key}")]
    return below + ([path.strip(".")] if path else [])


PLACES = places(changed("metadata", {}))


def fuzz(data: st.DataObject) -> None:
    place, node = data.draw(st.sampled_from(PLACES)), data.draw(st.sampled_from(NODES))()
    root = changed(place, ... if data.draw(st.booleans()) and "." in place else node)
    found = examine_sfs(contained(root))
    assert found.scene is not None or found.errors
    with contextlib.suppress(UnreadableFile):
        read_sfs(contained(root))


@settings(max_examples=100)
@given(st.data())
def test_any_node_anywhere_is_read_or_told(data: st.DataObject) -> None:
    fuzz(data)


@pytest.mark.soak
@settings(max_examples=20_000)
@given(st.data())
def test_any_node_anywhere_in_full_formats_sfs(data: st.DataObject) -> None:
    fuzz(data)
