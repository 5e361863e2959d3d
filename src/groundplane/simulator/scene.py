"""Write a simulated drive as Scale Frame JSON, pictures and truth.

folder/frames/000.json   one frame each, image_url = <image_base>/images/000.jpg
folder/images/000.jpg    the front camera
folder/truth.json        `Truth`
"""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from groundplane.geometry import rotations
from groundplane.geometry.transforms import Transform
from groundplane.simulator import picture
from groundplane.simulator.lidar import Sweep, sweep
from groundplane.simulator.street import LANE_Y_M, Street, build_street, track_uuid

FRAMES_PER_SECOND: Final = 10
EGO_SPEED_MPS: Final = 8.0
LIDAR_HEIGHT_M: Final = 1.86
CAMERA_AHEAD_M, CAMERA_HEIGHT_M = 0.9, 1.52
# The street does not lie along an axis, nor at the origin: mistakes with either would not show.
STREET_YAW_RAD: Final = 0.42
WORLD_FROM_STREET: Final = Transform(rotations.from_yaw(STREET_YAW_RAD), (412.0, -265.0, 31.0))
# Camera axes in the ego frame: z ahead, x right, y down.
_EGO_FROM_CAMERA_WXYZ: Final = (0.5, -0.5, 0.5, -0.5)
EPOCH_NS: Final = 1_760_000_000_000_000_000
_HITS_PER_RAY: Final = 0.8

Vec3 = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class TruthCuboid:
    """World frame; length, width and height lie along the cuboid's own x, y and z.

    `points` counts the rays that ended on the object.
    """

    centre_m: Vec3
    size_m: Vec3
    yaw_rad: float
    rotation_wxyz: Quaternion
    points: int


@dataclass(frozen=True, slots=True)
class TruthTrack:
    """`cuboids[i]` is the object in frame i."""

    uuid: str
    label: str
    stationary: bool
    cuboids: tuple[TruthCuboid, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    frames_per_second: int
    frame_times_ns: tuple[int, ...]
    tracks: tuple[TruthTrack, ...]


def write_scene(
    folder: Path, *, frames: int = 10, seed: int = 7, points: int = 20_000, image_base: str
) -> Truth:
    """Simulate a drive of `frames` frames with about `points` points each.

    The same arguments write the same files. `image_base` is the address of `folder` as the server
    that reads the frames sees it: "file:///data/demo", "http://127.0.0.1:9000".
    """
    for name in ("frames", "images"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    street = build_street(seed)
    chance = np.random.default_rng([seed, 1])
    owners: list[npt.NDArray[np.int64]] = []
    for index in range(frames):
        t_s = index / FRAMES_PER_SECOND
        ego_m = np.array([EGO_SPEED_MPS * t_s, -LANE_Y_M, 0.0])
        solids = street.solids(t_s)
        lidar_m = ego_m + np.array([0, 0, LIDAR_HEIGHT_M])
        cloud = sweep(solids, lidar_m, 0.0, round(points / _HITS_PER_RAY), chance)
        camera_m = ego_m + np.array([CAMERA_AHEAD_M, 0, CAMERA_HEIGHT_M])
        image = picture.render(solids, picture.front_view(camera_m, 0.0))
        image.save(folder / "images" / f"{index:03}.jpg", quality=90)
        image_url = f"{image_base.rstrip('/')}/images/{index:03}.jpg"
        text = _frame_json(cloud, lidar_m, camera_m, EPOCH_NS + _time_ns(index), image_url)
        (folder / "frames" / f"{index:03}.json").write_text(text)
        owners.append(cloud.owner)
    truth = _truth(street, seed, owners)
    (folder / "truth.json").write_text(json.dumps(asdict(truth), indent=1) + "\n")
    return truth


def _time_ns(index: int) -> int:
    return index * 10**9 // FRAMES_PER_SECOND


def _truth(street: Street, seed: int, owners: list[npt.NDArray[np.int64]]) -> Truth:
    tracks: list[TruthTrack] = []
    for number, actor in enumerate(street.actors):
        cuboids: list[TruthCuboid] = []
        for index, owner in enumerate(owners):
            x_m, y_m, yaw_rad = actor.pose(index / FRAMES_PER_SECOND)
            centre_m = np.array([[x_m, y_m, actor.size_m[2] / 2]])
            world_yaw_rad = yaw_rad + STREET_YAW_RAD
            cuboids.append(
                TruthCuboid(
                    centre_m=_vec3(WORLD_FROM_STREET.apply(centre_m)[0]),
                    size_m=actor.size_m,
                    yaw_rad=math.remainder(world_yaw_rad, math.tau),
                    rotation_wxyz=_quaternion(rotations.from_yaw(world_yaw_rad)),
                    points=int(np.count_nonzero(owner == number)),
                )
            )
        track = TruthTrack(track_uuid(seed, number), actor.label, actor.stationary, tuple(cuboids))
        tracks.append(track)
    times_ns = tuple(_time_ns(index) for index in range(len(owners)))
    return Truth(FRAMES_PER_SECOND, times_ns, tuple(tracks))


def _frame_json(
    cloud: Sweep,
    lidar_m: npt.NDArray[np.float64],
    camera_m: npt.NDArray[np.float64],
    time_ns: int,
    image_url: str,
) -> str:
    """As the official toolkit writes it (formats.md 10.2): 4 decimals, points after images."""
    lidar_world_m, camera_world_m = WORLD_FROM_STREET.apply(np.stack([lidar_m, camera_m]))
    ego_wxyz = WORLD_FROM_STREET.rotation_wxyz
    camera_wxyz = rotations.multiply(ego_wxyz, _EGO_FROM_CAMERA_WXYZ)
    image = {
        "image_url": image_url,
        "camera_model": "brown_conrady",
        "camera_index": 0,
        "position": _xyz(camera_world_m),
        "heading": dict(zip("wxyz", camera_wxyz.tolist(), strict=True)),
        "fx": picture.FX_PX,
        "fy": picture.FY_PX,
        "cx": picture.CX_PX,
        "cy": picture.CY_PX,
        "skew": 0,
        "k1": picture.K1,
        "k2": picture.K2,
        "p1": picture.P1,
        "p2": picture.P2,
        "k3": 0,
        "scale_factor": 1,
        "timestamp": time_ns,
        "metadata": {"name": "front"},
    }
    head = {
        "device_position": _xyz(lidar_world_m),
        "device_heading": dict(zip("wxyz", ego_wxyz.tolist(), strict=True)),
        "timestamp": time_ns,
        "images": [image],
    }
    rows = np.column_stack([WORLD_FROM_STREET.apply(cloud.positions_m), cloud.intensity]).tolist()
    points = ",".join(
        f'{{"x":{x:.4f},"y":{y:.4f},"z":{z:.4f},"i":{i:.4f},"d":0,"t":{time_ns}}}'
        for x, y, z, i in rows
    )
    return f'{json.dumps(head)[:-1]}, "points": [{points}]}}'


def _xyz(vector: npt.NDArray[np.float64]) -> dict[str, float]:
    return dict(zip("xyz", vector.round(6).tolist(), strict=True))


def _quaternion(vector: npt.NDArray[np.float64]) -> Quaternion:
    w, x, y, z = vector.tolist()
    return w, x, y, z


def _vec3(vector: npt.NDArray[np.float64]) -> Vec3:
    x, y, z = vector.tolist()
    return x, y, z
