"""What the values of a scene must be, and what is odd about them.

Errors are the rules of the official validator (scale-sensor-fusion-io 0.5.4), in one pass over the
arrays. Where it contradicts the format it validates, the format is followed; docs/formats/sfs.md
lists each difference. What it never looks at is a warning.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from groundplane.geometry.arrays import Int64Array
from groundplane.geometry.lenses.parameters import POSITIONAL, likely_order
from groundplane.scenes.formats.json_binary import Array
from groundplane.scenes.formats.paths import PosePath
from groundplane.scenes.formats.sfs_model import (
    NS_PER_UNIT,
    CameraSensor,
    Finding,
    Image,
    LidarFrame,
    LidarSensor,
    OdometrySensor,
    PointsSensor,
    RadarFrame,
    RadarSensor,
    Sensor,
    SfsScene,
)

LATEST_START_NS: Final = 100 * 10**9
MOST_FRAMES_PER_SECOND: Final = 100
QUATERNION_LENGTH_WITHIN: Final = 1e-3
_TIMES: Final = ("uint32", "uint64")


def check_scene(scene: SfsScene) -> list[Finding]:
    """Errors and warnings, in the order of the file."""
    found = list(_scene(scene))
    ns = NS_PER_UNIT[scene.time_unit]
    for index, sensor in enumerate(scene.sensors):
        place = f"sensors.{index}"
        found += _sensor(sensor, place, ns)
        found += _relations(sensor, place, scene)
    return found


def image_kind(content: Array) -> str | None:
    """What an image is: "jpeg", "png", "webp" as the bytes of a file, "raw" for pixels, None."""
    if content.dtype != np.uint8:
        return None
    if content.ndim == 3 and content.shape[2] == 3 and content.size:
        return "raw"
    head = content[:12].tobytes() if content.ndim == 1 else b""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return "webp" if head[:4] == b"RIFF" and head[8:] == b"WEBP" else None


def _scene(scene: SfsScene) -> Iterator[Finding]:
    if scene.time_offset is not None and scene.time_offset < 0:
        yield Finding("time_offset", "must not be negative.")
    ids = [sensor.id for sensor in scene.sensors]
    for index, identity in enumerate(ids):
        if identity in ids[:index]:
            yield Finding(f"sensors.{index}.id", f"{identity!r} is another sensor's id, too.")


def _sensor(sensor: Sensor, place: str, ns: int) -> Iterator[Finding]:
    if not isinstance(sensor, PointsSensor):
        yield from _poses(sensor.poses, f"{place}.poses", ns)
    if isinstance(sensor, LidarSensor):
        yield from _frame_times(sensor.frames, place, ns)
        for index, frame in enumerate(sensor.frames):
            yield from _lidar_frame(frame, f"{place}.frames.{index}.points")
        yield from _covered(sensor.poses, [frame.timestamp for frame in sensor.frames], place)
    elif isinstance(sensor, RadarSensor):
        yield from _frame_times(sensor.frames, place, ns)
        for index, frame in enumerate(sensor.frames):
            yield from _radar_frame(frame, f"{place}.frames.{index}.points")
        yield from _covered(sensor.poses, [frame.timestamp for frame in sensor.frames], place)
    elif isinstance(sensor, CameraSensor):
        yield from _camera(sensor, place, ns)
    elif isinstance(sensor, PointsSensor):
        yield from _positions(sensor.positions, f"{place}.points.positions")
        yield from _column(sensor.colors, "uint8", f"{place}.points.colors", len(sensor.positions))


def _times(times: Int64Array, place: str, ns: int) -> Iterator[Finding]:
    if not len(times):
        return
    if times.min() < 0:
        yield Finding(place, f"{int(times.min())} is negative.")
    falls = np.flatnonzero(times[1:] <= times[:-1])
    if len(falls):
        row = int(falls[0]) + 1
        yield Finding(
            place,
            f"must strictly increase: {int(times[row])} at {row} follows {int(times[row - 1])}.",
        )
    latest = LATEST_START_NS // ns
    if times[0] > latest:
        yield Finding(place, f"must start at the scene's start: {int(times[0])} > {latest}.")


def _rate(times: Int64Array, place: str, ns: int) -> Iterator[Finding]:
    if len(times) < 2:
        return
    span_ns = (int(times[-1]) - int(times[0])) * ns
    steps = len(times) - 1
    if span_ns <= 0 or steps * 10**9 > MOST_FRAMES_PER_SECOND * span_ns:
        rate = f"{steps * 1e9 / span_ns:.6g}" if span_ns > 0 else "infinitely many"
        yield Finding(place, f"{rate} a second are more than {MOST_FRAMES_PER_SECOND}.")


def _frame_times(
    frames: Sequence[LidarFrame] | Sequence[RadarFrame], place: str, ns: int
) -> Iterator[Finding]:
    times = np.array([frame.timestamp for frame in frames], np.int64)
    yield from _times(times, f"{place}.frames", ns)
    yield from _rate(times, f"{place}.frames", ns)


def _poses(poses: PosePath, place: str, ns: int) -> Iterator[Finding]:
    yield from _times(poses.timestamps, f"{place}.timestamps", ns)
    strange = np.flatnonzero(~np.isfinite(poses.values).all(axis=1))
    if len(strange):
        yield _warning(f"{place}.values.{int(strange[0])}", "holds a number that is not finite.")
        return
    lengths = np.linalg.norm(poses.values[:, 3:], axis=1)
    off = np.flatnonzero(np.abs(lengths - 1) > QUATERNION_LENGTH_WITHIN)
    if len(off):
        row = int(off[0])
        yield _warning(f"{place}.values.{row}", f"has a quaternion of length {lengths[row]:.4g}.")


def _covered(poses: PosePath, times: Sequence[int], place: str) -> Iterator[Finding]:
    if len(poses.timestamps) < 2 or not times:
        return
    first, last = int(poses.timestamps.min()), int(poses.timestamps.max())
    outside = [time for time in times if not first <= time <= last]
    if outside:
        reason = f"hold no pose for {outside[0]} and {len(outside) - 1} other times; the end holds."
        yield _warning(f"{place}.poses", reason)


def _lidar_frame(frame: LidarFrame, place: str) -> Iterator[Finding]:
    points = frame.points
    count = len(points.positions)
    yield from _positions(points.positions, f"{place}.positions")
    yield from _column(points.colors, "uint8", f"{place}.colors", count)
    yield from _column(points.intensities, "uint8", f"{place}.intensities", count, flat=True)
    yield from _point_times(points.timestamps, frame.timestamp, f"{place}.timestamps", count)


def _radar_frame(frame: RadarFrame, place: str) -> Iterator[Finding]:
    points = frame.points
    count = len(points.positions)
    yield from _positions(points.positions, f"{place}.positions")
    yield from _column(points.directions, "float32", f"{place}.directions", count)
    yield from _column(points.lengths, "float32", f"{place}.lengths", count, flat=True)
    yield from _point_times(points.timestamps, frame.timestamp, f"{place}.timestamps", count)


def _positions(positions: Array, place: str) -> Iterator[Finding]:
    # A sum is finite only if all of it is, and takes no memory for the answer of each number.
    if positions.dtype != np.float32:
        yield Finding(place, f"must be float32, not {positions.dtype.name}.")
    elif not np.isfinite(positions.sum(dtype=np.float64)) and not np.isfinite(positions).all():
        row = int(np.flatnonzero(~np.isfinite(positions).all(axis=1))[0])
        yield _warning(f"{place}.{row}", "holds a number that is not finite.")


def _column(
    column: Array | None, dtype: str, place: str, count: int, *, flat: bool = False
) -> Iterator[Finding]:
    if column is None:
        return
    if column.dtype.name != dtype:
        yield Finding(place, f"must be {dtype}, not {column.dtype.name}.")
    if flat and column.ndim != 1:
        yield Finding(place, f"must have the shape (n), not {column.shape}.")
    elif len(column) != count:
        yield Finding(place, f"holds {len(column)} values for {count} points.")


def _point_times(times: Array | None, start: int, place: str, count: int) -> Iterator[Finding]:
    if times is None:
        return
    if times.dtype.name not in _TIMES:
        yield Finding(place, f"must be uint32 or uint64, not {times.dtype.name}.")
        return
    yield from _column(times, times.dtype.name, place, count, flat=True)
    if times.size and int(times.min()) < start:
        yield Finding(place, f"{int(times.min())} is before the frame's {start}.")


def _camera(camera: CameraSensor, place: str, ns: int) -> Iterator[Finding]:
    lens = camera.intrinsics
    if camera.video is not None:
        yield from _times(camera.video.timestamps, f"{place}.video.timestamps", ns)
        yield from _rate(camera.video.timestamps, f"{place}.video.timestamps", ns)
    elif camera.images:
        times = np.array([image.timestamp for image in camera.images], np.int64)
        yield from _times(times, f"{place}.images", ns)
        yield from _rate(times, f"{place}.images", ns)
    if not (camera.video is not None and len(camera.video.timestamps)) and not camera.images:
        yield Finding(place, "has neither a video nor images.")
    if camera.video is not None and camera.images:
        yield _warning(place, "has a video and images; the video is what the camera shows.")
    yield from _covered(camera.poses, [image.timestamp for image in camera.images or []], place)
    for index, image in enumerate(camera.images or []):
        yield from _image(image, f"{place}.images.{index}.content", (lens.height, lens.width))
    if lens.model is None:
        return
    named = f"{place}.intrinsics.distortion.params"
    if likely_order(lens.model, lens.params) == "pre_0_4":
        reason = f"{len(lens.params)} values of {lens.model} speak for the order before 0.4."
        yield _warning(named, reason)
    elif len(lens.params) > len(POSITIONAL[lens.model]):
        reason = (
            f"{len(lens.params)} values, of which {lens.model} has {len(POSITIONAL[lens.model])}."
        )
        yield _warning(named, reason)


def _image(image: Image, place: str, size: tuple[int, int]) -> Iterator[Finding]:
    kind = image_kind(image.content)
    if kind is None:
        yield _warning(place, "is no JPEG, PNG or WebP file, and no (height, width, 3) of uint8.")
    elif kind == "raw" and image.content.shape[:2] != size:
        yield _warning(place, f"is {image.content.shape[:2]}, not the lens's {size}.")


def _relations(sensor: Sensor, place: str, scene: SfsScene) -> Iterator[Finding]:
    others = {other.id for other in scene.sensors if other is not sensor}
    if sensor.parent_id is not None and sensor.parent_id not in others:
        yield _warning(f"{place}.parent_id", f"{sensor.parent_id!r} is no other sensor's id.")
    is_ego = isinstance(sensor, LidarSensor | RadarSensor) and sensor.coordinates == "ego"
    if is_ego and not any(isinstance(other, OdometrySensor) for other in scene.sensors):
        yield _warning(f"{place}.coordinates", "is ego, and no odometry says where that is.")


def _warning(place: str, reason: str) -> Finding:
    return Finding(place, reason, is_error=False)
