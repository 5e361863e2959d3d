"""Lenses that bend a plane: pinhole, OpenCV's rational model, and the unit sphere of Mei.

Sources: OpenCV, "Camera Calibration and 3D Reconstruction" (rational radial and tangential terms)
and "Omnidirectional Camera Calibration"; C. Mei and P. Rives, "Single view point omnidirectional
camera calibration from planar grids", ICRA 2007. The shift (lx, ly) of Scale's format moves the
plane after the radius is taken.
"""

import math
from functools import lru_cache

import numpy as np

from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.lenses.model import Coefficients, LensModel, bisect, newton, polynomial
from groundplane.geometry.polynomials import first_sign_change

# tan² of a hundred millionth of a radian less than 90°: what folds only beyond never does.
WIDEST_SQUARE = 1e16
Terms = tuple[tuple[float, ...], tuple[float, ...], tuple[float, float, float, float]]
_PLAIN = (1.0,)


def _terms(top: tuple[float, ...], bottom: tuple[float, ...], *shift: float) -> Terms:
    p1, p2, lx, ly = shift
    return top, bottom if any(bottom[1:]) else _PLAIN, (p1, p2, lx, ly)


# --- the plane: radius r g(r²) with g = top / bottom, tangential p1, p2, shift lx, ly ---


@lru_cache(maxsize=256)
def _widest_square(top: tuple[float, ...], bottom: tuple[float, ...], upper: float) -> float:
    """The s = r² at which the radius r g(s) stops growing; infinity: it never does below upper.

    It grows while N D + 2 s (N' D - N D') > 0 with g = N / D, and until D is 0.
    """
    growth = np.zeros(len(top) + len(bottom) - 1)
    for i, a in enumerate(top):
        for j, b in enumerate(bottom):
            growth[i + j] += a * b * (1 + 2 * (i - j))
    return min(first_sign_change(growth.tolist(), upper), first_sign_change(bottom, upper))


def _gain(s: Float64Array, terms: Terms) -> Float64Array:
    top, bottom, _ = terms
    gain = polynomial(top, s)
    return gain if bottom is _PLAIN else gain / polynomial(bottom, s)


def _gain_slope(s: Float64Array, gain: Float64Array, terms: Terms) -> Float64Array:
    top, bottom, _ = terms
    slope = polynomial(_derivative(top), s)
    if bottom is _PLAIN:
        return slope
    return (slope - gain * polynomial(_derivative(bottom), s)) / polynomial(bottom, s)


def _derivative(coefficients: tuple[float, ...]) -> list[float]:
    return [power * c for power, c in enumerate(coefficients)][1:] or [0.0]


def _bend(x: Float64Array, y: Float64Array, s: Float64Array, terms: Terms) -> Float64Array:
    """(2, n) bent plane of points whose x² + y² is s."""
    _, _, (p1, p2, lx, ly) = terms
    gain = _gain(s, terms)
    if lx:
        x = x + lx
    if ly:
        y = y + ly
    bent = np.empty((2, len(x)))
    np.multiply(x, gain, out=bent[0])
    np.multiply(y, gain, out=bent[1])
    if p1 or p2:
        # p2 (s + 2 x²) + 2 p1 x y and p1 (s + 2 y²) + 2 p2 x y share most of their work.
        both = 2 * (p2 * x + p1 * y)
        bent[0] += both * x + p2 * s
        bent[1] += both * y + p1 * s
    return bent


def _unbend(plane: Float64Array, terms: Terms, widest_rad: float) -> Float64Array:
    """Radial part by bisection, then Newton's method on all of it."""
    _, _, (p1, p2, lx, ly) = terms
    start = plane - np.array([[lx], [ly]])

    def radius(angle_rad: Float64Array) -> Float64Array:
        r = np.tan(angle_rad)
        return r * _gain(r * r, terms)

    def bend(at: Float64Array) -> tuple[Float64Array, Float64Array]:
        x, y = at
        s = x * x + y * y
        gain = _gain(s, terms)
        slope = _gain_slope(s, gain, terms)
        mx, my = x + lx, y + ly
        derivatives = np.stack(
            [
                gain + 2 * x * mx * slope + 2 * p1 * my + p2 * (2 * x + 4 * mx),
                2 * y * mx * slope + 2 * p1 * mx + 2 * p2 * y,
                2 * x * my * slope + 2 * p1 * x + 2 * p2 * my,
                gain + 2 * y * my * slope + p1 * (2 * y + 4 * my) + 2 * p2 * mx,
            ]
        )
        return _bend(x, y, s, terms), derivatives

    bent_r = np.hypot(start[0], start[1])
    angle_rad = bisect(radius, bent_r, widest_rad)
    shrink = np.where(bent_r > 0, np.tan(angle_rad) / bent_r, 1.0)
    return newton(bend, plane, start * shrink)


def _in_front(points: Float64Array) -> tuple[Float64Array, Float64Array]:
    """The plane at z = 1, x and y apart; NaN where z is not positive."""
    x, y, z = points
    inverse = 1 / np.where(z > 0, z, np.nan)
    return x * inverse, y * inverse


