"""Lenses whose radius is a polynomial of the angle from the optical axis.

The angle comes from atan2, so that fields over 180° work. Sources: OpenCV, "Fisheye camera model"
(J. Kannala and S. Brandt, "A generic camera model and calibration method for conventional,
wide-angle, and fish-eye lenses", PAMI 2006); Project Aria, "Camera intrinsic models"
(FisheyeRadTanThinPrism); NVIDIA DriveWorks, `dwFThetaCameraConfig`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.lenses.model import (
    NEWTON_STEPS,
    TINY,
    Coefficients,
    LensModel,
    bisect,
    newton,
    polynomial,
)
from groundplane.geometry.polynomials import evaluate, first_sign_change


def _off_axis(points: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Distance from the axis, and angle from it: NaN in the camera's centre."""
    x, y, z = points
    aside = np.sqrt(x * x + y * y)
    angle_rad = np.arctan2(aside, z)
    angle_rad[(aside == 0) & (z == 0)] = np.nan
    return aside, angle_rad


def _from_angle(plane: Float64Array, radius: Float64Array, angle_rad: Float64Array) -> Float64Array:
    """(3, n) unit directions at these angles, towards where the plane's points lie."""
    sideways = np.sin(angle_rad) / np.maximum(radius, TINY)
    return np.concatenate([plane * sideways, np.cos(angle_rad)[None]])


# --- radius θ g(θ) ---


@dataclass(frozen=True, slots=True)
class _Gain:
    """g = Σ terms[i] w^i, where w is θ^power and terms[0] is 1."""

    power: int
    terms: tuple[float, ...]

    def radius(self, angle_rad: Float64Array) -> Float64Array:
        return angle_rad * polynomial(self.terms, self._w(angle_rad))

    def growth(self) -> list[float]:
        """d(θ g)/dθ as a polynomial of w."""
        return [(self.power * i + 1) * term for i, term in enumerate(self.terms)]

    def slope(self, angle_rad: Float64Array) -> Float64Array:
        return polynomial(self.growth(), self._w(angle_rad))

    def _w(self, angle_rad: Float64Array) -> Float64Array:
        return angle_rad * angle_rad if self.power == 2 else angle_rad


@lru_cache(maxsize=256)
def _growing_until_rad(gain: _Gain) -> float:
    least = first_sign_change(gain.growth(), math.pi**gain.power)
    return min(least ** (1 / gain.power), math.pi)


def _radial(points: Float64Array, gain: _Gain) -> Float64Array:
    aside, angle_rad = _off_axis(points)
    angle_rad[angle_rad >= _growing_until_rad(gain)] = np.nan
    # On the axis the direction in the plane is undefined and the radius is 0.
    return points[:2] * (gain.radius(angle_rad) / np.maximum(aside, TINY))


def _unradial(plane: Float64Array, gain: _Gain) -> Float64Array:
    radius = np.hypot(plane[0], plane[1])
    angle_rad = bisect(gain.radius, radius, _growing_until_rad(gain))
    for _ in range(NEWTON_STEPS):
        angle_rad = angle_rad - (gain.radius(angle_rad) - radius) / gain.slope(angle_rad)
    return _from_angle(plane, radius, angle_rad)


def _plain(names: tuple[str, ...], gain: Callable[[Coefficients], _Gain]) -> LensModel:
    def field_rad(coefficients: Coefficients) -> float:
        return _growing_until_rad(gain(coefficients))

    def distort(points: Float64Array, coefficients: Coefficients) -> Float64Array:
        return _radial(points, gain(coefficients))

    def undistort(plane: Float64Array, coefficients: Coefficients) -> Float64Array:
        return _unradial(plane, gain(coefficients))

    return LensModel(names, field_rad, distort, undistort)


def _even(coefficients: Coefficients) -> _Gain:
    """1 + k1 θ² + k2 θ⁴ + … of all coefficients."""
    return _Gain(2, (1.0, *coefficients))


def _equidistant(coefficients: Coefficients) -> _Gain:
    """1 + k2 θ² + k3 θ³ + k4 θ⁴; k1 has a place and no use, as in Scale's package."""
    _, k2, k3, k4 = coefficients
    return _Gain(1, (1.0, 0.0, k2, k3, k4))


_FOUR = ("k1", "k2", "k3", "k4")
_SIX = (*_FOUR, "k5", "k6")
FISHEYE = _plain(_FOUR, _even)
# Kannala and Brandt's own series; Scale's package takes the arctangent twice.
MOD_KANNALA = _plain(_FOUR, _even)
MOD_EQUI_FISH = _plain(_FOUR, _equidistant)


# --- and then tangential, thin prism and shift on the plane that the radial part made ---

# tangential in x and y; prism: x by s, x by s², y by s, y by s²; shift in x and y.
_Extra = tuple[float, float, float, float, float, float, float, float]


def _prism(plane: Float64Array, extra: _Extra) -> Float64Array:
    px, py, s1, s2, s3, s4, dx, dy = extra
    x, y = plane
    s = x * x + y * y
    both = 2 * (px * x + py * y)
    return np.stack(
        [
            x + both * x + s * (px + s1 + s * s2) + dx,
            y + both * y + s * (py + s3 + s * s4) + dy,
        ]
    )


