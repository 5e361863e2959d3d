"""A street: what stands beside the road, and the things that get labels.

An actor's cuboid is 3 cm larger than its shape on every side, so that each of its points lies
inside, noise included.
"""

import math
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from groundplane.geometry.arrays import Float64Array, Int64Array
from groundplane.geometry.transforms import Transform
from groundplane.simulator import ray_values as rays
from groundplane.simulator.motion import Path
from groundplane.simulator.road import (
    CYCLE_LANE_M,
    HALF_WIDTH_M,
    KERB_HEIGHT_M,
    LANE_M,
    PARKED_M,
    Road,
    build_road,
)
from groundplane.simulator.scenery import PAINTS, scenery
from groundplane.simulator.shapes import BODIES, Colour, Label, Solid, Vec3

MARGIN_M: Final = 0.03
EGO_SPEED_MPS: Final = 8.0
_BEHIND_M, _AHEAD_M = 70.0, 170.0
_CURVATURE_PER_M: Final = 1 / 260
_NAMESPACE: Final = uuid.UUID("6f9fd1de-0f0c-4d4e-9c2b-3b5f3f0a3d57")


@dataclass(frozen=True, slots=True)
class Actor:
    """Something with a label. `size_m` is its cuboid's: length, width, height."""

    label: Label
    size_m: Vec3
    colour: Colour
    path: Path

    def solids(self) -> list[Solid]:
        length, width, height = (size - 2 * MARGIN_M for size in self.size_m)
        return BODIES[self.label]((length, width, height), self.colour)


@dataclass(frozen=True, eq=False)
class Street:
    """Body 0 is the street itself, body k + 1 is `actors[k]`."""

    road: Road
    scenery: Sequence[Solid]
    actors: Sequence[Actor]
    ego: Path

    @cached_property
    def parts(self) -> list[tuple[int, Solid]]:
        """Every solid with its body, in the order of the rays' answers."""
        own = [(k + 1, part) for k, actor in enumerate(self.actors) for part in actor.solids()]
        return [(0, part) for part in self.scenery] + own

    @cached_property
    def solids(self) -> rays.Solids:
        rows = [_row(part, MARGIN_M if body else 0.0) for body, part in self.parts]
        return rays.Solids(
            np.array(rows).reshape(-1, rays.COLUMNS),
            np.array([part.kind for _, part in self.parts], np.int64),
            np.array([body for body, _ in self.parts], np.int64),
        )

    @cached_property
    def ground(self) -> rays.Ground:
        road = self.road
        return rays.Ground(
            profile_m=road.profile_m,
            x0_m=road.x0_m,
            step_m=road.step_m,
            curvature_per_m=road.curvature_per_m,
            half_width_m=HALF_WIDTH_M,
            kerb_m=KERB_HEIGHT_M,
            highest_m=float(road.profile_m.max()),
        )

    def poses(self, times_s: Float64Array) -> Float64Array:
        """(instants, bodies, 12) street_from_body, rows of 3 by 4 matrices."""
        made = np.empty((len(times_s), len(self.actors) + 1, 3, 4))
        made[:, 0] = np.eye(3, 4)
        for body, actor in enumerate(self.actors, start=1):
            still = actor.path.stationary
            made[:, body] = actor.path.poses(self.road, times_s[:1] if still else times_s)
        return made.reshape(len(times_s), -1, 12)

    def mounted(self, ego_from_sensor: Transform, times_s: Float64Array) -> Float64Array:
        """(n, 3, 4) street_from_sensor of a sensor of the vehicle that drives."""
        ego, mount = self.ego.poses(self.road, times_s), ego_from_sensor.matrix()
        turns = ego[:, :, :3]
        return np.concatenate(
            [turns @ mount[:3, :3], turns @ mount[:3, 3:] + ego[:, :, 3:]], axis=2
        )

    def velocities(
        self, bodies: Int64Array, times_s: Float64Array, points: Float64Array
    ) -> Float64Array:
        """(n, 3) m/s of points (n, 3) that belong to `bodies` (n,) at `times_s` (n,)."""
        moving = np.zeros((len(points), 3))
        for body in np.unique(bodies):
            if body > 0:
                mine = bodies == body
                path = self.actors[body - 1].path
                moving[mine] = path.velocities(self.road, times_s[mine], points[mine])
        return moving


def build_street(seed: int, duration_s: float = 1.0) -> Street:
    """Long enough for a drive of that duration; a longer one begins with the same street."""
    reach_m = EGO_SPEED_MPS * duration_s
    road = build_road(_CURVATURE_PER_M, -_BEHIND_M, _AHEAD_M + reach_m)
    parked = list(_parked(road, np.random.default_rng([seed, 1])))
    ego = Path(0.0, -LANE_M, EGO_SPEED_MPS, base_m=2.8)
    actors = [*_moving(), *_later(reach_m), *parked]
    return Street(road, scenery(road, np.random.default_rng([seed, 2])), actors, ego)


def track_uuid(seed: int, number: int) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{seed}/{number}"))


