"""Rules about where the device is, how it moves, and whether the clouds agree."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from groundplane.geometry import rotations
from groundplane.geometry.arrays import Float64Array
from groundplane.scenes.doctor.clouds import CELL_M, GRID, unpacked
from groundplane.scenes.doctor.judging import finding, steps_s
from groundplane.scenes.doctor.model import CloudSigns, Finding, FrameSigns

_FASTEST_MPS = 80.0
_SHARPEST_MPS2 = 15.0  # no road vehicle brakes or steers harder
_JITTER_M = 0.6
_TURN_RAD, _TURN_RADPS = math.radians(10), math.radians(100)
_TILT_RAD, _STEEP_RAD = math.radians(35), math.radians(15)
_SHIFT_CELLS = 24
_MOST_PAIRS = 12


def motion_findings(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    """`frames` in order; those whose points were not looked at tell their poses."""
    whole = [frame for frame in frames if not frame.problem]
    yield from _tilted(whole)
    if len(whole) < 2:
        return
    jumps = list(_speed_and_jumps(whole))
    yield from jumps
    yield from _turns(whole)
    if not jumps:  # after a jump, clouds do not line up either
        yield from _alignment([frame for frame in whole if frame.cloud is not None])


def _positions(frames: Sequence[FrameSigns]) -> Float64Array:
    return np.array([frame.device_position for frame in frames])


def _speed_and_jumps(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    at, steps = _positions(frames), np.array(steps_s(frames))
    moved = np.linalg.norm(np.diff(at, axis=0), axis=1)
    speeds = moved / steps
    if np.median(speeds) > _FASTEST_MPS:
        yield finding(
            "device_speed",
            "error",
            [frame.index for frame in frames],
            f"the device moves at {np.median(speeds):.4g} m/s",
            "Check the unit of device_position (metres, or meters_per_unit of the task) and of "
            "timestamps.",
        )
        return
    if len(frames) < 3:
        if len(speeds) and speeds.max() > _FASTEST_MPS:
            yield _jump([frames[1].index], f"the device moves {moved.max():.4g} m in one step")
        return
    # What is left of a step after what the neighbours' speed explains.
    off = np.array(
        [
            np.linalg.norm((at[k + 1] - at[k]) - (at[k] - at[k - 1]) * (steps[k] / steps[k - 1]))
            for k in range(1, len(frames) - 1)
        ]
    )
    allowed = _JITTER_M + _SHARPEST_MPS2 * steps[1:] * (steps[1:] + steps[:-1]) / 2
    bad = np.flatnonzero(off > allowed)
    if not len(bad):
        return
    places = [_culprit(at, steps, int(k) + 1) for k in bad]
    worst = float(off[bad].max())
    yield _jump(
        [frames[place].index for place in places],
        f"the device is up to {worst:.3g} m from where its motion would take it",
    )


def _culprit(at: Float64Array, steps: Float64Array, k: int) -> int:
    """Of the three frames about k, the one that the faster step leads to."""
    before = np.linalg.norm(at[k] - at[k - 1]) / steps[k - 1]
    after = np.linalg.norm(at[k + 1] - at[k]) / steps[k]
    return k if before > after else k + 1


def _jump(frames: Sequence[int], measured: str) -> Finding:
    return finding(
        "pose_jump",
        "warning",
        frames,
        measured,
        "Check device_position of these frames: a lost fix of the positioning, a frame in "
        "another's place, or frames missing between.",
    )


def _turns(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    jumps: list[int] = []
    most = 0.0
    for (before, after), step in zip(pairwise(frames), steps_s(frames), strict=True):
        a, b = before.device_rotation_wxyz, after.device_rotation_wxyz
        if a is None or b is None:
            continue
        turned = rotations.angle_between(a, b)
        if turned > _TURN_RAD + _TURN_RADPS * step:
            jumps.append(after.index)
            most = max(most, turned)
    if jumps:
        yield finding(
            "heading_jump",
            "warning",
            jumps,
            f"the device turns by up to {math.degrees(most):.0f}° from one frame to the next",
            "Check device_heading of these frames, and the order of its members: w, x, y, z.",
        )


def _tilted(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    found: list[tuple[int, float]] = []
    orders = 0
    for frame in frames:
        q = frame.device_rotation_wxyz
        if q is None:
            continue
        tilt = _tilt(q)
        w, x, y, z = q
        other = min(_tilt((z, w, x, y)), _tilt((x, y, z, w)))
        # A road is not steeper than 15°, and no other order is level by chance.
        is_order = tilt > _STEEP_RAD and other < min(math.radians(8), tilt / 3)
        if tilt > _TILT_RAD or is_order:
            found.append((frame.index, tilt))
            orders += is_order
    if not found:
        return
    most = math.degrees(max(tilt for _, tilt in found))
    by_order = orders > len(found) / 2
    if len(found) < 0.6 * len(frames):  # single ones are jumps
        return
    yield finding(
        "device_quaternion_order" if by_order else "device_tilted",
        "error" if by_order else "warning",
        [index for index, _ in found],
        f"the device's z axis is {most:.0f}° from the world's"
        + (", and upright with w at the other end of the quaternion" if by_order else ""),
        "Write device_heading by name: w is the cosine of half the angle. Many libraries list "
        "x, y, z, w."
        if by_order
        else "Check device_heading: it turns the device's axes into the world's, z up in both.",
    )


def _tilt(wxyz: Sequence[float]) -> float:
    """Radians from the turned z axis to z."""
    _, x, y, _ = wxyz
    return math.acos(max(-1.0, min(1.0, 1 - 2 * (x * x + y * y))))


def _alignment(frames: Sequence[FrameSigns]) -> Iterator[Finding]:
    """Whether what stands still stays where it is, from frame to frame."""
    shifts: list[Float64Array] = []
    strong: list[bool] = []
    motions: list[Float64Array] = []
    pairs = _pairs(frames)
    for before, after in pairs:
        assert before.cloud is not None
        assert after.cloud is not None
        found = _shift(before.cloud, after.cloud)
        shifts.append(found[0])
        strong.append(found[1])
        motions.append(np.array(after.device_position) - before.device_position)
    moved = [k for k, is_strong in enumerate(strong) if is_strong]
    off = [k for k in moved if np.linalg.norm(shifts[k]) > 1.2]
    if len(off) < 2 or len(off) < 0.6 * len(pairs):
        return
    shift, motion = np.array([shifts[k] for k in off]), np.array([motions[k][:2] for k in off])
    usual = np.median(np.linalg.norm(shift, axis=1))
    told = np.median(np.linalg.norm(motion, axis=1))
    at = [pairs[k][1].index for k in off]
    spread = np.median(np.linalg.norm(shift - np.median(shift, axis=0), axis=1))
    if told < 0.05:
        if spread > 0.35 * usual:  # not one motion: unrelated scenes, and no poses at all
            return
        yield finding(
            "pose_frozen",
            "error",
            at,
            f"the device stays where it is while the clouds move by {usual:.2g} m",
            "Give each frame its own pose, and points in the world frame.",
        )
    elif abs(usual - told) < 0.35 * told + 0.5:
        yield finding(
            "points_not_in_world",
            "error",
            at,
            f"what stands still moves by {usual:.2g} m between frames while the device moves "
            f"{told:.2g} m",
            "Write points in the world frame: apply the device's pose (once) to what the sensor "
            "measured.",
        )
    else:
        yield finding(
            "clouds_do_not_line_up",
            "error",
            at,
            f"what stands still moves by {usual:.2g} m between frames",
            "Check the poses that points were moved by, their order and their unit.",
        )


def _pairs(frames: Sequence[FrameSigns]) -> list[tuple[FrameSigns, FrameSigns]]:
    """Up to 12 pairs of frames, far enough apart for a slow drive to show."""
    reach = 1 if len(frames) < 4 else 2
    pairs = [
        (before, after)
        for before, after in zip(frames, frames[reach:], strict=False)
        if after.index - before.index <= reach
    ]
    return pairs[:: max(1, math.ceil(len(pairs) / _MOST_PAIRS))]


def _shift(a: CloudSigns, b: CloudSigns) -> tuple[Float64Array, bool]:
    """By how much b must be moved (x, y) to lie on a, and whether that is clear.

    The overlap of the two plans at every shift, by their transforms.
    """
    plan_a, plan_b = unpacked(a).astype(np.float64), unpacked(b).astype(np.float64)
    fewer = min(plan_a.sum(), plan_b.sum())
    if fewer < 100:
        return np.zeros(2), False
    size = (2 * GRID, 2 * GRID)
    product = np.fft.rfft2(_softened(plan_a), size) * np.conj(np.fft.rfft2(plan_b, size))
    overlap = np.fft.irfft2(product, size) / fewer
    base = np.array(b.structure_at) - a.structure_at
    if np.abs(base).max() > GRID // 2:
        return np.zeros(2), False
    reach = np.arange(-_SHIFT_CELLS, _SHIFT_CELLS + 1)
    # A shift by s in the world moves b's cells by s + base against a's.
    window = overlap[np.ix_((reach + base[0]) % size[0], (reach + base[1]) % size[1])]
    best = np.unravel_index(int(window.argmax()), window.shape)
    middle = slice(_SHIFT_CELLS - 1, _SHIFT_CELLS + 2)
    here, there = float(window[middle, middle].max()), float(window.max())
    clear = there > 0.45 and there > 1.15 * here and there > 1.8 * float(np.median(window))
    cells = np.array([int(best[0]), int(best[1])]) - _SHIFT_CELLS
    if not clear:  # they agree where they are, or nowhere
        return np.zeros(2), False
    return cells * CELL_M, True


def _softened(plan: Float64Array) -> Float64Array:
    """Each cell and its neighbours: an edge may fall into the next cell."""
    wide = np.pad(plan, 1)
    return np.maximum.reduce(
        [
            wide[1 + i : 1 + i + GRID, 1 + j : 1 + j + GRID]
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
            if not (i and j)
        ]
    )
