import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry.strategies import numbers, points, transforms
from groundplane.geometry import rotations
from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.trajectories import Trajectory
from groundplane.geometry.transforms import Transform, interpolate


def assert_same(a: Transform, b: Transform, atol_m: float = 1e-8) -> None:
    assert rotations.angle_between(a.rotation_wxyz, b.rotation_wxyz) < 1e-12
    np.testing.assert_allclose(a.translation_m, b.translation_m, atol=atol_m)


@given(transforms(), points())
def test_going_there_and_back_changes_nothing(
    world_from_lidar: Transform, points_lidar: Float64Array
) -> None:
    back = world_from_lidar.inverse().apply(world_from_lidar.apply(points_lidar))
    np.testing.assert_allclose(back, points_lidar, atol=1e-8)


@given(transforms(), transforms(), points())
def test_composing_is_applying_the_inner_one_first(
    world_from_ego: Transform, ego_from_lidar: Transform, points_lidar: Float64Array
) -> None:
    at_once = (world_from_ego @ ego_from_lidar).apply(points_lidar)
    one_by_one = world_from_ego.apply(ego_from_lidar.apply(points_lidar))
    np.testing.assert_allclose(at_once, one_by_one, atol=1e-8)


@given(transforms(), transforms(), transforms())
def test_transforms_are_a_group(a: Transform, b: Transform, c: Transform) -> None:
    assert_same((a @ b) @ c, a @ (b @ c))
    assert_same(a @ Transform.identity(), a)
    assert_same(Transform.identity() @ a, a)
    assert_same(a @ a.inverse(), Transform.identity())
    assert_same((a @ b).inverse(), b.inverse() @ a.inverse())


@given(transforms())
def test_a_transform_survives_its_matrix(a: Transform) -> None:
    assert_same(Transform.from_matrix(a.matrix()), a)
    assert_same(Transform.from_matrix(a.matrix()[:3]), a)


def test_one_point_stays_one_point() -> None:
    world_from_lidar = Transform(rotations.from_yaw(np.pi / 2), [10, 20, 30])
    np.testing.assert_allclose(world_from_lidar.apply([1, 2, 3]), [8, 21, 33])
    assert world_from_lidar.apply(np.zeros((0, 3))).shape == (0, 3)


def test_a_transform_cannot_be_changed_nor_its_array_from_outside() -> None:
    mine = np.array([1.0, 2.0, 3.0])
    pose = Transform([2, 0, 0, 0], mine)
    mine[0] = 99
    assert pose.translation_m.tolist() == [1, 2, 3]
    assert pose.rotation_wxyz.tolist() == [1, 0, 0, 0]
    with pytest.raises(ValueError, match="read-only"):
        pose.translation_m[0] = 99


def test_a_wrong_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        Transform([1, 0, 0, 0], [1, 2])


def test_a_golden_camera_pose() -> None:
    """formats.md 3.1: pose (1, 2, 3), looking along +x, sees the world point (5, 1, 1) so."""
    world_from_camera = Transform([0.5, -0.5, 0.5, -0.5], [1, 2, 3])
    np.testing.assert_allclose(world_from_camera.inverse().apply([5, 1, 1]), [1, 2, 4], atol=1e-12)


START_NS = 1_700_000_000_000_000_000
A = Transform(rotations.from_yaw(0.25), [0, 10, 1])
B = Transform(-rotations.from_yaw(1.25), [4, 12, 2])


def test_between_two_poses_the_way_is_straight_and_the_arc_short() -> None:
    poses = Trajectory.through([(START_NS + 400, B), (START_NS, A)])
    quarter = poses.at(START_NS + 100)
    np.testing.assert_allclose(quarter.translation_m, [1, 10.5, 1.25])
    assert rotations.yaw_of(quarter.rotation_wxyz) == pytest.approx(0.5)


@given(st.integers(-(2**62), 2**62))
def test_outside_its_times_a_trajectory_holds_its_ends(far_ns: int) -> None:
    poses = Trajectory.through([(0, A), (7, B)])
    if far_ns < 0:
        assert_same(poses.at(far_ns), A)
    if far_ns > 7:
        assert_same(poses.at(far_ns), B)


@given(st.lists(st.tuples(st.integers(0, 10**18), transforms()), min_size=1, max_size=6))
def test_a_trajectory_passes_through_its_poses(timed: list[tuple[int, Transform]]) -> None:
    by_time = dict(timed)
    poses = Trajectory.through(by_time.items())
    for time_ns, pose in by_time.items():
        assert_same(poses.at(time_ns), pose)


@pytest.mark.parametrize("times", [(), (5, 5), (5, 4)])
def test_times_must_strictly_increase(times: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="trajectory"):
        Trajectory(times, (A,) * len(times))


def test_there_is_one_time_for_each_pose() -> None:
    with pytest.raises(ValueError, match="one time for each"):
        Trajectory((1, 2), (A,))


@given(transforms(), transforms(), numbers(0, 1))
def test_interpolation_ends_where_it_should(a: Transform, b: Transform, fraction: float) -> None:
    assert_same(interpolate(a, b, 0), a)
    assert_same(interpolate(a, b, 1), b)
    there, back = interpolate(a, b, fraction), interpolate(b, a, 1 - fraction)
    np.testing.assert_allclose(there.translation_m, back.translation_m, atol=1e-9)
