"""A small .sfs scene as a tree, for tests that change one thing in it."""

from typing import Any

import numpy as np
from format_trees import written
from PIL import Image

from groundplane.scenes.formats.json_binary import Container, read_container

STEP_US = 100_000


def positions(count: int = 4, shift: float = 0.0) -> Any:
    return (np.arange(3 * count, dtype=np.float32) / 8 + np.float32(shift)).reshape(-1, 3)


def jpeg(width: int = 16, height: int = 12) -> Any:
    import io  # noqa: PLC0415 - this one only

    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 100, 50)).save(out, "JPEG")
    return np.frombuffer(out.getvalue(), np.uint8)


def poses(*rows: list[float]) -> dict[str, Any]:
    return {
        "timestamps": [k * STEP_US for k in range(len(rows))],
        "values": [list(row) for row in rows],
    }


AT_ORIGIN = [0.0, 0, 0, 0, 0, 0, 1]
AT_TEN = [10.0, 0, 0, 0, 0, 0, 1]


def lidar(identity: str | int = "top", **changes: Any) -> dict[str, Any]:
    frames = [
        {
            "timestamp": k * STEP_US,
            "points": {
                "positions": positions(4, k),
                "colors": np.full((4, 3), 7, np.uint8),
                "intensities": np.array([0, 51, 102, 255], np.uint8),
                "timestamps": np.array([0, 10, 20, 30], np.uint32) + np.uint32(k * STEP_US),
            },
        }
        for k in range(2)
    ]
    sensor = {"id": identity, "poses": poses(AT_ORIGIN, AT_TEN), "frames": frames}
    return {**sensor, "parent_id": None, "coordinates": "world", "type": "lidar", **changes}


def radar(identity: str | int = "radar", **changes: Any) -> dict[str, Any]:
    points = {
        "positions": positions(2, 5),
        "directions": positions(2),
        "lengths": np.array([1, 2], np.float32),
        "timestamps": None,
    }
    frames = [{"timestamp": k * STEP_US, "points": dict(points)} for k in range(2)]
    sensor = {"id": identity, "poses": poses(AT_ORIGIN), "frames": frames}
    return {**sensor, "parent_id": None, "coordinates": "world", "type": "radar", **changes}


def camera(identity: str | int = "front", **changes: Any) -> dict[str, Any]:
    return {
        "id": identity,
        "poses": poses(AT_ORIGIN, AT_TEN),
        "intrinsics": {
            "fx": 20.0,
            "fy": 21.0,
            "cx": 8.0,
            "cy": 6.0,
            "width": 16,
            "height": 12,
            "distortion": {
                "model": "brown_conrady",
                "params": [k / 100 for k in range(1, 11)],
            },
        },
        "video": None,
        "images": [{"timestamp": k * STEP_US, "content": jpeg()} for k in range(2)],
        "parent_id": None,
        "type": "camera",
        **changes,
    }


def odometry(identity: str | int = "ego", **changes: Any) -> dict[str, Any]:
    sensor = {"id": identity, "poses": poses(AT_ORIGIN, AT_TEN), "type": "odometry"}
    return {**sensor, "parent_id": None, **changes}


def cloud(identity: str | int = "map") -> dict[str, Any]:
    points = {"positions": positions(3), "colors": np.full((3, 3), 9, np.uint8)}
    return {"id": identity, "points": points, "type": "points", "parent_id": None}


def scene(*sensors: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "version": "1.0",
        "sensors": list(sensors),
        "annotations": None,
        "attributes": None,
        "time_offset": 1_700_000_000_000_000,
        "time_unit": "microseconds",
        "metadata": None,
        **changes,
    }


def contained(root: dict[str, Any], name: str = "x.sfs") -> Container:
    return read_container(written(root), name)
