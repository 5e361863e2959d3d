"""Poses in time, and points that were measured one after the other while something moved."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from groundplane.geometry.arrays import Float64Array, Int64Array
from groundplane.geometry.rotations import CHORD_IS_ARC_RAD
from groundplane.geometry.transforms import Transform, interpolate


@dataclass(frozen=True, slots=True, eq=False)
class Poses:
    """A transform for each of n points: `rotations_wxyz` (n, 4) units, `translations_m` (n, 3)."""

    rotations_wxyz: Float64Array
    translations_m: Float64Array

    def apply(self, points: Float64Array) -> Float64Array:
        """Point i (n, 3) of the source frame by pose i, written in the target frame."""
        return _rotate_each(self.rotations_wxyz, points) + self.translations_m

    def apply_inverse(self, points: Float64Array) -> Float64Array:
        """Point i (n, 3) of the target frame in the source frame of pose i. Exact far away, too."""
        back = self.rotations_wxyz * np.array([1.0, -1.0, -1.0, -1.0])
        return _rotate_each(back, points - self.translations_m)


@dataclass(frozen=True, slots=True)
class Trajectory:
    """`poses[k]` holds at `times_ns[k]`; between two, linear and slerp; outside, the end holds.

    Raises:
        ValueError: no pose, or times that do not strictly increase.
    """

    times_ns: tuple[int, ...]
    poses: tuple[Transform, ...]

    def __post_init__(self) -> None:
        if not self.times_ns or len(self.times_ns) != len(self.poses):
            raise ValueError("a trajectory needs at least one pose, and one time for each")
        if any(later <= earlier for earlier, later in pairwise(self.times_ns)):
            raise ValueError("the times of a trajectory must strictly increase")

    @classmethod
    def through(cls, timed_poses: Iterable[tuple[int, Transform]]) -> "Trajectory":
        """Through (time_ns, pose) pairs in any order."""
        ordered = sorted(timed_poses, key=lambda timed: timed[0])
        return cls(tuple(time for time, _ in ordered), tuple(pose for _, pose in ordered))

    def at(self, time_ns: int) -> Transform:
        after = bisect_right(self.times_ns, time_ns)
        if after == 0:
            return self.poses[0]
        if after == len(self.times_ns):
            return self.poses[-1]
        start_ns, end_ns = self.times_ns[after - 1], self.times_ns[after]
        # Differences of integers are exact; epoch nanoseconds as floats are not.
        fraction = (time_ns - start_ns) / (end_ns - start_ns)
        return interpolate(self.poses[after - 1], self.poses[after], fraction)

    def at_each(self, times_ns: Int64Array) -> Poses:
        """`at` for n times (n,), in any order."""
        known_ns = np.array(self.times_ns, dtype=np.int64)
        last = len(known_ns) - 1
        after = np.searchsorted(known_ns, times_ns, side="right")
        before, after = np.clip(after - 1, 0, last), np.clip(after, 0, last)
        span_ns = known_ns[after] - known_ns[before]
        fraction = (times_ns - known_ns[before]) / np.maximum(span_ns, 1)
        fraction[before == after] = 0.0
        rotations = np.stack([pose.rotation_wxyz for pose in self.poses])
        translations_m = np.stack([pose.translation_m for pose in self.poses])
        share = fraction[:, None]
        return Poses(
            _slerp_each(rotations, before, fraction),
            (1 - share) * translations_m[before] + share * translations_m[after],
        )


def to_instant(
    points_sensor: Float64Array,
    times_ns: Int64Array,
    world_from_sensor: Trajectory,
    instant_ns: int,
) -> Float64Array:
    """A sweep (n, 3) as the sensor would see it all from where it is at one instant.

    `times_ns` (n,): when each point was measured, from where the sensor was then. Right for what
    stands still; see `carried` for what moves.
    """
    points_world = world_from_sensor.at_each(times_ns).apply(points_sensor)
    now = np.full(len(points_world), instant_ns, dtype=np.int64)
    return world_from_sensor.at_each(now).apply_inverse(points_world)


def carried(
    points_world: Float64Array,
    times_ns: Int64Array,
    world_from_object: Trajectory,
    instant_ns: int,
) -> Float64Array:
    """Points (n, 3) of a moving object to where they are at an instant.

    `times_ns` (n,): when each was measured; the object takes it along from there.
    """
    points_object = world_from_object.at_each(times_ns).apply_inverse(points_world)
    return world_from_object.at(instant_ns).apply(points_object)


def _rotate_each(rotations_wxyz: Float64Array, points: Float64Array) -> Float64Array:
    """Each point (n, 3) by its own unit quaternion: p + 2 w c + 2 q x c with c = q x p."""
    w, x, y, z = rotations_wxyz.T
    px, py, pz = points.T
    cx, cy, cz = 2 * (y * pz - z * py), 2 * (z * px - x * pz), 2 * (x * py - y * px)
    return np.stack(
        [
            px + w * cx + (y * cz - z * cy),
            py + w * cy + (z * cx - x * cz),
            pz + w * cz + (x * cy - y * cx),
        ],
        axis=1,
    )


def _slerp_each(
    rotations: Float64Array, before: Int64Array, fraction: Float64Array
) -> Float64Array:
    """`rotations.slerp` of rows `before` and the next; the arc of each step is measured once."""
    a, b = rotations[:-1], rotations[1:]
    b = np.where((np.einsum("ij,ij->i", a, b) < 0)[:, None], -b, b)
    apart, together = np.linalg.norm(a - b, axis=1), np.linalg.norm(a + b, axis=1)
    arcs_rad = np.append(2 * np.arctan2(apart, together), 0.0)
    nearer = np.append(b, rotations[-1:], axis=0)
    arc_rad = arcs_rad[before]
    short = arc_rad < CHORD_IS_ARC_RAD
    weight_a = np.where(short, 1 - fraction, np.sin((1 - fraction) * arc_rad))
    weight_b = np.where(short, fraction, np.sin(fraction * arc_rad))
    mixed = weight_a[:, None] * rotations[before] + weight_b[:, None] * nearer[before]
    return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
