import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry.golden import golden
from geometry.strategies import numbers, transforms
from groundplane.geometry import cameras
from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.cameras import LENS_MODELS, Lens, UnknownLens, project, unproject
from groundplane.geometry.polynomials import evaluate, first_sign_change
from groundplane.geometry.transforms import Transform

HERE = Transform.identity()
PINHOLE = Lens("pinhole", 1000, 1100, 960, 540, width_px=1920, height_px=1080)
ROAD = replace(
    PINHOLE,
    model="brown_conrady",
    skew=3.5,
    scale_factor=1.5,
    coefficients={"k1": -0.31, "k2": 0.12, "p1": 0.0009, "p2": -0.0015, "k3": -0.02, "lx": 0.002},
)
RATIONAL = replace(
    PINHOLE,
    model="brown_conrady",
    coefficients={"k1": 0.3, "k2": -0.1, "k3": 0.02, "k4": 0.45, "k5": 0.08, "k6": 0.01},
)
FISHEYE = replace(
    PINHOLE, model="fisheye", skew=-8, coefficients={"k1": 0.05, "k2": -0.01, "k3": 0.003}
)
WIDE = replace(PINHOLE, model="fisheye", fx_px=300, fy_px=290)
# Barrel distortion so strong that r (1 - 0.5 r²) turns back at r² = 2/3.
FOLDING = replace(PINHOLE, model="brown_conrady", coefficients={"k1": -0.5})


def directions(lens: Lens) -> st.SearchStrategy[Float64Array]:
    """Unit, inside the lens's field and at most 100° off its axis."""
    field = LENS_MODELS[lens.model].field_rad(
        tuple(lens.coefficients.get(name, 0.0) for name in LENS_MODELS[lens.model].coefficients)
    )
    widest = min(0.97 * field, math.radians(80 if field <= math.pi / 2 else 100))
    return st.builds(direction, numbers(0, widest), numbers(-math.pi, math.pi))


def direction(off_axis_rad: float, around_rad: float) -> Float64Array:
    sideways = math.sin(off_axis_rad)
    return np.array(
        [sideways * math.cos(around_rad), sideways * math.sin(around_rad), math.cos(off_axis_rad)]
    )


@pytest.mark.parametrize("lens", [PINHOLE, ROAD, RATIONAL, FISHEYE, WIDE, FOLDING])
@given(st.data())
def test_a_pixel_leads_back_to_the_direction_it_came_from(lens: Lens, data: st.DataObject) -> None:
    towards = data.draw(directions(lens))
    away_m = data.draw(numbers(0.5, 200))
    seen = project(towards[None] * away_m, HERE, lens)
    rays = unproject(seen.uv_px, lens)
    assert rays.valid.tolist() == [True]
    np.testing.assert_allclose(rays.directions[0], towards, atol=1e-8)
    again = project(rays.directions, HERE, lens)
    np.testing.assert_allclose(again.uv_px, seen.uv_px, atol=1e-6)


@given(transforms(), numbers(-500, 500), numbers(-400, 400), numbers(-300, -1e-9))
def test_a_point_behind_a_perspective_camera_is_never_visible(
    world_from_camera: Transform, x: float, y: float, z: float
) -> None:
    behind = world_from_camera.apply(np.array([[x, y, min(z, -1e-3)]]))
    for lens in (PINHOLE, ROAD, RATIONAL, FOLDING):
        seen = project(behind, world_from_camera.inverse(), lens)
        assert not seen.visible.any()
        assert np.isnan(seen.uv_px).all()


def test_a_point_behind_the_camera_has_no_pixel_and_one_in_front_has() -> None:
    seen = project(np.array([[0.3, 0.2, -7.0], [0.3, 0.2, 7.0], [0, 0, 0]]), HERE, PINHOLE)
    assert seen.visible.tolist() == [False, True, False]
    assert seen.depth_m.tolist() == [-7, 7, 0]
    np.testing.assert_allclose(seen.uv_px[1], [960 + 300 / 7, 540 + 220 / 7])
    assert np.isnan(seen.uv_px[[0, 2]]).all()


