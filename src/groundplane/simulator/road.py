"""The road: an arc of constant curvature over a profile of hills, with its lanes and its paint.

Street frame: x along the road where it begins, y to the left, z up, metres. `along` is the distance
on the centre line, `aside` the distance to its left; traffic keeps right. The height depends on x
alone. The paint is thick enough to be seen and too thin to be felt: it changes what a ray brings
back, not where it ends.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from groundplane.geometry.arrays import BoolArray, Float64Array

LANE_WIDTH_M: Final = 3.4
CYCLE_LANE_WIDTH_M: Final = 1.5
PARKING_WIDTH_M: Final = 2.2
HALF_WIDTH_M: Final = LANE_WIDTH_M + CYCLE_LANE_WIDTH_M + PARKING_WIDTH_M
LANE_M: Final = LANE_WIDTH_M / 2
CYCLE_LANE_M: Final = LANE_WIDTH_M + CYCLE_LANE_WIDTH_M / 2
PARKED_M: Final = HALF_WIDTH_M - PARKING_WIDTH_M / 2 + 0.05
PAVEMENT_WIDTH_M: Final = 3.4
KERB_HEIGHT_M: Final = 0.12
PAINT_HALF_WIDTH_M: Final = 0.08
DASH_M, DASH_EVERY_M = 4.5, 9.0
_STEP_M: Final = 4.0
_HILL_FROM_M, _HILL_M, _HILL_HEIGHT_M = 14.0, 150.0, 3.0
_STRIPE_M: Final = 1.0  # a zebra's stripe and the gap beside it


@dataclass(frozen=True, slots=True)
class LaneLine:
    """`dashed`, or all along; `aside_m` from the centre line."""

    name: str
    aside_m: float
    dashed: bool


LANE_LINES: Final = (
    LaneLine("centre", 0.0, dashed=True),
    LaneLine("left lane edge", LANE_WIDTH_M, dashed=True),
    LaneLine("right lane edge", -LANE_WIDTH_M, dashed=True),
    LaneLine("left cycle lane edge", LANE_WIDTH_M + CYCLE_LANE_WIDTH_M, dashed=False),
    LaneLine("right cycle lane edge", -LANE_WIDTH_M - CYCLE_LANE_WIDTH_M, dashed=False),
)


@dataclass(frozen=True, slots=True, eq=False)
class Road:
    """From `begin_m` to `end_m` along; `crossings_m`: where zebra crossings begin, 4 m each."""

    curvature_per_m: float
    begin_m: float
    end_m: float
    crossings_m: tuple[float, ...]
    profile_m: Float64Array

    @property
    def x0_m(self) -> float:
        return self.begin_m

    @property
    def step_m(self) -> float:
        return _STEP_M

    def height_m(self, x_m: Float64Array) -> Float64Array:
        places = self.x0_m + _STEP_M * np.arange(len(self.profile_m))
        return np.interp(x_m, places, self.profile_m)

    def points(self, along_m: Float64Array, aside_m: Float64Array) -> Float64Array:
        """(n, 3) on the road's own level."""
        bend = self.curvature_per_m
        if bend == 0:
            x_m, y_m = np.broadcast_arrays(along_m, aside_m)
        else:
            radius_m = 1 / bend - aside_m
            x_m = radius_m * np.sin(along_m * bend)
            y_m = 1 / bend - radius_m * np.cos(along_m * bend)
        return np.stack([x_m, y_m, self.height_m(x_m)], axis=-1)

    def heading_rad(self, along_m: Float64Array) -> Float64Array:
        return along_m * self.curvature_per_m

    def along_and_aside(self, xy_m: Float64Array) -> tuple[Float64Array, Float64Array]:
        """The inverse of `points`, (n,) each."""
        bend = self.curvature_per_m
        if bend == 0:
            return xy_m[:, 0], xy_m[:, 1]
        to_centre_m = 1 / bend - xy_m[:, 1]
        side = math.copysign(1, bend)
        along_m = np.arctan2(side * xy_m[:, 0], side * to_centre_m) / bend
        return along_m, 1 / bend - side * np.hypot(xy_m[:, 0], to_centre_m)

    def is_paint(self, along_m: Float64Array, aside_m: Float64Array) -> BoolArray:
        """(n,) whether there is paint on the asphalt."""
        on_dash = np.mod(along_m, DASH_EVERY_M) < DASH_M
        painted = np.zeros(len(along_m), np.bool_)
        for line in LANE_LINES:
            on_line = np.abs(aside_m - line.aside_m) < PAINT_HALF_WIDTH_M
            painted |= on_line & on_dash if line.dashed else on_line
        reach_m = LANE_WIDTH_M + CYCLE_LANE_WIDTH_M
        for crossing_m in self.crossings_m:
            near = np.abs(along_m - crossing_m - 2) < 3
            painted &= ~near
            stripe = np.mod(aside_m + _STRIPE_M / 4, _STRIPE_M) < _STRIPE_M / 2
            painted |= (np.abs(along_m - crossing_m - 2) < 2) & stripe & (np.abs(aside_m) < reach_m)
        return painted

    def polyline(self, aside_m: float, every_m: float = 2.0) -> Float64Array:
        """(n, 3) on the road's level, from begin to end."""
        along_m = np.arange(self.begin_m, self.end_m, every_m)
        return self.points(along_m, np.full(len(along_m), aside_m))


def build_road(curvature_per_m: float, begin_m: float, end_m: float) -> Road:
    """Level at first, then hill after hill, the first climb after 14 m."""
    x_m = np.arange(begin_m, end_m + _STEP_M, _STEP_M)
    beyond_m = np.maximum(x_m - _HILL_FROM_M, 0)
    profile_m = _HILL_HEIGHT_M / 2 * (1 - np.cos(2 * math.pi * beyond_m / _HILL_M))
    return Road(curvature_per_m, begin_m, end_m, (40.0,), profile_m)
