"""Buildings, walls, hedges, trees, lamps and signs along a road, in the street frame."""

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from groundplane.simulator.ray_values import BALL, BLOCK, CYLINDER
from groundplane.simulator.road import HALF_WIDTH_M, KERB_HEIGHT_M, PAVEMENT_WIDTH_M, Road
from groundplane.simulator.shapes import Colour, Pattern, Solid, Surface, Vec3

PAINTS: Final[list[Colour]] = [
    (168, 44, 40), (38, 70, 128), (206, 208, 210), (52, 56, 62), (30, 96, 84), (120, 126, 132),
    (232, 232, 228), (94, 54, 48), (60, 72, 92),
]  # fmt: skip
_FACADES: Final[list[Colour]] = [
    (190, 162, 132), (166, 112, 90), (204, 196, 178), (156, 160, 162), (208, 184, 146),
    (184, 140, 124),
]  # fmt: skip
_ROOF: Final[Colour] = (104, 78, 70)
_LEAVES: Final[Colour] = (82, 118, 58)
_POLE: Final[Colour] = (92, 98, 104)
FLOOR_M: Final = 3.1
SUNK_M: Final = 4.0  # how deep buildings reach into the slope


def scenery(road: Road, chance: np.random.Generator) -> list[Solid]:
    return [
        solid
        for side in (1, -1)
        for part in (_buildings, _trees, _lamps)
        for solid in part(road, side, chance)
    ]


def _at(road: Road, along_m: float, aside_m: float) -> tuple[Vec3, float]:
    """The pavement's level there, and the heading of the road."""
    x, y, z = road.points(np.array([along_m]), np.array([aside_m]))[0].tolist()
    return (x, y, z + KERB_HEIGHT_M), along_m * road.curvature_per_m


def _buildings(road: Road, side: int, chance: np.random.Generator) -> Iterator[Solid]:
    front_m = HALF_WIDTH_M + PAVEMENT_WIDTH_M
    along_m = road.begin_m
    while along_m < road.end_m:
        length_m, floors = chance.uniform(10, 19), int(chance.integers(2, 5))
        back_m, depth_m = chance.uniform(0, 1.4), chance.uniform(9, 13)
        facade = _FACADES[chance.integers(len(_FACADES))]
        middle_m = along_m + length_m / 2
        aside_m = side * (front_m + back_m + depth_m / 2)
        (x, y, z), yaw_rad = _at(road, middle_m, aside_m)
        # Inside of a bend a house keeps clear of its neighbours' corners.
        half_length_m = length_m / 2 * (1 - road.curvature_per_m * aside_m) - 0.03
        high_m = floors * FLOOR_M + 0.9
        yield Solid(
            BLOCK, (x, y, z + (high_m - SUNK_M) / 2),
            (half_length_m, depth_m / 2, (high_m + SUNK_M) / 2),
            facade, 0.32, Surface.BUILDING, yaw_rad=yaw_rad, pattern=Pattern.FACADE,
        )  # fmt: skip
        yield Solid(
            BLOCK, (x, y, z + high_m + 0.95), (half_length_m + 0.2, depth_m / 2 + 0.35, 0.95),
            _ROOF, 0.28, Surface.BUILDING, (0.06, 0.06, 0.62), yaw_rad=yaw_rad,
        )  # fmt: skip
        gap_m = chance.uniform(5, 9) if chance.random() < 0.4 else 0.0
        if gap_m:
            yield from _fence(road, along_m + length_m, gap_m, side * (front_m + 0.5), chance)
        along_m += length_m + gap_m


def _fence(
    road: Road, begin_m: float, gap_m: float, aside_m: float, chance: np.random.Generator
) -> Iterator[Solid]:
    """A garden wall or a hedge between two houses, and a tree behind it."""
    (x, y, z), yaw_rad = _at(road, begin_m + gap_m / 2, aside_m)
    hedge = chance.random() < 0.5
    high_m = 1.7 if hedge else 1.3
    surface, pattern = (Surface.TREE, Pattern.LEAVES) if hedge else (Surface.WALL, Pattern.PLAIN)
    colour = (66, 100, 52) if hedge else (172, 160, 146)
    yield Solid(
        BLOCK, (x, y, z + high_m / 2 - 0.3), (gap_m / 2, 0.4 if hedge else 0.14, high_m / 2 + 0.3),
        colour, 0.42 if hedge else 0.3, surface, yaw_rad=yaw_rad, pattern=pattern,
    )  # fmt: skip
    yield from _tree(road, begin_m + gap_m / 2, aside_m + math.copysign(4.5, aside_m), 1.25, chance)


