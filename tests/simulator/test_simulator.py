"""The simulated street is true to itself: points, cuboids and picture tell one story."""

import json
import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from groundplane.geometry.cuboids import Cuboid
from groundplane.scenes.formats.frame_json import FrameColumns, read_frame
from groundplane.simulator.lidar import sweep
from groundplane.simulator.scene import WORLD_FROM_STREET, Truth, write_scene
from groundplane.simulator.street import Actor, Solid, build_street


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("street")
    return folder, write_scene(folder, frames=3, points=12_000, image_base="file:///srv/demo/")


def frame(folder: Path, index: int) -> FrameColumns:
    return read_frame((folder / "frames" / f"{index:03}.json").read_bytes())


def cuboid(truth: Truth, track: int, index: int) -> Cuboid:
    shown = truth.tracks[track].cuboids[index]
    return Cuboid(shown.centre_m, shown.size_m, shown.rotation_wxyz)


def test_every_ray_that_ended_on_an_object_lies_in_its_cuboid() -> None:
    street = build_street(7)
    eye_m = np.array([3.0, -1.75, 1.86])
    cloud = sweep(street.solids(0.4), eye_m, 0.0, 30_000, np.random.default_rng(1))
    for owner, actor in enumerate(street.actors):
        x_m, y_m, yaw_rad = actor.pose(0.4)
        box = Cuboid(
            (x_m, y_m, actor.size_m[2] / 2),
            actor.size_m,
            (math.cos(yaw_rad / 2), 0, 0, math.sin(yaw_rad / 2)),
        )
        assert box.contains(cloud.positions_m[cloud.owner == owner]).all()


def test_truth_counts_no_more_points_than_its_cuboids_hold(written: tuple[Path, Truth]) -> None:
    folder, truth = written
    for index in range(3):
        points_m = frame(folder, index).xyz
        for number, track in enumerate(truth.tracks):
            held = int(cuboid(truth, number, index).contains(points_m).sum())
            assert track.cuboids[index].points <= held
    assert sum(track.cuboids[0].points > 50 for track in truth.tracks) >= 5


def test_about_as_many_points_as_asked_for_and_all_of_one_instant(
    written: tuple[Path, Truth],
) -> None:
    folder, truth = written
    for index in range(3):
        columns = frame(folder, index)
        assert 0.8 * 12_000 < columns.count < 1.3 * 12_000
        assert columns.time is not None
        assert columns.time.dtype == np.int64
        assert set(np.diff(columns.time)) == {0}
        assert columns.intensity is not None
        assert columns.intensity.max() <= 1
    assert truth.frame_times_ns == (0, 100_000_000, 200_000_000)


