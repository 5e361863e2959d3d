"""What rules share: how findings are made, and time."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from statistics import median

from groundplane.scenes.doctor.model import Finding, FrameSigns, Severity
from groundplane.scenes.times import ns_per_unit_of

SHOWN_FRAMES = 10


def finding(
    rule: str,
    severity: Severity,
    frames: Iterable[int],
    measured: str,
    advice: str,
    *,
    sensor: str = "",
    picture: str = "",
) -> Finding:
    indices = sorted(set(frames))
    return Finding(
        rule=rule,
        severity=severity,
        measured=measured,
        advice=advice,
        frames=indices[:SHOWN_FRAMES],
        frame_count=len(indices),
        sensor=sensor,
        picture=picture,
    )


def seconds_per_unit(frames: Sequence[FrameSigns]) -> float | None:
    """Of the frames' timestamps, as ingest takes them; None when not every frame has one."""
    told = [Decimal(frame.timestamp) for frame in frames if frame.timestamp is not None]
    if not told or len(told) < len(frames):
        return None
    return ns_per_unit_of(told) / 1e9


def times_s(frames: Sequence[FrameSigns]) -> list[float] | None:
    """Seconds since the first frame; None when not every frame tells its time."""
    unit_s = seconds_per_unit(frames)
    if unit_s is None:
        return None
    told = [Decimal(frame.timestamp or 0) for frame in frames]
    return [float(time - told[0]) * unit_s for time in told]


def steps_s(frames: Sequence[FrameSigns]) -> list[float]:
    """Between neighbouring frames; a tenth of a second where they do not tell, or go back."""
    times = times_s(frames)
    if times is None:
        return [0.1] * (len(frames) - 1)
    steps = [after - before for before, after in pairwise(times)]
    forward = [step for step in steps if step > 0]
    usual = median(forward) if forward else 0.1
    return [step if step > 0 else usual for step in steps]
