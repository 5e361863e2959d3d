"""Frames written in any format are read again as they were, or what is lost is told."""

import io

import numpy as np
import pytest
from format_trees import written
from frames import assert_same, frame_text, frame_texts, image_text
from hypothesis import given, settings
from sfs_files import camera, contained, jpeg, lidar, radar, scene

from groundplane.scenes.formats.frame_json import read_frame
from groundplane.scenes.formats.frame_json_writer import write_frame_json
from groundplane.scenes.formats.json_binary import read_container
from groundplane.scenes.formats.scene_frames import Loss, SceneFrame
from groundplane.scenes.formats.sfs_frames import FrameOptions, frames_of
from groundplane.scenes.formats.sfs_from_frames import scene_of
from groundplane.scenes.formats.sfs_model import CameraSensor, LidarSensor, SfsScene
from groundplane.scenes.formats.sfs_reader import examine_sfs, read_sfs
from groundplane.scenes.formats.sfs_writer import sfs_root, write_sfs

EPOCH_NS = 1_700_000_000_000_000_000


@settings(max_examples=60)
@given(frame_texts())
def test_frame_json_is_read_again_as_it_was_written(content: bytes) -> None:
    frame = read_frame(content)
    assert_same(read_frame(write_frame_json(frame)), frame)


def test_a_frame_keeps_its_head() -> None:
    image = image_text(k1=0.1, timestamp=1541196976.735, camera_index=3, metadata={"name": "é/"})
    radar_points = '[{"position":{"x":1,"y":2,"z":3},"direction":{"x":1,"y":0,"z":0}}]'
    frame = read_frame(frame_text(extra=f'"images":[{image}],"radar_points":{radar_points}'))
    assert_same(read_frame(write_frame_json(frame)), frame)


def again(made: SfsScene) -> SfsScene:
    out = io.BytesIO()
    write_sfs(made, out)
    container = read_container(out.getvalue(), "x.sfs")
    assert examine_sfs(container).errors == ()
    return read_sfs(container)


def test_a_scene_is_the_same_after_frames_and_back() -> None:
    lens = camera()["intrinsics"]
    source = read_sfs(contained(scene(lidar(), radar(), camera(intrinsics=lens))))
    frames = frames_of(source, "x.sfs").frames
    made, losses = scene_of(frames)
    back = again(made)
    assert losses == []
    assert back.time_offset == source.time_offset
    for one, other in zip(frames_of(back, "y.sfs").frames, frames, strict=True):
        assert_columns(one, other)


def assert_columns(one: SceneFrame, other: SceneFrame) -> None:
    np.testing.assert_array_equal(one.columns.xyz, other.columns.xyz)
    for name in ("intensity", "device", "time", "present"):
        np.testing.assert_array_equal(
            getattr(one.columns, name), getattr(other.columns, name), err_msg=name
        )
    ours, theirs = one.columns.head, other.columns.head
    assert ours.device_position == theirs.device_position
    assert ours.timestamp == theirs.timestamp
    assert ours.radar == theirs.radar
    assert [image.coefficients for image in ours.images] == [
        image.coefficients for image in theirs.images
    ]
    assert [image.position for image in ours.images] == [image.position for image in theirs.images]
    for mine, yours in zip(one.pictures, other.pictures, strict=True):
        np.testing.assert_array_equal(mine, yours)


def frame(points: str, extra: str = "") -> SceneFrame:
    columns = read_frame(frame_text(points, extra))
    return SceneFrame(columns, [jpeg() for _ in columns.head.images])


def test_each_device_becomes_a_lidar_and_scaled_lenses_fit_their_pictures() -> None:
    points = '[{"x":1,"y":2,"z":3,"d":4,"i":1},{"x":4,"y":5,"z":6,"d":2,"i":0.2}]'
    image = image_text(scale_factor=2, k1=0.5, k4=0.25)
    made, losses = scene_of([frame(points, f'"images":[{image}]')])
    lidars = [sensor for sensor in again(made).sensors if isinstance(sensor, LidarSensor)]
    assert [sensor.id for sensor in lidars] == ["lidar_2", "lidar_4"]
    assert lidars[0].frames[0].points.positions.tolist() == [[4, 5, 6]]
    assert lidars[0].frames[0].points.intensities is not None
    assert lidars[0].frames[0].points.intensities.tolist() == [51]
    (shot,) = (sensor for sensor in made.sensors if isinstance(sensor, CameraSensor))
    lens = shot.intrinsics
    assert (lens.fx, lens.cx, lens.width, lens.height) == (725.25, 480.125, 16, 12)
    assert lens.params == (0.5, 0, 0, 0, 0, 0.25, 0, 0, 0, 0)
    assert [loss.what for loss in losses] == ["order of points"]


