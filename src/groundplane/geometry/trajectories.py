"""Poses in time."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from groundplane.geometry.transforms import Transform, interpolate


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
