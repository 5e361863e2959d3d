"""Positional distortion parameters, as scene files (SFS) hold them, to coefficients by name.

Between versions 0.3.2 and 0.4.4 of Scale's scale-sensor-fusion-io the order of three models was
changed, and nothing in a file tells which one it was written by.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from groundplane.geometry.lenses.table import LENS_MODELS, UnknownLens

DistortionOrder = Literal["current", "pre_0_4"]

# The models that a scene file can name, with the order of their parameters; a pinhole has no name.
POSITIONAL: Final = {
    name: model.coefficients for name, model in LENS_MODELS.items() if name != "pinhole"
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
    """Missing trailing values are 0, so left out; more than there are names are not looked at.

    Both as Scale's own reader does.

    Raises:
        UnknownLens: no such model.
    """
    if model not in LENS_MODELS:
        raise UnknownLens(model)
    names = LENS_MODELS[model].coefficients
    if order == "pre_0_4":
        names = _PRE_0_4.get(model, names)
    return dict(zip(names, params, strict=False))


def positional(model: str, coefficients: Mapping[str, float]) -> tuple[float, ...]:
    """The full list in today's order.

    Raises:
        KeyError: no file can name such a model.
    """
    return tuple(coefficients.get(name, 0.0) for name in POSITIONAL[model])


def likely_order(model: str, params: Sequence[float]) -> DistortionOrder | None:
    """The order that the number of values speaks for; None: it says nothing.

    A reader that was told another order should say so to whoever chose it: ten values of
    `brown_conrady` look the same in both orders.
    """
    return _TELLING.get((model, len(params)))
