"""Poses for each point, and points that were measured while something moved."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry.strategies import numbers, quaternions, vectors
from groundplane.geometry import rotations
from groundplane.geometry.arrays import Float64Array, Int64Array
from groundplane.geometry.cameras import Lens, project
from groundplane.geometry.shutters import Shutter, project_rolling
from groundplane.geometry.trajectories import Trajectory, carried, to_instant
from groundplane.geometry.transforms import Transform

EPOCH_NS = 1_700_000_000_000_000_000
UTM = np.array([431_257.25, 5_412_983.5, 107.75])
DOWN_THE_ROAD = (0.5, -0.5, 0.5, -0.5)  # looks along world +x, z is up
LENS = Lens("pinhole", 1000, 1100, 960, 540, 1920, 1080)
FISHEYE = Lens("fisheye", 500, 510, 960, 540, 1920, 1080, coefficients={"k1": -0.02, "k2": 0.003})


def trajectories() -> st.SearchStrategy[Trajectory]:
    steps_ns = st.lists(st.integers(1, 10**8), min_size=1, max_size=5)
    poses = st.lists(st.builds(Transform, quaternions(), vectors(20)), min_size=6, max_size=6)

    def made(steps: list[int], through: list[Transform]) -> Trajectory:
        times = EPOCH_NS + np.cumsum([0, *steps])
        return Trajectory(tuple(times.tolist()), tuple(through[: len(times)]))

    return st.builds(made, steps_ns, poses)


def moments(trajectory: Trajectory, parts: list[float]) -> Int64Array:
    """Also before the first pose and behind the last."""
    span_ns = trajectory.times_ns[-1] - trajectory.times_ns[0]
    return trajectory.times_ns[0] + np.rint(np.array(parts) * span_ns).astype(np.int64)


PARTS = st.lists(numbers(-0.3, 1.3), min_size=1, max_size=6)


@settings(max_examples=60)
@given(trajectories(), PARTS, vectors(50))
def test_the_poses_of_many_times_are_those_of_each(
    trajectory: Trajectory, parts: list[float], point: Float64Array
) -> None:
    times_ns = np.append(moments(trajectory, parts), trajectory.times_ns)
    poses = trajectory.at_each(times_ns)
    there = poses.apply(np.tile(point, (len(times_ns), 1)))
    for row, time_ns in enumerate(times_ns.tolist()):
        expected = trajectory.at(time_ns).apply(point)
        np.testing.assert_allclose(there[row], expected, atol=1e-9)
    np.testing.assert_allclose(poses.apply_inverse(there)[0], point, atol=1e-9)


@settings(max_examples=60)
@given(trajectories(), PARTS, numbers(0, 1), vectors(80))
def test_a_world_that_stands_still_stays_put_whatever_the_sensor_does(
    trajectory: Trajectory, parts: list[float], instant: float, point: Float64Array
) -> None:
    """Measured at any time, it comes out where the sensor of the instant would have seen it."""
    times_ns = moments(trajectory, parts)
    measured = np.stack([trajectory.at(t).inverse().apply(point) for t in times_ns.tolist()])
    instant_ns = int(moments(trajectory, [instant])[0])
    seen = to_instant(measured, times_ns, trajectory, instant_ns)
    expected = trajectory.at(instant_ns).inverse().apply(point)
    np.testing.assert_allclose(seen, np.tile(expected, (len(times_ns), 1)), atol=1e-9)


@settings(max_examples=60)
@given(trajectories(), PARTS, numbers(0, 1), vectors(3))
def test_a_point_of_an_object_is_carried_to_where_the_object_has_it(
    trajectory: Trajectory, parts: list[float], instant: float, own: Float64Array
) -> None:
    times_ns = moments(trajectory, parts)
    measured = np.stack([trajectory.at(t).apply(own) for t in times_ns.tolist()])
    instant_ns = int(moments(trajectory, [instant])[0])
    there = carried(measured, times_ns, trajectory, instant_ns)
    expected = trajectory.at(instant_ns).apply(own)
    np.testing.assert_allclose(there, np.tile(expected, (len(times_ns), 1)), atol=1e-9)


def test_constant_velocity_is_exact_at_utm_coordinates() -> None:
    """20 m/s for 0.1 s: a point measured late is carried back by what was driven until then."""
    end_ns = EPOCH_NS + 100_000_000
    heading = rotations.from_yaw(0.4)
    ahead = rotations.rotate(heading, (1.0, 0.0, 0.0))
    path = Trajectory(
        (EPOCH_NS, end_ns), (Transform(heading, UTM), Transform(heading, UTM + 2 * ahead))
    )
    times_ns = np.array([EPOCH_NS, EPOCH_NS + 25_000_000, end_ns])
    sweep = np.array([[10.0, 1, 0], [10, 1, 0], [10, 1, 0]])
    seen = to_instant(sweep, times_ns, path, EPOCH_NS)
    np.testing.assert_allclose(seen, [[10, 1, 0], [10.5, 1, 0], [12, 1, 0]], atol=2e-9)
    car = UTM + np.array([[5.0, 0, 0], [5, 0, 0], [5, 0, 0]])
    back = carried(car, times_ns, path, EPOCH_NS) - car
    np.testing.assert_allclose(back, -np.outer([0, 0.5, 2], ahead), atol=2e-9)


def test_a_sweep_far_away_keeps_a_hundredth_of_a_millimetre_in_a_turn() -> None:
    poses = [Transform(rotations.from_yaw(yaw), UTM + np.array([yaw, 0, 0])) for yaw in (0.0, 0.9)]
    path = Trajectory((EPOCH_NS, EPOCH_NS + 10**8), tuple(poses))
    times_ns = EPOCH_NS + np.arange(0, 10**8, 10**7)
    landmark = UTM + np.array([30.0, -12, 1])
    measured = np.stack([path.at(t).inverse().apply(landmark) for t in times_ns.tolist()])
    seen = to_instant(measured, times_ns, path, EPOCH_NS)
    np.testing.assert_allclose(seen, np.tile([30, -12, 1], (10, 1)), atol=1e-5)


# --- rolling shutters ---


def drive(velocity_m_s: Float64Array, turn_rad_s: float = 0.0) -> Trajectory:
    """A camera for 0.1 s, at constant velocity, turning about the world's z."""
    poses: list[tuple[int, Transform]] = []
    for step in range(11):
        time_s = step / 100
        turned = rotations.multiply(rotations.from_yaw(turn_rad_s * time_s), DOWN_THE_ROAD)
        poses.append((EPOCH_NS + step * 10**7, Transform(turned, velocity_m_s * time_s)))
    return Trajectory.through(poses)