def _trees(road: Road, side: int, chance: np.random.Generator) -> Iterator[Solid]:
    for along_m in np.arange(road.begin_m + 6 + 5 * side, road.end_m, 13.0 + side):
        near_crossing = any(abs(along_m - crossing - 2) < 6 for crossing in road.crossings_m)
        if not near_crossing:
            place_m = side * (HALF_WIDTH_M + 0.8)
            yield from _tree(road, float(along_m), place_m, chance.uniform(0.8, 1.1), chance)


def _tree(
    road: Road, along_m: float, aside_m: float, scale: float, chance: np.random.Generator
) -> Iterator[Solid]:
    (x, y, z), _ = _at(road, along_m, aside_m)
    trunk_m, bark = 2.3 * scale, (92, 74, 58)
    yield Solid(
        CYLINDER, (x, y, z + trunk_m / 2), (0.13, 0.13, trunk_m / 2 + 0.2), bark, 0.35, Surface.TREE
    )
    base = chance.uniform(0, 2 * math.pi)
    green = tuple(int(channel + chance.uniform(-10, 12)) for channel in _LEAVES)
    for blob in range(4):
        turn = base + blob * 2 * math.pi / 3
        out_m = 0.62 * scale if blob < 3 else 0.0
        half_m = scale * (1.05 if blob < 3 else 1.2)
        up_m = trunk_m + (0.55 + 0.16 * blob if blob < 3 else 1.5) * scale
        yield Solid(
            BALL, (x + out_m * math.cos(turn), y + out_m * math.sin(turn), z + up_m),
            (half_m, half_m, half_m * 0.86), (green[0], green[1], green[2]), 0.45, Surface.TREE,
            pattern=Pattern.LEAVES,
        )  # fmt: skip


def _lamps(road: Road, side: int, _: np.random.Generator) -> Iterator[Solid]:
    for along_m in np.arange(road.begin_m + 12 * (side + 1), road.end_m, 26.0):
        (x, y, z), yaw_rad = _at(road, float(along_m), side * (HALF_WIDTH_M + 0.45))
        # The arm reaches over the road.
        ox, oy = side * math.sin(yaw_rad), -side * math.cos(yaw_rad)
        arm_yaw_rad = math.atan2(oy, ox)
        yield Solid(CYLINDER, (x, y, z + 3.0), (0.07, 0.07, 3.05), _POLE, 0.4, Surface.POLE)
        yield Solid(
            BLOCK, (x + ox * 0.7, y + oy * 0.7, z + 6.02), (0.75, 0.04, 0.04), _POLE, 0.4,
            Surface.POLE, yaw_rad=arm_yaw_rad,
        )  # fmt: skip
        yield Solid(
            BLOCK, (x + ox * 1.5, y + oy * 1.5, z + 6.0), (0.3, 0.12, 0.06), (226, 226, 214), 0.5,
            Surface.POLE, yaw_rad=arm_yaw_rad,
        )  # fmt: skip
    for crossing_m in road.crossings_m:
        at_m = crossing_m - 0.8 if side < 0 else crossing_m + 4.8
        (x, y, z), yaw_rad = _at(road, at_m, side * (HALF_WIDTH_M + 0.4))
        yield Solid(CYLINDER, (x, y, z + 1.3), (0.035, 0.035, 1.35), STEEL, 0.5, Surface.POLE)
        yield Solid(
            BLOCK, (x, y, z + 2.35), (0.02, 0.32, 0.32), (36, 92, 172), 0.95, Surface.POLE,
            yaw_rad=yaw_rad,
        )  # fmt: skip


STEEL: Final[Colour] = (150, 154, 158)
