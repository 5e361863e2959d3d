"""A street as boxes: buildings, kerbs, lamps, and the things that get labels.

Street frame: x along the road, y to the left, z up, metres; the road is 11 m wide around y = 0 and
traffic keeps right. An actor's cuboid is 3 cm larger than its shape on every side, so that each of
its points lies inside.
"""

import math
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

Colour = tuple[int, int, int]

ROAD_HALF_WIDTH_M: Final = 5.5
PAVEMENT_WIDTH_M: Final = 3.2
LANE_Y_M: Final = 1.75
PARKED_Y_M: Final = 4.35
MARGIN_M: Final = 0.03
_NAMESPACE: Final = uuid.UUID("6f9fd1de-0f0c-4d4e-9c2b-3b5f3f0a3d57")

_GLASS: Final[Colour] = (52, 66, 82)
_TYRE: Final[Colour] = (32, 32, 35)
_SKIN: Final[Colour] = (196, 152, 122)
_FACADES: Final[list[Colour]] = [
    (186, 158, 130), (168, 120, 98), (196, 188, 172), (150, 154, 158), (204, 178, 140),
]  # fmt: skip
_PAINTS: Final[list[Colour]] = [
    (178, 44, 40), (36, 78, 148), (214, 214, 216), (54, 58, 62), (28, 110, 96), (222, 168, 52),
]  # fmt: skip

# Parts of a shape as (x, y, z) intervals of the actor's size, x and y around its centre, z from the
# ground, and a colour (None: the actor's own).
Part = tuple[tuple[float, float], tuple[float, float], tuple[float, float], Colour | None]


def _wheels(*at: float) -> list[Part]:
    sides = ((-0.5, -0.445), (0.445, 0.5))
    return [((x - 0.07, x + 0.07), side, (0.0, 0.42), _TYRE) for x in at for side in sides]


def _lights(end: float, low: float, colour: Colour) -> list[Part]:
    across = (end, end + 0.008) if end < 0 else (end - 0.008, end)
    return [(across, side, (low, low + 0.1), colour) for side in ((-0.42, -0.26), (0.26, 0.42))]


_SHAPES: Final[dict[str, list[Part]]] = {
    "Car": [
        *_wheels(-0.31, 0.31),
        ((-0.492, 0.492), (-0.445, 0.445), (0.16, 0.6), None),
        ((-0.36, 0.2), (-0.4, 0.4), (0.6, 0.95), _GLASS),
        ((-0.38, 0.16), (-0.41, 0.41), (0.95, 1.0), None),
        *_lights(-0.5, 0.44, (206, 40, 34)),
        *_lights(0.5, 0.4, (250, 244, 214)),
    ],
    "Truck": [
        *[(x, y, (0.0, 0.27), colour) for x, y, _, colour in _wheels(-0.38, -0.22, 0.4)],
        ((-0.5, 0.28), (-0.5, 0.5), (0.27, 1.0), (226, 226, 220)),
        ((-0.48, 0.3), (-0.3, 0.3), (0.12, 0.27), (70, 72, 76)),
        ((0.31, 0.495), (-0.44, 0.44), (0.14, 0.5), None),
        ((0.31, 0.48), (-0.43, 0.43), (0.5, 0.76), _GLASS),
        ((0.31, 0.47), (-0.44, 0.44), (0.76, 0.8), None),
        *_lights(0.5, 0.2, (250, 244, 214)),
    ],
    "Pedestrian": [
        ((-0.5, 0.0), (0.02, 0.34), (0.0, 0.5), (44, 48, 66)),
        ((0.0, 0.5), (-0.34, -0.02), (0.0, 0.5), (44, 48, 66)),
        ((-0.3, 0.3), (-0.5, 0.5), (0.48, 0.84), None),
        ((-0.2, 0.24), (-0.22, 0.22), (0.85, 1.0), _SKIN),
    ],
}


@dataclass(frozen=True, slots=True)
class Solid:
    """A box: centre, size along its own x, y, z, heading. `owner` is a track's number or -1."""

    centre_m: tuple[float, float, float]
    size_m: tuple[float, float, float]
    yaw_rad: float
    colour: Colour
    reflectance: float
    owner: int = -1
    windows: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """Something with a label, which drives or walks a circle's arc. `x_m` to `yaw_rad` at t = 0."""

    label: str
    size_m: tuple[float, float, float]
    x_m: float
    y_m: float
    yaw_rad: float
    colour: Colour
    speed_mps: float = 0.0
    yaw_rate_radps: float = 0.0

    @property
    def stationary(self) -> bool:
        return self.speed_mps == 0

    def pose(self, t_s: float) -> tuple[float, float, float]:
        """(x, y, yaw); the mean heading of an arc is the direction of its chord."""
        turned_rad = self.yaw_rate_radps * t_s
        chord_m = self.speed_mps * t_s * float(np.sinc(turned_rad / 2 / math.pi))
        along_rad = self.yaw_rad + turned_rad / 2
        return (
            self.x_m + chord_m * math.cos(along_rad),
            self.y_m + chord_m * math.sin(along_rad),
            self.yaw_rad + turned_rad,
        )

    def solids(self, t_s: float, owner: int) -> Iterator[Solid]:
        x_m, y_m, yaw_rad = self.pose(t_s)
        length_m, width_m, height_m = (size - 2 * MARGIN_M for size in self.size_m)
        for across_x, across_y, across_z, colour in _SHAPES[self.label]:
            dx_m, dy_m = sum(across_x) / 2 * length_m, sum(across_y) / 2 * width_m
            yield Solid(
                centre_m=(
                    x_m + dx_m * math.cos(yaw_rad) - dy_m * math.sin(yaw_rad),
                    y_m + dx_m * math.sin(yaw_rad) + dy_m * math.cos(yaw_rad),
                    MARGIN_M + sum(across_z) / 2 * height_m,
                ),
                size_m=(
                    (across_x[1] - across_x[0]) * length_m,
                    (across_y[1] - across_y[0]) * width_m,
                    (across_z[1] - across_z[0]) * height_m,
                ),
                yaw_rad=yaw_rad,
                colour=colour or self.colour,
                reflectance=0.08 if colour == _TYRE else 0.3 if colour == _GLASS else 0.62,
                owner=owner,
            )


