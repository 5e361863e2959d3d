"""An .sfs scene as frames: who belongs to which, where in the world, at what time."""

from typing import Any

import numpy as np
import pytest
from sfs_files import (
    AT_ORIGIN,
    STEP_US,
    camera,
    cloud,
    contained,
    jpeg,
    lidar,
    odometry,
    poses,
    positions,
    radar,
    scene,
)

from groundplane.errors import AttachmentUnreadable
from groundplane.scenes.formats.scene_frames import SceneFrames
from groundplane.scenes.formats.sfs_frames import FrameOptions, frames_of
from groundplane.scenes.formats.sfs_reader import open_sfs, read_sfs
from groundplane.scenes.formats.unreadable import UnreadableFile
from groundplane.scenes.ingest import prepare_columns
from groundplane.scenes.pack import decode_chunk
from shared_data import format_example

EPOCH_NS = 1_700_000_000_000_000_000
# A quarter turn to the left, x y z w.
LEFT = [0.0, 0, 0, 0, 0, 0.5**0.5, 0.5**0.5]


def framed(*sensors: dict[str, Any], options: FrameOptions = FrameOptions()) -> SceneFrames:  # noqa: B008 - frozen
    return frames_of(read_sfs(contained(scene(*sensors))), "x.sfs", options)


def test_points_pictures_and_radar_of_a_frame_are_what_the_sensors_hold() -> None:
    found = framed(lidar(), radar(), camera())
    assert len(found.frames) == 2
    columns = found.frames[1].columns
    np.testing.assert_array_equal(columns.xyz, positions(4, 1))
    assert columns.intensity is not None
    np.testing.assert_allclose(columns.intensity, [0, 0.2, 0.4, 1])
    assert columns.time is not None
    assert columns.time.dtype == np.int64
    assert columns.time.tolist() == [EPOCH_NS + STEP_US * 1000 + t * 10_000 for t in range(4)]
    head = columns.head
    assert head.timestamp == str(EPOCH_NS + STEP_US * 1000)
    assert head.device_position == (10, 0, 0)
    assert head.device_rotation_wxyz == (1, 0, 0, 0)
    assert len(head.radar) == 2
    assert head.radar[1].position == tuple(positions(2, 5)[1].tolist())
    assert head.radar[1].size == 2
    assert head.images[0].position == (10, 0, 0)
    assert head.images[0].coefficients["p1"] == 0.03
    picture = found.frames[1].pictures[0]
    assert picture is not None
    assert picture.tobytes() == jpeg().tobytes()


