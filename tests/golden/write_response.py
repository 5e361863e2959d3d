"""Write response.json: documents of lidarannotation and the answers that they are, frame by frame.

    python tests/golden/write_response.py

By Scale's page on the response: position is the centre; dimensions are width, length, height; yaw
is about +z from +y, counter-clockwise; pitch and roll are about the turned x and y axes after it.
Numbers are worked out here, with quaternions of their own; nothing of groundplane is called.
"""

import json
import math
from pathlib import Path
from typing import Any

CAR = "7f5d1c9e-9a55-4a4e-8c46-1f0e1f7b2a11"
POST = "7f5d1c9e-9a55-4a4e-8c46-1f0e1f7b2a12"
AREA = "7f5d1c9e-9a55-4a4e-8c46-1f0e1f7b2a21"
SIZE_M = (4.5, 1.9, 1.6)
DEVICES_M = [(0.0, 0.0, 2.0), (1.0, 0.0, 2.0), (2.0, 0.0, 2.0), (3.0, 0.0, 2.0), (4.0, 0.0, 2.0)]
STEP_NS = 100_000_000
POINTS = 12
Quaternion = tuple[float, float, float, float]


def about(axis: int, angle: float) -> Quaternion:
    parts = [math.cos(angle / 2), 0.0, 0.0, 0.0]
    parts[1 + axis] = math.sin(angle / 2)
    return (parts[0], parts[1], parts[2], parts[3])


def times(a: Quaternion, b: Quaternion) -> Quaternion:
    return (
        a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
        a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
        a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
        a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
    )


def turned(yaw: float, pitch: float = 0.0, roll: float = 0.0) -> Quaternion:
    """Of an object that looks along +x, so that the one that looks along +y has Scale's angles."""
    scales = times(about(2, yaw), times(about(0, pitch), about(1, roll)))
    return times(scales, about(2, math.pi / 2))


def cuboid(uuid: str, label: str, *, stationary: bool) -> list[Any]:
    value = {
        "kind": "cuboid",
        "space": "world",
        "label": label,
        "parent_id": None,
        "stationary": stationary,
        "provenance": {"source": "person"},
    }
    return [uuid, "object", value]


def key(uuid: str, frame: int, centre_m: tuple[float, ...], rotation: Quaternion) -> list[Any]:
    value = {
        "geometry": "cuboid",
        "centre_m": centre_m,
        "size_m": SIZE_M,
        "rotation_wxyz": rotation,
        "camera_used": 1,
        "provenance": {"source": "person"},
    }
    return [uuid, f"key/{frame * STEP_NS}", value]


def said(
    uuid: str,
    frame: int,
    centre_m: tuple[float, float, float],
    angles: dict[str, float],
    *,
    stationary: bool = False,
    unit_m: float = 1.0,
) -> dict[str, Any]:
    """A cuboid of the answer."""
    x, y, z = (metres / unit_m for metres in centre_m)
    length, width, height = (metres / unit_m for metres in SIZE_M)
    return {
        "uuid": uuid,
        "label": "Post" if uuid == POST else "Car",
        "position": {"x": x, "y": y, "z": z},
        "dimensions": {"x": width, "y": length, "z": height},
        **angles,
        "stationary": stationary,
        "camera_used": 1,
        "numberOfPoints": POINTS,
        "distance_to_device": math.dist(centre_m, DEVICES_M[frame]) / unit_m,
        "attributes": {},
    }


def degrees(value: float) -> float:
    return math.radians(value)


def through_the_back() -> dict[str, Any]:
    """From 170° to -160° there are 30° through the back, not 330° round the front."""
    yaws = [170.0, 177.5, -175.0, -167.5, -160.0]
    at = [(10.0 + 2 * frame, 5.0, 1.0) for frame in range(5)]
    return {
        "name": "a track whose heading goes through 180 degrees",
        "params": {},
        "parts": [
            cuboid(CAR, "Car", stationary=False),
            key(CAR, 0, at[0], turned(degrees(yaws[0]))),
            key(CAR, 4, at[4], turned(degrees(yaws[4]))),
        ],
        "frames": [[said(CAR, n, at[n], {"yaw": degrees(yaws[n])})] for n in range(5)],
    }


def stands() -> dict[str, Any]:
    """Written once, it is in every frame, as far away as the vehicle is then."""
    at = (4.0, -6.0, 0.5)
    return {
        "name": "an object that stands",
        "params": {},
        "parts": [cuboid(POST, "Post", stationary=True), key(POST, 2, at, turned(0.5))],
        "frames": [[said(POST, n, at, {"yaw": 0.5}, stationary=True)] for n in range(5)],
    }


