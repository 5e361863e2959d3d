"""Projection as Scale's scale-sensor-fusion-io 0.5.4 computes it, faults included.

For comparing numbers with that package, and for nothing that is shown or measured: there its
formulas differ from OpenCV's (docs/formats/lenses.md lists how). Known faults that are kept: the
fisheye leaves out the angle over the radius, brown_conrady exchanges p1 and p2, has a 3 where a 2
belongs and knows no k4 to k6, a cylinder is a pinhole, mod_kannala takes the arctangent twice, and
complex roots of a polynomial end its field. `scale_factor` is not looked at.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from groundplane.geometry.arrays import BoolArray, Float64Array
from groundplane.geometry.cameras import Lens, Projection
from groundplane.geometry.transforms import Transform

# Below this radius a quotient of radii counts as 1.
_NEAR_AXIS: Final = 1e-5
_Seen = tuple[Float64Array, Float64Array, BoolArray]
# x and y of the plane, the coefficients, the lens → u, v, and what is inside the field. That
# package's order of operations is kept, so that the bits agree too.
_Bend = Callable[[Float64Array, Float64Array, Mapping[str, float], Lens], _Seen]


class UnsupportedLens(ValueError):
    """A model for which that package raises, too."""

    def __init__(self, model: str) -> None:
        self.model = model
        super().__init__(f'scale-sensor-fusion-io 0.5.4 does not project "{model}".')


def project(points_world: Float64Array, camera_from_world: Transform, lens: Lens) -> Projection:
    """As `cameras.project`; `visible` by that package's rules, pixels of a picture from 0 to width.

    `uv_px` holds what it computes for points that are not visible, NaN only where it has NaN.

    Raises:
        UnsupportedLens: see there.
    """
    points = camera_from_world.apply(points_world)
    u, v, valid = project_distort(points, lens)
    on_picture = (u >= 0) & (u < lens.width_px) & (v >= 0) & (v < lens.height_px)
    return Projection(np.stack([u, v], axis=1), points[:, 2], valid & on_picture)


def project_distort(
    points_camera: Float64Array, lens: Lens
) -> tuple[Float64Array, Float64Array, BoolArray]:
    """Camera-frame points (n, 3) to u, v, and where it calls them valid, on the picture or not.

    Raises:
        UnsupportedLens: see there.
    """
    x, y, z = points_camera.T
    in_front = z > 0
    k = {name: lens.coefficients.get(name, 0.0) for name in _NAMES}
    with np.errstate(all="ignore"):
        if lens.model == "omnidirectional" and k["xi"]:
            away = np.linalg.norm(points_camera, axis=1)
            x, y, z = x / away, y / away, z / away + k["xi"]
        x, y = x / z, y / z
        if lens.skew:
            x = x + y * lens.skew / lens.fx_px
        if lens.model not in _BENDS:
            raise UnsupportedLens(lens.model)
        u, v, inside = _BENDS[lens.model](x, y, k, lens)
    return u, v, inside & in_front


_NAMES: Final = ("k1", "k2", "k3", "k4", "p1", "p2", "xi", "lx", "ly")


def _least_root(falling: Sequence[float]) -> np.complexfloating | float:
    """Of a polynomial in falling order of power; numpy orders complex numbers by their real part.

    So complex roots with a positive real part count, which is one of the faults.
    """
    roots = np.roots(falling).astype(np.complex128)
    positive = np.sort(roots[roots > 0])
    return positive[0] if len(positive) else math.inf


def _less(values: Float64Array, limit: np.complexfloating | float) -> BoolArray:
    less: npt.NDArray[np.bool_] = values < limit
    return less


def _scaled(
    x: Float64Array, y: Float64Array, gain: Float64Array, lens: Lens
) -> tuple[Float64Array, Float64Array]:
    return lens.fx_px * x * gain + lens.cx_px, lens.fy_px * y * gain + lens.cy_px


def _straight(x: Float64Array, y: Float64Array, _: Mapping[str, float], lens: Lens) -> _Seen:
    u, v = lens.cx_px + lens.fx_px * x, lens.cy_px + lens.fy_px * y
    return u, v, np.ones(len(x), np.bool_)


def _polar(x: Float64Array, y: Float64Array, _: Mapping[str, float], lens: Lens) -> _Seen:
    """Polar coordinates of the plane under the name of equirectangular; NaN within radius 1."""
    around, out = np.arctan2(y, x), np.arccos(1 / np.hypot(x, y))
    u, v = around * lens.fx_px + lens.cx_px, out * lens.fy_px + lens.cy_px
    return u, v, np.ones(len(x), np.bool_)


def _mod_equi_fish(x: Float64Array, y: Float64Array, k: Mapping[str, float], lens: Lens) -> _Seen:
    rho = np.hypot(x, y)
    theta = np.arctan(rho)
    m = np.where(rho < _NEAR_AXIS, 1, theta / rho)
    gain = np.polyval([k["k4"], k["k3"], k["k2"], 0, 1], theta)
    limit = _least_root([5 * k["k4"], 4 * k["k3"], 3 * k["k2"], 0, 1])
    u = lens.fx_px * m * x * gain + lens.cx_px
    v = lens.fy_px * m * y * gain + lens.cy_px
    return u, v, _less(theta, limit)


def _mod_kannala(x: Float64Array, y: Float64Array, k: Mapping[str, float], lens: Lens) -> _Seen:
    rho = np.hypot(x, y)
    theta = np.arctan(rho)
    twice = np.arctan(theta)
    radius = np.polyval([k["k4"], k["k3"], k["k2"], k["k1"], 1], twice * twice) * twice
    gain = np.where(radius < _NEAR_AXIS, 1.0, np.tan(radius) / rho)
    return *_scaled(x, y, gain, lens), theta < math.pi / 2


def _fisheye(x: Float64Array, y: Float64Array, k: Mapping[str, float], lens: Lens) -> _Seen:
    theta = np.arctan(np.hypot(x, y))
    gain = np.asarray(
        np.polyval([k["k4"], k["k3"], k["k2"], k["k1"], 1], theta * theta), dtype=np.float64
    )
    limit = _least_root([9 * k["k4"], 7 * k["k3"], 5 * k["k2"], 3 * k["k1"], 1])
    return *_scaled(x, y, gain, lens), _less(theta, np.sqrt(limit))


def _brown_conrady(x: Float64Array, y: Float64Array, k: Mapping[str, float], lens: Lens) -> _Seen:
    s = x * x + y * y
    x, y = x + k["lx"], y + k["ly"]
    gain = np.polyval([k["k3"], k["k2"], k["k1"], 1], s)
    u = x * gain + k["p1"] * (s + 2 * x * x) + 2 * k["p2"] * x * y
    v = y * gain + k["p2"] * (s + 2 * y * y) + 3 * k["p1"] * x * y
    limit = _least_root([7 * k["k3"], 5 * k["k2"], 3 * k["k1"], 1])
    return lens.cx_px + lens.fx_px * u, lens.cy_px + lens.fy_px * v, _less(s, limit)


_BENDS: Final[dict[str, _Bend]] = {
    "pinhole": _straight,
    "cylindrical": _straight,
    "equirectangular": _polar,
    "mod_equi_fish": _mod_equi_fish,
    "mod_kannala": _mod_kannala,
    "fisheye": _fisheye,
    "brown_conrady": _brown_conrady,
    "omnidirectional": _brown_conrady,
}
