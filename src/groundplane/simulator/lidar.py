"""A spinning LiDAR: every ray is intersected with the ground and with every box.

The sweep is taken at one instant, as one whose motion was compensated perfectly, so that the truth
at the frame's time is exact.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from groundplane.simulator.street import ROAD_HALF_WIDTH_M, Solid

Float64Array = npt.NDArray[np.float64]

RINGS: Final = 48
FARTHEST_M: Final = 90.0
NOISE_M: Final = 0.008
MOST_NOISE_M: Final = 0.025  # less than the margin of the cuboids
PAINT_HALF_WIDTH_M: Final = 0.08
_EDGE_LINE_Y_M: Final = ROAD_HALF_WIDTH_M - 2.15


@dataclass(frozen=True, slots=True)
class Sweep:
    """`positions_m` (n, 3) in the street frame, `intensity` (n,) 0 to 1, `owner` (n,) or -1."""

    positions_m: Float64Array
    intensity: Float64Array
    owner: npt.NDArray[np.int64]


def sweep(
    solids: Sequence[Solid],
    position_m: Float64Array,
    yaw_rad: float,
    rays: int,
    chance: np.random.Generator,
) -> Sweep:
    """Cast about `rays` rays from `position_m` (3,); those that hit nothing give no point."""
    directions = _directions(rays, yaw_rad)
    range_m, facing, owner, reflectance = _ground(position_m, directions)
    for solid in solids:
        _hit(solid, position_m, directions, range_m, facing, owner, reflectance)
    hits = range_m < FARTHEST_M
    noise_m = np.clip(chance.normal(0, NOISE_M, len(range_m)), -MOST_NOISE_M, MOST_NOISE_M)
    positions_m = position_m + directions * (range_m + noise_m)[:, None]
    intensity = reflectance * (0.35 + 0.65 * facing) + chance.normal(0, 0.015, len(range_m))
    return Sweep(positions_m[hits], np.clip(intensity, 0, 1)[hits], owner[hits])


def _directions(rays: int, yaw_rad: float) -> Float64Array:
    """(rings · turns, 3) unit vectors, turn by turn as a sensor fires; dense near level."""
    turns = max(1, round(rays / RINGS))
    level = np.linspace(-1, 0.42, RINGS)
    elevation_rad = np.radians(25) * np.sign(level) * np.abs(level) ** 1.35
    azimuth_rad = yaw_rad + math.pi - np.arange(turns) * (2 * math.pi / turns)
    azimuth = np.repeat(azimuth_rad, RINGS)
    elevation = np.tile(elevation_rad, turns)
    flat = np.cos(elevation)
    return np.stack([flat * np.cos(azimuth), flat * np.sin(azimuth), np.sin(elevation)], axis=1)


def _ground(
    position_m: Float64Array, directions: Float64Array
) -> tuple[Float64Array, Float64Array, npt.NDArray[np.int64], Float64Array]:
    """Ranges, cosines of incidence, owners and reflectances on the ground alone."""
    down = -directions[:, 2]
    range_m = np.where(down > 1e-6, position_m[2] / np.maximum(down, 1e-6), 2 * FARTHEST_M)
    hit_m = position_m[:2] + directions[:, :2] * np.minimum(range_m, FARTHEST_M)[:, None]
    x_m, y_m = hit_m[:, 0], np.abs(hit_m[:, 1])
    centre_line = (y_m < PAINT_HALF_WIDTH_M) & (np.mod(x_m, 9) < 4.5)
    edge_line = np.abs(y_m - _EDGE_LINE_Y_M) < PAINT_HALF_WIDTH_M
    reflectance = np.where(y_m < ROAD_HALF_WIDTH_M, 0.14, 0.3)
    reflectance[centre_line | edge_line] = 0.95
    return range_m, np.maximum(down, 0.25), np.full(len(directions), -1), reflectance


def _hit(
    solid: Solid,
    position_m: Float64Array,
    directions: Float64Array,
    range_m: Float64Array,
    facing: Float64Array,
    owner: npt.NDArray[np.int64],
    reflectance: Float64Array,
) -> None:
    """Shorten the rays that this box stops first (the slab method, in the box's own frame)."""
    towards_m = np.array(solid.centre_m) - position_m
    radius_m = np.linalg.norm(solid.size_m) / 2
    along_m = directions @ towards_m
    aside_m2 = towards_m @ towards_m - along_m**2
    near = np.flatnonzero((along_m > -radius_m) & (aside_m2 < radius_m**2))
    cos, sin = math.cos(solid.yaw_rad), math.sin(solid.yaw_rad)
    box_from_street = np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]])
    start_m = box_from_street @ -towards_m
    ray = directions[near] @ box_from_street.T
    ray = np.where(np.abs(ray) < 1e-12, 1e-12, ray)
    half_m = np.array(solid.size_m) / 2
    one_m, other_m = (-half_m - start_m) / ray, (half_m - start_m) / ray
    entries_m = np.minimum(one_m, other_m)
    enter_m, leave_m = entries_m.max(axis=1), np.maximum(one_m, other_m).min(axis=1)
    first = (enter_m < leave_m) & (enter_m > 0.5) & (enter_m < range_m[near])
    rays = near[first]
    range_m[rays] = enter_m[first]
    faces = entries_m.argmax(axis=1)[first]
    facing[rays] = np.abs(ray[first, faces])
    owner[rays] = solid.owner
    reflectance[rays] = solid.reflectance