def leans() -> dict[str, Any]:
    """Pitch and roll, at the keyframes and halfway between two that differ in yaw alone."""
    at = [(10.0 + frame, 5.0, 1.0) for frame in range(5)]
    leaning = {"pitch": 0.2, "roll": -0.1}
    yaws = [0.3, 0.35, 0.4, 0.45, 0.5]
    return {
        "name": "a cuboid that leans",
        "params": {"pitch_and_roll_enabled": True},
        "parts": [
            cuboid(CAR, "Car", stationary=False),
            *(key(CAR, n, at[n], turned(yaws[n], 0.2, -0.1)) for n in (0, 4)),
        ],
        # Two such turns differ by one about the upright axis, whatever the lean.
        "frames": [[said(CAR, n, at[n], {"yaw": yaws[n], **leaning})] for n in range(5)],
    }


def sampled() -> dict[str, Any]:
    """Every second frame is labeled; the others are there and empty."""
    at = [(10.0 + 3 * frame, 5.0, 1.0) for frame in range(5)]
    frames = [[said(CAR, n, at[n], {"yaw": 0.0})] if n % 2 == 0 else [] for n in range(5)]
    return {
        "name": "frames that are sampled",
        "params": {"labeling_sample_rate": 2},
        "parts": [
            cuboid(CAR, "Car", stationary=False),
            *(key(CAR, n, at[n], turned(0.0)) for n in (0, 4)),
        ],
        "frames": frames,
    }


def in_units() -> dict[str, Any]:
    """A unit of the customer is ten metres."""
    at = (40.0, -60.0, 5.0)
    return {
        "name": "units of ten metres",
        "params": {"meters_per_unit": 10},
        "parts": [cuboid(POST, "Post", stationary=True), key(POST, 0, at, turned(-1.0))],
        "frames": [
            [said(POST, n, at, {"yaw": -1.0}, stationary=True, unit_m=10.0)] for n in range(5)
        ],
    }


def corner(uuid: str, at_m: dict[int, tuple[float, float, float]]) -> list[list[Any]]:
    """A vertex, by frame where it is."""
    person = {"provenance": {"source": "person"}}
    value = {"kind": "vertex", "space": "world", "stationary": False, **person}
    keys = [
        [
            uuid,
            f"key/{frame * STEP_NS}",
            {"geometry": "point", "position_m": position, "camera_used": None, **person},
        ]
        for frame, position in at_m.items()
    ]
    return [[uuid, "object", value], *keys]


def polygons() -> dict[str, Any]:
    """A triangle from frame 1 on, one corner of which moves; a unit is ten metres."""
    person = {"provenance": {"source": "person"}}
    corners = [f"7f5d1c9e-9a55-4a4e-8c46-1f0e1f7b2b0{n}" for n in range(3)]
    value = {
        "kind": "polygon",
        "space": "world",
        "label": "Crossing",
        "parent_id": None,
        "stationary": False,
        **person,
    }
    path = {"geometry": "path", "vertex_ids": corners, **person}

    def shown(frame: int) -> list[dict[str, Any]]:
        if frame < 1:
            return []
        moving = {"x": 2.0, "y": 1.0 + 0.1 * (frame - 1), "z": 0.0}
        still = [{"x": 1.0, "y": 1.0, "z": 0.0}, {"x": 1.0, "y": 2.0, "z": 0.5}]
        vertices = [still[0], moving, still[1]]
        return [{"uuid": AREA, "label": "Crossing", "vertices": vertices, "attributes": {}}]

    return {
        "name": "polygons",
        "params": {
            "polygons_enabled": True,
            "polygons_labels": ["Crossing"],
            "meters_per_unit": 10,
        },
        "parts": [
            [AREA, "object", value],
            [AREA, f"key/{STEP_NS}", path],
            *corner(corners[0], {1: (10.0, 10.0, 0.0)}),
            *corner(corners[1], {1: (20.0, 10.0, 0.0), 4: (20.0, 13.0, 0.0)}),
            *corner(corners[2], {1: (10.0, 20.0, 5.0)}),
        ],
        "frames": [[] for _ in range(5)],
        "polygons": [shown(frame) for frame in range(5)],
    }


def main() -> None:
    cases = [through_the_back(), stands(), leans(), sampled(), in_units(), polygons()]
    whole = {
        "source": "tests/golden/write_response.py",
        "step_ns": STEP_NS,
        "devices_m": DEVICES_M,
        "points": POINTS,
        "cases": cases,
    }
    Path(__file__).with_name("response.json").write_text(json.dumps(whole, indent=1) + "\n")


if __name__ == "__main__":
    main()
