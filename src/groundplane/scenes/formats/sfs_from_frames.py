"""Frames as an .sfs scene: a lidar for each device, radar, cameras.

The device's poses are the poses of every lidar, and no odometry sensor repeats them: Scale's
validator refuses scenes that have one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from groundplane.geometry.arrays import Float64Array, Int64Array
from groundplane.geometry.lenses.parameters import POSITIONAL, positional
from groundplane.scenes.formats.columns import T
from groundplane.scenes.formats.frame_head import FrameHead, FrameImage, FrameRadarPoint
from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.formats.json_binary import Array
from groundplane.scenes.formats.paths import PosePath
from groundplane.scenes.formats.scene_frames import Loss, SceneFrame
from groundplane.scenes.formats.sfs_model import (
    CameraSensor,
    Image,
    Intrinsics,
    LidarFrame,
    LidarPoints,
    LidarSensor,
    RadarFrame,
    RadarPoints,
    RadarSensor,
    Sensor,
    SfsScene,
)
from groundplane.scenes.images import inspect_image
from groundplane.scenes.times import DEFAULT_FRAMES_PER_SECOND, Clock, infer_clock

NS_PER_TICK: Final = 1000  # microseconds: the one unit that the official validator takes
FULL_INTENSITY: Final = 255
# A float32 has half a millimetre here; farther out, the scene is written about its own origin.
FAR_M: Final = 1e4
# What a time of a point may differ from its frame's, and still be of the same clock.
SWEEP_NS: Final = 10 * 10**9
NO_TIME: Final = 2**63 - 1
_LATEST_TICK: Final = 2**32 - 1


def scene_of(
    frames: Sequence[SceneFrame], frames_per_second: float = DEFAULT_FRAMES_PER_SECOND
) -> tuple[SfsScene, list[Loss]]:
    """The scene of at least one frame, and what it does not hold of them.

    Raises:
        AttachmentUnreadable: a picture that is no JPEG, PNG or WebP.
    """
    heads = [frame.columns.head for frame in frames]
    clock = infer_clock([head.timestamp for head in heads], frames_per_second=frames_per_second)
    return _Writing(frames, clock, int(clock.epoch_ns)).scene()


@dataclass(slots=True)
class _Writing:
    frames: Sequence[SceneFrame]
    clock: Clock
    epoch_ns: int
    losses: list[Loss] = field(default_factory=list[Loss])
    start_ns: int = 0  # of the scene's timestamps, counted from frame 0
    origin_m: Float64Array = field(default_factory=lambda: np.zeros(3))

    def scene(self) -> tuple[SfsScene, list[Loss]]:
        columns = [frame.columns for frame in self.frames]
        times = [self._point_times(k, frame) for k, frame in enumerate(columns)]
        shots = self._shots()
        earliest = [int(time.min()) for time in times if time is not None]
        first_shots = [shot for _, _, shot, _ in shots]
        self.start_ns = min([*self.clock.frame_times_ns, *earliest, *first_shots])
        self._choose_origin(columns)
        sensors: list[Sensor] = [
            *self._lidars(columns, times),
            *self._radar(),
            *self._cameras(shots),
        ]
        ground = sum(int(np.count_nonzero(f.is_ground)) for f in columns if f.is_ground is not None)
        self._lose("points.is_ground", ground, "the format has no such member")
        far = self.origin_m.any()
        scene = SfsScene(
            sensors=sensors,
            time_offset=(self.epoch_ns + self.start_ns) // NS_PER_TICK
            if self.clock.source == "timestamps"
            else None,
            metadata={"origin_m": self.origin_m.tolist()} if far else None,
        )
        return scene, _merged(self.losses)

    def _lose(self, what: str, count: int, reason: str) -> None:
        if count:
            self.losses.append(Loss(what, count, reason))

    def _tick(self, since_first_ns: int) -> int:
        return (since_first_ns - self.start_ns) // NS_PER_TICK

    def _point_times(self, index: int, frame: FrameColumns) -> Int64Array | None:
        """(n,) nanoseconds since frame 0, or NO_TIME; None: of no clock, or of another."""
        if frame.time is None:
            return None
        given = (frame.present & np.uint8(1 << T)) != 0
        near_ns = self.clock.frame_times_ns[index]
        if frame.time.dtype == np.int64 and given.any():
            since = frame.time.astype(np.int64) - self.epoch_ns
            if (abs(int(since[given].min()) - near_ns) <= SWEEP_NS) and (
                abs(int(since[given].max()) - near_ns) <= SWEEP_NS
            ):
                return np.where(given, since, NO_TIME)
        self._lose("points.t", int(given.sum()), "not nanoseconds of the frames' clock")
        return None

    def _choose_origin(self, columns: Sequence[FrameColumns]) -> None:
        device = np.array(columns[0].head.device_position)
        farthest = max(float(np.abs(frame.xyz).max(initial=0)) for frame in columns)
        if farthest > FAR_M:
            self.origin_m = np.rint(device)
        moved = sum(
            int(np.count_nonzero((local != local.astype(np.float32)).any(axis=1)))
            for local in (frame.xyz - self.origin_m for frame in columns)
        )
        self._lose("points.x, y, z", moved, "float32")

    def _poses(self, heads: Sequence[tuple[int, FrameHead]]) -> PosePath:
        rows = [
            _row(head.device_position, head.device_rotation_wxyz, self.origin_m)
            for _, head in heads
        ]
        return PosePath(np.array([tick for tick, _ in heads]), np.array(rows))

    def _device_path(self) -> PosePath:
        heads = [frame.columns.head for frame in self.frames]
        ticks = [self._tick(time) for time in self.clock.frame_times_ns]
        return self._poses(list(zip(ticks, heads, strict=True)))

    def _lidars(
        self, columns: Sequence[FrameColumns], times: Sequence[Int64Array | None]
    ) -> list[LidarSensor]:
        devices = [
            np.zeros(frame.count, np.uint32) if frame.device is None else frame.device
            for frame in columns
        ]
        ids = np.unique(np.concatenate(devices)).tolist()
        if len(ids) > 1:
            self._lose("order of points", sum(map(len, devices)), "points are grouped by device")
        poses = self._device_path()
        return [
            LidarSensor(
                id=f"lidar_{number}",
                poses=poses,
                frames=[
                    self._sweep(k, frame, times[k], devices[k] == number)
                    for k, frame in enumerate(columns)
                ],
            )
            for number in ids
        ]

    def _sweep(
        self, index: int, frame: FrameColumns, times: Int64Array | None, mine: npt.NDArray[np.bool_]
    ) -> LidarFrame:
        timestamp = self._tick(self.clock.frame_times_ns[index])
        ticks = None
        # A format without gaps: one point without a time takes it from all of its sweep.
        known = 0 if times is None else int(np.count_nonzero(times[mine] < NO_TIME))
        if known < np.count_nonzero(mine):
            self._lose("points.t", known, "another point of the sweep has none")
        elif times is not None and known:
            ticks = (times[mine] - self.start_ns) // NS_PER_TICK
            fits = int(ticks.max()) <= _LATEST_TICK
            ticks = ticks.astype(np.uint32 if fits else np.uint64)
            timestamp = min(timestamp, int(ticks.min()))
        intensities = None
        if frame.intensity is not None:
            intensities = self._intensities(frame.intensity[mine])
        positions = (frame.xyz[mine] - self.origin_m).astype(np.float32)
        return LidarFrame(timestamp, LidarPoints(positions, None, intensities, ticks))

    def _intensities(self, intensity: npt.NDArray[np.float32]) -> Array:
        """0 to 1 becomes 0 to 255; what is larger is taken for 0 to 255 already."""
        full = FULL_INTENSITY if intensity.max(initial=0) <= 1 else 1
        scaled = intensity.astype(np.float64) * full
        whole = np.clip(np.rint(scaled), 0, FULL_INTENSITY)
        changed = int(np.count_nonzero(np.abs(whole - scaled) > 1e-6 * FULL_INTENSITY))
        self._lose("points.i", changed, "256 steps")
        return whole.astype(np.uint8)

    def _radar(self) -> list[RadarSensor]:
        heard = [
            (k, frame.columns.head.radar)
            for k, frame in enumerate(self.frames)
            if frame.columns.head.radar
        ]
        frames = [
            RadarFrame(self._tick(self.clock.frame_times_ns[k]), self._radar_points(points))
            for k, points in heard
        ]
        return [RadarSensor("radar", self._device_path(), frames)] if frames else []

    def _radar_points(self, points: Sequence[FrameRadarPoint]) -> RadarPoints:
        positions = np.array([point.position for point in points]) - self.origin_m
        directed = any(point.direction is not None for point in points)
        sized = any(point.size is not None for point in points)
        return RadarPoints(
            positions=positions.astype(np.float32),
            directions=np.array([p.direction or (0, 0, 0) for p in points], np.float32)
            if directed
            else None,
            lengths=np.array([p.size or 0 for p in points], np.float32) if sized else None,
        )

    def _shots(self) -> list[tuple[int, FrameImage, int, Array]]:
        """(camera, image, nanoseconds since frame 0, picture) of the pictures that are there."""
        shots: list[tuple[int, FrameImage, int, Array]] = []
        missing = 0
        for k, frame in enumerate(self.frames):
            near_ns = self.clock.frame_times_ns[k]
            for image, picture in zip(frame.columns.head.images, frame.pictures, strict=True):
                time_ns = self.clock.time_ns(image.timestamp, near_ns=near_ns)
                missing += picture is None
                if picture is not None:
                    shots.append((image.camera, image, time_ns, picture))
        self._lose("images", missing, "the picture is not at hand")
        return shots

    def _cameras(self, shots: Sequence[tuple[int, FrameImage, int, Array]]) -> list[CameraSensor]:
        cameras: list[CameraSensor] = []
        names: set[str] = set()
        for camera in sorted({camera for camera, *_ in shots}):
            own = {self._tick(shot[2]): shot for shot in shots if shot[0] == camera}
            self._lose(
                "images", sum(shot[0] == camera for shot in shots) - len(own), "taken at one time"
            )
            seen = [own[tick] for tick in sorted(own)]
            first = seen[0][1]
            self._note_lens([image for _, image, _, _ in seen])
            rows = [
                _row(image.position, image.rotation_wxyz, self.origin_m) for _, image, _, _ in seen
            ]
            name = first.name if first.name not in names else f"{first.name} {camera}"
            names.add(name)
            cameras.append(
                CameraSensor(
                    id=name,
                    poses=PosePath(np.array(sorted(own), np.int64), np.array(rows)),
                    intrinsics=_intrinsics(first, seen[0][3]),
                    images=[Image(tick, own[tick][3]) for tick in sorted(own)],
                )
            )
        return cameras

    def _note_lens(self, images: Sequence[FrameImage]) -> None:
        first = images[0]
        other = [image for image in images if _lens(image) != _lens(first)]
        self._lose(
            f"lens of {first.name}", len(other), "one lens a camera: that of its first image"
        )
        self._lose(f"skew of {first.name}", int(first.skew != 0), "the format has no skew")
        unnamed = [
            name
            for name, value in first.coefficients.items()
            if value and name not in POSITIONAL.get(first.model, ())
        ]
        self._lose(f"coefficients of {first.name}", len(unnamed), ", ".join(unnamed))


def _merged(losses: Sequence[Loss]) -> list[Loss]:
    """One line for what is lost for one reason."""
    counts: dict[tuple[str, str], int] = {}
    for loss in losses:
        counts[loss.what, loss.reason] = counts.get((loss.what, loss.reason), 0) + loss.count
    return [Loss(what, count, reason) for (what, reason), count in counts.items()]


def _lens(image: FrameImage) -> tuple[object, ...]:
    numbers = (image.fx_px, image.fy_px, image.cx_px, image.cy_px, image.skew, image.scale_factor)
    return (image.model, *numbers, tuple(sorted(image.coefficients.items())))


def _intrinsics(image: FrameImage, picture: Array) -> Intrinsics:
    """Of the picture as stored: a calibration of a larger one is divided by `scale_factor`."""
    if picture.ndim == 1:
        facts = inspect_image(picture.tobytes())
        width, height = facts.width_px, facts.height_px
    else:
        height, width = picture.shape[:2]
    scale = image.scale_factor or 1.0
    plain = not any(image.coefficients.values()) and image.model == "brown_conrady"
    return Intrinsics(
        fx=image.fx_px / scale,
        fy=image.fy_px / scale,
        cx=image.cx_px / scale,
        cy=image.cy_px / scale,
        width=width,
        height=height,
        model=None if plain else image.model,
        params=() if plain else positional(image.model, image.coefficients),
    )


def _row(
    position: Sequence[float], rotation_wxyz: Sequence[float] | None, origin_m: Float64Array
) -> list[float]:
    w, x, y, z = rotation_wxyz or (1.0, 0.0, 0.0, 0.0)
    return [*(np.array(position) - origin_m).tolist(), x, y, z, w]
