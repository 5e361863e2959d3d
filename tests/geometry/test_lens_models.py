"""Laws of every lens model, and what makes each of them different."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry.strategies import numbers
from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.cameras import LENS_MODELS, Lens, project, unproject
from groundplane.geometry.transforms import Transform

HERE = Transform.identity()
TURN_PX = 1920 / (2 * math.pi)
SIX = {"k1": 0.02, "k2": -0.01, "k3": 0.004, "k4": -0.001, "k5": 0.0001, "k6": -0.000007}
MILD: dict[str, dict[str, float]] = {
    "pinhole": {},
    "brown_conrady": {"k1": -0.3, "k2": 0.1, "p1": 0.001, "p2": -0.002, "k4": 0.02},
    "fisheye": {"k1": -0.03, "k2": 0.002},
    "mod_equi_fish": {"k2": -0.03, "k3": 0.017, "k4": -0.004},
    "mod_kannala": {"k1": -0.02, "k2": 0.005, "k3": -0.001},
    "cylindrical": {},
    "equirectangular": {},
    "omnidirectional": {"k1": -0.2, "k2": 0.03, "p1": 0.001, "p2": -0.002, "xi": 0.9, "lx": 0.003},
    "fisheye_rad_tan_prism": {**SIX, "p1": 0.001, "p2": -0.002, "s1": 0.001, "s4": -0.0005},
    "fisheye_radial_custom": {**SIX, "p1": 0.001, "p2": -0.002, "dcx": 0.007, "dcy": -0.004},
    "ftheta": {"k2": 1.0, "k3": 0.02, "k4": -0.013},
}
# Numbers such as a bad calibration has: fields end early, or where nobody would look.
ROUGH = st.fixed_dictionaries({f"k{n}": numbers(-0.6, 0.6) for n in range(1, 7)})


def lens(model: str, **more: float) -> Lens:
    return Lens(
        model, TURN_PX, 1080 / math.pi, 951, 545, 1920, 1080, coefficients=MILD[model] | more
    )


def field_rad(of: Lens) -> float:
    model = LENS_MODELS[of.model]
    return model.field_rad(tuple(of.coefficients.get(name, 0.0) for name in model.coefficients))


def at(off_axis_rad: float | Float64Array, around_rad: float) -> Float64Array:
    """(n, 3) unit directions."""
    off = np.atleast_1d(off_axis_rad)
    return np.stack(
        [np.sin(off) * math.cos(around_rad), np.sin(off) * math.sin(around_rad), np.cos(off)], 1
    )


def radii(of: Lens, off_axis_rad: Float64Array) -> Float64Array:
    """Distance from the middle in focal lengths."""
    seen = project(at(off_axis_rad, 0.0), HERE, of)
    return (seen.uv_px[:, 0] - of.cx_px) / of.fx_px


def test_every_model_is_tried() -> None:
    assert set(MILD) == set(LENS_MODELS)


@pytest.mark.parametrize("model", sorted(MILD))
@settings(max_examples=40)
@given(numbers(0, 1), numbers(-math.pi, math.pi), numbers(0.5, 200))
def test_a_pixel_leads_back_to_where_it_came_from(
    model: str, part: float, around_rad: float, away_m: float
) -> None:
    glass = replace(lens(model), skew=2.5, scale_factor=1.5)
    widest = 0.97 * min(field_rad(glass), math.pi)
    if model in {"pinhole", "brown_conrady"}:
        widest = min(widest, 1.45)
    towards = at(part * widest, around_rad)
    if np.hypot(towards[0, 0], towards[0, 2]) < 1e-3:
        return  # at the poles of a panorama every azimuth is the same direction
    seen = project(away_m * towards, HERE, glass)
    rays = unproject(seen.uv_px, glass)
    assert rays.valid.tolist() == [True]
    np.testing.assert_allclose(rays.directions, towards, atol=1e-8)


@pytest.mark.parametrize(
    "model", ["brown_conrady", "fisheye", "mod_equi_fish", "omnidirectional", "ftheta"]
)
@settings(max_examples=60)
@given(ROUGH, numbers(-0.5, 1.6))
def test_a_radius_grows_up_to_the_field_and_nothing_beyond_has_an_image(
    model: str, rough: dict[str, float], xi: float
) -> None:
    k2 = abs(rough["k2"]) + 0.05 if model == "ftheta" else rough["k2"]
    k1 = 0.0 if model == "ftheta" else rough["k1"]
    glass = replace(lens(model), coefficients=rough | {"k1": k1, "k2": k2, "xi": xi})
    until = min(field_rad(glass), math.pi)
    assert until > 0
    inside = radii(glass, np.linspace(0, until * (1 - 1e-6), 60))
    assert (np.diff(inside) > 0).all()
    beyond = project(at(np.linspace(until * (1 + 1e-9), math.pi - 1e-9, 25), 0.7), HERE, glass)
    if until < math.pi - 1e-6:
        assert np.isnan(beyond.uv_px).all()
    assert not project(-at(0.0, 0.0), HERE, replace(glass, fx_px=1e-3)).visible.any()


@pytest.mark.parametrize("model", sorted(MILD))
def test_the_camera_s_own_centre_has_no_image(model: str) -> None:
    seen = project(np.zeros((1, 3)), HERE, lens(model))
    assert np.isnan(seen.uv_px).all()
    assert not seen.visible.any()


@pytest.mark.parametrize(
    ("model", "sees_until_deg"),
    [
        ("pinhole", 90),
        ("brown_conrady", 90),
        ("omnidirectional", 154),
        ("fisheye", 180),
        ("mod_equi_fish", 180),
        ("cylindrical", 180),
        ("equirectangular", 180),
        ("ftheta", 180),
    ],
)
def test_what_is_behind_is_seen_by_lenses_that_see_there(model: str, sees_until_deg: int) -> None:
    k = {"k2": 1.0} if model == "ftheta" else {"xi": 0.9}
    glass = replace(lens(model), width_px=10**7, cx_px=5e6, coefficients=k)
    seen = project(5 * at(np.radians(np.arange(1.5, 180)), 0.0), HERE, glass)
    assert seen.visible.sum() == sees_until_deg - 1
    assert (seen.visible & (seen.depth_m < 0)).any() == (sees_until_deg > 90)


def test_a_folded_angle_is_not_seen_again() -> None:
    """θ (1 - θ²/3) turns back at θ = 1; θ (1 - 0.3 θ³) at θ³ = 1 / 1.2."""
    folds = {
        "fisheye": ({"k1": -1 / 3}, 1.0),
        "mod_kannala": ({"k1": -1 / 3}, 1.0),
        "mod_equi_fish": ({"k3": -0.3}, (1 / 1.2) ** (1 / 3)),
        "fisheye_rad_tan_prism": ({"k1": -1 / 3}, 1.0),
        "fisheye_radial_custom": ({"k1": -1 / 3}, 1.0),
        "ftheta": ({"k2": 1.0, "k3": -0.3}, 5 / 6),
    }
    for model, (coefficients, until) in folds.items():
        glass = replace(lens(model), coefficients=coefficients)
        assert field_rad(glass) == pytest.approx(until, abs=1e-9)
        rows = at(np.array([until - 1e-6, until + 1e-6, 2 * until]), 0.3)
        assert project(rows, HERE, glass).visible.tolist() == [True, False, False]


def test_an_omnidirectional_lens_ends_where_its_sphere_does() -> None:
    """xi = 0 is a pinhole; up to 1 the ray meets the plane's eye; beyond, the sphere's rim."""
    ends = {0.0: math.pi / 2, 0.5: math.acos(-0.5), 1.0: math.pi, 2.0: math.acos(-0.5), -2.0: 0.0}
    for xi, until in ends.items():
        assert field_rad(replace(lens("omnidirectional"), coefficients={"xi": xi})) == until
    pinhole = project(at(0.7, 0.4), HERE, lens("pinhole")).uv_px
    none = replace(lens("omnidirectional"), coefficients={})
    np.testing.assert_allclose(project(at(0.7, 0.4), HERE, none).uv_px, pinhole, atol=1e-9)


def test_a_full_turn_fills_its_picture_and_is_cut_opposite_to_its_middle() -> None:
    """cx is far off the picture's middle: the same direction is drawn a turn further left."""
    glass = replace(lens("equirectangular"), cx_px=511.25, cy_px=539.5)
    azimuths = np.linspace(-math.pi, math.pi, 721)[:-1]
    rows = np.stack([np.sin(azimuths), 0 * azimuths, np.cos(azimuths)], 1)
    seen = project(rows, HERE, glass)
    assert seen.visible.all()
    assert np.abs(np.diff(np.sort(seen.uv_px[:, 0])) - 1920 / 720).max() < 1e-9
    back = unproject(np.array([[-0.5, 539.5], [1919.5, 539.5], [1922.0, 539.5]]), glass)
    assert back.valid.tolist() == [True, True, False]
    np.testing.assert_allclose(back.directions[0], back.directions[1], atol=1e-9)