def test_far_scenes_keep_their_millimetres() -> None:
    point = '[{"x":500000.125,"y":4000000.25,"z":3}]'
    far = frame_text(point).replace(b'"x":1.5,"y":-2.25', b'"x":500000.5,"y":4000000')
    made, losses = scene_of([SceneFrame(read_frame(far), [])])
    assert losses == []
    assert made.metadata == {"origin_m": [500000, 4000000, 2]}
    (sweep,) = (sensor for sensor in made.sensors if isinstance(sensor, LidarSensor))
    assert sweep.frames[0].points.positions.tolist() == [[0.125, 0.25, 1]]


def test_point_times_become_microseconds_and_no_frame_is_later_than_its_points() -> None:
    stamps = [EPOCH_NS + k * 10**8 for k in range(2)]
    frames = [
        frame(f'[{{"x":1,"y":2,"z":3,"t":{stamp - 5_000}}}]', f'"timestamp":{stamp}')
        for stamp in stamps
    ]
    made, losses = scene_of(frames)
    (sweep,) = (sensor for sensor in again(made).sensors if isinstance(sensor, LidarSensor))
    assert [found.timestamp for found in sweep.frames] == [0, 100_000]
    assert made.time_offset == EPOCH_NS // 1000 - 5
    assert losses == []


@pytest.mark.parametrize(
    ("points", "extra", "loss"),
    [
        (
            '[{"x":1,"y":2,"z":3,"t":0.5}]',
            "",
            Loss("points.t", 1, "not nanoseconds of the frames' clock"),
        ),
        ('[{"x":0.1,"y":2,"z":3}]', "", Loss("points.x, y, z", 1, "float32")),
        ('[{"x":1,"y":2,"z":3,"i":0.5}]', "", Loss("points.i", 1, "256 steps")),
        (
            '[{"x":1,"y":2,"z":3,"is_ground":true}]',
            "",
            Loss("points.is_ground", 1, "the format has no such member"),
        ),
        (
            '[{"x":1,"y":2,"z":3}]',
            f'"images":[{image_text(skew=1)}]',
            Loss("skew of Camera 0", 1, "the format has no skew"),
        ),
    ],
)
def test_what_a_scene_cannot_hold_is_told(points: str, extra: str, loss: Loss) -> None:
    assert loss in scene_of([frame(points, extra)])[1]


def test_pictures_that_are_not_at_hand_are_told() -> None:
    columns = read_frame(frame_text(extra=f'"images":[{image_text()}]'))
    made, losses = scene_of([SceneFrame(columns, [None])])
    assert losses == [Loss("images", 1, "the picture is not at hand")]
    assert not any(isinstance(sensor, CameraSensor) for sensor in made.sensors)


def test_frames_of_the_written_scene_need_no_leniency() -> None:
    made, _ = scene_of(
        frames_of(read_sfs(contained(scene(lidar(), camera()))), "x", FrameOptions()).frames
    )
    assert examine_sfs(read_container(written(sfs_root(made)), "x")).warnings == ()


def test_one_device_without_times_leaves_the_other_its_own() -> None:
    points = (
        f'[{{"x":1,"y":2,"z":3,"d":0,"t":{EPOCH_NS + 2000}}},{{"x":4,"y":5,"z":6,"d":1}},'
        f'{{"x":1,"y":2,"z":3,"d":2,"t":{EPOCH_NS}}},{{"x":4,"y":5,"z":6,"d":2}}]'
    )
    made, losses = scene_of([frame(points, f'"timestamp":{EPOCH_NS}')])
    sweeps = [sensor.frames[0].points for sensor in made.sensors if isinstance(sensor, LidarSensor)]
    assert sweeps[0].timestamps is not None
    assert sweeps[0].timestamps.tolist() == [2]
    assert sweeps[1].timestamps is sweeps[2].timestamps is None
    assert Loss("points.t", 1, "another point of the sweep has none") in losses
