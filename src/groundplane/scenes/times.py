"""When frames were taken: customers write numbers, and no unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Final

from groundplane.scenes.model import TimeSource

DEFAULT_FRAMES_PER_SECOND: Final = 10.0

_NS_PER_UNIT: Final = (10**9, 10**6, 10**3, 1)  # seconds, milliseconds, microseconds, nanoseconds
_YEAR_2000_NS: Final = 946_684_800 * 10**9
_YEAR_2100_NS: Final = 4_102_444_800 * 10**9
_HOUR_NS: Final = 3600 * 10**9
_USUAL_STEP_NS: Final = 10**8
_NEAR_NS: Final = 10 * 10**9
# The first point of a sweep is at most this far from what its frame is stamped with.
_SWEEP_NEAR_NS: Final = 3 * 10**8
# Exact in a JavaScript number: 104 days. Frames that are farther apart have no clock in common.
LONGEST_SCENE_NS: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Clock:
    """Frame 0 is at 0; `first` and `ns_per_unit` are None when the files tell no time."""

    source: TimeSource
    frame_times_ns: tuple[int, ...]
    first: Decimal | None
    ns_per_unit: int | None

    @property
    def epoch_ns(self) -> str:
        if self.first is None or self.ns_per_unit is None:
            return "0"
        return str(round(self.first * self.ns_per_unit))

    def time_ns(self, timestamp: str | None, *, near_ns: int) -> int:
        """An image's time; that of its frame when the image tells none or one of another clock."""
        if timestamp is None or self.first is None or self.ns_per_unit is None:
            return near_ns
        time_ns = round((Decimal(timestamp) - self.first) * self.ns_per_unit)
        return time_ns if abs(time_ns - near_ns) <= _NEAR_NS else near_ns

    def sweep_starts_ns(self, first_points_ns: Sequence[int | None]) -> list[int | None]:
        """When each frame's first point was measured, on this clock; None for all or for none.

        Files also count points from the start of their own sweep, which says nothing: they are
        taken for times of this clock when every frame has one, near its own time, and they go on
        as the frames do, to half of the shortest step.
        """
        unknown: list[int | None] = [None] * len(first_points_ns)
        if self.first is None or self.ns_per_unit is None:
            return unknown
        zero_ns = round(self.first * self.ns_per_unit)
        starts_ns = [first - zero_ns for first in first_points_ns if first is not None]
        if len(starts_ns) < len(self.frame_times_ns):
            return unknown
        offs_ns = [start - time for start, time in zip(starts_ns, self.frame_times_ns, strict=True)]
        steps_ns = [after - before for before, after in pairwise(self.frame_times_ns)]
        is_near = all(abs(off) <= _SWEEP_NEAR_NS for off in offs_ns)
        goes_on = 2 * (max(offs_ns) - min(offs_ns)) <= min(steps_ns, default=0)
        return [*starts_ns] if is_near and goes_on else unknown


def infer_clock(timestamps: Sequence[str | None], *, frames_per_second: float) -> Clock:
    """Timestamps where every frame has one and they make a scene, the frame rate otherwise.

    They make one when they grow and end within LONGEST_SCENE_NS.

    The unit is the one that puts frame 0 between the years 2000 and 2100 with frames less than an
    hour apart; where none does, the one whose steps are nearest to 0.1 s (api.md A.1 states none).
    """
    given = [Decimal(text) for text in timestamps if text is not None]
    if len(given) == len(timestamps):
        ns_per_unit = ns_per_unit_of(given)
        times_ns = tuple(round((time - given[0]) * ns_per_unit) for time in given)
        grow = all(before < after for before, after in pairwise(times_ns))
        if grow and times_ns[-1] <= LONGEST_SCENE_NS:
            return Clock("timestamps", times_ns, given[0], ns_per_unit)
    step_ns = 1e9 / frames_per_second
    times_ns = tuple(round(index * step_ns) for index in range(len(timestamps)))
    return Clock("rate", times_ns, None, None)


def ns_per_unit_of(times: Sequence[Decimal]) -> int:
    """The unit of timestamps: see `infer_clock`."""
    steps = [abs(after - before) for before, after in pairwise(times)]
    step = median(steps) if steps else Decimal(0)
    for ns_per_unit in _NS_PER_UNIT:
        since_1970_ns = times[0] * ns_per_unit
        if _YEAR_2000_NS <= since_1970_ns < _YEAR_2100_NS and step * ns_per_unit < _HOUR_NS:
            return ns_per_unit
    if step == 0:
        return _NS_PER_UNIT[0]
    return min(_NS_PER_UNIT, key=lambda ns: abs((step * ns / _USUAL_STEP_NS).log10()))
