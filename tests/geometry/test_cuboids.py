import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry.golden import golden
from geometry.strategies import cuboids, points, quaternions, standing_cuboids
from groundplane.geometry import rotations
from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.cuboids import EDGES, FACES, Cuboid, count_points_inside, iou_3d

GOLDEN = golden("cuboids.json")
CAR = Cuboid([10, 20, 1], [4, 2, 1.5], rotations.from_yaw(math.pi / 2))


@given(cuboids())
def test_the_corners_just_inside_are_in_the_box_and_just_outside_are_not(box: Cuboid) -> None:
    away = box.corners() - box.centre
    assert box.contains(box.centre + away * (1 - 1e-9)).all()
    assert not box.contains(box.centre + away * (1 + 1e-9)).any()


def test_the_border_belongs_to_the_box() -> None:
    box = Cuboid([0, 0, 0], [4, 2, 1], rotations.identity())
    assert box.contains(box.corners()).all()
    assert count_points_inside(box.corners(), [box]).tolist() == [8]


@given(cuboids())
def test_faces_turn_outwards_and_edges_have_the_length_of_a_side(box: Cuboid) -> None:
    corners = box.corners()
    for face in FACES.values():
        a, b, c, d = corners[list(face)]
        normal = np.cross(b - a, c - b)
        middle = (a + b + c + d) / 4
        assert normal @ (middle - box.centre) > 0
    lengths = [float(np.linalg.norm(corners[a] - corners[b])) for a, b in EDGES]
    np.testing.assert_allclose(lengths, np.repeat(box.size, 4), rtol=1e-9)


def test_front_is_where_the_box_points() -> None:
    front = CAR.corners()[list(FACES["front"])].mean(axis=0)
    left = CAR.corners()[list(FACES["left"])].mean(axis=0)
    np.testing.assert_allclose(front, [10, 22, 1], atol=1e-12)
    np.testing.assert_allclose(left, [9, 20, 1], atol=1e-12)


@settings(max_examples=60)
@given(st.lists(cuboids(), min_size=1, max_size=4), st.integers(0, 2**32 - 1))
def test_counting_is_asking_each_point(boxes: list[Cuboid], seed: int) -> None:
    scattered = np.random.default_rng(seed).uniform(-1.2, 1.2, (500, 3))
    cloud = np.concatenate([box.centre + scattered * box.size for box in boxes])
    for rows in (cloud, cloud.astype(np.float32)):
        expected = [int(box.contains(rows).sum()) for box in boxes]
        assert count_points_inside(rows, boxes).tolist() == expected


def test_counting_nothing_gives_nothing() -> None:
    assert count_points_inside(np.zeros((3, 3)), []).tolist() == []
    assert count_points_inside(np.zeros((0, 3)), [CAR]).tolist() == [0]


def test_a_point_that_is_no_number_is_in_no_box() -> None:
    cloud = np.array([[math.nan, 20, 1], [10, math.nan, 1], [10, 20, math.nan], [10, 20, 1]])
    assert count_points_inside(cloud, [CAR]).tolist() == [1]


@given(standing_cuboids(), standing_cuboids())
def test_overlap_is_symmetric_and_between_0_and_1(a: Cuboid, b: Cuboid) -> None:
    assert 0 <= iou_3d(a, b) <= 1
    assert iou_3d(a, b) == pytest.approx(iou_3d(b, a), abs=1e-9)


@given(standing_cuboids())
def test_a_box_overlaps_itself_wholly_also_when_it_faces_backwards(box: Cuboid) -> None:
    backwards = rotations.multiply(rotations.from_yaw(math.pi), box.rotation_wxyz)
    assert iou_3d(box, box) == pytest.approx(1, abs=1e-9)
    assert iou_3d(box, Cuboid(box.centre, box.size, backwards)) == pytest.approx(1, abs=1e-9)