def test_a_frame_that_no_picture_is_nearest_to_is_lent_a_neighbours_when_asked() -> None:
    # Both are nearest to the first frame, the second 0.6 of a step before its own.
    shot = [{"timestamp": at, "content": jpeg()} for at in (0, STEP_US * 4 // 10)]
    sensors = (lidar(), camera(images=shot))
    assert [len(frame.pictures) for frame in framed(*sensors).frames] == [1, 0]
    lending = FrameOptions(every_frame_sees=True)
    lent = framed(*sensors, options=lending)
    times = [[i.timestamp for i in frame.columns.head.images] for frame in lent.frames]
    assert times == [[str(EPOCH_NS)], [str(EPOCH_NS + STEP_US * 400)]]
    late = camera(images=[{"timestamp": 0, "content": jpeg()}])
    assert [len(f.pictures) for f in framed(lidar(), late, options=lending).frames] == [1, 0]


def test_the_old_order_of_parameters_is_read_when_asked_for() -> None:
    found = framed(lidar(), camera(), options=FrameOptions(distortion_order="pre_0_4"))
    coefficients = found.frames[0].columns.head.images[0].coefficients
    assert (coefficients["k3"], coefficients["p1"], coefficients["ly"]) == (0.03, 0.07, 0.1)


def test_two_lidars_make_one_frame_and_keep_their_numbers() -> None:
    late = lidar("late")
    for frame in late["frames"]:
        frame["timestamp"] += 20_000
        frame["points"] |= {"colors": None, "intensities": None, "timestamps": None}
    frame = framed(lidar(), late).frames[0].columns
    assert frame.device is not None
    assert frame.device.tolist() == [0] * 4 + [1] * 4
    assert frame.present.tolist() == [0b111111] * 4 + [0b010111] * 4
    assert frame.count == 8


def test_a_picture_goes_to_the_nearest_frame_and_the_nearest_one_stays() -> None:
    times = [0, 10_000, 50_000, 50_001, 90_000]
    images = [{"timestamp": time, "content": jpeg()} for time in times]
    found = framed(lidar(), camera(images=images))
    shown = [[image.image_url for image in f.columns.head.images] for f in found.frames]
    assert shown == [["sensors.1.images.0"], ["sensors.1.images.4"]]
    assert {loss.what: loss.count for loss in found.losses}["sensors.1.images"] == 3


def test_a_camera_between_two_poses_is_between_them() -> None:
    images = [{"timestamp": 25_000, "content": jpeg()}]
    image = framed(lidar(), camera(images=images)).frames[0].columns.head.images[0]
    assert image.position == (2.5, 0, 0)


def test_a_child_is_where_its_parent_takes_it_or_where_it_says() -> None:
    turned = odometry(poses=poses([10.0, 0, 0, *LEFT[3:]]))
    child = camera(parent_id="ego", poses=poses([1.0, 0, 0, 0, 0, 0, 1]))
    relative = framed(lidar(), turned, child).frames[0].columns.head.images[0]
    np.testing.assert_allclose(relative.position, (10, 1, 0), atol=1e-12)
    np.testing.assert_allclose(relative.rotation_wxyz, (0.5**0.5, 0, 0, 0.5**0.5))
    absolute = framed(lidar(), turned, child, options=FrameOptions(parents="absolute"))
    assert absolute.frames[0].columns.head.images[0].position == (1, 0, 0)


def test_ego_coordinates_become_the_worlds() -> None:
    turned = odometry(poses=poses([10.0, 0, 0, *LEFT[3:]]))
    found = framed(turned, lidar(coordinates="ego", poses=poses([0.0, 0, 2, 0, 0, 0, 1])))
    x, y, z = positions(4).T
    expected = np.stack([10 - y, x, z], axis=1)
    np.testing.assert_allclose(found.frames[0].columns.xyz, expected, atol=1e-12)
    assert found.frames[0].columns.head.device_position == (10, 0, 2)
    heard = framed(turned, lidar(), radar(coordinates="ego")).frames[0].columns.head.radar[1]
    assert heard.direction is not None
    np.testing.assert_allclose(heard.direction, (-0.5, 0.375, 0.625), atol=1e-12)


@pytest.mark.parametrize(
    ("sensors", "sentence"),
    [
        ([camera()], "x.sfs: sensors: hold no lidar"),
        ([lidar(coordinates="ego")], "sensors.0.coordinates: is ego, and not one odometry"),
        ([lidar(parent_id="a"), odometry("a", parent_id="a")], "leads back to the sensor itself."),
        ([lidar(parent_id="map"), cloud()], "sensors.1: has no poses, yet is a parent."),
        ([lidar(poses=poses([0.0] * 7))], "sensors.0.poses: a quaternion of the path means no"),
    ],
)
def test_what_makes_no_frames_is_said(sensors: list[dict[str, Any]], sentence: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        framed(*sensors)
    assert sentence in str(caught.value)


def test_a_time_beyond_64_bits_is_said() -> None:
    root = scene(lidar(), time_offset=2**60)
    with pytest.raises(UnreadableFile, match="beyond the year 2262"):
        frames_of(read_sfs(contained(root)), "x.sfs")


def test_what_frames_cannot_hold_is_told() -> None:
    found = framed(lidar(), odometry(), cloud())
    assert {(loss.what, loss.count) for loss in found.losses} == {
        ("points.colors", 8),
        ("sensors of type points", 1),
        ("sensors of type odometry", 1),
    }


def test_the_reference_scene_becomes_five_frames_of_its_two_lidars() -> None:
    found = frames_of(open_sfs(format_example("tiny.sfs")), "tiny.sfs")
    assert [frame.columns.count for frame in found.frames] == [320] * 5
    assert [len(frame.pictures) for frame in found.frames] == [2] * 5
    assert {loss.what for loss in found.losses} >= {"sensors.4.video", "attributes", "metadata"}
    assert AT_ORIGIN == [0, 0, 0, 0, 0, 0, 1]


def test_a_frame_is_packed_like_one_of_any_format() -> None:
    frame = framed(lidar(), camera()).frames[1].columns
    prepared = prepare_columns(frame, 1)
    chunk = decode_chunk(prepared.blobs[prepared.manifest.points.blob.sha256])
    np.testing.assert_allclose(chunk.world(), positions(4, 1), atol=1e-4)
    assert prepared.manifest.timestamp == str(EPOCH_NS + STEP_US * 1000)
    assert prepared.manifest.images[0].name == "front"
    empty = [{"timestamp": 0, "points": {"positions": positions(0)}}]
    with pytest.raises(AttachmentUnreadable, match="at least one point"):
        prepare_columns(framed(lidar(frames=empty)).frames[0].columns, 0)
