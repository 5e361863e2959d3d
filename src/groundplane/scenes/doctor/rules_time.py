"""Rules about time, and about frames that are there twice or not at all."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from statistics import median

from groundplane.scenes.doctor.judging import (
    finding,
    seconds_per_unit,
    times_s,
)
from groundplane.scenes.doctor.model import Finding, FrameSigns

_IMAGE_APART_S = 0.2  # two turns of the slowest usual LiDAR, during which a car drives 3 m
_MIXED = 100.0


def time_findings(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    yield from _order(frames)
    yield from _gaps(frames)
    yield from _image_times(frames)
    yield from _point_times(frames)
    yield from _sweep_senses(frames)
    yield from _repeated_frames(frames)
    yield from _repeated_pictures(frames)


def _order(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    silent = [frame.index for frame in frames if frame.timestamp is None]
    if silent and len(silent) < len(frames):
        yield finding(
            "time_missing",
            "warning",
            silent,
            f"{len(silent)} of {len(frames)} frames have no timestamp",
            "Give every frame its timestamp: with some missing, none is used and frames are taken "
            "at an even rate.",
        )
        return
    if silent or len(frames) < 2:
        return
    told = [Decimal(frame.timestamp or 0) for frame in frames]
    largest, least = max(map(abs, told)), min(map(abs, told))
    if least > 0 and largest / least > _MIXED and min(told) > 1000:
        usual = median(told)
        odd = [
            frame.index
            for frame, time in zip(frames, told, strict=True)
            if not 1 / _MIXED < float(time / usual) < _MIXED
        ]
        yield finding(
            "time_units_mixed",
            "error",
            odd,
            f"timestamps from {least} to {largest}",
            "Write all timestamps in one unit since one moment.",
        )
        return
    unit_s = seconds_per_unit(frames) or 1.0
    pairs = list(zip(frames, told, told[1:], strict=False))
    back = [frame.index + 1 for frame, before, after in pairs if after < before]
    if back:
        most = max(float(before - after) for _, before, after in pairs) * unit_s
        whole = len(back) == len(pairs)
        yield finding(
            "time_reversed" if whole and len(pairs) > 1 else "time_order",
            "error",
            back,
            f"{len(back)} of {len(pairs)} steps go back in time, by up to {most:.3g} s",
            "Sort the frames by their timestamps"
            + (": they are in reverse order." if whole else "; ingest takes the order given."),
        )
    same = [frame.index + 1 for frame, before, after in pairs if after == before]
    if same:
        yield finding(
            "time_repeated",
            "error",
            same,
            f"{len(same)} frames have the timestamp of the frame before",
            "Give each frame its own time, or leave out the frame that is there twice.",
        )


def _gaps(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    """A hole in an otherwise even rate; an uneven rate has none."""
    times = times_s(frames)
    if times is None or len(frames) < 4:
        return
    steps = [after - before for before, after in pairwise(times)]
    usual = median(steps)
    if usual <= 0 or min(steps) <= 0:
        return
    even = sum(abs(step / usual - 1) < 0.2 for step in steps)
    wide = [k for k, step in enumerate(steps) if step > 1.6 * usual]
    if not wide or even < 0.6 * len(steps):
        return
    lost = sum(round(steps[k] / usual) - 1 for k in wide)
    yield finding(
        "time_gap",
        "warning",
        [frames[k + 1].index for k in wide],
        f"a step of {max(steps[k] for k in wide):.3g} s where {usual:.3g} s is usual: "
        f"about {lost} frames are missing",
        "Look for dropped frames before these; objects jump there.",
    )


def _image_times(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    unit_s = seconds_per_unit(frames)
    if unit_s is None:
        return
    apart: dict[str, list[tuple[int, float]]] = {}
    for frame in frames:
        for image in frame.images:
            if image.timestamp is None or frame.timestamp is None:
                continue
            off_s = float(Decimal(image.timestamp) - Decimal(frame.timestamp)) * unit_s
            if abs(off_s) > _IMAGE_APART_S:
                apart.setdefault(image.name, []).append((frame.index, off_s))
    for name, found in apart.items():
        most = max((off for _, off in found), key=abs)
        other_clock = abs(most) > 3600
        yield finding(
            "image_time",
            "warning",
            [index for index, _ in found],
            f"pictures are up to {most:+.3g} s from their frame's time",
            "Write the timestamps of images in the unit and since the moment of the frames'."
            if other_clock
            else "Choose for each frame the picture that is nearest in time, at most 0.2 s away.",
            sensor=name,
        )


def _point_times(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    """Times of points are absolute nanoseconds; those since the sweep's start are small."""
    unit_s = seconds_per_unit(frames)
    apart: dict[int, list[tuple[int, float]]] = {}
    for frame in frames:
        for sweep in frame.sweeps:
            if unit_s is None or frame.timestamp is None or sweep.first < 1e15:
                continue
            time_s = float(frame.timestamp) * unit_s
            if time_s < 1e6:
                continue
            off_s = max(sweep.first / 1e9 - time_s, time_s - sweep.last / 1e9)
            if off_s > 0.3:
                apart.setdefault(sweep.device, []).append((frame.index, off_s))
    for device, found in apart.items():
        most = max(off for _, off in found)
        yield finding(
            "point_time",
            "warning",
            [index for index, _ in found],
            f"the frame's time is up to {most:.3g} s outside the times of its points",
            "Write t of points as nanoseconds of the frames' clock, and the timestamp of a frame "
            "within its sweep.",
            sensor=f"device {device}",
        )