@settings(max_examples=40)
@given(quaternions(), vectors(5), numbers(-1e5, 1e5))
def test_a_camera_that_stands_still_has_no_rolling(
    turn: Float64Array, place: Float64Array, row_ns: float
) -> None:
    pose = Transform(turn, place)
    rows = np.random.default_rng(5).uniform(-30, 30, (40, 3))
    still = Trajectory((EPOCH_NS,), (pose,))
    rolling = project_rolling(rows, still, FISHEYE, Shutter(EPOCH_NS, row_ns))
    plain = project(rows, pose.inverse(), FISHEYE)
    np.testing.assert_allclose(rolling.uv_px, plain.uv_px, atol=1e-9)
    assert rolling.visible.tolist() == plain.visible.tolist()
    np.testing.assert_allclose(rolling.depth_m, plain.depth_m, atol=1e-9)


@settings(max_examples=40)
@given(vectors(40), numbers(-12, 12), numbers(-6, 6), st.sampled_from([30_000.0, -30_000.0]))
def test_at_constant_velocity_the_row_solves_its_own_equation(
    velocity: Float64Array, left_m: float, up_m: float, row_ns: float
) -> None:
    """v = cy - fy (Z - vz t) / (X - vx t) with t = t0 + row v: linear in v, solved by hand."""
    t0_s = 0.0 if row_ns > 0 else 1080 * 30e-6
    row_s, (vx, vy, vz) = row_ns * 1e-9, velocity
    shutter = Shutter(EPOCH_NS + round(t0_s * 1e9), row_ns)
    far_m = 25.0
    seen = project_rolling(np.array([[far_m, left_m, up_m]]), drive(velocity), LENS, shutter)
    a = -vx * row_s
    b = far_m - vx * t0_s - 540 * a - 1100 * vz * row_s
    c = -540 * (far_m - vx * t0_s) + 1100 * (up_m - vz * t0_s)
    v = -2 * c / (b + math.copysign(math.sqrt(b * b - 4 * a * c), b))
    if not 0 <= v < 1079:
        return  # rows outside the picture are exposed with its border
    time_s = t0_s + row_s * v
    u = 960 - 1000 * (left_m - vy * time_s) / (far_m - vx * time_s)
    np.testing.assert_allclose(seen.uv_px[0], [u, v], atol=1e-3)
    assert abs(seen.times_ns[0] - EPOCH_NS - time_s * 1e9) < 30
    assert seen.visible[0] == (-0.5 <= u < 1919.5)