@dataclass(frozen=True, slots=True)
class Street:
    scenery: list[Solid]
    actors: list[Actor]

    def solids(self, t_s: float) -> list[Solid]:
        moving = [s for owner, actor in enumerate(self.actors) for s in actor.solids(t_s, owner)]
        return self.scenery + moving


def build_street(seed: int) -> Street:
    chance = np.random.default_rng(seed)
    return Street(_scenery(chance), _moving() + _parked(chance))


def track_uuid(seed: int, number: int) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{seed}/{number}"))


def _moving() -> list[Actor]:
    """The ego lane is y = -1.75: a car ahead, one pulling out, two vehicles coming, two walkers."""
    lane, out_m = LANE_Y_M, ROAD_HALF_WIDTH_M + 2.2
    return [
        Actor("Car", (4.62, 1.84, 1.5), 24.0, -lane, 0.0, (28, 110, 96), speed_mps=9.0),
        Actor("Car", (4.1, 1.76, 1.47), 12.5, -4.1, 0.1, (222, 168, 52), 4.0, 0.3),
        Actor("Car", (4.4, 1.8, 1.44), 33.0, lane, math.pi, (178, 44, 40), 11.0),
        Actor("Truck", (8.4, 2.46, 3.3), 58.0, lane + 0.15, math.pi, (36, 78, 148), 9.0),
        Actor("Pedestrian", (0.72, 0.58, 1.76), 21.0, out_m, 3.0, (150, 52, 92), 1.4),
        Actor("Pedestrian", (0.66, 0.54, 1.64), 13.5, -out_m, 0.1, (70, 120, 168), 1.3),
    ]


def _parked(chance: np.random.Generator) -> list[Actor]:
    cars: list[Actor] = []
    for side in (1, -1):
        x_m = -24.0
        while x_m < 76:
            size_m = (
                chance.uniform(3.9, 4.9),
                chance.uniform(1.72, 1.9),
                chance.uniform(1.42, 1.6),
            )
            x_m += size_m[0] + chance.uniform(0.9, 2.0)
            leaves_room = side > 0 or not 4 < x_m < 25  # for the car that pulls out
            if leaves_room and chance.random() < 0.62:
                y_m = side * PARKED_Y_M + chance.uniform(-0.1, 0.1)
                yaw_rad = (math.pi if side > 0 else 0) + chance.uniform(-0.03, 0.03)
                paint = _PAINTS[chance.integers(len(_PAINTS))]
                cars.append(Actor("Car", size_m, x_m - size_m[0] / 2, y_m, yaw_rad, paint))
    return cars


def _scenery(chance: np.random.Generator) -> list[Solid]:
    front_m = ROAD_HALF_WIDTH_M + PAVEMENT_WIDTH_M
    solids: list[Solid] = []
    for side in (1, -1):
        x_m = -60.0
        while x_m < 130:
            length_m, height_m = chance.uniform(11, 22), float(chance.integers(2, 5)) * 3.1 + 0.8
            back_m = chance.uniform(0, 1.6)
            facade = _FACADES[chance.integers(len(_FACADES))]
            solids.append(
                Solid(
                    centre_m=(x_m + length_m / 2, side * (front_m + back_m + 6), height_m / 2),
                    size_m=(length_m, 12, height_m),
                    yaw_rad=0.0,
                    colour=facade,
                    reflectance=0.35,
                    windows=True,
                )
            )
            x_m += length_m + (chance.uniform(4, 7) if chance.random() < 0.35 else 0.0)
        for x_m in np.arange(-30.0 + 7 * side, 100, 12 + side):
            solids += _tree(float(x_m), side * (ROAD_HALF_WIDTH_M + 0.9), chance)
        lamps = [(x, side * (ROAD_HALF_WIDTH_M + 0.5), 2.9) for x in range(-36 + 9 * side, 100, 24)]
        grey = (88, 92, 96)
        solids += [Solid(centre, (0.16, 0.16, 5.8), 0.0, grey, 0.4) for centre in lamps]
    return solids


def _tree(x_m: float, y_m: float, chance: np.random.Generator) -> list[Solid]:
    trunk_m, yaw_rad = chance.uniform(1.9, 2.4), chance.uniform(0, math.pi)
    crown_m, green = chance.uniform(1.7, 2.3), int(chance.integers(104, 132))
    boxes = [(0.2, trunk_m, (96, 76, 60)), (crown_m, 1.3, (74, green, 62))]
    boxes.append((crown_m * 0.62, 0.7, (82, green + 10, 68)))
    solids: list[Solid] = []
    base_m = 0.0
    for width_m, height_m, colour in boxes:
        centre_m = (x_m, y_m, base_m + height_m / 2)
        solids.append(Solid(centre_m, (width_m, width_m, height_m), yaw_rad, colour, 0.45))
        base_m += height_m
    return solids
