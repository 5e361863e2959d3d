import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from geometry.golden import golden
from geometry.strategies import numbers, points, quaternions
from groundplane.geometry import rotations
from groundplane.geometry.arrays import Float64Array

GOLDEN = golden("rotations.json")


@given(quaternions(), quaternions(), points())
def test_a_product_turns_as_its_factors_do_one_after_the_other(
    a: Float64Array, b: Float64Array, vectors: Float64Array
) -> None:
    at_once = rotations.rotate(rotations.multiply(a, b), vectors)
    one_by_one = rotations.rotate(a, rotations.rotate(b, vectors))
    np.testing.assert_allclose(at_once, one_by_one, atol=1e-10)


@given(quaternions())
def test_the_matrix_of_a_quaternion_leads_back_to_the_same_rotation(q: Float64Array) -> None:
    back = rotations.from_matrix(rotations.to_matrix(q))
    assert back[0] >= 0
    assert rotations.angle_between(q, back) < 1e-12


@given(quaternions())
def test_the_conjugate_undoes(q: Float64Array) -> None:
    undone = rotations.multiply(rotations.conjugate(q), q)
    np.testing.assert_allclose(undone, rotations.identity(), atol=1e-14)


@given(numbers(-3.14, 3.14))
def test_yaw_there_and_back(yaw_rad: float) -> None:
    assert rotations.yaw_of(rotations.from_yaw(yaw_rad)) == pytest.approx(yaw_rad, abs=1e-12)


def test_yaw_0_is_world_x_and_grows_to_the_left() -> None:
    turned = rotations.rotate(rotations.from_yaw(math.pi / 2), [2.0, 0.0, 1.0])
    np.testing.assert_allclose(turned, [0, 2, 1], atol=1e-15)


@given(quaternions(), quaternions(), numbers(0, 1))
def test_slerp_moves_at_constant_speed_along_the_shorter_arc(
    a: Float64Array, b: Float64Array, fraction: float
) -> None:
    between = rotations.slerp(a, b, fraction)
    whole = rotations.angle_between(a, b)
    assert whole <= math.pi
    assert rotations.angle_between(a, between) == pytest.approx(fraction * whole, abs=1e-9)
    assert rotations.angle_between(between, b) == pytest.approx((1 - fraction) * whole, abs=1e-9)


@given(quaternions(), quaternions(), numbers(0, 1))
def test_slerp_does_not_care_how_a_rotation_is_written(
    a: Float64Array, b: Float64Array, fraction: float
) -> None:
    ways = [rotations.slerp(a, b, fraction), rotations.slerp(a, -b, fraction)]
    if abs(a @ b) > 1e-9:  # half a turn apart, either way round is shortest
        assert rotations.angle_between(*ways) < 1e-9


def test_slerp_of_a_small_turn_is_exact() -> None:
    between = rotations.slerp(rotations.from_yaw(0.3), rotations.from_yaw(0.31), 0.2)
    assert rotations.yaw_of(between) == pytest.approx(0.302, abs=1e-13)


def test_slerp_of_nearly_equal_rotations_keeps_its_digits() -> None:
    a, b = rotations.from_yaw(0.3), rotations.from_yaw(0.3 + 3e-9)
    assert rotations.yaw_of(rotations.slerp(a, b, 0.25)) - 0.3 == pytest.approx(7.5e-10, rel=1e-4)


@pytest.mark.parametrize("q", [[0, 0, 0, 0], [math.nan, 0, 0, 1], [math.inf, 0, 0, 0], [1, 0, 0]])
def test_a_quaternion_that_means_no_rotation_is_refused(q: list[float]) -> None:
    with pytest.raises(ValueError, match="quaternion"):
        rotations.normalise(q)


def test_tiny_and_huge_quaternions_are_normalised() -> None:
    np.testing.assert_allclose(rotations.normalise([3e-200, 0, 4e-200, 0]), [0.6, 0, 0.8, 0])
    np.testing.assert_allclose(rotations.normalise([3e200, 0, -4e200, 0]), [0.6, 0, -0.8, 0])


@pytest.mark.parametrize("case", GOLDEN["matrices"])
def test_golden_matrices(case: dict[str, Any]) -> None:
    """By cv2.Rodrigues; read by web/src/geometry/quat.test.ts too."""
    matrix = rotations.to_matrix(case["rotation_wxyz"])
    np.testing.assert_allclose(matrix, case["matrix"], atol=1e-12)
    back = rotations.from_matrix(case["matrix"])
    assert rotations.angle_between(back, case["rotation_wxyz"]) < 1e-9


@pytest.mark.parametrize("case", GOLDEN["slerps"])
def test_golden_slerps(case: dict[str, Any]) -> None:
    """By matrix logarithms; read by web/src/geometry/quat.test.ts too."""
    between = rotations.slerp(case["a_wxyz"], case["b_wxyz"], case["fraction"])
    np.testing.assert_allclose(rotations.to_matrix(between), case["matrix"], atol=1e-9)


def test_an_axis_of_any_length_gives_the_same_turn() -> None:
    a = rotations.from_axis_angle([0, 0, 0.25], 1.3)
    np.testing.assert_allclose(a, rotations.from_yaw(1.3), atol=1e-15)
