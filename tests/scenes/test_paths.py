"""Poses and cuboids in time, as the official package interpolates them."""

import numpy as np
import pytest
from format_trees import expected

from groundplane.scenes.formats.paths import (
    CuboidPath,
    PosePath,
    composed,
    cuboid_matrices,
    motion_compensated,
)
from groundplane.scenes.formats.sfs_model import LidarSensor, PointsSensor
from groundplane.scenes.formats.sfs_reader import open_sfs
from shared_data import format_example

CLOSE = 1e-12
MODEL_ORDER = [3, 4, 5, 8, 7, 6, 0, 1, 2]  # x y z yaw pitch roll dx dy dz of a file's row


def same_poses(ours: np.ndarray, theirs: object) -> None:
    """q and -q are the same rotation."""
    wanted = np.array(theirs)
    np.testing.assert_allclose(ours[:, :3], wanted[:, :3], rtol=CLOSE, atol=CLOSE)
    signs = np.sign(np.sum(ours[:, 3:] * wanted[:, 3:], axis=1, keepdims=True))
    np.testing.assert_allclose(ours[:, 3:] * signs, wanted[:, 3:], rtol=CLOSE, atol=CLOSE)


def test_poses_are_where_the_official_package_has_them() -> None:
    goldens = expected("interpolation_goldens")
    path = PosePath(*(np.array(goldens["pose_path"][key]) for key in ("timestamps", "values")))
    query = np.array(goldens["query"])
    same_poses(path.at(query), goldens["pose"]["nearest"])
    same_poses(path.at(query, "extrapolate"), goldens["pose"]["extrapolate"])
    order = np.array([2, 0, 1])
    shuffled = PosePath(path.timestamps[order], path.values[order])
    same_poses(shuffled.at(query[::-1])[::-1], goldens["pose"]["nearest"])


def test_cuboids_are_where_the_official_package_has_them() -> None:
    goldens = expected("interpolation_goldens")
    known = goldens["cuboid_path_xyz_ypr_dims"]
    back = np.argsort(MODEL_ORDER)
    path = CuboidPath(np.array(known["timestamps"]), np.array(known["values"])[:, back])
    for outside, rows in goldens["cuboid"].items():
        query = goldens.get("cuboid_query", [-10, 0, 50, 100, 150])
        ours = path.at(np.array(query), outside)[:, MODEL_ORDER]
        np.testing.assert_allclose(ours, rows, rtol=CLOSE, atol=CLOSE)
    matrix = goldens["cuboid_matrix_of_[1,2,3,yaw30,pitch20,roll10,4,5,6]_degrees"]
    row = np.array([[4.0, 5, 6, 1, 2, 3, 10, 20, 30]])
    np.testing.assert_allclose(cuboid_matrices(row), matrix, rtol=CLOSE, atol=CLOSE)


def test_the_sensors_of_the_reference_scene_are_where_the_official_package_has_them() -> None:
    derived = expected("tiny.sfs.derived")
    times = np.array(derived["pose_query_us"])
    for sensor in open_sfs(format_example("tiny.sfs")).sensors:
        assert not isinstance(sensor, PointsSensor)
        same_poses(sensor.poses.at(times), derived["poses"][sensor.id])


def test_points_are_moved_as_the_official_package_moves_them() -> None:
    derived = expected("tiny.sfs.derived")
    rows = np.array(derived["motion_adjustment_path"])
    path = PosePath(np.arange(len(rows)) * 100_000, rows)
    top = open_sfs(format_example("tiny.sfs")).sensors[0]
    assert isinstance(top, LidarSensor)
    points = top.frames[2].points
    assert points.timestamps is not None
    positions, times = points.positions.astype(float), points.timestamps.astype(np.int64)
    for golden, resolution in (("motion_per_point", None), ("motion_bucket_1000us", 1000)):
        moved = motion_compensated(positions, times, path, resolution=resolution)
        np.testing.assert_allclose(moved[:5], derived[golden]["first5"], rtol=CLOSE, atol=CLOSE)
        np.testing.assert_allclose(moved.sum(axis=0), derived[golden]["sum"], rtol=1e-10)


def test_one_pose_holds_for_ever_and_none_is_an_error() -> None:
    one = PosePath(np.array([5]), np.array([[1.0, 2, 3, 0, 0, 0, 2]]))
    assert one.at(np.array([-9, 5, 99]), "extrapolate").tolist() == [[1, 2, 3, 0, 0, 0, 1]] * 3
    with pytest.raises(ValueError, match="without poses"):
        PosePath(np.zeros(0, np.int64), np.zeros((0, 7))).at(np.array([0]))
    with pytest.raises(ValueError, match="no rotation"):
        PosePath(np.array([0]), np.zeros((1, 7))).at(np.array([0]))


def test_points_that_share_a_bucket_share_its_mean_pose() -> None:
    path = PosePath(np.array([0, 100]), np.array([[0.0] * 6 + [1], [100.0, *[0.0] * 5, 1]]))
    times, points = np.array([10, 30, 60]), np.zeros((3, 3))
    assert motion_compensated(points, times, path)[:, 0].tolist() == [10, 30, 60]
    in_buckets = motion_compensated(points, times, path, resolution=50)
    np.testing.assert_allclose(in_buckets[:, 0], [20, 20, 60])


def test_poses_compose() -> None:
    turn = np.array([[1.0, 0, 0, 0, 0, 0.5**0.5, 0.5**0.5]])
    step = np.array([[2.0, 0, 0, 0, 0, 0, 1]])
    same_poses(composed(turn, step), [[1, 2, 0, 0, 0, 0.5**0.5, 0.5**0.5]])
