"""LidarFrame protobuf (lidar_frame-1.1.proto, proto2): one frame of a lidar task.

The points are read by compiled code, the rest by the table below; what a frame must hold is the
business of `frame_head`, for both formats of frames say the same (docs/formats/lidar-frame.md).
"""

import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from groundplane.errors import AttachmentUnreadable
from groundplane.geometry import rotations
from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.transforms import Transform
from groundplane.scenes.formats.columns import GROUND, NO_POINTS, D, I, T
from groundplane.scenes.formats.frame_head import LABELED, FrameHead, FrameRules, head_of
from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.model import Vec3

if TYPE_CHECKING:
    from groundplane.scenes.formats.lidar_frame_wire import Columns, Scan

Coordinates = Literal["world", "ego"]
Tree = dict[str, Any]

VARINT, FIXED_64, LENGTH, FIXED_32 = 0, 1, 2, 5
# How the scan of the points ended.
FINE, CUT, BAD_TAG, NO_XYZ = 0, 1, 2, 3
_LARGEST_EXACT: Final = 2.0**63

# Of each message: number → (name in Frame JSON, type, or the message's own name; * = repeated).
MESSAGES: Final[dict[str, dict[int, tuple[str, str]]]] = {
    "LidarFrame": {
        1: ("device_position", "Vector3"),
        2: ("device_heading", "Quaternion"),
        3: ("device_gps_pose", "GPSPose"),
        5: ("radar_points", "RadarPoint*"),
        6: ("images", "CameraImage*"),
        7: ("timestamp", "double"),
        8: ("extra", "bytes"),
    },
    "Vector3": {1: ("x", "float"), 2: ("y", "float"), 3: ("z", "float")},
    "Quaternion": {
        number: (name, "float") for number, name in enumerate(("w", "x", "y", "z"), start=1)
    },
    "GPSPose": {1: ("lat", "float"), 2: ("long", "float"), 3: ("bearing", "float")},
    "RadarPoint": {
        1: ("position", "Vector3"),
        2: ("direction", "Vector3"),
        3: ("size", "float"),
    },
    "CameraImage": {
        1: ("timestamp", "double"),
        2: ("image_url", "string"),
        3: ("position", "Vector3"),
        4: ("heading", "Quaternion"),
        5: ("scale_factor", "float"),
        6: ("priority", "int32"),
        7: ("camera_index", "int32"),
        8: ("brown_conrady", "BrownConradyIntrinsics"),
        9: ("fisheye", "FisheyeIntrinsics"),
        13: ("omnidirectional", "OmnidirectionalIntrinsics"),
    },
}
INTRINSICS: Final = {
    "brown_conrady": ("fx", "fy", "cx", "cy", "skew", "k1", "k2", "p1", "p2", "k3"),
    "fisheye": ("fx", "fy", "cx", "cy", "skew", "k1", "k2", "k3", "k4"),
    "omnidirectional": ("fx", "fy", "cx", "cy", "skew", "k1", "k2", "p1", "p2", "k3", "xi"),
}
MESSAGES.update(
    {
        kind: {number: (name, "float") for number, name in enumerate(INTRINSICS[model], start=1)}
        for model, kind in MESSAGES["CameraImage"].values()
        if model in INTRINSICS
    }
)
WIRE_TYPES: Final = {"float": FIXED_32, "double": FIXED_64, "int32": VARINT}


def read_lidar_frame(
    content: bytes, coordinates: Coordinates = "world", rules: FrameRules = LABELED
) -> FrameColumns:
    """Read one frame.

    Args:
        content: a LidarFrame message.
        coordinates: what points, radar and cameras are in. Scale's documentation says world as in
            Frame JSON; its toolkit's importer reads ego, and moves them by the device's pose.
        rules: lenses, and whether a frame may have no point.

    Raises:
        AttachmentUnreadable: not a frame; the sentence names the member, the point or the byte.
    """
    # numba costs half a second and 60 MB: only processes that read frames pay for it.
    from groundplane.scenes.formats import lidar_frame_wire as wire  # noqa: PLC0415

    found = wire.scan(content)
    if found.status != FINE:
        raise _stopped(found)
    rest = b"".join(content[start:end] for start, end in found.rest.tolist())
    head = head_of(head_tree(rest))
    if not (found.points or rules.may_be_empty):
        raise AttachmentUnreadable(NO_POINTS)
    frame = _frame(head, found.columns, found.points)
    return frame if coordinates == "world" else _from_ego(frame)


def head_tree(content: bytes) -> Tree:
    """A frame without its points, with the names of Frame JSON.

    Raises:
        AttachmentUnreadable: cut, or not this format.
    """
    tree = _message("LidarFrame", content, "")
    for index, image in enumerate(tree.get("images", [])):
        _name_model(image, f"images[{index}]")
    return tree


def _name_model(image: Tree, path: str) -> None:
    """The lens is one of three members, the last that was written; in JSON its name is another."""
    models = [name for name in image if name in INTRINSICS]
    if not models:
        raise AttachmentUnreadable(f"{path} has no camera_intrinsics.")
    image["camera_model"] = models[-1]
    lenses = [image.pop(name) for name in models]
    image.update(lenses[-1])


