"""A scene to an .sfs container, members in the order of the official package."""

from typing import BinaryIO

from groundplane.scenes.formats.json_binary import Node
from groundplane.scenes.formats.json_binary_writer import write_container
from groundplane.scenes.formats.sfa_writer import attribute_nodes, path_node
from groundplane.scenes.formats.sfs_model import (
    CameraSensor,
    LidarFrame,
    LidarSensor,
    OdometrySensor,
    PointsSensor,
    RadarFrame,
    RadarSensor,
    Sensor,
    SfsScene,
)

Tree = dict[str, Node]


def write_sfs(scene: SfsScene, out: BinaryIO, *, align: int = 4) -> int:
    """Write a scene; returns the number of bytes. Arrays go from where they are to the file.

    Raises:
        ValueError: a number outside the arrays that is not finite, for JSON has none.
    """
    return write_container(sfs_root(scene), out, align=align)


def sfs_root(scene: SfsScene) -> Tree:
    """The tree of a scene, arrays in their places.

    Raises:
        ValueError: as `write_sfs`.
    """
    return {
        "version": scene.version,
        "sensors": [_sensor(sensor) for sensor in scene.sensors],
        "annotations": None if scene.annotations is None else list(scene.annotations),
        "attributes": attribute_nodes(scene.attributes),
        "time_offset": scene.time_offset,
        "time_unit": scene.time_unit,
        "metadata": scene.metadata,
    }


def _sensor(sensor: Sensor) -> Tree:
    if isinstance(sensor, LidarSensor | RadarSensor):
        is_lidar = isinstance(sensor, LidarSensor)
        rest: Tree = {
            "parent_id": sensor.parent_id,
            "coordinates": sensor.coordinates,
            "type": "lidar" if is_lidar else "radar",
        }
        return {
            "id": sensor.id,
            "poses": path_node(sensor.poses),
            "frames": [_frame(frame) for frame in sensor.frames],
            **(rest if is_lidar else dict(reversed(rest.items()))),
        }
    if isinstance(sensor, CameraSensor):
        return _camera(sensor)
    if isinstance(sensor, PointsSensor):
        return {
            "id": sensor.id,
            "points": {"positions": sensor.positions, "colors": sensor.colors},
            "type": "points",
            "parent_id": sensor.parent_id,
        }
    assert isinstance(sensor, OdometrySensor)
    return {
        "id": sensor.id,
        "poses": path_node(sensor.poses),
        "type": "odometry",
        "parent_id": sensor.parent_id,
    }


def _frame(frame: LidarFrame | RadarFrame) -> Tree:
    points = frame.points
    if isinstance(frame, LidarFrame):
        names = ("positions", "colors", "intensities", "timestamps")
    else:
        names = ("positions", "directions", "lengths", "timestamps")
    return {
        "timestamp": frame.timestamp,
        "points": {name: getattr(points, name) for name in names},
    }


def _camera(camera: CameraSensor) -> Tree:
    lens, video = camera.intrinsics, camera.video
    return {
        "id": camera.id,
        "poses": path_node(camera.poses),
        "intrinsics": {
            "fx": lens.fx,
            "fy": lens.fy,
            "cx": lens.cx,
            "cy": lens.cy,
            "width": lens.width,
            "height": lens.height,
            "distortion": None
            if lens.model is None
            else {"model": lens.model, "params": list(lens.params)},
        },
        "video": None
        if video is None
        else {
            "timestamps": video.timestamps.tolist(),
            "content": video.content,
            "fps": video.fps,
        },
        "images": None
        if camera.images is None
        else [{"timestamp": image.timestamp, "content": image.content} for image in camera.images],
        "type": "camera",
        "parent_id": camera.parent_id,
    }