def _sweep_senses(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    senses: dict[int, dict[int, list[int]]] = {}
    for frame in frames:
        for sweep in frame.sweeps:
            if sweep.turn:
                senses.setdefault(sweep.device, {}).setdefault(sweep.turn, []).append(frame.index)
    for device, found in senses.items():
        if len(found) == 2:
            fewer = min(found.values(), key=len)
            yield finding(
                "sweep_direction",
                "warning",
                fewer,
                f"the sweep turns one way in {len(found[1])} frames and the other in "
                f"{len(found[-1])}",
                "Check the times of points: a sensor does not change its sense.",
                sensor=f"device {device}",
            )
        elif 1 in found:
            yield finding(
                "sweep_direction",
                "note",
                found[1],
                "the sweep turns counter-clockwise seen from above",
                "Most sensors turn clockwise: if this one does, its times are reversed or its "
                "points mirrored. A sensor mounted upside down does turn so.",
                sensor=f"device {device}",
            )


def _repeated_frames(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    """The same sweep twice, be it under another pose: intensities of two sweeps never agree."""
    seen: dict[str, int] = {}
    again: dict[int, int] = {}
    for frame in frames:
        if frame.cloud is None:
            continue
        for key in filter(None, (frame.cloud.content, frame.cloud.intensities)):
            if seen.setdefault(key, frame.index) != frame.index:
                again[frame.index] = seen[key]
    if again:
        index, first = next(iter(again.items()))
        yield finding(
            "frame_repeated",
            "error",
            again,
            f"{len(again)} frames hold the points of another frame: frame {index} those of "
            f"frame {first}",
            "Leave the copies out, or attach the sweeps that belong there.",
        )


def _repeated_pictures(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    """Of one camera and one time it is one picture, shown in two frames by who knows it."""
    seen: dict[str, tuple[int, str]] = {}
    taken: dict[str, tuple[str, str | None]] = {}
    again: dict[str, list[tuple[int, int, str]]] = {}
    for frame in frames:
        for image in frame.images:
            if not image.sha256 or 0 <= image.brightness[1] < 2:
                continue
            first = seen.setdefault(image.sha256, (frame.index, image.name))
            shot = (image.name, image.timestamp)
            is_same = taken.setdefault(image.sha256, shot) == shot and image.timestamp is not None
            if first != (frame.index, image.name) and not is_same:
                again.setdefault(image.name, []).append((frame.index, *first))
    for name, found in again.items():
        index, first, owner = found[0]
        yield finding(
            "picture_repeated",
            "warning",
            [at for at, _, _ in found],
            f"the picture of frame {index} is that of frame {first}, {owner}",
            "Attach each frame's own picture of each camera.",
            sensor=name,
        )
