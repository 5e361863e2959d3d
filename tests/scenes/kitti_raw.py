"""Recordings in KITTI's raw layout, and scans without anything else, as Frame JSON.

Formulas: "Vision meets Robotics: The KITTI Dataset" (Geiger et al., 2013), sections III and IV, and
the dataset's development kit. Text is made by the standard library, not by our own writer.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from groundplane.geometry import rotations
from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.transforms import Transform

EARTH_RADIUS_M = 6378137.0
FRAMES_PER_SECOND = 10


def write_kitti_raw(raw: Path, folder: Path, frames: range) -> None:
    """Frames `frames` of a recording with the picture of camera 2, in the world of its first."""
    calibration = _calibration(raw / "calib.txt")
    projection = calibration["P2"]
    imu_from_lidar = _transform(calibration["Tr_imu_velo"]).inverse()
    rectified = Transform.from_matrix(_square(calibration["R_rect"].reshape(3, 3)))
    k = projection[:, :3]
    camera_2 = Transform(rotations.identity(), np.linalg.solve(k, projection[:, 3]))
    camera_from_lidar = camera_2 @ rectified @ _transform(calibration["Tr_velo_cam"])
    oxts = [np.loadtxt(path) for path in sorted((raw / "oxts").iterdir())]
    # Mercator's scale is that of the first frame, of which all others lie within a few metres.
    start = _world_from_imu(oxts[0], scale := float(np.cos(np.radians(oxts[0][0]))))
    origin_m = start.translation_m
    (folder / "frames").mkdir(parents=True)
    (folder / "image_02").mkdir()
    for index in frames:
        imu = _world_from_imu(oxts[index], scale)
        world_from_imu = Transform(imu.rotation_wxyz, imu.translation_m - origin_m)
        world_from_lidar = world_from_imu @ imu_from_lidar
        scan = np.fromfile(raw / f"velodyne/{index:06}.bin", np.float32).reshape(-1, 4)
        name = f"image_02/{index:06}.png"
        shutil.copyfile(raw / name, folder / name)
        pose = world_from_lidar @ camera_from_lidar.inverse()
        image = {
            "image_url": name,
            "position": _xyz(pose.translation_m),
            "heading": _wxyz(pose.rotation_wxyz),
            "fx": k[0, 0],
            "fy": k[1, 1],
            "cx": k[0, 2],
            "cy": k[1, 2],
            "timestamp": index / FRAMES_PER_SECOND,
        }
        frame = {
            "timestamp": index / FRAMES_PER_SECOND,
            "device_position": _xyz(world_from_lidar.translation_m),
            "device_heading": _wxyz(world_from_lidar.rotation_wxyz),
            "images": [image],
            "points": _points(world_from_lidar.apply(scan[:, :3]), scan[:, 3]),
        }
        (folder / f"frames/{index:06}.json").write_text(json.dumps(frame))


def write_scan(points: Path, folder: Path, device_position_m: tuple[float, float, float]) -> None:
    """A scan and nothing else, in a world of its own: one frame."""
    frame = {
        "device_position": _xyz(np.array(device_position_m)),
        "points": _points(np.load(points).astype(np.float64), None),
    }
    (folder / "frames").mkdir(parents=True)
    (folder / "frames/0.json").write_text(json.dumps(frame))


def _calibration(path: Path) -> dict[str, Float64Array]:
    """Name → (3, 4), or nine numbers of a rotation."""
    named: dict[str, Float64Array] = {}
    for line in path.read_text().splitlines():
        name, *numbers = line.replace(":", " ").split()
        values = np.array(numbers, np.float64)
        named[name] = values.reshape(3, 4) if len(values) == 12 else values
    return named


def _world_from_imu(oxts: Float64Array, scale: float) -> Transform:
    """Latitude, longitude, altitude, roll, pitch and yaw as the kit reads them."""
    latitude, longitude, altitude, roll, pitch, yaw = oxts[:6]
    x = scale * EARTH_RADIUS_M * np.radians(longitude)
    y = scale * EARTH_RADIUS_M * np.log(np.tan(np.radians(90 + latitude) / 2))
    turn = rotations.identity()
    for axis, angle in (((0, 0, 1), yaw), ((0, 1, 0), pitch), ((1, 0, 0), roll)):
        turn = rotations.multiply(turn, rotations.from_axis_angle(axis, angle))
    return Transform(turn, (x, y, altitude))


def _transform(matrix: Float64Array) -> Transform:
    return Transform.from_matrix(np.vstack([matrix, (0, 0, 0, 1)]))


def _square(rotation: Float64Array) -> Float64Array:
    matrix = np.eye(4)
    matrix[:3, :3] = rotation
    return matrix


def _points(xyz: Float64Array, intensity: Any) -> list[dict[str, float]]:
    given = zip(*xyz.T.tolist(), strict=True)
    if intensity is None:
        return [{"x": x, "y": y, "z": z} for x, y, z in given]
    pairs = zip(given, intensity.tolist(), strict=True)
    return [{"x": x, "y": y, "z": z, "i": i} for (x, y, z), i in pairs]


def _xyz(vector: Float64Array) -> dict[str, float]:
    return dict(zip("xyz", vector.tolist(), strict=True))


def _wxyz(quaternion: Float64Array) -> dict[str, float]:
    return dict(zip("wxyz", quaternion.tolist(), strict=True))