def test_the_poles_of_a_sphere_are_its_first_and_last_rows() -> None:
    glass = replace(lens("equirectangular"), cy_px=539.5)
    nearly = np.array([[1e-7, -1.0, 0], [1e-7, 1.0, 0]])
    np.testing.assert_allclose(project(nearly, HERE, glass).uv_px[:, 1], [-0.5, 1079.5], atol=1e-3)
    assert np.isnan(project(np.array([[0, -1.0, 0]]), HERE, glass).uv_px).all()
    assert unproject(np.array([[960.0, -0.6]]), glass).valid.tolist() == [False]


def test_a_cylinder_keeps_heights() -> None:
    """Poles at 5 m all round, 2 m high: the same rows wherever they stand."""
    azimuths = np.linspace(-3, 3, 9)
    rows = np.stack([5 * np.sin(azimuths), 0 * azimuths - 2, 5 * np.cos(azimuths)], 1)
    rows_px = project(rows, HERE, lens("cylindrical")).uv_px[:, 1]
    np.testing.assert_allclose(rows_px, 545 - 1080 / math.pi * 0.4)


def test_arias_first_tangential_coefficient_belongs_to_x_and_opencvs_to_y() -> None:
    row = at(0.5, 0.0)
    plain = project(row, HERE, replace(lens("fisheye_rad_tan_prism"), coefficients={}))
    moved = {
        model: project(row, HERE, replace(lens(model), coefficients={"p1": 0.01})).uv_px
        - plain.uv_px
        for model in ("fisheye_rad_tan_prism", "fisheye_radial_custom")
    }
    f = TURN_PX, 1080 / math.pi
    by_hand = {
        "fisheye_rad_tan_prism": [0.03 * 0.25 * f[0], 0],
        "fisheye_radial_custom": [0, 0.01 * 0.25 * f[1]],
    }
    for model, expected in by_hand.items():
        np.testing.assert_allclose(moved[model][0], expected, atol=1e-9)


def test_ftheta_is_the_angle_as_a_polynomial_of_the_distance() -> None:
    """In pixels where fx = fy = 1: 300 px from the middle is the angle of 300 px."""
    k = {"k2": 0.003, "k3": 1e-7, "k4": -6e-10}
    glass = replace(lens("ftheta"), fx_px=1, fy_px=1, coefficients=k)
    angle_rad = 0.003 * 300 + 1e-7 * 300**2 - 6e-10 * 300**3
    seen = project(at(angle_rad, math.pi / 2), HERE, glass)
    np.testing.assert_allclose(seen.uv_px[0], [951, 545 + 300], atol=1e-9)
    ring = replace(glass, coefficients=k | {"k1": 0.2})  # nothing nearer to the axis than 0.2
    rows = at(np.array([0.19, 0.21]), 0.0)
    assert project(rows, HERE, ring).visible.tolist() == [False, True]
    assert not project(rows, HERE, replace(glass, coefficients={})).visible.any()