@settings(max_examples=15)
@given(standing_cuboids(), standing_cuboids())
def test_overlap_is_what_random_points_say(a: Cuboid, b: Cuboid) -> None:
    both = np.concatenate([a.corners(), b.corners()])
    spread = np.random.default_rng(5).uniform(both.min(axis=0), both.max(axis=0), (60_000, 3))
    in_a, in_b = a.contains(spread), b.contains(spread)
    union = int((in_a | in_b).sum())
    estimate = int((in_a & in_b).sum()) / union
    deviation = 5 * math.sqrt(0.25 / union)
    assert iou_3d(a, b) == pytest.approx(estimate, abs=deviation)


def test_a_square_and_itself_turned_by_45_degrees_share_an_octagon() -> None:
    turned = Cuboid([5, 6, 7], [2, 2, 3], rotations.from_yaw(math.pi / 4))
    octagon_m2 = 8 * (math.sqrt(2) - 1)
    expected = octagon_m2 / (4 + 4 - octagon_m2)
    assert iou_3d(Cuboid([5, 6, 7], [2, 2, 3], [1, 0, 0, 0]), turned) == pytest.approx(expected)


def test_overlap_loses_nothing_at_utm_coordinates() -> None:
    here = iou_3d(CAR, Cuboid([10.5, 20.25, 1.25], CAR.size, CAR.rotation_wxyz))
    far = np.array([431_257.0, 5_412_983.0, 107.0])
    moved = Cuboid(far + np.array([0.5, 0.25, 0.25]), CAR.size, CAR.rotation_wxyz)
    assert iou_3d(Cuboid(far, CAR.size, CAR.rotation_wxyz), moved) == pytest.approx(here, abs=1e-9)


def test_overlap_of_a_pitched_box_is_refused() -> None:
    pitched = Cuboid([10, 20, 1], [4, 2, 1.5], rotations.from_axis_angle([0, 1, 0], 0.1))
    with pytest.raises(ValueError, match="pitch"):
        iou_3d(CAR, pitched)


@pytest.mark.parametrize("size", [[4, 2, 0], [4, -2, 1], [4, math.nan, 1]])
def test_a_side_that_is_not_positive_is_refused(size: list[float]) -> None:
    with pytest.raises(ValueError, match="positive"):
        Cuboid([0, 0, 0], size, [1, 0, 0, 0])


@given(cuboids(), quaternions(), points())
def test_turning_the_world_takes_no_point_into_or_out_of_a_box(
    box: Cuboid, turn: Float64Array, cloud: Float64Array
) -> None:
    turned = Cuboid(
        rotations.rotate(turn, box.centre),
        box.size,
        rotations.multiply(turn, box.rotation_wxyz),
    )
    shrunk = Cuboid(box.centre, box.size * (1 - 1e-9), box.rotation_wxyz)
    grown = Cuboid(box.centre, box.size * (1 + 1e-9), box.rotation_wxyz)
    inside = turned.contains(rotations.rotate(turn, cloud))
    assert (shrunk.contains(cloud) <= inside).all()
    assert (inside <= grown.contains(cloud)).all()


@pytest.mark.parametrize("case", GOLDEN["corners"])
def test_golden_corners(case: dict[str, Any]) -> None:
    """By cv2.Rodrigues; read by web/src/geometry/cuboid.test.ts too."""
    box = Cuboid(case["centre"], case["size"], case["rotation_wxyz"])
    np.testing.assert_allclose(box.corners(), case["corners"], atol=1e-8)


@pytest.mark.parametrize("case", GOLDEN["ious"])
def test_golden_overlaps(case: dict[str, Any]) -> None:
    """By cv2.intersectConvexConvex, which counts in float32."""
    a, b = (
        Cuboid(side["centre"], side["size"], rotations.from_yaw(side["yaw_rad"]))
        for side in (case["a"], case["b"])
    )
    assert iou_3d(a, b) == pytest.approx(case["iou"], abs=1e-5)
