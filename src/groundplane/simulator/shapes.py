"""What things look like: a few blocks, balls and cylinders each.

Body frame: origin on the ground under the middle, x ahead, y left, z up, metres. A shape fills its
size without the margin that the cuboids of the truth have around it.
"""

import math
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from groundplane.simulator.ray_values import BALL, BLOCK, CYLINDER

Colour = tuple[int, int, int]
Vec3 = tuple[float, float, float]


class Surface(IntEnum):
    """What a pixel or a point shows; the numbers of the class images."""

    SKY = 0
    ROAD = 1
    LANE_PAINT = 2
    KERB = 3
    PAVEMENT = 4
    GRASS = 5
    BUILDING = 6
    WALL = 7
    TREE = 8
    POLE = 9
    CAR = 10
    TRUCK = 11
    PEDESTRIAN = 12
    CYCLIST = 13


class Pattern(IntEnum):
    """How a surface is coloured."""

    PLAIN = 0
    FACADE = 1
    LEAVES = 2
    GLASS = 3


class Label(StrEnum):
    """The things that get cuboids."""

    CAR = "Car"
    TRUCK = "Truck"
    PEDESTRIAN = "Pedestrian"
    CYCLIST = "Cyclist"


@dataclass(frozen=True, slots=True)
class Solid:
    """A unit shape, stretched to `half_m`, turned by pitch about y and then yaw about z, and moved.

    `lean`: how much of the half size the front, back and sides of a block lose at its top, each
    counted over its whole height. `axis`: that of a cylinder.
    """

    kind: int
    centre_m: Vec3
    half_m: Vec3
    colour: Colour
    reflectance: float
    surface: Surface
    lean: Vec3 = (0.0, 0.0, 0.0)
    axis: str = "z"
    yaw_rad: float = 0.0
    pitch_rad: float = 0.0
    pattern: Pattern = Pattern.PLAIN


GLASS: Final[Colour] = (44, 56, 68)
TYRE: Final[Colour] = (30, 30, 32)
DARK: Final[Colour] = (46, 48, 52)
STEEL: Final[Colour] = (168, 172, 178)
WHITE: Final[Colour] = (226, 226, 220)
SKIN: Final[Colour] = (198, 154, 124)
RED: Final[Colour] = (196, 30, 28)
LAMP: Final[Colour] = (250, 246, 226)
PAINT_REFLECTANCE, CLOTH_REFLECTANCE, STEEL_REFLECTANCE = 0.55, 0.4, 0.5


@dataclass(frozen=True, slots=True)
class _Shop:
    """Makes the parts of one body from shares of its size: x and y around the middle, z from 0."""

    size_m: Vec3
    surface: Surface

    def block(
        self,
        x: tuple[float, float],
        y: tuple[float, float],
        z: tuple[float, float],
        colour: Colour,
        reflectance: float = PAINT_REFLECTANCE,
        lean: Vec3 = (0.0, 0.0, 0.0),
    ) -> Solid:
        centre = tuple(
            sum(span) / 2 * size for span, size in zip((x, y, z), self.size_m, strict=True)
        )
        half = tuple(
            (span[1] - span[0]) / 2 * size
            for span, size in zip((x, y, z), self.size_m, strict=True)
        )
        pattern = Pattern.GLASS if colour == GLASS else Pattern.PLAIN
        return Solid(
            BLOCK,
            _vec3(centre),
            _vec3(half),
            colour,
            reflectance,
            self.surface,
            lean,
            pattern=pattern,
        )

    def both_sides(
        self,
        x: tuple[float, float],
        y: tuple[float, float],
        z: tuple[float, float],
        colour: Colour,
        reflectance: float = PAINT_REFLECTANCE,
    ) -> list[Solid]:
        mirrored = (-y[1], -y[0])
        return [self.block(x, side, z, colour, reflectance) for side in (y, mirrored)]

    def wheels(
        self, at: tuple[float, ...], radius_m: float, width_m: float, out: float
    ) -> list[Solid]:
        """`out`: where their outer faces are, as a share of the width."""
        made: list[Solid] = []
        for share in at:
            for side in (-1, 1):
                outer_m = out * self.size_m[1] * side
                place = (share * self.size_m[0], outer_m - side * width_m / 2, radius_m)
                made += [
                    self.disc(place, radius_m, width_m, TYRE, 0.06),
                    self.disc(
                        (place[0], outer_m, radius_m),
                        radius_m * 0.62,
                        0.016,
                        STEEL,
                        STEEL_REFLECTANCE,
                    ),
                ]
        return made

    def disc(
        self, centre_m: Vec3, radius_m: float, width_m: float, colour: Colour, reflectance: float
    ) -> Solid:
        half_m = (radius_m, radius_m, width_m / 2)
        return Solid(CYLINDER, centre_m, half_m, colour, reflectance, self.surface, axis="y")

    def ball(self, centre_m: Vec3, half_m: Vec3, colour: Colour, pitch_rad: float = 0.0) -> Solid:
        return Solid(
            BALL, centre_m, half_m, colour, CLOTH_REFLECTANCE, self.surface, pitch_rad=pitch_rad
        )

    def bar(
        self,
        start_m: Vec3,
        end_m: Vec3,
        radius_m: float,
        colour: Colour,
        reflectance: float = CLOTH_REFLECTANCE,
    ) -> Solid:
        """A cylinder from one point to another of the same y (it pitches, it does not yaw)."""
        along_x, along_z = end_m[0] - start_m[0], end_m[2] - start_m[2]
        middle = tuple((a + b) / 2 for a, b in zip(start_m, end_m, strict=True))
        half_m = (radius_m, radius_m, math.hypot(along_x, along_z) / 2)
        pitch_rad = math.atan2(along_x, along_z)
        return Solid(
            CYLINDER, _vec3(middle), half_m, colour, reflectance, self.surface, pitch_rad=pitch_rad
        )