def _prism_with_slopes(plane: Float64Array, extra: _Extra) -> tuple[Float64Array, Float64Array]:
    px, py, s1, s2, s3, s4, _, _ = extra
    x, y = plane
    s = x * x + y * y
    along_x, along_y = 2 * (px + s1 + 2 * s * s2), 2 * (py + s3 + 2 * s * s4)
    slopes = np.stack(
        [
            1 + 4 * px * x + 2 * py * y + x * along_x,
            2 * py * x + y * along_x,
            2 * px * y + x * along_y,
            1 + 4 * py * y + 2 * px * x + y * along_y,
        ]
    )
    return _prism(plane, extra), slopes


def _with_prism(names: tuple[str, ...], extra_of: Callable[[Coefficients], _Extra]) -> LensModel:
    """Six radial coefficients first, θ (1 + k1 θ² + … + k6 θ¹²), then the others."""

    def field_rad(coefficients: Coefficients) -> float:
        return _growing_until_rad(_even(coefficients[:6]))

    def distort(points: Float64Array, coefficients: Coefficients) -> Float64Array:
        return _prism(_radial(points, _even(coefficients[:6])), extra_of(coefficients))

    def undistort(plane: Float64Array, coefficients: Coefficients) -> Float64Array:
        extra = extra_of(coefficients)
        start = plane - np.array(extra[6:])[:, None]
        radial = newton(lambda at: _prism_with_slopes(at, extra), plane, start)
        return _unradial(radial, _even(coefficients[:6]))

    return LensModel(names, field_rad, distort, undistort)


def _aria(coefficients: Coefficients) -> _Extra:
    """Aria's p1 belongs to x, where OpenCV's belongs to y."""
    p1, p2, s1, s2, s3, s4 = coefficients[6:]
    return p1, p2, s1, s2, s3, s4, 0.0, 0.0


def _custom(coefficients: Coefficients) -> _Extra:
    """OpenCV's tangential terms, p2 with x; the shift moves the finished plane."""
    p1, p2, dcx, dcy = coefficients[6:]
    return p2, p1, 0.0, 0.0, 0.0, 0.0, dcx, dcy


FISHEYE_RAD_TAN_PRISM = _with_prism((*_SIX, "p1", "p2", "s1", "s2", "s3", "s4"), _aria)
FISHEYE_RADIAL_CUSTOM = _with_prism((*_SIX, "p1", "p2", "dcx", "dcy"), _custom)


# --- ftheta: the angle is a polynomial of the radius ---

_TABLE_NODES = 513
# The table is right to a thousandth of the field, and each step squares that.
_TABLE_STEPS = 5
# In radians, had the lens no bends: far outside any field, since the polynomial bends it back.
_MOST_PLAIN_RAD = 4 * math.pi


@lru_cache(maxsize=256)
def _ftheta_widest(coefficients: Coefficients) -> tuple[float, float]:
    """The field's angle and its radius: where the angle stops growing, or has come to π."""
    k1, k2, *_ = coefficients
    if k2 <= 0:
        return 0.0, 0.0
    slope = [power * k for power, k in enumerate(coefficients)][1:]
    upper = _MOST_PLAIN_RAD / k2
    beyond = [k1 - math.pi, *coefficients[1:]]
    radius = min(first_sign_change(slope, upper), first_sign_change(beyond, upper), upper)
    return min(evaluate(coefficients, radius), math.pi), radius


@lru_cache(maxsize=64)
def _ftheta_table(coefficients: Coefficients) -> tuple[Float64Array, Float64Array]:
    """Angles that grow, and their radii."""
    radius = np.linspace(0, _ftheta_widest(coefficients)[1], _TABLE_NODES)
    return np.maximum.accumulate(polynomial(coefficients, radius)), radius


def _ftheta_field_rad(coefficients: Coefficients) -> float:
    return _ftheta_widest(coefficients)[0]


def _ftheta_distort(points: Float64Array, coefficients: Coefficients) -> Float64Array:
    aside, angle_rad = _off_axis(points)
    field_rad, _ = _ftheta_widest(coefficients)
    # A constant term leaves out a disc (k1 > 0) or begins with a ring (k1 < 0).
    angle_rad[(angle_rad >= field_rad) | (angle_rad < coefficients[0])] = np.nan
    radius = np.interp(angle_rad, *_ftheta_table(coefficients))
    slope = [power * k for power, k in enumerate(coefficients)][1:]
    for _ in range(_TABLE_STEPS):
        off_rad = polynomial(coefficients, radius) - angle_rad
        radius = radius - off_rad / polynomial(slope, radius)
    return points[:2] * (radius / np.maximum(aside, TINY))


def _ftheta_undistort(plane: Float64Array, coefficients: Coefficients) -> Float64Array:
    radius = np.hypot(plane[0], plane[1])
    radius = np.where(radius <= _ftheta_widest(coefficients)[1], radius, np.nan)
    return _from_angle(plane, radius, polynomial(coefficients, radius))


FTHETA = LensModel((*_FOUR, "k5"), _ftheta_field_rad, _ftheta_distort, _ftheta_undistort)
