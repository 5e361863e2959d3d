import pytest

from groundplane.geometry.lenses.parameters import (
    DistortionOrder,
    likely_order,
    named_coefficients,
)
from groundplane.geometry.lenses.table import LENS_MODELS, UnknownLens

TEN = [float(n) for n in range(1, 11)]


@pytest.mark.parametrize(
    ("model", "order", "names"),
    [
        ("brown_conrady", "current", "k1 k2 p1 p2 k3 k4 k5 k6 lx ly"),
        ("brown_conrady", "pre_0_4", "k1 k2 k3 k4 k5 k6 p1 p2 lx ly"),
        ("fisheye", "current", "k1 k2 k3 k4"),
        ("fisheye", "pre_0_4", "k1 k2 k3 k4"),
        ("mod_equi_fish", "current", "k1 k2 k3 k4"),
        ("mod_equi_fish", "pre_0_4", "k2 k3 k4"),
        ("mod_kannala", "current", "k1 k2 k3 k4"),
        ("omnidirectional", "current", "k1 k2 k3 k4 p1 p2 xi lx ly"),
        ("omnidirectional", "pre_0_4", "k1 k2 k3 p1 p2 lx ly xi"),
        ("fisheye_rad_tan_prism", "current", "k1 k2 k3 k4 k5 k6 p1 p2 s1 s2"),
        ("fisheye_radial_custom", "pre_0_4", "k1 k2 k3 k4 k5 k6 p1 p2 dcx dcy"),
        ("ftheta", "current", "k1 k2 k3 k4 k5"),
        ("cylindrical", "current", ""),
        ("equirectangular", "pre_0_4", ""),
    ],
)
def test_each_place_has_its_name(model: str, order: DistortionOrder, names: str) -> None:
    """Ten values whatever the model: those without a name are not looked at."""
    assert named_coefficients(model, TEN, order) == dict(zip(names.split(), TEN, strict=False))


def test_the_order_of_today_is_the_default_and_trailing_values_may_be_missing() -> None:
    assert named_coefficients("brown_conrady", [0.1, 0.2, 0.3]) == {"k1": 0.1, "k2": 0.2, "p1": 0.3}
    twelve = named_coefficients("fisheye_rad_tan_prism", [*TEN, 11, 12])
    assert list(twelve)[-4:] == ["s1", "s2", "s3", "s4"]
    with pytest.raises(UnknownLens, match="fisheye_rational_radial"):
        named_coefficients("fisheye_rational_radial", [])


def test_a_length_speaks_for_an_order_or_says_nothing() -> None:
    assert likely_order("mod_equi_fish", TEN[:3]) == "pre_0_4"
    assert likely_order("omnidirectional", TEN[:8]) == "pre_0_4"
    assert likely_order("brown_conrady", TEN[:5]) == "current"
    assert likely_order("brown_conrady", TEN) is None
    assert {likely_order(model, []) for model in LENS_MODELS} == {None}