def car(size_m: Vec3, colour: Colour) -> list[Solid]:
    shop = _Shop(size_m, Surface.CAR)
    radius_m = 0.225 * size_m[2]
    arch_m = radius_m * 1.16  # it ends at the ground, as the wheel does
    arches = [
        shop.disc((x * size_m[0], side * 0.457 * size_m[1], arch_m), arch_m, 0.02, TYRE, 0.06)
        for x in (-0.305, 0.305)
        for side in (-1, 1)
    ]
    return [
        shop.block((-0.49, 0.49), (-0.46, 0.46), (0.13, 0.24), DARK, 0.2),
        shop.block((-0.497, 0.49), (-0.46, 0.46), (0.22, 0.50), colour, lean=(0.02, 0.01, 0.0)),
        shop.block((-0.49, 0.485), (-0.46, 0.46), (0.50, 0.63), colour, lean=(0.16, 0.03, 0.07)),
        shop.block((-0.40, 0.235), (-0.43, 0.43), (0.62, 0.955), GLASS, 0.12, (0.62, 0.4, 0.26)),
        shop.block((-0.285, 0.04), (-0.335, 0.335), (0.945, 1.0), colour, lean=(0.2, 0.2, 0.12)),
        shop.block((-0.088, -0.062), (-0.437, 0.437), (0.62, 0.955), colour, lean=(0.0, 0.0, 0.26)),
        *arches,
        *shop.wheels((-0.305, 0.305), radius_m, 0.2, 0.472),
        *shop.both_sides((0.11, 0.135), (0.45, 0.5), (0.60, 0.69), colour),
        *shop.both_sides((-0.5, -0.47), (0.28, 0.455), (0.43, 0.56), RED, 0.9),
        *shop.both_sides((0.462, 0.492), (0.27, 0.45), (0.40, 0.505), LAMP, 0.9),
        shop.block((0.45, 0.497), (-0.24, 0.24), (0.27, 0.42), DARK, 0.2),
        shop.block((-0.5, -0.48), (-0.14, 0.14), (0.33, 0.40), WHITE, 0.9),
        shop.block((0.48, 0.5), (-0.14, 0.14), (0.25, 0.32), WHITE, 0.9),
    ]  # fmt: skip


def truck(size_m: Vec3, colour: Colour) -> list[Solid]:
    shop = _Shop(size_m, Surface.TRUCK)
    return [
        shop.block((-0.49, 0.46), (-0.34, 0.34), (0.13, 0.26), DARK, 0.3),
        shop.block((-0.5, 0.25), (-0.5, 0.5), (0.26, 1.0), WHITE),
        shop.block((-0.48, 0.23), (-0.501, 0.501), (0.42, 0.52), colour),
        shop.block((0.275, 0.5), (-0.47, 0.47), (0.14, 0.45), colour),
        shop.block((0.275, 0.497), (-0.465, 0.465), (0.45, 0.70), GLASS, 0.12, (0.22, 0, 0.05)),
        shop.block((0.275, 0.36), (-0.468, 0.468), (0.45, 0.70), colour, lean=(0, 0, 0.05)),
        shop.block((0.275, 0.475), (-0.455, 0.455), (0.70, 0.80), colour, lean=(0.3, 0.1, 0.1)),
        *shop.wheels((-0.38, -0.24, 0.38), 0.145 * size_m[2], 0.28, 0.49),
        *shop.both_sides((0.49, 0.5), (0.26, 0.44), (0.18, 0.25), LAMP, 0.9),
        *shop.both_sides((-0.5, -0.49), (0.34, 0.48), (0.19, 0.26), RED, 0.9),
        *shop.both_sides((0.42, 0.44), (0.47, 0.5), (0.50, 0.64), DARK, 0.2),
    ]  # fmt: skip


