"""Where each sensor of an .sfs scene is in the world, parents and ego coordinates resolved."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from groundplane.geometry.arrays import Float64Array, Int64Array
from groundplane.scenes.formats.json_binary import Array
from groundplane.scenes.formats.paths import composed, rotated
from groundplane.scenes.formats.sfs_model import (
    Identity,
    LidarSensor,
    OdometrySensor,
    PointsSensor,
    RadarSensor,
    Sensor,
    SfsScene,
)
from groundplane.scenes.formats.unreadable import UnreadableFile

Parents = Literal["relative", "absolute"]


@dataclass(slots=True)
class WorldPoses:
    """Poses of one scene's sensors.

    The format does not say what a `parent_id` does to poses. With `relative` a child's poses are in
    the frame of its parent, and a sensor in ego coordinates without a parent is a child of the
    odometry; with `absolute` all poses are in the world.
    """

    scene: SfsScene
    name: str
    parents: Parents = "relative"
    _by_id: dict[tuple[type, Identity], int] = field(
        default_factory=dict[tuple[type, Identity], int]
    )

    def __post_init__(self) -> None:
        for index, sensor in enumerate(self.scene.sensors):
            self._by_id[type(sensor.id), sensor.id] = index

    def at(self, index: int, times: Int64Array) -> Float64Array:
        """(n, 7) world_from_sensor of the sensor at that place.

        Raises:
            UnreadableFile: parents in a circle, or a quaternion that means no rotation.
        """
        return self._at(index, times, ())

    def world_points(self, index: int, time: int, positions: Array) -> Float64Array:
        """(n, 3) of one sweep: those in ego coordinates are moved by the ego's pose at its time.

        Raises:
            UnreadableFile: as `at`; or ego coordinates, and no odometry.
        """
        points = positions.astype(np.float64)
        sensor = self.scene.sensors[index]
        if not isinstance(sensor, LidarSensor | RadarSensor) or sensor.coordinates == "world":
            return points
        ego = self._ego(sensor)
        if ego is None:
            raise UnreadableFile(
                self.name,
                f"sensors.{index}.coordinates",
                "is ego, and not one odometry sensor says where that is.",
            )
        pose = self.at(ego, np.array([time]))
        return rotated(pose[:, 3:], points) + pose[:, :3]

    def _at(self, index: int, times: Int64Array, below: tuple[int, ...]) -> Float64Array:
        sensor = self.scene.sensors[index]
        if index in below:
            reason = "leads back to the sensor itself."
            raise UnreadableFile(self.name, f"sensors.{index}.parent_id", reason)
        if isinstance(sensor, PointsSensor):
            raise UnreadableFile(self.name, f"sensors.{index}", "has no poses, yet is a parent.")
        try:
            own = sensor.poses.at(times)
        except ValueError as error:
            raise UnreadableFile(self.name, f"sensors.{index}.poses", f"{error}.") from error
        parent = self._parent(sensor) if self.parents == "relative" else None
        return own if parent is None else composed(self._at(parent, times, (*below, index)), own)

    def _parent(self, sensor: Sensor) -> int | None:
        if sensor.parent_id is not None:
            return self._by_id.get((type(sensor.parent_id), sensor.parent_id))
        in_ego = isinstance(sensor, LidarSensor | RadarSensor) and sensor.coordinates == "ego"
        return self._ego(sensor) if in_ego else None

    def _ego(self, sensor: Sensor) -> int | None:
        """The odometry that is its parent, or the only one."""
        odometry = [
            index
            for index, other in enumerate(self.scene.sensors)
            if isinstance(other, OdometrySensor)
        ]
        named = self._by_id.get((type(sensor.parent_id), sensor.parent_id or 0))
        if sensor.parent_id is not None and named in odometry:
            return named
        return odometry[0] if len(odometry) == 1 else None