def test_what_a_folding_polynomial_throws_back_into_the_picture_is_not_visible() -> None:
    """At r² = 2 the factor is 0: without the mask the point would sit in the picture's middle."""
    fold = math.sqrt(2 / 3)
    rows = np.array([[fold - 1e-6, 0, 1], [fold + 1e-6, 0, 1], [math.sqrt(2), 0, 1], [0, 3, 1]])
    seen = project(rows, HERE, FOLDING)
    assert seen.visible.tolist() == [True, False, False, False]
    assert np.isnan(seen.uv_px[1:]).all()
    assert seen.uv_px[0, 0] == pytest.approx(960 + 1000 * fold * 2 / 3, abs=1e-3)


def test_a_pole_of_the_rational_model_ends_the_field() -> None:
    """1 - 0.25 r² is 0 at r = 2; far beyond, points would come back into the picture."""
    pole = replace(PINHOLE, model="brown_conrady", width_px=10**9, coefficients={"k4": -0.25})
    seen = project(np.array([[1.999, 0, 1], [2.001, 0, 1], [100, 0, 1]]), HERE, pole)
    assert seen.visible.tolist() == [True, False, False]


def test_a_fisheye_folds_too() -> None:
    """θ (1 - θ²/3) turns back at θ = 1."""
    lens = replace(PINHOLE, model="fisheye", coefficients={"k1": -1 / 3})
    angles = np.array([0.999, 1.001, 1.7])
    rows = np.stack([np.sin(angles), 0 * angles, np.cos(angles)], axis=1)
    assert project(rows, HERE, lens).visible.tolist() == [True, False, False]


def test_complex_roots_do_not_end_a_field() -> None:
    """formats.md 3.4: k1 = -0.1, k2 = 0.02 grows everywhere; Scale's package ends it at 1.5."""
    lens = replace(PINHOLE, model="brown_conrady", coefficients={"k1": -0.1, "k2": 0.02})
    far_out = project(np.array([[2.0, 0, 1]]), HERE, replace(lens, width_px=10_000))
    assert far_out.visible.all()


def test_a_fisheye_sees_past_90_degrees() -> None:
    """Equidistant by hand: 100° off the axis lies 300 · 100π/180 pixels from the centre."""
    off = math.radians(100)
    seen = project(np.array([[0, 9 * math.sin(off), 9 * math.cos(off)]]), HERE, WIDE)
    assert seen.depth_m[0] < 0
    assert seen.visible.tolist() == [True]
    np.testing.assert_allclose(seen.uv_px[0], [960, 540 + 290 * off])


def test_pixels_beyond_the_field_have_no_direction() -> None:
    far = np.array([[960 + 1000 * 0.7, 540.0], [960, 540]])
    assert unproject(far, FOLDING).valid.tolist() == [False, True]
    beyond = np.array([[960.0, 540 + 290 * 3.2], [960, 540 + 290 * 3.1]])
    rays = unproject(beyond, WIDE)
    assert rays.valid.tolist() == [False, True]
    assert np.isnan(rays.directions[0]).all()


def test_the_picture_ends_half_a_pixel_beyond_the_last_centre() -> None:
    plane = [(-960.5, -540.5), (-960.51, 0), (0, -540.51), (959.49, 539.49), (959.5, 0), (0, 539.5)]
    rows = np.array([[u / 1000, v / 1100, 1] for u, v in plane])
    assert project(rows, HERE, PINHOLE).visible.tolist() == [True, False, False, True, False, False]


