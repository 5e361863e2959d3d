"""Rules about the points of a frame: where they are, in which unit, and what they carry."""

from collections.abc import Callable, Iterator, Sequence
from statistics import median

import numpy as np

from groundplane.scenes.doctor.judging import finding
from groundplane.scenes.doctor.model import CloudSigns, Finding, FrameSigns, GroundSigns, Severity

# Half of a rotating LiDAR's points lie 5 to 40 m away, whatever it is mounted on.
_RANGE_M = (0.8, 250.0)
_LARGEST_INTENSITY = 1.001
_COARSE_M = 0.02


def cloud_findings(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    whole = [frame for frame in frames if frame.cloud is not None and frame.cloud.content]
    yield from _unreadable(frames)
    yield from _emptiness(frames)
    yield from _numbers(frames)
    yield from _intensities(whole)
    unit = list(_unit(whole))
    yield from unit
    yield from _axes(whole)
    if not unit:
        yield from _away(whole)


def _unreadable(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    bad = [frame for frame in frames if frame.problem]
    if bad:
        yield finding(
            "frame_unreadable",
            "error",
            [frame.index for frame in bad],
            f"{bad[0].name or f'frame {bad[0].index}'}: {bad[0].problem}",
            "Repair the file; a task with it would end in an error.",
        )


def _emptiness(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    counts = {frame.index: frame.cloud.count for frame in frames if frame.cloud is not None}
    if not counts:
        return
    usual = median(counts.values())
    few = [index for index, count in counts.items() if count < 100 or count < 0.1 * usual]
    if few:
        yield finding(
            "frame_empty",
            "warning",
            few,
            f"{min(counts[index] for index in few)} points where {usual:.0f} are usual",
            "Look whether the sweep was recorded and written as a whole.",
        )


def _share(
    frames: Sequence[FrameSigns], of: Callable[[CloudSigns], int], over: float
) -> tuple[list[int], float]:
    shares = {
        frame.index: of(frame.cloud) / frame.cloud.count
        for frame in frames
        if frame.cloud is not None and frame.cloud.count
    }
    found = [index for index, share in shares.items() if share > over]
    return found, max(shares.values(), default=0.0)


def _numbers(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    rules: tuple[tuple[str, Severity, Callable[[CloudSigns], int], float, str, str], ...] = (
        (
            "points_not_finite", "error", lambda cloud: cloud.not_finite, 0.0,
            "of the points are NaN or infinite", "Leave out what was not measured.",
        ),
        (
            "points_at_origin", "warning", lambda cloud: cloud.at_origin, 0.02,
            "of the points lie at exactly 0, 0, 0", "Leave out beams without an echo.",
        ),
        (
            "points_repeated", "note", lambda cloud: cloud.repeated, 0.5,
            "of the points lie exactly where another one does",
            "Second returns that are the first ones again only cost time; leave them out.",
        ),
    )  # fmt: skip
    for rule, severity, of, over, measured, advice in rules:
        found, most = _share(frames, of, over)
        if found:
            yield finding(rule, severity, found, f"{most:.3%} {measured}", advice)
    coarse = {
        frame.index: frame.cloud.step
        for frame in frames
        if frame.cloud is not None and frame.cloud.step > _COARSE_M
    }
    if coarse:
        yield finding(
            "coordinates_coarse",
            "warning",
            coarse,
            f"coordinates are float32 in steps of {max(coarse.values()):.3g} m",
            "Subtract a whole offset (of the map's grid) before writing float32.",
        )


def _intensities(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    signs = {frame.index: frame.intensity for frame in frames if frame.intensity is not None}
    if not signs:
        return
    over = [index for index, sign in signs.items() if sign.largest > _LARGEST_INTENSITY]
    largest = max(sign.largest for sign in signs.values())
    least = min(sign.least for sign in signs.values())
    if over and len(over) < len(signs) and largest > 10:
        yield finding(
            "intensity_mixed",
            "warning",
            over,
            f"intensities reach {largest:g} in {len(over)} frames and 1 in the others",
            "Scale the intensities of all frames alike, to 0 to 1.",
        )
    elif over and largest > 1.5:
        yield finding(
            "intensity_range",
            "warning",
            over,
            f"intensities reach {largest:g}",
            f"Divide by {255 if largest <= 255 else 65535}: intensities are 0 to 1, and formats "
            "of 8 bits lose all above.",
        )
    if least < 0:
        negative = [index for index, sign in signs.items() if sign.least < 0]
        text = f"intensities down to {least:g}"
        yield finding("intensity_negative", "warning", negative, text, "Scale them to 0 to 1.")
    flat = [index for index, sign in signs.items() if sign.distinct == 1 and sign.given >= 100]
    if flat:
        yield finding(
            "intensity_constant",
            "warning",
            flat,
            f"all intensities of {len(flat)} frames are {signs[flat[0]].largest:g}",
            "Write what the sensor measured, or leave the member out: lane paint shows by it.",
        )


def _unit(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    ranges = [frame.cloud.median_range for frame in frames if frame.cloud is not None]
    if not ranges:
        return
    usual = median(ranges)
    if _RANGE_M[0] <= usual <= _RANGE_M[1]:
        return
    if usual > _RANGE_M[1]:
        unit = (
            "millimetres (meters_per_unit 0.001)"
            if usual > 2500
            else ("centimetres (meters_per_unit 0.01)")
        )
    else:
        unit = "kilometres, or normalised"
    yield finding(
        "units",
        "error",
        [frame.index for frame in frames],
        f"half of the points are within {usual:.3g} m of their middle",
        f"The numbers look like {unit}. Write metres, or say meters_per_unit.",
    )


def _grounds(frames: Sequence[FrameSigns]) -> list[tuple[int, GroundSigns]]:
    return [
        (frame.index, frame.cloud.ground)
        for frame in frames
        if frame.cloud is not None and frame.cloud.ground is not None
    ]


def _axes(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    """The plane of the ground is level, with the rest of the world above it."""
    grounds = _grounds(frames)
    if not grounds:
        return
    side = [(index, g) for index, g in grounds if abs(g.normal[2]) < 0.5 and _clear(g)]
    down = [(index, g) for index, g in grounds if g.normal[2] < -0.7 and g.above_share > 0.9]
    if len(side) > 0.6 * len(grounds):
        normal = np.median([np.array(g.normal) for _, g in side], axis=0)
        axis = int(np.abs(normal).argmax())
        name = ("+" if normal[axis] > 0 else "-") + "xyz"[axis]
        yield finding(
            "axes_swapped",
            "error",
            [index for index, _ in side],
            f"the ground's normal is along {name}: "
            f"({normal[0]:.2f}, {normal[1]:.2f}, {normal[2]:.2f})",
            "Turn the world so that z points up: points, device and cameras alike.",
        )
    elif len(down) > 0.6 * len(grounds):
        shares = [g.above_share for _, g in down]
        yield finding(
            "upside_down",
            "error",
            [index for index, _ in down],
            f"{median(shares):.0%} of what is not ground lies below it",
            "Turn the world so that z points up (it points down here), without mirroring it.",
        )


def _clear(ground: GroundSigns) -> bool:
    """A plane like a street's, with next to nothing of the kind that is level."""
    return (
        ground.merit > 0.08
        and ground.upright_merit < 0.5 * ground.merit
        and (ground.above_share > 0.8)
    )


def _away(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    """A sensor is amid its own points."""
    away: dict[int, float] = {}
    usual = median([frame.cloud.count for frame in frames if frame.cloud is not None] or [0])
    for frame in frames:
        assert frame.cloud is not None
        if frame.cloud.count < 0.1 * usual:  # said already, and no middle of anything
            continue
        off = float(np.linalg.norm(np.array(frame.cloud.centre) - frame.device_position))
        if off > 3 * frame.cloud.median_range + 10:
            away[frame.index] = off
    if away:
        at_zero = [
            frame.index
            for frame in frames
            if frame.index in away
            and frame.cloud is not None
            and np.linalg.norm(frame.cloud.centre) < 2 * frame.cloud.median_range + 5
        ]
        ego = len(at_zero) > len(away) / 2
        yield finding(
            "device_away",
            "error",
            away,
            f"the device is {median(away.values()):.4g} m from the middle of its points"
            + (", which is at the origin" if ego else ""),
            "Write points in the world frame: apply the device's pose to what the sensor measured."
            if ego
            else "Points and device_position must be in one frame and one unit: check axes, "
            "signs and units of both.",
        )
