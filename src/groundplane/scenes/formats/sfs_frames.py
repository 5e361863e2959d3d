"""An .sfs scene as frames: what the sensors saw at nearly the same time.

The frames are those of the lidar with the most sweeps, the first of equals. Every other sweep and
picture goes to the frame that is nearest in time, the earlier of two; of several pictures of one
camera the nearest stays.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar, cast

import numpy as np
import numpy.typing as npt

from groundplane.geometry.arrays import Float64Array, Int64Array
from groundplane.geometry.lenses.parameters import DistortionOrder, named_coefficients
from groundplane.scenes.formats.columns import D, I, T
from groundplane.scenes.formats.frame_head import FrameHead, FrameImage, FrameRadarPoint
from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.formats.scene_frames import Loss, SceneFrame, SceneFrames
from groundplane.scenes.formats.sfs_model import (
    NS_PER_UNIT,
    CameraSensor,
    Identity,
    Image,
    LidarFrame,
    LidarPoints,
    LidarSensor,
    OdometrySensor,
    PointsSensor,
    RadarFrame,
    RadarSensor,
    SfsScene,
)
from groundplane.scenes.formats.sfs_poses import Parents, WorldPoses
from groundplane.scenes.formats.unreadable import UnreadableFile
from groundplane.scenes.formats.videos import with_pictures
from groundplane.scenes.model import CameraModel, Quaternion, Vec3

FULL_INTENSITY: Final = 255
_XYZ: Final = 0b111
_LATEST_NS: Final = 2**63 - 1

Of = TypeVar("Of")


@dataclass(frozen=True, slots=True)
class FrameOptions:
    """How to take what the format leaves open.

    `every_frame_sees`: a frame to which no picture of a camera is the nearest is lent a
    neighbour's, if that is less than a step away; a camera that fires before its sweep would show
    nothing in the last frame. `most_video_s`: how long videos may take to decode.
    """

    distortion_order: DistortionOrder = "current"
    parents: Parents = "relative"
    every_frame_sees: bool = False
    most_video_s: float = math.inf


_USUAL: Final = FrameOptions()


def frames_of(scene: SfsScene, name: str, options: FrameOptions = _USUAL) -> SceneFrames:
    """All frames of a scene, in order; `name` is how errors call the file.

    Raises:
        UnreadableFile: no lidar, a lens that is not known, a video that cannot be read, poses that
            lead nowhere, or times beyond the year 2262.
    """
    source = FrameSource(scene, name, options)
    return SceneFrames([source.frame(k) for k in range(source.count)], source.losses)


class FrameSource:
    """The frames of a scene, made one at a time: a file of hours never is in memory as a whole.

    `decoded`: the places of sensors whose video became images, in `scene`.
    """

    def __init__(self, scene: SfsScene, name: str, options: FrameOptions = _USUAL) -> None:
        """Raises UnreadableFile: as `frames_of`, for what any frame would say."""
        self._framing = _Framing(scene, name, options)
        self.decoded = self._framing.decode()
        self.scene = self._framing.scene
        lidars, reference, self._times = self._framing.reference()
        self._poses = WorldPoses(self.scene, name, options.parents)
        self._device = self._poses.at(reference, self._times)
        self._sweeps = self._framing.swept(lidars, self._times)
        self._heard = self._framing.heard(self._times)
        self._seen = self._framing.seen(self._times, self._poses)
        self._framing.note_losses()

    @property
    def count(self) -> int:
        return len(self._times)

    @property
    def losses(self) -> Sequence[Loss]:
        return self._framing.losses

    def frame(self, k: int) -> SceneFrame:
        """Raises UnreadableFile: times beyond the year 2262."""
        radar = [
            point
            for index, frame in self._heard[k]
            for point in _radar_points(index, frame, self._poses)
        ]
        head = FrameHead(
            device_position=_vec3(self._device[k]),
            device_rotation_wxyz=_wxyz(self._device[k]),
            timestamp=str(self._framing.ns(int(self._times[k]))),
            images=tuple(image for image, _ in self._seen[k]),
            radar=tuple(radar),
        )
        columns = self._framing.columns(self._sweeps[k], self._poses, head)
        return SceneFrame(columns, [picture.content for _, picture in self._seen[k]])


def sweeps_by_frame(
    scene: SfsScene, name: str
) -> tuple[Int64Array, list[list[tuple[Identity, int, int]]]]:
    """The frames' times in the scene's unit, and of each its sweeps in the order of its points.

    A sweep is (lidar, number among the lidar's frames, number of points).

    Raises:
        UnreadableFile: no lidar.
    """
    framing = _Framing(scene, name, _USUAL)
    lidars, _, times = framing.reference()
    sweeps: list[list[tuple[Identity, int, int]]] = [[] for _ in times]
    for _, sensor in lidars:
        for number, place in enumerate(_nearest(_stamps(sensor.frames), times)):
            count = len(sensor.frames[number].points.positions)
            sweeps[place].append((sensor.id, number, count))
    return times, sweeps


@dataclass(slots=True)
class _Framing:
    scene: SfsScene
    name: str
    options: FrameOptions
    losses: list[Loss] = field(default_factory=list[Loss])

    def reference(self) -> tuple[list[tuple[int, LidarSensor]], int, Int64Array]:
        """All lidars, which of the sensors makes the frames, and their times."""
        lidars = self.of(LidarSensor)
        if not lidars:
            raise UnreadableFile(self.name, "sensors", "hold no lidar, which makes the frames.")
        reference, first = max(lidars, key=lambda found: len(found[1].frames))
        return lidars, reference, np.array([frame.timestamp for frame in first.frames], np.int64)

    def of(self, kind: type[Of]) -> list[tuple[int, Of]]:
        return [
            (k, sensor) for k, sensor in enumerate(self.scene.sensors) if isinstance(sensor, kind)
        ]

    def ns(self, time: int) -> int:
        """Absolute where the scene knows its epoch, since its start where not."""
        ns = ((self.scene.time_offset or 0) + time) * NS_PER_UNIT[self.scene.time_unit]
        if not -_LATEST_NS <= ns <= _LATEST_NS:
            raise UnreadableFile(self.name, "time_offset", "is beyond the year 2262.")
        return ns

    def swept(
        self, lidars: Sequence[tuple[int, LidarSensor]], times: Int64Array
    ) -> list[list[tuple[int, int, LidarFrame]]]:
        """Of each frame: (place of the sensor, number of the lidar, sweep)."""
        swept: list[list[tuple[int, int, LidarFrame]]] = [[] for _ in times]
        for device, (index, sensor) in enumerate(lidars):
            for frame, place in zip(
                sensor.frames, _nearest(_stamps(sensor.frames), times), strict=True
            ):
                swept[place].append((index, device, frame))
        return swept

    def columns(
        self, sweeps: Sequence[tuple[int, int, LidarFrame]], poses: WorldPoses, head: FrameHead
    ) -> FrameColumns:
        points = [frame.points for _, _, frame in sweeps]
        counts = [len(part.positions) for part in points]
        given = [_given(part) for part in points]
        return FrameColumns(
            head=head,
            xyz=np.concatenate(
                [
                    poses.world_points(index, frame.timestamp, frame.points.positions)
                    for index, _, frame in sweeps
                ]
            ),
            intensity=_column(
                [part.intensities for part in points], counts, np.float32, FULL_INTENSITY
            ),
            device=np.repeat(np.array([device for _, device, _ in sweeps], np.uint32), counts),
            time=self._point_times([part.timestamps for part in points], counts),
            is_ground=None,
            present=np.repeat(np.array(given, np.uint8), counts),
        )

    def _point_times(
        self, parts: Sequence[npt.NDArray[np.generic] | None], counts: Sequence[int]
    ) -> Int64Array | None:
        known = [part for part in parts if part is not None and part.size]
        if not known:
            return None
        for part in known:
            self.ns(int(part.max()))
        start, ns = self.ns(0), NS_PER_UNIT[self.scene.time_unit]
        columns = [
            np.zeros(count, np.int64) if part is None else start + part.astype(np.int64) * ns
            for part, count in zip(parts, counts, strict=True)
        ]
        return np.concatenate(columns)

    def heard(self, times: Int64Array) -> list[list[tuple[int, RadarFrame]]]:
        """Of each frame: (place of the sensor, sweep)."""
        heard: list[list[tuple[int, RadarFrame]]] = [[] for _ in times]
        for index, sensor in self.of(RadarSensor):
            for frame, place in zip(
                sensor.frames, _nearest(_stamps(sensor.frames), times), strict=True
            ):
                heard[place].append((index, frame))
        return heard

    def decode(self) -> Sequence[int]:
        """Put images in the places of videos; which sensors had one."""
        shown: dict[int, set[int]] = {}
        if all(camera.video is None for _, camera in self.of(CameraSensor)):
            return ()
        _, _, times = self.reference()
        for index, camera in self.of(CameraSensor):
            if camera.video is None:
                continue
            stamps = camera.video.timestamps
            shown[index] = set(_shown(stamps, times, self.options).values())
            left = len(stamps) - len(shown[index])
            place = f"sensors.{index}.video"
            notes = [
                Loss(place, left, "another picture is nearer to the frame"),
                Loss(place, len(shown[index]), "pictures of a video are encoded again, as JPEG"),
            ]
            self.losses += [note for note in notes if note.count]
        self.scene = with_pictures(self.scene, self.name, shown, self.options.most_video_s)
        return tuple(shown)

    def seen(self, times: Int64Array, poses: WorldPoses) -> list[list[tuple[FrameImage, Image]]]:
        seen: list[list[tuple[FrameImage, Image]]] = [[] for _ in times]
        for number, (index, camera) in enumerate(self.of(CameraSensor)):
            images = camera.images or []
            chosen = _shown(_stamps(images), times, self.options)
            left = len(images) - len(set(chosen.values()))
            if left:
                self.losses.append(
                    Loss(f"sensors.{index}.images", left, "another one is nearer to the frame")
                )
            shot = np.array([images[k].timestamp for k in chosen.values()], np.int64)
            rows = poses.at(index, shot) if len(shot) else np.zeros((0, 7))
            for (place, k), row in zip(chosen.items(), rows, strict=True):
                seen[place].append((self._image(index, number, camera, k, row), images[k]))
        return seen

    def _image(
        self,
        index: int,
        number: int,
        camera: CameraSensor,
        k: int,
        pose: Float64Array,
    ) -> FrameImage:
        lens = camera.intrinsics
        model = lens.model or "brown_conrady"
        order = self.options.distortion_order
        coefficients = named_coefficients(model, lens.params, order) if lens.model else {}
        return FrameImage(
            camera=number,
            name=str(camera.id)[:100],
            image_url=f"sensors.{index}.images.{k}",
            timestamp=str(self.ns(_image_time(camera, k))),
            position=_vec3(pose),
            rotation_wxyz=_wxyz(pose),
            model=cast("CameraModel", model),
            fx_px=lens.fx,
            fy_px=lens.fy,
            cx_px=lens.cx,
            cy_px=lens.cy,
            skew=0.0,
            scale_factor=1.0,
            coefficients=coefficients,
        )

    def note_losses(self) -> None:
        colored = sum(
            len(frame.points.positions)
            for _, sensor in self.of(LidarSensor)
            for frame in sensor.frames
            if frame.points.colors is not None
        )
        notes = [
            Loss("points.colors", colored, "frames have no colours of points"),
            Loss("sensors of type points", len(self.of(PointsSensor)), "frames have no map"),
            Loss(
                "sensors of type odometry",
                len(self.of(OdometrySensor)),
                "frames have the device's pose only",
            ),
            Loss("attributes", len(self.scene.attributes or []), "frames have none"),
            Loss("annotations", len(self.scene.annotations or []), "frames have none"),
            Loss("metadata", len(self.scene.metadata or {}), "frames have none"),
        ]
        self.losses += [note for note in notes if note.count]


def _stamps(timed: Sequence[LidarFrame | RadarFrame | Image]) -> Int64Array:
    return np.array([item.timestamp for item in timed], np.int64)


def _nearest(own: Int64Array, times: Int64Array) -> list[int]:
    """The frame that each time belongs to; times of frames strictly increase."""
    after = np.clip(np.searchsorted(times, own), 0, len(times) - 1)
    before = np.maximum(after - 1, 0)
    return np.where(own - times[before] <= times[after] - own, before, after).tolist()


def _shown(shot: Int64Array, times: Int64Array, options: FrameOptions) -> dict[int, int]:
    """Of each frame that shows one, which picture of a camera."""
    chosen = _chosen(shot, times)
    return chosen | _lent(shot, times, chosen) if options.every_frame_sees else chosen


def _chosen(shot: Int64Array, times: Int64Array) -> dict[int, int]:
    """Of each frame that has one, the picture that is nearest to it."""
    chosen: dict[int, int] = {}
    for k, place in enumerate(_nearest(shot, times)):
        rival = chosen.get(place)
        distance = abs(int(shot[k]) - int(times[place]))
        if rival is None or distance < abs(int(shot[rival]) - int(times[place])):
            chosen[place] = k
    return chosen


def _lent(shot: Int64Array, times: Int64Array, chosen: Mapping[int, int]) -> dict[int, int]:
    """Of frames without a picture, the nearest one that is less than a frame's step away."""
    if not len(shot) or len(times) < 2:
        return {}
    step = int(np.diff(times).min())
    lent: dict[int, int] = {}
    for place in range(len(times)):
        if place not in chosen:
            apart = np.abs(shot - times[place])
            nearest = int(apart.argmin())
            if apart[nearest] < step:
                lent[place] = nearest
    return lent


def _given(points: LidarPoints) -> int:
    intensity = 0 if points.intensities is None else 1 << I
    return _XYZ | 1 << D | intensity | (0 if points.timestamps is None else 1 << T)


def _column(
    parts: Sequence[npt.NDArray[np.generic] | None],
    counts: Sequence[int],
    dtype: type[np.float32],
    full: int,
) -> npt.NDArray[np.float32] | None:
    if all(part is None for part in parts):
        return None
    columns = [
        np.zeros(count, dtype) if part is None else part.astype(dtype) / dtype(full)
        for part, count in zip(parts, counts, strict=True)
    ]
    return np.concatenate(columns)


def _radar_points(index: int, frame: RadarFrame, poses: WorldPoses) -> list[FrameRadarPoint]:
    points = frame.points
    world = poses.world_points(index, frame.timestamp, points.positions)
    none = [None] * len(world)
    directions = none
    if points.directions is not None:
        # A direction turns as the positions do, and is not shifted.
        origin = poses.world_points(index, frame.timestamp, np.zeros((1, 3), np.float32))
        directions = poses.world_points(index, frame.timestamp, points.directions) - origin
    lengths = none if points.lengths is None else points.lengths.tolist()
    return [
        FrameRadarPoint(_vec3(position), None if direction is None else _vec3(direction), length)
        for position, direction, length in zip(world, directions, lengths, strict=True)
    ]


def _image_time(camera: CameraSensor, k: int) -> int:
    assert camera.images is not None
    return camera.images[k].timestamp


def _vec3(row: Float64Array) -> Vec3:
    x, y, z = row[:3].tolist()
    return x, y, z


def _wxyz(row: Float64Array) -> Quaternion:
    x, y, z, w = row[3:].tolist()
    return w, x, y, z