def _stopped(found: "Scan") -> AttachmentUnreadable:
    where = f"points[{found.points}] (byte {found.at})"
    if found.status == NO_XYZ:
        return AttachmentUnreadable(f"{where} has no x, y or z.")
    if found.status == CUT:
        return AttachmentUnreadable(f"The protobuf ends within a field at byte {found.at}.")
    return AttachmentUnreadable(f"Not a LidarFrame protobuf: no field begins at byte {found.at}.")


def _frame(head: FrameHead, columns: "Columns", count: int) -> FrameColumns:
    xyz, intensity, time = (
        columns.floats[:count, :3],
        columns.floats[:count, 3],
        columns.time[:count],
    )
    present = columns.present[:count]
    given = int(np.bitwise_or.reduce(present, initial=0))
    finite = (
        ("x, y or z", np.isfinite(xyz).all(axis=1)),
        ("i", np.isfinite(intensity)),
        ("t", np.isfinite(time)),
    )
    for name, is_finite in finite:
        wrong = np.flatnonzero(~is_finite)
        if len(wrong):
            raise AttachmentUnreadable(f"points[{int(wrong[0])}]: {name} is not a finite number.")
    whole = bool(((np.abs(time) < _LARGEST_EXACT) & (time == np.floor(time))).all())
    return FrameColumns(
        head=head,
        xyz=xyz.astype(np.float64),
        intensity=intensity.copy() if given & 1 << I else None,
        device=columns.device[:count].copy() if given & 1 << D else None,
        time=(time.astype(np.int64) if whole else time.copy()) if given & 1 << T else None,
        is_ground=columns.is_ground[:count].copy() if given & 1 << GROUND else None,
        present=present.copy(),
    )


def _from_ego(frame: FrameColumns) -> FrameColumns:
    head = frame.head
    device = Transform(
        head.device_rotation_wxyz or rotations.identity(), np.array(head.device_position)
    )
    images = tuple(
        replace(
            image,
            position=_vec3(device.apply(np.array(image.position))),
            rotation_wxyz=tuple(
                rotations.multiply(device.rotation_wxyz, image.rotation_wxyz).tolist()
            ),
        )
        for image in head.images
    )
    radar = tuple(
        replace(
            point,
            position=_vec3(device.apply(np.array(point.position))),
            direction=None
            if point.direction is None
            else _vec3(rotations.rotate(device.rotation_wxyz, np.array(point.direction))),
        )
        for point in head.radar
    )
    return replace(
        frame, xyz=device.apply(frame.xyz), head=replace(head, images=images, radar=radar)
    )


def _vec3(row: Float64Array) -> Vec3:
    x, y, z = row.tolist()
    return x, y, z


def _message(kind: str, content: bytes, path: str) -> Tree:
    """The known fields of a message: the last of each wins, messages of one field are merged."""
    known, tree = MESSAGES[kind], Tree()
    for number, wire_type, value in _fields(content, path or kind):
        name, type_ = known.get(number, ("", ""))
        if not name or wire_type != WIRE_TYPES.get(type_, LENGTH):
            continue
        inner = f"{path}.{name}".lstrip(".")
        if type_.endswith("*"):
            held = tree.setdefault(name, [])
            held.append(_message(type_[:-1], value, f"{inner}[{len(held)}]"))
        elif type_ in MESSAGES:
            merged = tree.pop(name, Tree()) | _message(type_, value, inner)
            tree[name] = merged  # last in order, which tells which of a oneof was set last
        else:
            tree[name] = _scalar(type_, value, inner)
    return tree


def _scalar(type_: str, value: Any, path: str) -> object:  # noqa: ANN401 - as the wire type has it
    if type_ == "float":
        return struct.unpack("<f", value)[0]
    if type_ == "double":
        return struct.unpack("<d", value)[0]
    if type_ == "int32":
        return ((value & 0xFFFFFFFF) ^ 0x80000000) - 0x80000000
    if type_ == "bytes":
        return value
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise AttachmentUnreadable(f"{path} is not UTF-8.") from error


def _fields(content: bytes, path: str) -> Iterator[tuple[int, int, Any]]:
    """(number, wire type, value) of each field; numbers of fixed width as their bytes."""
    position = 0
    while position < len(content):
        tag, position = _varint(content, position, path)
        number, wire_type = tag >> 3, tag & 7
        if wire_type == VARINT:
            value, position = _varint(content, position, path)
            yield number, wire_type, value
            continue
        size = {FIXED_64: 8, FIXED_32: 4}.get(wire_type, 0)
        if wire_type == LENGTH:
            size, position = _varint(content, position, path)
        elif not size:
            raise AttachmentUnreadable(f"Not a LidarFrame protobuf: {path} holds no fields.")
        if size > len(content) - position:
            raise AttachmentUnreadable(f"The protobuf ends within {path}.")
        yield number, wire_type, content[position : position + size]
        position += size


def _varint(content: bytes, start: int, path: str) -> tuple[int, int]:
    number = 0
    for count, byte in enumerate(content[start : start + 10]):
        number |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return number & 0xFFFFFFFFFFFFFFFF, start + count + 1
    raise AttachmentUnreadable(f"The protobuf ends within {path}.")
