"""The two scenes of the effort benchmark, with what is so and what a person sees of it."""

import gzip
import json
import math
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import numpy as np
import numpy.typing as npt
from _scenes import served_folder

from groundplane.geometry import rotations
from groundplane.simulator.drive import scenario
from groundplane.simulator.scene import write_scene
from groundplane.simulator.vehicle import CAMERA_NAMES
from serving import free_port, wait_until
from shared_data import SHARED_DATA

RECORDING = SHARED_DATA / "pandaset_001"
FEWEST_POINTS, FARTHEST_M = 20, 40.0
RECORDED = ("Car", "Pickup Truck", "Pedestrian", "Motorcycle")
SIMULATED = ("Car", "Truck", "Cyclist", "Pedestrian")
SIMULATED_FRAMES = 10
BESIDE_M = (0.15, 0.15, 0.1)
"""Points so near to a cuboid are taken for its object's own: people draw to the decimetre."""
ROAD_M = 0.2
"""What is lower than this above its bottom is road."""
POINTS_TOLD = 300

Array = npt.NDArray[np.float64]


class Pose(msgspec.Struct):
    centre: list[float]
    size: list[float]
    """Length, width, height."""
    rotation: list[float]
    points: list[list[float]]
    pictured: bool
    """It is in the picture of a camera."""


class Object(msgspec.Struct):
    uuid: str
    label: str
    stationary: bool
    poses: list[Pose]


class Scene(msgspec.Struct):
    frames: list[str]
    labels: Sequence[str]
    eyes: list[list[float]]
    """Where the sensor is in each frame."""
    objects: list[Object]


@contextmanager
def recorded(_folder: Path) -> Generator[Scene]:
    """`pandaset_001`, as a data engineer's bucket would serve it."""
    frames = [
        json.loads(gzip.decompress(file.read_bytes()))
        for file in sorted((RECORDING / "frames").iterdir())
    ]
    tracks: dict[str, list[dict[str, Any]]] = {}
    for cuboids in json.loads((RECORDING / "labels.json").read_text()).values():
        for cuboid in cuboids:
            tracks.setdefault(cuboid["uuid"], []).append(cuboid)
    boxes = {
        uuid: (track[0]["label"], track[0]["stationary"], [_from_answer(one) for one in track])
        for uuid, track in tracks.items()
        if track[0]["label"] in RECORDED and len(track) == len(frames)
    }
    port = free_port()
    command = [sys.executable, SHARED_DATA / "serve.py", RECORDING.name, "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/scene.json"
    try:
        wait_until(lambda: _answers(url), 20, "the bucket is there")
        yield _scene(httpx.get(url).json()["frames"], RECORDED, frames, boxes)
    finally:
        server.terminate()
        server.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


def _from_answer(cuboid: dict[str, Any]) -> dict[str, Any]:
    """Of the customer's axes: y is the length, and yaw 0 looks along +y."""
    yaw_rad = cuboid["yaw"] + math.pi / 2
    return {
        "centre": [cuboid["position"][axis] for axis in "xyz"],
        "size": [cuboid["dimensions"][axis] for axis in "yxz"],
        "rotation": [math.cos(yaw_rad / 2), 0, 0, math.sin(yaw_rad / 2)],
    }


@contextmanager
def simulated(folder: Path) -> Generator[Scene]:
    """A drive through our own street. Its pictures are small: nobody looks at their pixels."""
    drive = scenario(frames=SIMULATED_FRAMES, cameras=CAMERA_NAMES, image_size_px=(320, 180))
    place = folder / "drive"
    with served_folder(place) as base:
        write_scene(place, drive, image_base=base, with_truth_files=False, threads=2)
        files = sorted((place / "frames").iterdir())
        frames = [json.loads(file.read_bytes()) for file in files]
        tracks = json.loads((place / "truth.json").read_bytes())["tracks"]
        boxes = {
            track["uuid"]: (
                track["label"],
                track["stationary"],
                [_from_truth(one) for one in track["cuboids"]],
            )
            for track in tracks
            if track["label"] in SIMULATED
        }
        yield _scene([f"{base}/frames/{file.name}" for file in files], SIMULATED, frames, boxes)


def _from_truth(cuboid: dict[str, Any]) -> dict[str, Any]:
    return {
        "centre": cuboid["centre_m"],
        "size": cuboid["size_m"],
        "rotation": cuboid["rotation_wxyz"],
    }


SCENES: dict[str, Callable[[Path], AbstractContextManager[Scene]]] = {
    "recorded": recorded,
    "simulated": simulated,
}

Boxes = tuple[str, bool, list[dict[str, Any]]]


def _scene(
    urls: list[str],
    labels: Sequence[str],
    frames: list[dict[str, Any]],
    boxes: dict[str, Boxes],
) -> Scene:
    """Of the objects those that are near and seen in every frame."""
    clouds = [np.array([[point[axis] for axis in "xyz"] for point in f["points"]]) for f in frames]
    eyes = [[frame["device_position"][axis] for axis in "xyz"] for frame in frames]
    objects: list[Object] = []
    for uuid, (label, stationary, track) in boxes.items():
        if any(
            math.dist(box["centre"][:2], eye[:2]) > FARTHEST_M
            for box, eye in zip(track, eyes, strict=True)
        ):
            continue
        own = [_own(box, cloud) for box, cloud in zip(track, clouds, strict=True)]
        if min(len(points) for points in own) < FEWEST_POINTS:
            continue
        poses = [
            Pose(
                **box,
                points=points[:: math.ceil(len(points) / POINTS_TOLD)].round(3).tolist(),
                pictured=any(_is_in(box["centre"], image) for image in frame["images"]),
            )
            for box, points, frame in zip(track, own, frames, strict=True)
        ]
        objects.append(Object(uuid, label, stationary, poses))
    return Scene(urls, labels, eyes, objects)


def _own(box: dict[str, Any], cloud: Array) -> Array:
    """The points of a cloud that a person takes for the object's own."""
    near = cloud[np.abs(cloud - box["centre"]).max(axis=1) < max(box["size"])]
    world_from_box = rotations.to_matrix(np.array(box["rotation"]))
    local = (near - box["centre"]) @ world_from_box
    half = np.array(box["size"]) / 2
    is_own = (np.abs(local) <= half + BESIDE_M).all(axis=1) & (local[:, 2] > ROAD_M - half[2])
    return near[is_own]


def _is_in(place: Sequence[float], image: dict[str, Any]) -> bool:
    """In the picture, with its lens taken as straight."""
    heading = np.array([image["heading"][axis] for axis in "wxyz"])
    away = np.array(place) - [image["position"][axis] for axis in "xyz"]
    right, down, ahead = away @ rotations.to_matrix(heading)
    if ahead < 1:
        return False
    u, v = right / ahead * image["fx"], down / ahead * image["fy"]
    return abs(u) < image["cx"] and abs(v) < image["cy"]