def test_decentring_shifts_the_plane_after_the_radius_is_taken() -> None:
    lens = replace(PINHOLE, model="brown_conrady", coefficients={"k1": 0.1, "lx": 0.01, "ly": 0.02})
    seen = project(np.array([[0.3, 0.4, 1.0]]), HERE, lens)
    np.testing.assert_allclose(
        seen.uv_px[0], [960 + 1000 * 0.31 * 1.025, 540 + 1100 * 0.42 * 1.025]
    )


def test_a_shrunk_image_shrinks_every_pixel() -> None:
    rows = np.array([[0.3, 0.2, 1.0]])
    whole = project(rows, HERE, replace(ROAD, scale_factor=1)).uv_px
    np.testing.assert_allclose(project(rows, HERE, replace(ROAD, scale_factor=4)).uv_px, whole / 4)
    np.testing.assert_allclose(project(rows, HERE, replace(ROAD, scale_factor=0)).uv_px, whole)


def test_many_points_are_projected_as_one_by_one() -> None:
    """In blocks, of which the last is not full."""
    chance = np.random.default_rng(3)
    rows = chance.uniform(-30, 30, (cameras.BLOCK + 17, 3))
    pose = Transform((0.7, -0.3, 0.2, 0.1), (5, -2, 1))
    whole = project(rows, pose, FISHEYE)
    for row in (0, cameras.BLOCK - 1, cameras.BLOCK, cameras.BLOCK + 16):
        one = project(rows[row : row + 1], pose, FISHEYE)
        np.testing.assert_allclose(whole.uv_px[row], one.uv_px[0], atol=1e-9)
        assert whole.visible[row] == one.visible[0]
        assert whole.depth_m[row] == pytest.approx(one.depth_m[0])
    assert whole.visible.any()


def test_an_unknown_model_names_those_that_are_known() -> None:
    with pytest.raises(UnknownLens, match="known are: brown_conrady, cylindrical, equirect"):
        replace(PINHOLE, model="fisheye_rational_radial")


@pytest.mark.parametrize(
    "change",
    [
        {"fx_px": 0},
        {"fy_px": 0},
        {"cx_px": math.nan},
        {"coefficients": {"k1": math.inf}},
        {"width_px": 0},
        {"height_px": -1},
        {"scale_factor": -1},
    ],
)
def test_a_number_that_no_camera_has_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"lens|focal|image"):
        replace(PINHOLE, **change)


@given(st.lists(st.integers(-200, 200), min_size=2, max_size=7), numbers(0.5, 50))
def test_the_first_sign_change_is_the_first_real_root(k: list[int], upper: float) -> None:
    """numpy.roots is the witness; roots that only touch zero change nothing and are left out."""
    coefficients = [1.0, *(hundredths / 100 for hundredths in k)]
    found = first_sign_change(coefficients, upper)
    until = np.linspace(0, min(found * (1 - 1e-9), upper), 200)
    assert min(evaluate(coefficients, x) for x in until) > -1e-9
    if found < math.inf:
        roots = np.roots(coefficients[::-1])
        assert np.abs(roots - found).min() < 1e-3 * max(1, found)
        assert evaluate(coefficients, found * (1 + 1e-6)) < 1e-9


@pytest.mark.parametrize("case", golden("lenses.json")["cases"], ids=lambda case: case["name"])
def test_golden_projection(case: dict[str, Any]) -> None:
    """By OpenCV; the same file is read by web/src/geometry/camera.test.ts."""
    world_from_camera = Transform(case["rotation_wxyz"], case["position_m"])
    points_world = np.array(case["points_world"])
    seen = project(points_world, world_from_camera.inverse(), Lens(**case["lens"]))
    np.testing.assert_allclose(seen.depth_m, case["depth_m"], atol=1e-6)
    assert seen.visible.tolist() == case["visible"]
    known = [row for row, uv in enumerate(case["uv_px"]) if uv is not None]
    expected = np.array([case["uv_px"][row] for row in known])
    np.testing.assert_allclose(seen.uv_px[known], expected, atol=1e-3)
