"""Distortion parameters of .sfs files: a list in the file, names in a lens.

Between versions 0.3.2 and 0.4.4 of Scale's scale-sensor-fusion-io the order of three models was
changed, and nothing in a file tells which one it was written by.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

DistortionOrder = Literal["current", "pre_0_4"]

CURRENT: Final = {
    model: tuple(names.split())
    for model, names in {
        "brown_conrady": "k1 k2 p1 p2 k3 k4 k5 k6 lx ly",
        "fisheye": "k1 k2 k3 k4",
        "mod_equi_fish": "k1 k2 k3 k4",
        "mod_kannala": "k1 k2 k3 k4",
        "cylindrical": "",
        "equirectangular": "",
        "omnidirectional": "k1 k2 k3 k4 p1 p2 xi lx ly",
        "fisheye_rad_tan_prism": "k1 k2 k3 k4 k5 k6 p1 p2 s1 s2 s3 s4",
        "fisheye_radial_custom": "k1 k2 k3 k4 k5 k6 p1 p2 dcx dcy",
        "ftheta": "k1 k2 k3 k4 k5",
    }.items()
}
_PRE_0_4: Final = {
    "brown_conrady": ("k1", "k2", "k3", "k4", "k5", "k6", "p1", "p2", "lx", "ly"),
    "mod_equi_fish": ("k2", "k3", "k4"),
    "omnidirectional": ("k1", "k2", "k3", "p1", "p2", "lx", "ly", "xi"),
}
# Lengths that one order only is written with: a full old list, and OpenCV's k1 k2 p1 p2 k3.
_TELLING: Final[dict[tuple[str, int], DistortionOrder]] = {
    ("mod_equi_fish", 3): "pre_0_4",
    ("omnidirectional", 8): "pre_0_4",
    ("brown_conrady", 5): "current",
}


def named_coefficients(
    model: str, params: Sequence[float], order: DistortionOrder = "current"
) -> dict[str, float]:
    """Trailing values may be missing; those beyond the last name are ignored, as Scale does.

    Raises:
        KeyError: no such model.
    """
    names = _PRE_0_4.get(model, CURRENT[model]) if order == "pre_0_4" else CURRENT[model]
    return dict(zip(names, params, strict=False))


def positional(model: str, coefficients: Mapping[str, float]) -> tuple[float, ...]:
    """The full list in today's order.

    Raises:
        KeyError: no such model.
    """
    return tuple(coefficients.get(name, 0.0) for name in CURRENT[model])


def likely_order(model: str, params: Sequence[float]) -> DistortionOrder | None:
    """The order that the number of values speaks for; None: it says nothing."""
    return _TELLING.get((model, len(params)))