def test_each_point_is_seen_by_the_pose_of_its_own_row() -> None:
    """In a fast turn: what is found is a fixed point, for both ways of reading."""
    path = drive(np.array([15.0, 1, 0.2]), turn_rad_s=0.8)
    rows = np.random.default_rng(8).uniform((5, -12, -6), (60, 12, 6), (200, 3))
    for shutter in (Shutter(EPOCH_NS, 31_000), Shutter(EPOCH_NS + 40_000_000, -31_000)):
        for lens in (LENS, FISHEYE):
            seen = project_rolling(rows, path, lens, shutter)
            assert seen.visible.sum() > 60
            expected_ns = shutter.times_ns(seen.uv_px[:, 1], 1080)
            assert np.abs(expected_ns - seen.times_ns).max() < 10
            for row in np.flatnonzero(seen.visible)[:25]:
                pose = path.at(int(seen.times_ns[row]))
                alone = project(rows[row : row + 1], pose.inverse(), lens)
                np.testing.assert_allclose(alone.uv_px[0], seen.uv_px[row], atol=1e-6)
    still = project(rows, path.at(EPOCH_NS).inverse(), LENS)
    moved = project_rolling(rows, path, LENS, Shutter(EPOCH_NS, 31_000))
    both = still.visible & moved.visible
    assert np.nanmax(np.abs(moved.uv_px - still.uv_px)[both]) > 5


@pytest.mark.parametrize("rows_a_row", [3.0, -3.0])
def test_a_point_that_outruns_the_rows_is_not_visible(rows_a_row: float) -> None:
    """Its image moves by 3 rows in the time of one: no iteration finds where it is exposed."""
    falling = drive(np.array([0, 0, 1.0]) * rows_a_row * 25 / 1100 / 30e-6)
    point = np.array([[25.0, 0, 4.0 + (rows_a_row > 0) * 30]])
    outrun = project_rolling(point, falling, LENS, Shutter(EPOCH_NS, 30_000))
    assert not outrun.visible.any()


def test_what_comes_into_the_field_only_while_it_is_exposed_is_seen() -> None:
    """The field ends at 60°; in a turn the point comes from 77° to 47° while the rows are read."""
    path = drive(np.zeros(3), turn_rad_s=math.radians(300))
    point = np.array([[10 * math.cos(1.35), 10 * math.sin(1.35), -3.6]])
    lens = Lens("fisheye", 700, 1500, 960, 540, 1920, 1080, coefficients={"k1": -0.304})
    seen = project_rolling(point, path, lens, Shutter(EPOCH_NS, 92_000))
    assert np.isnan(project(point, path.at(EPOCH_NS + 49_680_000).inverse(), lens).uv_px).all()
    alone = project(point, path.at(int(seen.times_ns[0])).inverse(), lens)
    assert 800 < alone.uv_px[0, 1] < 1080
    np.testing.assert_allclose(seen.uv_px, alone.uv_px, atol=1e-6)
    assert seen.visible.all()
