"""What is so: every object, lane line and point of a simulated drive. World frame throughout."""

import math
from dataclasses import dataclass

import numpy as np

from groundplane.geometry import rotations
from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.transforms import Transform
from groundplane.simulator.road import LANE_LINES
from groundplane.simulator.shapes import Vec3
from groundplane.simulator.street import Actor, Street

Quaternion = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class TruthCuboid:
    """At the frame's time; length, width and height lie along the cuboid's own x, y and z.

    `yaw_rad` is what remains of the rotation without the slope. `velocity_mps` is the centre's.
    `points` counts the rays that ended on the object, each at its own time.
    """

    centre_m: Vec3
    size_m: Vec3
    yaw_rad: float
    rotation_wxyz: Quaternion
    velocity_mps: Vec3
    points: int


@dataclass(frozen=True, slots=True)
class TruthTrack:
    """`cuboids[i]` is the object in frame i."""

    uuid: str
    label: str
    stationary: bool
    cuboids: tuple[TruthCuboid, ...]


@dataclass(frozen=True, slots=True)
class TruthLane:
    """The middle of a painted line, a vertex every 2 m."""

    name: str
    dashed: bool
    points_m: tuple[Vec3, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """Times in nanoseconds since the first frame."""

    frames_per_second: int
    frame_times_ns: tuple[int, ...]
    tracks: tuple[TruthTrack, ...]
    lanes: tuple[TruthLane, ...]


def cuboid_at(
    street: Street, actor: Actor, time_s: float, world_from_street: Transform, points: int
) -> TruthCuboid:
    times_s = np.array([time_s])
    pose = Transform.from_matrix(actor.path.poses(street.road, times_s)[0])
    centre_m = pose.apply(np.array([0.0, 0.0, actor.size_m[2] / 2]))
    velocity = actor.path.velocities(street.road, times_s, centre_m[None])[0]
    rotation = rotations.multiply(world_from_street.rotation_wxyz, pose.rotation_wxyz)
    turned = rotations.rotate(world_from_street.rotation_wxyz, velocity)
    w, x, y, z = rotation.tolist()
    return TruthCuboid(
        centre_m=vec3(world_from_street.apply(centre_m)),
        size_m=actor.size_m,
        yaw_rad=math.remainder(rotations.yaw_of(rotation), math.tau),
        rotation_wxyz=(w, x, y, z),
        velocity_mps=vec3(turned + 0.0),  # no -0.0 in the file
        points=points,
    )


def lanes_of(street: Street, world_from_street: Transform) -> tuple[TruthLane, ...]:
    return tuple(
        TruthLane(
            line.name,
            line.dashed,
            tuple(vec3(p) for p in world_from_street.apply(street.road.polyline(line.aside_m))),
        )
        for line in LANE_LINES
    )


def vec3(vector: Float64Array) -> Vec3:
    x, y, z = vector.tolist()
    return x, y, z
