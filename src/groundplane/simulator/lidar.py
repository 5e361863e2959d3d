"""A spinning LiDAR: each column of beams leaves from where the sensor is at that instant."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from groundplane.geometry.arrays import Float64Array, Int64Array
from groundplane.geometry.transforms import Transform
from groundplane.simulator import rays as casting
from groundplane.simulator.bundles import bundled
from groundplane.simulator.looks import looks_of
from groundplane.simulator.ray_values import NOTHING, Rays
from groundplane.simulator.shapes import Pattern
from groundplane.simulator.street import Street

MOST_NOISE_M: Final = 0.025  # less than the margin of the cuboids
_TILE: Final = 16
_INTO_LEAVES_M: Final = 0.35


@dataclass(frozen=True, slots=True)
class Lidar:
    """`elevations_rad`: the beam table, ring 0 first. A sweep turns clockwise from behind.

    A frame's time is the middle of its sweep, when the sensor looks ahead. `dropout` is the share
    of echoes that get lost whatever they come from; far and dark things lose more.
    """

    name: str
    ego_from_lidar: Transform
    elevations_rad: tuple[float, ...]
    columns: int
    sweep_s: float = 0.1
    noise_m: float = 0.008
    dropout: float = 0.01
    farthest_m: float = 100.0

    def times_s(self) -> Float64Array:
        """(columns,) when each column fires, relative to the frame's time."""
        return ((np.arange(self.columns) + 0.5) / self.columns - 0.5) * self.sweep_s


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """In order of firing; (n,), the positions (n, 3).

    `beams_m` are in the LiDAR's frame of their own instant, `positions_m` where they truly are.

    `body` as in `Street`: 0 is the street, k + 1 is `actors[k]`. `time_s` is the scenario's time.
    """

    beams_m: Float64Array
    positions_m: Float64Array
    intensity: Float64Array
    range_m: Float64Array
    ring: Int64Array
    time_s: Float64Array
    body: Int64Array
    surface: Int64Array


def beams(count: int, low_deg: float = -25.0, high_deg: float = 12.0) -> tuple[float, ...]:
    """Elevations in radians from low to high, closest together a little below level."""
    share = np.linspace(-1, 1, count)
    bent = np.sign(share) * np.abs(share) ** 1.5
    low, high = math.radians(low_deg), math.radians(high_deg)
    return tuple(np.where(bent < 0, -bent * low, bent * high).tolist())


def sweep(street: Street, lidar: Lidar, time_s: float, chance: np.random.Generator) -> Sweep:
    """One turn around `time_s`."""
    times_s = time_s + lidar.times_s()
    sensor = street.mounted(lidar.ego_from_lidar, times_s)
    rays, in_order = _rays(lidar.elevations_rad, lidar.columns)
    hits = casting.cast(
        rays, sensor.reshape(-1, 12), street.solids, street.poses(times_s), street.ground,
        lidar.farthest_m,
    )  # fmt: skip
    fired = in_order[hits.met[in_order] != NOTHING]
    range_m, met, ends_m, normals = hits.rows(fired)
    starts_m = sensor[rays.steps[fired], :, 3]
    directions = (ends_m - starts_m) / range_m[:, None]
    looks = looks_of(street, met, ends_m)
    facing = np.abs(np.einsum("ij,ij->i", directions, normals))
    noise_m = np.clip(chance.normal(0, lidar.noise_m, len(met)), -MOST_NOISE_M, MOST_NOISE_M)
    noise_m += chance.uniform(0, _INTO_LEAVES_M, len(met)) * (looks.pattern == Pattern.LEAVES)
    intensity = looks.reflectance * (0.4 + 0.6 * facing) + chance.normal(0, 0.012, len(met))
    lost = lidar.dropout + 0.5 * (1 - looks.reflectance) * (range_m / lidar.farthest_m) ** 3
    kept = chance.random(len(met)) >= lost
    measured_m = range_m + noise_m
    beam = fired[kept]
    return Sweep(
        beams_m=rays.directions[beam] * measured_m[kept, None],
        positions_m=(starts_m + directions * measured_m[:, None])[kept],
        intensity=np.clip(intensity, 0, 1)[kept],
        range_m=measured_m[kept],
        ring=_rings(len(lidar.elevations_rad), lidar.columns)[beam],
        time_s=times_s[rays.steps[beam]],
        body=looks.body[kept],
        surface=looks.surface[kept],
    )


@lru_cache(maxsize=8)
def _tiles(rings: int, columns: int) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Ring and column of each ray, tile by tile, and where the tiles begin.

    A tile lasts at most a hundredth of the sweep, so that little moves meanwhile.
    """
    wide = max(1, min(_TILE, columns // 100))
    column, ring = np.divmod(np.arange(rings * columns), rings)
    tile = (column // wide) * rings + ring // _TILE
    order = np.argsort(tile, kind="stable")
    starts = np.flatnonzero(np.diff(tile[order], prepend=-1))
    return ring[order], column[order], np.append(starts, len(order))


def _rings(rings: int, columns: int) -> Int64Array:
    return _tiles(rings, columns)[0]


@lru_cache(maxsize=8)
def _rays(elevations_rad: tuple[float, ...], columns: int) -> tuple[Rays, Int64Array]:
    """Tile by tile, and the order in which they are fired."""
    ring, column, starts = _tiles(len(elevations_rad), columns)
    azimuth_rad = math.pi - (column + 0.5) * (2 * math.pi / columns)
    elevation_rad = np.array(elevations_rad)[ring]
    flat = np.cos(elevation_rad)
    directions = np.stack(
        [flat * np.cos(azimuth_rad), flat * np.sin(azimuth_rad), np.sin(elevation_rad)], axis=1
    )
    in_order = np.argsort(column * len(elevations_rad) + ring)
    return bundled(directions, column, starts), in_order
