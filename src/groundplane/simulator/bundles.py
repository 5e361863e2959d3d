"""Rays in bundles: neighbours together, each bundle with a cone around it."""

import numpy as np

from groundplane.geometry.arrays import Float64Array, Int64Array
from groundplane.simulator.ray_values import Rays

_ROUNDING = 1e-9


def bundled(directions: Float64Array, steps: Int64Array, bundles: Int64Array) -> Rays:
    """Of unit directions (n, 3) in which neighbours stand together; `bundles` as in `Rays`."""
    if not len(directions):
        return Rays(directions, steps, np.zeros(1, np.int64), np.empty((0, 4)))
    axes = np.add.reduceat(directions, bundles[:-1])
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", directions, np.repeat(axes, np.diff(bundles), axis=0))
    cosines = np.minimum.reduceat(spread, bundles[:-1]) - _ROUNDING
    return Rays(directions, steps, bundles, np.column_stack([axes, cosines]))


def every(count: int, size: int) -> Int64Array:
    """Borders of bundles of `size`, the last one perhaps smaller."""
    return np.append(np.arange(0, count, size), count)
