"""From the colour of things to that of a picture: sun, sky and haze.

Importing this module imports numba: do it late.
"""

import math

from groundplane.geometry.arrays import BoolArray, Float64Array
from groundplane.geometry.compiled import compiled
from groundplane.simulator.ray_values import NOTHING, Hits

_ZENITH, _HORIZON = (92.0, 146.0, 206.0), (212.0, 224.0, 232.0)
_FROM_SKY, _FROM_SUN = (0.95, 1.0, 1.07), (0.66, 0.62, 0.54)
_CLEAR_M = 260.0


@compiled
def develop(
    colour: Float64Array, hits: Hits, sun: Float64Array, up: Float64Array, shiny: BoolArray
) -> None:
    """Turn the colours (n, 3) of what rays met into those of the picture, in place.

    `sun` (n,) from `rays.sunlight`, `up` (n,): how much each ray rises, `shiny` (n,): glass, which
    mirrors some sky.
    """
    for k in range(len(colour)):
        if hits.met[k] == NOTHING:
            share = min(max(up[k] * 2.4, 0.0), 1.0) ** 0.6
            for channel in range(3):
                colour[k, channel] = _HORIZON[channel] + share * (
                    _ZENITH[channel] - _HORIZON[channel]
                )
            continue
        haze = 1 - math.exp(-hits.range_m[k] / _CLEAR_M)
        sky = 0.5 + 0.12 * hits.normals[k, 2]
        mirrored = 34 * min(max(hits.normals[k, 2] + 0.25, 0.0), 1.0) if shiny[k] else 0.0
        for channel in range(3):
            light = sky * _FROM_SKY[channel] + sun[k] * _FROM_SUN[channel]
            own = colour[k, channel] * light + mirrored
            colour[k, channel] = own + haze * (_HORIZON[channel] - own)