def test_the_same_seed_writes_the_same_scene_and_another_seed_another(tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        write_scene(tmp_path / name, frames=1, seed=seed, points=2_000, image_base="http://h")
    for file in ("frames/000.json", "images/000.jpg", "truth.json"):
        first = (tmp_path / "a" / file).read_bytes()
        assert (tmp_path / "b" / file).read_bytes() == first
        assert (tmp_path / "c" / file).read_bytes() != first


def test_a_frame_names_its_image_under_the_base(written: tuple[Path, Truth]) -> None:
    folder, _ = written
    (image,) = frame(folder, 2).head.images
    assert image.image_url == "file:///srv/demo/images/002.jpg"
    assert image.name == "front"
    with Image.open(folder / "images" / "002.jpg") as picture:
        assert picture.size == (1280, 720)


def test_cars_move_as_their_speed_says_and_parked_ones_stay(written: tuple[Path, Truth]) -> None:
    _, truth = written
    moved_m = [
        math.dist(track.cuboids[0].centre_m, track.cuboids[2].centre_m) for track in truth.tracks
    ]
    for track, distance_m in zip(truth.tracks, moved_m, strict=True):
        assert track.stationary == (distance_m == 0)
    assert moved_m[0] == pytest.approx(9.0 * 0.2)
    labels = {track.label for track in truth.tracks if not track.stationary}
    assert labels == {"Car", "Truck", "Pedestrian"}


def test_an_arc_is_driven_with_the_heading_along_the_path() -> None:
    car = Actor("Car", (4, 2, 1.5), 3.0, -2.0, 0.5, (1, 2, 3), speed_mps=4.0, yaw_rate_radps=0.3)
    step_s = 1e-5
    (x0_m, y0_m, yaw_rad), (x1_m, y1_m, _) = car.pose(1.2), car.pose(1.2 + step_s)
    assert math.hypot(x1_m - x0_m, y1_m - y0_m) / step_s == pytest.approx(4.0, rel=1e-4)
    assert math.atan2(y1_m - y0_m, x1_m - x0_m) == pytest.approx(yaw_rad, abs=1e-4)


def test_no_two_actors_ever_overlap(written: tuple[Path, Truth]) -> None:
    _, truth = written
    for index in (0, 2):
        boxes = [cuboid(truth, number, index) for number in range(len(truth.tracks))]
        for number, box in enumerate(boxes):
            inner = Cuboid(box.centre, box.size * 0.98, box.rotation_wxyz)
            assert not any(
                other.contains(inner.corners()).any() for other in boxes[number + 1 :]
            ), truth.tracks[number].label


def test_a_turned_box_stops_the_ray_at_its_face() -> None:
    """By hand: a 2 m cube at 10 m, turned by 45°, shows an edge at 10 - √2."""
    grey = (128, 128, 128)
    box = Solid((10.0, 0.0, 1.0), (2.0, 2.0, 2.0), math.pi / 4, grey, 0.5, owner=4)
    cloud = sweep([box], np.array([0.0, 0.0, 1.0]), 0.0, 200_000, np.random.default_rng(2))
    seen_m = cloud.positions_m[cloud.owner == 4]
    # 0.025 m of noise, and rays 1.5 mrad apart meet the edge within 0.02 m.
    assert seen_m[:, 0].min() == pytest.approx(10 - math.sqrt(2), abs=0.05)
    assert np.abs(seen_m[:, 1]).max() < math.sqrt(2) + 0.03


def test_of_two_boxes_the_nearer_one_is_seen_whichever_comes_first() -> None:
    grey = (128, 128, 128)
    near = Solid((8.0, 0.0, 1.0), (1.0, 6.0, 4.0), 0.0, grey, 0.5, owner=1)
    far = Solid((12.0, 0.0, 1.0), (1.0, 2.0, 2.0), 0.0, grey, 0.5, owner=2)
    for solids in ([near, far], [far, near]):
        eye_m = np.array([0.0, 0.0, 1.0])
        cloud = sweep(solids, eye_m, 0.0, 20_000, np.random.default_rng(2))
        assert np.count_nonzero(cloud.owner == 1) > 100
        assert 2 not in cloud.owner


def test_the_picture_shows_the_yellow_car_where_opencv_projects_its_truth(
    written: tuple[Path, Truth],
) -> None:
    """OpenCV is the witness of the lens; the car that pulls out is the only yellow thing there."""
    folder, truth = written
    (image,) = frame(folder, 0).head.images
    w, x, y, z = image.rotation_wxyz
    world_from_camera = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    corners_m = (cuboid(truth, 1, 0).corners() - np.array(image.position)) @ world_from_camera
    matrix = np.array([[image.fx_px, 0, image.cx_px], [0, image.fy_px, image.cy_px], [0, 0, 1]])
    bends = np.array([image.coefficients[name] for name in ("k1", "k2", "p1", "p2")])
    expected_px, _ = cv2.projectPoints(corners_m, np.zeros(3), np.zeros(3), matrix, bends)
    low_px, high_px = expected_px[:, 0].min(axis=0), expected_px[:, 0].max(axis=0)
    with Image.open(folder / "images" / "000.jpg") as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    yellow = (pixels[..., 0] - pixels[..., 2] > 90) & (pixels[..., 1] - pixels[..., 2] > 60)
    rows, columns = np.nonzero(yellow[:, int(low_px[0]) - 20 : int(high_px[0]) + 20])
    columns += int(low_px[0]) - 20
    assert len(rows) > 3_000
    # The paint ends 3 cm inside the cuboid, and the body ends above the wheels.
    assert low_px[0] - 1 < columns.min() < low_px[0] + 12
    assert high_px[0] - 25 < columns.max() < high_px[0] + 1
    assert low_px[1] - 1 < rows.min() < low_px[1] + 12


def test_truth_on_disk_is_the_truth_returned(written: tuple[Path, Truth]) -> None:
    folder, truth = written
    stored = json.loads((folder / "truth.json").read_text())
    assert stored["tracks"][3]["uuid"] == truth.tracks[3].uuid
    assert stored["tracks"][3]["cuboids"][2]["centre_m"] == list(
        truth.tracks[3].cuboids[2].centre_m
    )
    assert len({track.uuid for track in truth.tracks}) == len(truth.tracks)


def test_the_street_stands_turned_and_far_from_the_origin(written: tuple[Path, Truth]) -> None:
    folder, _ = written
    device_m = np.array(frame(folder, 0).head.device_position)
    np.testing.assert_allclose(
        WORLD_FROM_STREET.apply(np.array([[0, -1.75, 1.86]]))[0], device_m, atol=1e-6
    )
    assert np.abs(device_m).min() > 20
