"""What a lens model is, and the solvers that models share.

Points and planes are in columns here, (3, n) and (2, n): each row of numbers then lies together in
memory, which is worth a third of the time of a projection.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from groundplane.geometry.arrays import Float64Array

Coefficients = tuple[float, ...]

NEWTON_STEPS = 12
BISECTIONS = 40
# Keeps a division by a radius of 0 at 0 / TINY = 0, and changes no radius that a lens can tell.
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class LensModel:
    """How one kind of lens bends light. The image plane is in units of the focal length.

    `coefficients`: names, in the order in which the functions take them.
    `field_rad`: the angle from the optical axis up to which the radius grows; nothing beyond it has
    an image. Infinite where the model sees all round.
    `distort`: camera-frame points (3, n) → image plane (2, n), NaN outside the field.
    `undistort`: image plane (2, n) → unit directions (3, n), a best guess that the caller checks.
    `turns`: the plane's x is an azimuth, the same again after 2π. One more coefficient follows the
    named ones: the azimuth of the picture's middle, opposite to which the picture is cut open.
    """

    coefficients: tuple[str, ...]
    field_rad: Callable[[Coefficients], float]
    distort: Callable[[Float64Array, Coefficients], Float64Array]
    undistort: Callable[[Float64Array, Coefficients], Float64Array]
    turns: bool = False


def polynomial(coefficients: Sequence[float], x: Float64Array) -> Float64Array:
    """Coefficients in rising order of power, at least one (Horner); trailing zeros cost nothing."""
    used = len(coefficients)
    while used > 1 and coefficients[used - 1] == 0:
        used -= 1
    total = np.full_like(x, coefficients[used - 1])
    for coefficient in reversed(coefficients[: used - 1]):
        total *= x
        total += coefficient
    return total


def bisect(
    growing: Callable[[Float64Array], Float64Array], wanted: Float64Array, upper: float
) -> Float64Array:
    """Where a function that grows on (0, upper) takes the wanted values (n,); else an end."""
    low, high = np.zeros_like(wanted), np.full_like(wanted, upper)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        below = growing(middle) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


Bend = Callable[[Float64Array], tuple[Float64Array, Float64Array]]


def newton(bend: Bend, wanted: Float64Array, start: Float64Array) -> Float64Array:
    """(2, n) plane whose bent image is the wanted one, from a start nearby.

    `bend`: (2, n) → its image (2, n) and the derivatives (4, n): ∂u/∂x, ∂u/∂y, ∂v/∂x, ∂v/∂y.
    """
    plane = start
    for _ in range(NEWTON_STEPS):
        image, (xx, xy, yx, yy) = bend(plane)
        off_x, off_y = image - wanted
        determinant = xx * yy - xy * yx
        plane = plane - np.stack([yy * off_x - xy * off_y, xx * off_y - yx * off_x]) / determinant
    return plane