def pedestrian(size_m: Vec3, colour: Colour) -> list[Solid]:
    """In the middle of a step."""
    shop = _Shop(size_m, Surface.PEDESTRIAN)
    length, width, height = size_m
    hip, shoulder, trousers = 0.5 * height, 0.81 * height, (46, 52, 74)
    leg, arm = 0.068 * height / 1.75, 0.045 * height / 1.75
    y_leg, y_arm = 0.17 * width, 0.5 * width - arm
    return [
        shop.bar((0, y_leg, hip), (0.36 * length, y_leg, 0.07), leg, trousers),
        shop.bar((0, -y_leg, hip), (-0.36 * length, -y_leg, 0.08), leg, trousers),
        shop.ball((0.37 * length, y_leg, 0.04), (0.07 * length + 0.02, 0.045, 0.038), TYRE),
        shop.ball((-0.37 * length, -y_leg, 0.045), (0.07 * length + 0.02, 0.045, 0.038), TYRE),
        shop.ball((0, 0, 0.66 * height), (0.2 * length, y_arm - arm, 0.19 * height), colour),
        shop.bar((0, 0, hip - 0.02), (0, 0, 0.74 * height), 0.17 * length + 0.02, colour),
        shop.bar((0, y_arm, shoulder), (-0.32 * length, y_arm, 0.5 * height), arm, colour),
        shop.bar((0, -y_arm, shoulder), (0.32 * length, -y_arm, 0.5 * height), arm, colour),
        shop.bar((0, 0, 0.8 * height), (0, 0, 0.88 * height), 0.05, SKIN),
        shop.ball((0.01, 0, 0.925 * height), (0.1, 0.078, 0.075 * height), SKIN),
        shop.ball((-0.012, 0, 0.94 * height), (0.102, 0.084, 0.06 * height), (58, 44, 36)),
    ]  # fmt: skip


def cyclist(size_m: Vec3, colour: Colour) -> list[Solid]:
    shop = _Shop(size_m, Surface.CYCLIST)
    length, _, height = size_m
    radius = 0.34
    rear, front = -length / 2 + radius, length / 2 - radius
    made: list[Solid] = []
    for hub in (rear, front):
        for spoke in range(14):
            a, b = (2 * math.pi * (spoke + end) / 14 for end in (0, 1))
            rim = radius - 0.022
            ends = [(hub + rim * math.cos(t), 0.0, radius + rim * math.sin(t)) for t in (a, b)]
            made.append(shop.bar(ends[0], ends[1], 0.02, TYRE, 0.06))
    crank, saddle = (-0.1, 0.0, 0.3), (-0.28, 0.0, 0.56 * height)
    head, bars = (front - 0.16, 0.0, 0.55 * height), (front - 0.2, 0.0, 0.61 * height)
    pipes = [
        (crank, saddle), (crank, head), (saddle, head), ((rear, 0.0, radius), crank),
        ((rear, 0.0, radius), saddle), ((front, 0.0, radius), bars),
    ]  # fmt: skip
    made += [shop.bar(a, b, 0.024, (196, 60, 44), STEEL_REFLECTANCE) for a, b in pipes]
    made.append(shop.block((-0.215, -0.1), (-0.12, 0.12), (0.555, 0.585), DARK, 0.2))
    made.append(Solid(CYLINDER, bars, (0.018, 0.018, 0.24), DARK, 0.3, Surface.CYCLIST, axis="y"))
    hip, knee, shoulder = 0.585 * height, 0.42 * height, 0.82 * height
    trousers = (40, 44, 58)
    for side, foot in ((0.1, (0.02, 0.2)), (-0.1, (-0.14, 0.42))):
        bend = (0.16, side, knee + foot[1] * 0.35)
        made += [
            shop.bar((-0.26, side, hip), bend, 0.075, trousers),
            shop.bar(bend, (foot[0], side, foot[1]), 0.055, trousers),
            shop.ball((foot[0] + 0.05, side, foot[1] - 0.02), (0.12, 0.045, 0.04), TYRE),
            shop.bar(
                (0.1, side * 1.9, shoulder - 0.03), (bars[0], side * 1.9, bars[2]), 0.042, colour
            ),
        ]
    return [
        *made,
        shop.bar((-0.27, 0.0, hip), (0.08, 0.0, shoulder), 0.13, colour),
        shop.ball((0.06, 0.0, shoulder - 0.02), (0.13, 0.21, 0.1), colour),
        shop.ball((0.17, 0.0, 0.91 * height), (0.1, 0.08, 0.12), SKIN),
        shop.ball((0.15, 0.0, 0.945 * height), (0.13, 0.095, 0.055 * height), (236, 236, 230)),
    ]


BODIES: Final = {
    Label.CAR: car,
    Label.TRUCK: truck,
    Label.PEDESTRIAN: pedestrian,
    Label.CYCLIST: cyclist,
}


def _vec3(values: tuple[float, ...]) -> Vec3:
    x, y, z = values
    return x, y, z
