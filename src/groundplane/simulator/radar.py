"""A radar: few returns, each with the speed at which what it met comes or goes."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from groundplane.geometry.arrays import Float64Array, Int64Array
from groundplane.geometry.transforms import Transform
from groundplane.simulator import rays as casting
from groundplane.simulator.bundles import bundled, every
from groundplane.simulator.looks import looks_of
from groundplane.simulator.motion import DIFFERENCE_S
from groundplane.simulator.ray_values import NOTHING, Rays
from groundplane.simulator.shapes import Surface
from groundplane.simulator.street import Street

_COLUMNS, _ROWS = 240, 12
_LOWEST_DEG, _HIGHEST_DEG = -5.0, 5.0
_MOST_NOISE: Final = 2.5  # standard deviations
# How much of the power comes back, by surface; the others are as good as invisible.
_ECHO: Final = {
    Surface.CAR: 0.9,
    Surface.TRUCK: 1.0,
    Surface.CYCLIST: 0.45,
    Surface.PEDESTRIAN: 0.3,
    Surface.POLE: 0.6,
    Surface.BUILDING: 0.25,
    Surface.WALL: 0.2,
    Surface.TREE: 0.12,
    Surface.KERB: 0.08,
}
_ECHOES: Final = np.array([_ECHO.get(surface, 0.0) for surface in Surface])


@dataclass(frozen=True, slots=True)
class Radar:
    """Looks along its x, `field_deg` wide. Noise is normal, cut off at 2.5 standard deviations."""

    name: str
    ego_from_radar: Transform
    field_deg: float = 110.0
    farthest_m: float = 120.0
    returns_at_most: int = 120
    noise_m: float = 0.08
    noise_mps: float = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Returns:
    """(n,) but for `positions_m` and `directions` (n, 3), street frame.

    `doppler_mps`: how fast the distance grows, as measured from the moving radar. `ground_mps`: the
    same without the radar's own motion, so 0 for what stands. `strength` from 0 to 1.
    """

    positions_m: Float64Array
    directions: Float64Array
    doppler_mps: Float64Array
    ground_mps: Float64Array
    strength: Float64Array
    body: Int64Array
    surface: Int64Array


def listen(street: Street, radar: Radar, time_s: float, chance: np.random.Generator) -> Returns:
    times_s = np.array([time_s])
    here, before, after = (
        street.mounted(radar.ego_from_radar, times_s + shift)[0]
        for shift in (0.0, -DIFFERENCE_S, DIFFERENCE_S)
    )
    rays = _rays(radar.field_deg)
    hits = casting.cast(
        rays, here.reshape(1, 12), street.solids, street.poses(times_s), street.ground,
        radar.farthest_m,
    )  # fmt: skip
    hit = np.flatnonzero(hits.met != NOTHING)
    range_m, met, positions_m, normals = hits.rows(hit)
    directions = (positions_m - here[:, 3]) / range_m[:, None]
    looks = looks_of(street, met, positions_m)
    facing = np.abs(np.einsum("ij,ij->i", directions, normals))
    strength = _ECHOES[looks.surface] * (0.4 + 0.6 * facing) / (1 + (range_m / 60) ** 2)
    lottery = chance.random(len(hit)) ** (1 / np.maximum(strength, 1e-9))
    heard = np.argsort(-lottery, kind="stable")[: radar.returns_at_most]
    heard = np.sort(heard[strength[heard] > 0])
    own_mps = (after[:, 3] - before[:, 3]) / (2 * DIFFERENCE_S)
    moving = street.velocities(looks.body[heard], np.full(len(heard), time_s), positions_m[heard])
    ground_mps = np.einsum("ij,ij->i", moving, directions[heard])
    noise = np.clip(chance.normal(size=(2, len(heard))), -_MOST_NOISE, _MOST_NOISE)
    ground_mps += noise[1] * radar.noise_mps
    return Returns(
        positions_m=positions_m[heard] + directions[heard] * (noise[0] * radar.noise_m)[:, None],
        directions=directions[heard],
        doppler_mps=ground_mps - directions[heard] @ own_mps,
        ground_mps=ground_mps,
        strength=np.clip(strength[heard], 0, 1),
        body=looks.body[heard],
        surface=looks.surface[heard],
    )


@lru_cache(maxsize=4)
def _rays(field_deg: float) -> Rays:
    half_rad = math.radians(field_deg / 2)
    azimuth, elevation = np.meshgrid(
        np.linspace(half_rad, -half_rad, _COLUMNS),
        np.radians(np.linspace(_LOWEST_DEG, _HIGHEST_DEG, _ROWS)),
        indexing="ij",
    )
    flat = np.cos(elevation)
    directions = np.stack(
        [flat * np.cos(azimuth), flat * np.sin(azimuth), np.sin(elevation)], axis=-1
    ).reshape(-1, 3)
    return bundled(
        directions, np.zeros(len(directions), np.int64), every(len(directions), 10 * _ROWS)
    )
