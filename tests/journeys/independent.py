"""Judging an answer without a line of the dialect: boxes, overlap and projection by hand.

Scale's axes, read from api.md 5.1: x of `dimensions` is the width, y the length, yaw 0 looks
along +y, counter-clockwise.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Cuboid = dict[str, Any]  # JSON of the answer, or of the recorded labels


def corners(cuboid: Cuboid) -> Array:
    """(8, 3): bottom four counter-clockwise, then top four."""
    width, length, height = (cuboid["dimensions"][axis] for axis in "xyz")
    turn = np.array(
        [
            [math.cos(cuboid["yaw"]), -math.sin(cuboid["yaw"])],
            [math.sin(cuboid["yaw"]), math.cos(cuboid["yaw"])],
        ]
    )
    flat = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (width / 2, length / 2) @ turn.T
    centre = np.array([cuboid["position"][axis] for axis in "xyz"])
    levels = [np.column_stack([flat, np.full(4, z)]) for z in (-height / 2, height / 2)]
    return np.concatenate(levels) + centre


def iou(a: Cuboid, b: Cuboid, *, samples: int = 40_000) -> float:
    """3D overlap of two upright boxes by counting random points of `a` (error about 0.01)."""
    chance = np.random.default_rng(3)
    volume_a = math.prod(a["dimensions"].values())
    volume_b = math.prod(b["dimensions"].values())
    low, high = corners(a).min(axis=0), corners(a).max(axis=0)
    points = chance.uniform(low, high, (samples, 3))
    in_a = inside(points, a)
    shared = volume_a * (inside(points, b) & in_a).sum() / max(int(in_a.sum()), 1)
    return shared / (volume_a + volume_b - shared)


def inside(points: Array, cuboid: Cuboid) -> npt.NDArray[np.bool_]:
    centre = np.array([cuboid["position"][axis] for axis in "xyz"])
    away = points - centre
    forward = np.array([-math.sin(cuboid["yaw"]), math.cos(cuboid["yaw"])])
    right = np.array([math.cos(cuboid["yaw"]), math.sin(cuboid["yaw"])])
    width, length, height = (cuboid["dimensions"][axis] for axis in "xyz")
    return (
        (np.abs(away[:, :2] @ right) <= width / 2)
        & (np.abs(away[:, :2] @ forward) <= length / 2)
        & (np.abs(away[:, 2]) <= height / 2)
    )


def pixels(points_world: Array, image: dict[str, Any]) -> Array:
    """(n, 3): u, v and depth of world points in a Frame JSON image without distortion."""
    w, x, y, z = (image["heading"][name] for name in "wxyz")
    world_from_camera = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
    position = np.array([image["position"][axis] for axis in "xyz"])
    in_camera = (points_world - position) @ world_from_camera
    depth = in_camera[:, 2]
    u = image["fx"] * in_camera[:, 0] / depth + image["cx"]
    v = image["fy"] * in_camera[:, 1] / depth + image["cy"]
    return np.column_stack([u, v, depth])
