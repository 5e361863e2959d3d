"""Frames as LidarFrame protobuf, fields in ascending order, as google.protobuf writes them."""

import struct
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from groundplane.scenes.formats.columns import GROUND, D, I, T
from groundplane.scenes.formats.frame_head import FrameHead, FrameImage
from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.formats.lidar_frame import INTRINSICS, LENGTH, MESSAGES, WIRE_TYPES, Tree
from groundplane.scenes.formats.scene_frames import Loss

_POINT_TAG: Final = 0x22  # field 4, length-delimited
_VARINT_BYTES: Final = 5  # of 32 bits
# Where the members of a point stand in the widest record: tag and length, then tag and value.
_FLOATS: Final = ((0, 0x0D), (1, 0x15), (2, 0x1D), (I, 0x25))
_DEVICE_TAG, _TIME_TAG, _GROUND_TAG = 0x28, 0x31, 0x38
_WIDEST: Final = 2 + 4 * 5 + 1 + _VARINT_BYTES + 9 + 2
_POINTS_FIELD: Final = 4


def write_lidar_frame(frame: FrameColumns) -> bytes:
    """One frame; points in the order given, those members that `present` says.

    Numbers are rounded to what the format has: `losses` says which.

    Raises:
        ValueError: a lens that the format has not.
    """
    head = _head_tree(frame.head)
    before = {key: value for key, value in head.items() if key.startswith("device_")}
    after = {key: value for key, value in head.items() if key not in before}
    return _message("LidarFrame", before) + _points(frame).tobytes() + _message("LidarFrame", after)


def losses(frame: FrameColumns) -> Iterator[Loss]:
    """What the format cannot hold of a frame, as numbers that change."""
    moved = int(np.count_nonzero((frame.xyz != frame.xyz.astype(np.float32)).any(axis=1)))
    if moved:
        worst_m = float(np.abs(frame.xyz - frame.xyz.astype(np.float32)).max())
        yield Loss("points.x, y, z", moved, f"float32, off by up to {worst_m:.2g}")
    if frame.time is not None and frame.time.dtype == np.int64:
        off = int(np.count_nonzero(frame.time.astype(np.float64).astype(np.int64) != frame.time))
        if off:
            yield Loss("points.t", off, "nanoseconds as a double")
    for image in frame.head.images:
        dropped = [
            name
            for name, value in image.coefficients.items()
            if value and name not in INTRINSICS.get(image.model, ())
        ]
        if dropped:
            reason = f"{', '.join(dropped)} of {image.model} are not in the format"
            yield Loss("images.coefficients", len(dropped), reason)
        if image.name != f"Camera {image.camera}":
            yield Loss("images.metadata.name", 1, "the format has no names of cameras")


def _points(frame: FrameColumns) -> npt.NDArray[np.uint8]:
    """The records one after the other: a row of the widest form each, and which bytes are used."""
    count = frame.count
    record = np.zeros((count, _WIDEST), np.uint8)
    used = np.zeros((count, _WIDEST), np.bool_)
    record[:, 0], used[:, :2] = _POINT_TAG, True
    at = 2
    for slot, tag in _FLOATS:
        column = frame.xyz[:, slot] if slot < I else frame.intensity
        given = np.ones(count, np.bool_) if slot < I else _given(frame, I)
        at = _put(record, used, at, tag, column, "<f4", given)
    at = _put_device(record, used, at, frame)
    at = _put(record, used, at, _TIME_TAG, frame.time, "<f8", _given(frame, T))
    _put(record, used, at, _GROUND_TAG, frame.is_ground, "u1", _given(frame, GROUND))
    record[:, 1] = used[:, 2:].sum(axis=1)
    return record[used]


def _given(frame: FrameColumns, slot: int) -> npt.NDArray[np.bool_]:
    return (frame.present & np.uint8(1 << slot)) != 0


