"""How things move: along the road, aside of it, and with the slope under them."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from groundplane.geometry.arrays import Float64Array
from groundplane.simulator.road import HALF_WIDTH_M, KERB_HEIGHT_M, Road

DIFFERENCE_S: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Path:
    """At time 0 at (along, aside); t seconds later `speed t + acceleration t² / 2` further along.

    Aside, a drift at constant speed and one smooth change of lane by `change_m`, which begins at
    `change_from_s` and takes `change_s`. What moves looks where it goes, what stands along the road
    (or against it when `against`), turned by `turned_rad`. `base_m`: how far apart front and rear
    feel the slope, 0 for those who stay upright.
    """

    along_m: float
    aside_m: float
    speed_mps: float = 0.0
    acceleration_mps2: float = 0.0
    drift_mps: float = 0.0
    change_m: float = 0.0
    change_from_s: float = 0.0
    change_s: float = 1.0
    against: bool = False
    turned_rad: float = 0.0
    base_m: float = 0.0

    @property
    def stationary(self) -> bool:
        return not (self.speed_mps or self.acceleration_mps2 or self.drift_mps or self.change_m)

    def poses(self, road: Road, times_s: Float64Array) -> Float64Array:
        """(n, 3, 4) street_from_body, the body's origin on the ground under its middle."""
        along_m = self.along_m + times_s * (self.speed_mps + times_s * self.acceleration_mps2 / 2)
        share = np.clip((times_s - self.change_from_s) / self.change_s, 0, 1)
        aside_m = self.aside_m + self.drift_mps * times_s + self.change_m * _smooth(share)
        yaw_rad = road.heading_rad(along_m) + self._looking_rad(road, times_s, share, aside_m)
        ground_m = road.points(along_m, aside_m)
        ahead = np.stack([np.cos(yaw_rad), np.sin(yaw_rad)], axis=-1)
        return _upright_on(road, ground_m, aside_m, ahead, self.base_m)

    def velocities(self, road: Road, times_s: Float64Array, points: Float64Array) -> Float64Array:
        """(n, 3) m/s of points (n, 3) of the street that are fixed to the body at times (n,)."""
        if self.stationary:
            return np.zeros_like(points)
        here, before, after = (
            self.poses(road, times_s + shift_s) for shift_s in (0.0, -DIFFERENCE_S, DIFFERENCE_S)
        )
        local = np.einsum("nji,nj->ni", here[:, :, :3], points - here[:, :, 3])
        step = np.einsum("nij,nj->ni", after[:, :, :3] - before[:, :, :3], local)
        return (step + after[:, :, 3] - before[:, :, 3]) / (2 * DIFFERENCE_S)

    def _looking_rad(
        self, road: Road, times_s: Float64Array, share: Float64Array, aside_m: Float64Array
    ) -> Float64Array:
        """Relative to the road."""
        if self.stationary:
            return np.full(len(times_s), self.turned_rad + (math.pi if self.against else 0.0))
        forward = self.speed_mps + self.acceleration_mps2 * times_s
        forward = forward * (1 - road.curvature_per_m * aside_m)
        sideways = self.drift_mps + self.change_m / self.change_s * _smooth_slope(share)
        return np.arctan2(sideways, forward) + self.turned_rad


def _smooth(share: Float64Array) -> Float64Array:
    """From 0 to 1, with no jump in speed or acceleration."""
    return share**3 * (10 - 15 * share + 6 * share**2)


def _smooth_slope(share: Float64Array) -> Float64Array:
    return 30 * share**2 * (1 - share) ** 2


def _upright_on(
    road: Road, ground_m: Float64Array, aside_m: Float64Array, ahead: Float64Array, base_m: float
) -> Float64Array:
    raised_m = KERB_HEIGHT_M * (np.abs(aside_m) > HALF_WIDTH_M)
    front_m = road.height_m(ground_m[:, 0] + ahead[:, 0] * base_m / 2)
    rear_m = road.height_m(ground_m[:, 0] - ahead[:, 0] * base_m / 2)
    rise = (front_m - rear_m) / base_m if base_m else np.zeros(len(ground_m))
    level = 1 / np.hypot(1, rise)
    x = np.stack([ahead[:, 0] * level, ahead[:, 1] * level, rise * level], axis=-1)
    y = np.stack([-ahead[:, 1], ahead[:, 0], np.zeros(len(ahead))], axis=-1)
    origin_m = np.column_stack([ground_m[:, :2], (front_m + rear_m) / 2 + raised_m])
    return np.stack([x, y, np.cross(x, y), origin_m], axis=-1)
