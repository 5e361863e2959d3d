"""Pictures that go round: the plane's x is the azimuth about the camera's y axis.

x = atan2(X, Z), 0 ahead and growing to the right; a cylinder's y is its height Y / √(X² + Z²), that
of an equirectangular picture the angle atan2(Y, √(X² + Z²)). Nothing is behind such a camera. The
azimuth is chosen within half a turn of the picture's middle, so a whole turn fills a picture of
2π fx pixels, wherever cx lies.
"""

import math

import numpy as np

from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.lenses.model import Coefficients, LensModel

TURN_RAD = 2 * math.pi
# What rounding may do to a pixel on the seam itself.
_SLACK = 1 + 1e-12


def _all_round(_: Coefficients) -> float:
    return math.inf


def _azimuth(points: Float64Array, middle_rad: float) -> tuple[Float64Array, Float64Array]:
    """Azimuth, and the distance from the y axis; NaN on it, where every azimuth is as good."""
    x, _, z = points
    around = np.sqrt(x * x + z * z)
    around[around == 0] = np.nan
    azimuth_rad = np.arctan2(x, z)
    azimuth_rad -= TURN_RAD * np.floor((azimuth_rad - middle_rad) / TURN_RAD + 0.5)
    return np.where(np.isnan(around), np.nan, azimuth_rad), around


def _within_the_turn(azimuth_rad: Float64Array, middle_rad: float) -> Float64Array:
    inside = np.abs(azimuth_rad - middle_rad) <= math.pi * _SLACK
    return np.where(inside, azimuth_rad, np.nan)


def _cylinder_distort(points: Float64Array, coefficients: Coefficients) -> Float64Array:
    azimuth_rad, around = _azimuth(points, coefficients[-1])
    return np.stack([azimuth_rad, points[1] / around])


def _cylinder_undistort(plane: Float64Array, coefficients: Coefficients) -> Float64Array:
    azimuth_rad = _within_the_turn(plane[0], coefficients[-1])
    length = np.sqrt(1 + plane[1] * plane[1])
    return np.stack([np.sin(azimuth_rad), plane[1], np.cos(azimuth_rad)]) / length


def _sphere_distort(points: Float64Array, coefficients: Coefficients) -> Float64Array:
    azimuth_rad, around = _azimuth(points, coefficients[-1])
    return np.stack([azimuth_rad, np.arctan2(points[1], around)])


def _sphere_undistort(plane: Float64Array, coefficients: Coefficients) -> Float64Array:
    azimuth_rad = _within_the_turn(plane[0], coefficients[-1])
    down_rad = np.where(np.abs(plane[1]) <= math.pi / 2, plane[1], np.nan)
    level = np.cos(down_rad)
    return np.stack([level * np.sin(azimuth_rad), np.sin(down_rad), level * np.cos(azimuth_rad)])


CYLINDRICAL = LensModel((), _all_round, _cylinder_distort, _cylinder_undistort, turns=True)
EQUIRECTANGULAR = LensModel((), _all_round, _sphere_distort, _sphere_undistort, turns=True)