def _put(
    record: npt.NDArray[np.uint8],
    used: npt.NDArray[np.bool_],
    at: int,
    tag: int,
    column: npt.NDArray[Any] | None,
    dtype: str,
    given: npt.NDArray[np.bool_],
) -> int:
    width = 1 + np.dtype(dtype).itemsize
    if column is not None:
        record[:, at] = tag
        record[:, at + 1 : at + width] = (
            np.ascontiguousarray(column.astype(dtype)).view(np.uint8).reshape(len(column), -1)
        )
        used[:, at : at + width] = given[:, None]
    return at + width


def _put_device(
    record: npt.NDArray[np.uint8], used: npt.NDArray[np.bool_], at: int, frame: FrameColumns
) -> int:
    if frame.device is not None:
        given, device = _given(frame, D), frame.device.astype(np.uint64)
        record[:, at], used[:, at] = _DEVICE_TAG, given
        for byte in range(_VARINT_BYTES):
            rest = device >> np.uint64(7 * (byte + 1))
            record[:, at + 1 + byte] = (device >> np.uint64(7 * byte) & np.uint64(0x7F)) | (
                (rest > 0).astype(np.uint64) << np.uint64(7)
            )
            is_needed = (
                np.ones(len(device), np.bool_) if not byte else device >> np.uint64(7 * byte) > 0
            )
            used[:, at + 1 + byte] = given & is_needed
    return at + 1 + _VARINT_BYTES


def _head_tree(head: FrameHead) -> Tree:
    tree: Tree = {"device_position": _xyz(head.device_position)}
    if head.device_rotation_wxyz is not None:
        tree["device_heading"] = _wxyz(head.device_rotation_wxyz)
    tree["radar_points"] = [
        {
            "position": _xyz(point.position),
            **({} if point.direction is None else {"direction": _xyz(point.direction)}),
            **({} if point.size is None else {"size": point.size}),
        }
        for point in head.radar
    ]
    tree["images"] = [_image(image) for image in head.images]
    if head.timestamp is not None:
        tree["timestamp"] = float(head.timestamp)
    return tree


def _image(image: FrameImage) -> Tree:
    if image.model not in INTRINSICS:
        raise ValueError(f'LidarFrame has no lens "{image.model}" ({image.name}).')
    numbers = {
        "fx": image.fx_px,
        "fy": image.fy_px,
        "cx": image.cx_px,
        "cy": image.cy_px,
        "skew": image.skew,
        **image.coefficients,
    }
    return {
        **({} if image.timestamp is None else {"timestamp": float(image.timestamp)}),
        "image_url": image.image_url,
        "position": _xyz(image.position),
        "heading": _wxyz(image.rotation_wxyz),
        "scale_factor": image.scale_factor,
        "camera_index": image.camera,
        image.model: {name: numbers.get(name, 0.0) for name in INTRINSICS[image.model]},
    }


def _xyz(vector: Sequence[float]) -> Tree:
    return dict(zip(("x", "y", "z"), vector, strict=True))


def _wxyz(quaternion: Sequence[float]) -> Tree:
    return dict(zip(("w", "x", "y", "z"), quaternion, strict=True))


def _message(kind: str, tree: Tree) -> bytes:
    parts: list[bytes] = []
    for number, (name, type_) in sorted(MESSAGES[kind].items()):
        values = tree.get(name)
        if values is None:
            continue
        for value in values if type_.endswith("*") else [values]:
            wire_type = WIRE_TYPES.get(type_, LENGTH)
            parts.append(_varint(number << 3 | wire_type) + _value(type_.rstrip("*"), value))
    return b"".join(parts)


def _value(type_: str, value: Any) -> bytes:  # noqa: ANN401 - what the tree holds for the type
    if type_ == "float":
        return np.float32(value).tobytes()
    if type_ == "double":
        return struct.pack("<d", value)
    if type_ == "int32":
        return _varint(value & 0xFFFFFFFFFFFFFFFF)
    content = _message(type_, value) if type_ in MESSAGES else value.encode()
    return _varint(len(content)) + content


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])
