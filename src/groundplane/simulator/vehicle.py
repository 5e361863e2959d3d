"""The vehicle that drives: its sensors and where they sit.

Ego frame: origin on the ground under the middle of the vehicle, x ahead, y left, z up, metres.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from groundplane.geometry import rotations
from groundplane.geometry.cameras import LENS_MODELS, Lens, UnknownLens
from groundplane.geometry.transforms import Transform
from groundplane.simulator.camera import Camera
from groundplane.simulator.lidar import Lidar, beams
from groundplane.simulator.radar import Radar

# Camera axes in the ego frame when it looks ahead: z ahead, x right, y down.
_EGO_FROM_AHEAD_WXYZ: Final = (0.5, -0.5, 0.5, -0.5)
LIDAR_HEIGHT_M: Final = 1.9
_HITS_PER_RAY: Final = 0.9


@dataclass(frozen=True, slots=True)
class Vehicle:
    """The first LiDAR is the frame's device."""

    lidars: tuple[Lidar, ...]
    cameras: tuple[Camera, ...] = ()
    radars: tuple[Radar, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seat:
    x_m: float
    y_m: float
    z_m: float
    yaw_deg: float

    def transform(self) -> Transform:
        return Transform(
            rotations.from_yaw(math.radians(self.yaw_deg)), (self.x_m, self.y_m, self.z_m)
        )


_LIDAR_SEATS: Final = {
    "roof": _Seat(0.0, 0.0, LIDAR_HEIGHT_M, 0.0),
    "left": _Seat(0.6, 0.85, 1.1, 90.0),
    "right": _Seat(0.6, -0.85, 1.1, -90.0),
    "rear": _Seat(-1.9, 0.0, 1.0, 180.0),
}
_CAMERA_SEATS: Final = {
    "front": _Seat(0.8, 0.0, 1.55, 0.0),
    "front left": _Seat(0.7, 0.45, 1.55, 55.0),
    "front right": _Seat(0.7, -0.45, 1.55, -55.0),
    "rear left": _Seat(-0.3, 0.5, 1.55, 110.0),
    "rear right": _Seat(-0.3, -0.5, 1.55, -110.0),
    "rear": _Seat(-1.2, 0.0, 1.55, 180.0),
}
_RADAR_SEATS: Final = {
    "front": _Seat(2.2, 0.0, 0.6, 0.0),
    "rear": _Seat(-2.2, 0.0, 0.6, 180.0),
    "left": _Seat(1.8, 0.8, 0.6, 70.0),
    "right": _Seat(1.8, -0.8, 0.6, -70.0),
}
CAMERA_NAMES: Final = tuple(_CAMERA_SEATS)
MOST_LIDARS, MOST_CAMERAS, MOST_RADARS = len(_LIDAR_SEATS), len(_CAMERA_SEATS), len(_RADAR_SEATS)

# Distortion as real lenses have it, and the focal length as a share of the picture's width.
_A_TURN: Final = 1 / (2 * math.pi)
_SIX: Final = {"k1": 0.03, "k2": -0.02, "k3": 0.008, "k4": -0.002, "k5": 0.0002, "k6": -0.00001}
_TYPICAL: Final[dict[str, tuple[float, dict[str, float]]]] = {
    "pinhole": (0.735, {}),
    "brown_conrady": (0.735, {"k1": -0.09, "k2": 0.012, "p1": 0.0004, "p2": -0.0003}),
    "fisheye": (0.33, {"k1": 0.02, "k2": -0.006, "k3": 0.001, "k4": -0.0002}),
    "mod_equi_fish": (0.33, {"k2": -0.02, "k3": 0.008, "k4": -0.002}),
    "mod_kannala": (0.3, {"k1": -0.03, "k2": 0.004, "k3": -0.0005}),
    "cylindrical": (0.3, {}),
    "equirectangular": (_A_TURN, {}),
    "omnidirectional": (0.5, {"k1": -0.12, "k2": 0.02, "p1": 0.0004, "p2": -0.0003, "xi": 0.85}),
    "fisheye_rad_tan_prism": (
        0.33,
        {**_SIX, "p1": 0.0006, "p2": -0.0004, "s1": -0.001, "s3": 0.0007},
    ),
    "fisheye_radial_custom": (
        0.33,
        {**_SIX, "p1": 0.0006, "p2": -0.0004, "dcx": 0.01, "dcy": -0.005},
    ),
    "ftheta": (0.33, {"k2": 1.0, "k3": 0.01, "k4": -0.02}),
}


def lens(model: str, width_px: int, height_px: int) -> Lens:
    """A typical lens of a model of `LENS_MODELS`; `equirectangular` goes all round.

    Raises:
        UnknownLens: no such model.
    """
    if model not in LENS_MODELS:
        raise UnknownLens(model)
    share, coefficients = _TYPICAL[model]
    fx_px = round(share * width_px, 2)
    return Lens(
        model, fx_px, fx_px - 0.75, width_px / 2 + 3.25, height_px / 2 - 8.5, width_px, height_px,
        coefficients=coefficients,
    )  # fmt: skip


def lidars(count: int, points: int) -> tuple[Lidar, ...]:
    """About `points` in all: the roof's first, with 64 beams, the others with 32 each."""
    shares = [1.0] if count == 1 else [0.7, *[0.3 / (count - 1)] * (count - 1)]
    made: list[Lidar] = []
    for (name, seat), share in zip(list(_LIDAR_SEATS.items())[:count], shares, strict=True):
        rings = 64 if name == "roof" else 32
        if points * share < 24_000:
            rings //= 2
        elevations = beams(rings) if name == "roof" else beams(rings, -38.0, 8.0)
        columns = max(60, round(points * share / _HITS_PER_RAY / rings))
        made.append(Lidar(name, seat.transform(), elevations, columns))
    return tuple(made)


def cameras(
    names: tuple[str, ...], model: str, width_px: int, height_px: int, delay_s: float = 0.0
) -> tuple[Camera, ...]:
    """
    Raises:
        UnknownLens: no such model.
        KeyError: a name that is not in CAMERA_NAMES.
    """  # noqa: D205, D212 - the signature says the rest
    glass = lens(model, width_px, height_px)
    made: list[Camera] = []
    for name in names:
        seat = _CAMERA_SEATS[name].transform()
        ahead = rotations.multiply(seat.rotation_wxyz, _EGO_FROM_AHEAD_WXYZ)
        made.append(Camera(name, Transform(ahead, seat.translation_m), glass, delay_s))
    return tuple(made)


def radars(count: int) -> tuple[Radar, ...]:
    return tuple(Radar(name, seat.transform()) for name, seat in list(_RADAR_SEATS.items())[:count])


def nudged(
    mount: Transform, chance: np.random.Generator, turn_deg: float, shift_m: float
) -> Transform:
    """A mount turned by `turn_deg` about a random axis and moved by `shift_m` at random."""
    axis, direction = chance.normal(size=3), chance.normal(size=3)
    turn = rotations.from_axis_angle(axis, math.radians(turn_deg))
    away_m = direction / np.linalg.norm(direction) * shift_m
    return Transform(rotations.multiply(turn, mount.rotation_wxyz), mount.translation_m + away_m)