def _towards(plane: Float64Array) -> Float64Array:
    directions = np.concatenate([plane, np.ones((1, plane.shape[1]))])
    return directions / np.sqrt(np.einsum("in,in->n", directions, directions))


# --- pinhole ---


def _half_turn(_: Coefficients) -> float:
    return math.pi / 2


def _pinhole_distort(points: Float64Array, _: Coefficients) -> Float64Array:
    return np.stack(_in_front(points))


def _pinhole_undistort(plane: Float64Array, _: Coefficients) -> Float64Array:
    return _towards(plane)


PINHOLE = LensModel((), _half_turn, _pinhole_distort, _pinhole_undistort)


# --- brown_conrady ---


def _brown_terms(coefficients: Coefficients) -> Terms:
    k1, k2, p1, p2, k3, k4, k5, k6, lx, ly = coefficients
    return _terms((1, k1, k2, k3), (1, k4, k5, k6), p1, p2, lx, ly)


def _brown_field_rad(coefficients: Coefficients) -> float:
    top, bottom, _ = _brown_terms(coefficients)
    return math.atan(math.sqrt(_widest_square(top, bottom, WIDEST_SQUARE)))


def _brown_distort(points: Float64Array, coefficients: Coefficients) -> Float64Array:
    terms = _brown_terms(coefficients)
    x, y = _in_front(points)
    s = x * x + y * y
    widest = _widest_square(terms[0], terms[1], WIDEST_SQUARE)
    if widest < math.inf:
        s[s >= widest] = np.nan  # through the gain, it takes both coordinates along
    return _bend(x, y, s, terms)


def _brown_undistort(plane: Float64Array, coefficients: Coefficients) -> Float64Array:
    field_rad = _brown_field_rad(coefficients)
    return _towards(_unbend(plane, _brown_terms(coefficients), field_rad))


BROWN_CONRADY = LensModel(
    ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6", "lx", "ly"),
    _brown_field_rad,
    _brown_distort,
    _brown_undistort,
)


# --- omnidirectional: onto the unit sphere, whose centre is xi in front of the plane's eye ---


def _omni_terms(coefficients: Coefficients) -> Terms:
    """k3 and k4 carry OpenCV's series 1 + k1 s + k2 s² on."""
    k1, k2, k3, k4, p1, p2, _, lx, ly = coefficients
    return _terms((1, k1, k2, k3, k4), _PLAIN, p1, p2, lx, ly)


def _sphere_limit(xi: float) -> tuple[float, float]:
    """The angle from the axis below which sin θ / (cos θ + xi) grows, and s there.

    Its slope has the sign of 1 + xi cos θ; for |xi| ≤ 1 it ends at the pole cos θ = -xi instead.
    """
    if xi <= -1:
        return 0.0, 0.0
    if xi <= 1:
        return math.acos(-xi), math.inf
    return math.acos(-1 / xi), 1 / (xi * xi - 1)


def _sphere_cosine(s: Float64Array | float, xi: float) -> Float64Array:
    """Of the angle from the axis at which the radius is √s; NaN where there is none."""
    return (xi + np.sqrt(1 + (1 - xi * xi) * s)) / (1 + s) - xi


@lru_cache(maxsize=256)
def _omni_widest(coefficients: Coefficients) -> tuple[float, float]:
    """The field's angle, and s there."""
    xi = coefficients[6]
    field_rad, most = _sphere_limit(xi)
    top, bottom, _ = _omni_terms(coefficients)
    folded = _widest_square(top, bottom, min(most, WIDEST_SQUARE))
    if folded == math.inf:
        return field_rad, most
    return math.acos(float(_sphere_cosine(folded, xi))), folded


def _omni_field_rad(coefficients: Coefficients) -> float:
    return _omni_widest(coefficients)[0]


def _omni_distort(points: Float64Array, coefficients: Coefficients) -> Float64Array:
    x, y, z = points
    away = np.sqrt(x * x + y * y + z * z)
    field_rad, _ = _omni_widest(coefficients)
    inside = (z > math.cos(field_rad) * away) & (away > 0)
    inverse = 1 / np.where(inside, z + coefficients[6] * away, np.nan)
    x, y = x * inverse, y * inverse
    return _bend(x, y, x * x + y * y, _omni_terms(coefficients))


def _omni_undistort(plane: Float64Array, coefficients: Coefficients) -> Float64Array:
    xi, terms = coefficients[6], _omni_terms(coefficients)
    _, widest = _omni_widest(coefficients)
    x, y = _unbend(plane, terms, math.atan(math.sqrt(widest)))
    cosine = _sphere_cosine(x * x + y * y, xi)
    return np.stack([x * (cosine + xi), y * (cosine + xi), cosine])


OMNIDIRECTIONAL = LensModel(
    ("k1", "k2", "k3", "k4", "p1", "p2", "xi", "lx", "ly"),
    _omni_field_rad,
    _omni_distort,
    _omni_undistort,
)
