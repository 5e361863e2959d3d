"""Frames as Frame JSON, every number as it is: what is read again is what was written."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import msgspec
import numpy as np

from groundplane.scenes.formats.columns import GROUND, KEYS, D, I, T
from groundplane.scenes.formats.frame_head import FrameHead, FrameImage
from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.formats.json_binary import Node

_NAMES: Final = (*KEYS, "is_ground")


def write_frame_json(frame: FrameColumns) -> bytes:
    """One frame; points in the order given, those members that `present` says."""
    head = msgspec.json.encode(_head(frame.head))
    points = b",".join(_points(frame))
    return head[:-1] + b',"points":[' + points + b"]}"


def _points(frame: FrameColumns) -> Iterator[bytes]:
    """Neighbours that give the same members are spelled together."""
    columns: dict[int, Sequence[object]] = {slot: frame.xyz[:, slot].tolist() for slot in range(3)}
    for slot, column in ((I, frame.intensity), (D, frame.device), (T, frame.time)):
        if column is not None:
            columns[slot] = column.tolist()
    if frame.is_ground is not None:
        columns[GROUND] = frame.is_ground.tolist()
    starts = [0, *(np.flatnonzero(np.diff(frame.present)) + 1).tolist(), frame.count]
    for start, end in pairwise(starts):
        slots = [slot for slot in columns if frame.present[start] >> slot & 1]
        names = [_NAMES[slot] for slot in slots]
        rows = zip(*(columns[slot][start:end] for slot in slots), strict=True)
        text = msgspec.json.encode([dict(zip(names, row, strict=True)) for row in rows])
        yield text[1:-1]


def _head(head: FrameHead) -> dict[str, Node]:
    tree: dict[str, Node] = {"device_position": _xyz(head.device_position)}
    if head.device_rotation_wxyz is not None:
        tree["device_heading"] = _wxyz(head.device_rotation_wxyz)
    if head.timestamp is not None:
        tree["timestamp"] = msgspec.Raw(head.timestamp.encode())
    if head.images:
        tree["images"] = [_image(image) for image in head.images]
    if head.radar:
        tree["radar_points"] = [
            {
                "position": _xyz(point.position),
                **({} if point.direction is None else {"direction": _xyz(point.direction)}),
                **({} if point.size is None else {"size": point.size}),
            }
            for point in head.radar
        ]
    return tree


def _image(image: FrameImage) -> dict[str, Node]:
    timed = {} if image.timestamp is None else {"timestamp": msgspec.Raw(image.timestamp.encode())}
    return {
        "image_url": image.image_url,
        "camera_model": image.model,
        "camera_index": image.camera,
        "position": _xyz(image.position),
        "heading": _wxyz(image.rotation_wxyz),
        "fx": image.fx_px,
        "fy": image.fy_px,
        "cx": image.cx_px,
        "cy": image.cy_px,
        "skew": image.skew,
        "scale_factor": image.scale_factor,
        **image.coefficients,
        "metadata": {"name": image.name},
        **timed,
    }


def _xyz(vector: Sequence[float]) -> dict[str, float]:
    return dict(zip(("x", "y", "z"), vector, strict=True))


def _wxyz(quaternion: Sequence[float]) -> dict[str, float]:
    return dict(zip(("w", "x", "y", "z"), quaternion, strict=True))