def _moving() -> list[Actor]:
    """The first second: a car ahead, one pulling out, traffic coming, cyclists, walkers."""
    out_m = HALF_WIDTH_M + 1.9
    car, truck = Label.CAR, Label.TRUCK
    walker, cyclist = Label.PEDESTRIAN, Label.CYCLIST
    teal, yellow, red, blue = (28, 110, 96), (224, 170, 44), (178, 40, 36), (40, 84, 156)
    orange, green, right_m, left_m = (224, 98, 30), (66, 132, 82), -CYCLE_LANE_M, CYCLE_LANE_M
    return [
        Actor(car, (4.62, 1.9, 1.5), teal, Path(24.0, -LANE_M, 8.6, base_m=2.7)),
        Actor(
            car,
            (4.1, 1.82, 1.5),
            yellow,
            Path(
                12.5, -PARKED_M + 0.1, 3.0, change_m=3.9, change_from_s=-1.1, change_s=4.0,
                base_m=2.5,
            ),
        ),
        Actor(car, (4.4, 1.86, 1.46), red, Path(31.0, LANE_M, -10.0, base_m=2.6)),
        Actor(truck, (8.4, 2.5, 3.4), blue, Path(58.0, LANE_M, -10.0, base_m=5.0)),
        Actor(walker, (0.82, 0.62, 1.78), (152, 48, 90), Path(21.0, out_m, -1.4)),
        Actor(walker, (0.78, 0.58, 1.66), (60, 112, 168), Path(12.5, -out_m, 1.3)),
        Actor(walker, (0.8, 0.6, 1.82), (188, 92, 40), Path(41.6, 2.0, drift_mps=1.4)),
        Actor(cyclist, (1.78, 0.66, 1.78), orange, Path(23.5, right_m, 5.2, base_m=1.0)),
        Actor(cyclist, (1.74, 0.64, 1.72), green, Path(17.5, left_m, -4.6, base_m=1.0)),
    ]  # fmt: skip


def _later(reach_m: float) -> Iterator[Actor]:
    """More of what comes the other way, for longer drives."""
    paints = ((52, 60, 74), (206, 206, 204), (120, 40, 44), (70, 96, 128))
    for number in range(int(reach_m / 22)):
        at_m = 84.0 + 40 * number
        paint = paints[number % len(paints)]
        path = Path(at_m, LANE_M, -10.0, base_m=2.7)
        yield Actor(Label.CAR, (4.5, 1.88, 1.48), paint, path)
        side = 1 if number % 2 else -1
        walk = Path(at_m - 18, side * (HALF_WIDTH_M + 2.2), side * -1.3)
        yield Actor(Label.PEDESTRIAN, (0.8, 0.6, 1.74), paints[(number + 2) % 4], walk)


def _parked(road: Road, chance: np.random.Generator) -> Iterator[Actor]:
    along_m = {1: road.begin_m + 40, -1: road.begin_m + 40}
    while min(along_m.values()) < road.end_m - 60:
        side = min(along_m, key=lambda at: (along_m[at], at))
        van = chance.random() < 0.12
        size_m = (
            (chance.uniform(5.4, 6.0), 2.0, chance.uniform(2.3, 2.6))
            if van
            else (chance.uniform(3.9, 4.9), chance.uniform(1.76, 1.94), chance.uniform(1.42, 1.62))
        )
        begin_m = along_m[side] + chance.uniform(0.9, 2.0)
        along_m[side] = end_m = begin_m + size_m[0]
        paint = PAINTS[chance.integers(len(PAINTS))]
        here, yaw_rad = chance.random() < 0.7, chance.uniform(-0.03, 0.03)
        if here and _may_park(road, side, begin_m, end_m):
            label = Label.TRUCK if van else Label.CAR
            path = Path(
                (begin_m + end_m) / 2,
                side * PARKED_M,
                against=side > 0,
                turned_rad=yaw_rad,
                base_m=size_m[0] * 0.6,
            )
            yield Actor(label, size_m, paint, path)


def _may_park(road: Road, side: int, begin_m: float, end_m: float) -> bool:
    """Not at a crossing, and not where a car pulls out on the right."""
    if any(begin_m < crossing + 9 and end_m > crossing - 5 for crossing in road.crossings_m):
        return False
    return side > 0 or end_m < 7.0 or begin_m > 24.0


def _row(part: Solid, raised_m: float) -> Float64Array:
    """One row of `rays.Solids.shapes`."""
    half_m = np.array(part.half_m)
    c, s = math.cos(part.yaw_rad), math.sin(part.yaw_rad)
    a, b = math.cos(part.pitch_rad), math.sin(part.pitch_rad)
    body_from_part = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ np.array(
        [[a, 0, b], [0, 1, 0], [-b, 0, a]]
    )
    if part.axis != "z":
        order = {"x": (1, 2, 0), "y": (2, 0, 1)}[part.axis]
        body_from_part = body_from_part[:, order]
    row = np.zeros(rays.COLUMNS)
    row[:9] = (body_from_part.T / half_m[:, None]).ravel()
    row[rays.CENTRE : rays.CENTRE + 3] = np.array(part.centre_m) + np.array([0, 0, raised_m])
    row[rays.LEAN : rays.LEAN + 3] = part.lean
    reach_m = {rays.BALL: half_m.max(), rays.CYLINDER: math.hypot(half_m[:2].max(), half_m[2])}
    row[rays.RADIUS] = reach_m.get(part.kind, float(np.linalg.norm(half_m)))
    return row
