"""When the frames of an answer were, and which sensor's points are which: what answers leave out.

A scene knows it; without one, frames follow one another at a rate, from one lidar.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from groundplane.geometry.arrays import Int64Array
from groundplane.scenes.formats.scene_folder import read_frames
from groundplane.scenes.formats.sfs_frames import sweeps_by_frame
from groundplane.scenes.formats.sfs_from_frames import scene_of
from groundplane.scenes.formats.sfs_model import (
    NS_PER_UNIT,
    CameraSensor,
    Identity,
    SfsScene,
    TimeUnit,
)
from groundplane.scenes.formats.sfs_reader import open_sfs
from groundplane.scenes.times import DEFAULT_FRAMES_PER_SECOND

# As scenes made of frames call their first lidar.
ONLY_LIDAR: Final = "lidar_0"


@dataclass(frozen=True, slots=True, eq=False)
class FramePoints:
    """Point i of a frame is point `point_ids[i]` of sweep `sweeps[sweep[i]]`: (sensor, frame)."""

    sweeps: Sequence[tuple[Identity, int]]
    sweep: npt.NDArray[np.int64]
    point_ids: npt.NDArray[np.uint32]

    @property
    def count(self) -> int:
        return len(self.point_ids)


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """`times` (n,) in `time_unit` strictly increase. `points` is None when no scene tells them."""

    times: Int64Array
    time_unit: TimeUnit = "microseconds"
    time_offset: int | None = None
    cameras: Sequence[Identity] = ()
    points: Sequence[FramePoints] | None = None

    def nearest(self, time: int) -> int:
        """The frame nearest to a time, the earlier of two."""
        return int(np.argmin(np.abs(self.times - time)))


def at_rate(frames: int, frames_per_second: float = DEFAULT_FRAMES_PER_SECOND) -> Timeline:
    """Frame k at k / rate, in microseconds.

    Raises:
        ValueError: a rate that gives no times that increase.
    """
    if not 0 < frames_per_second <= 1e6:
        raise ValueError(f"{frames_per_second} frames a second are no rate.")
    return Timeline(np.rint(np.arange(frames) * (1e6 / frames_per_second)).astype(np.int64))


def until(last: int, frames_per_second: float, time_unit: TimeUnit) -> Timeline:
    """Frames at a rate from 0 up to a time, in that time's unit.

    Raises:
        ValueError: as `at_rate`, or more than a million frames.
    """
    step = 1e9 / NS_PER_UNIT[time_unit] / frames_per_second if frames_per_second > 0 else 0
    if not 1 <= step < np.inf:
        raise ValueError(f"{frames_per_second} frames a second are no rate.")
    count = round(max(last, 0) / step) + 1
    if count > 1_000_000:
        raise ValueError(f"{count} frames until {last}: name the scene, or a lower rate.")
    return Timeline(np.rint(np.arange(count) * step).astype(np.int64), time_unit)


def of_scene(path: Path, frames_per_second: float = DEFAULT_FRAMES_PER_SECOND) -> Timeline:
    """Of an .sfs file, or of a folder of frames: as `convert` makes a scene of those.

    Raises:
        AttachmentUnreadable: a file of the scene is not what it claims to be.
        ValueError: a folder without frames.
        OSError: a file cannot be read.
    """
    if path.is_dir():
        frames, _ = read_frames(path)
        scene, _ = scene_of(frames, frames_per_second)
        devices = [frame.columns.device for frame in frames]
        counts = [frame.columns.count for frame in frames]
        points = [_by_device(k, *of) for k, of in enumerate(zip(devices, counts, strict=True))]
        return _timeline(scene, path.name, points)
    scene = open_sfs(path, check_values=False)
    swept = sweeps_by_frame(scene, path.name)[1]
    return _timeline(scene, path.name, [_in_rows(sweeps) for sweeps in swept])


def _timeline(scene: SfsScene, name: str, points: Sequence[FramePoints]) -> Timeline:
    return Timeline(
        times=sweeps_by_frame(scene, name)[0],
        time_unit=scene.time_unit,
        time_offset=scene.time_offset,
        cameras=[sensor.id for sensor in scene.sensors if isinstance(sensor, CameraSensor)],
        points=points,
    )


def one_sweep(frame: int, count: int) -> FramePoints:
    """Without a scene: all points of frame k are of sweep k of the only lidar, in their order."""
    ids = np.arange(count, dtype=np.uint32)
    return FramePoints([(ONLY_LIDAR, frame)], np.zeros(count, np.int64), ids)


def _in_rows(sweeps: Sequence[tuple[Identity, int, int]]) -> FramePoints:
    """Sweeps (sensor, its frame, number of points) one after the other, as in `frames_of`."""
    counts = [count for *_, count in sweeps]
    ids = [np.arange(count, dtype=np.uint32) for count in counts]
    return FramePoints(
        [(sensor, frame) for sensor, frame, _ in sweeps],
        np.repeat(np.arange(len(sweeps)), counts),
        np.concatenate([np.zeros(0, np.uint32), *ids]),
    )


def _by_device(frame: int, device: npt.NDArray[np.uint32] | None, count: int) -> FramePoints:
    """Points of devices in any order; each device's are a sweep in the order of the file."""
    if device is None:
        return one_sweep(frame, count)
    numbers, sweep = np.unique(device, return_inverse=True)
    ids = np.zeros(count, np.uint32)
    for k in range(len(numbers)):
        own = sweep == k
        ids[own] = np.arange(int(own.sum()))
    names: list[tuple[Identity, int]] = [(f"lidar_{number}", frame) for number in numbers.tolist()]
    return FramePoints(names, sweep.astype(np.int64), ids)
