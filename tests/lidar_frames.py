"""google.protobuf's own LidarFrame: the witness of tests and benchmarks."""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from groundplane.scenes.formats.lidar_frame import MESSAGES

KINDS = {"double": 1, "float": 2, "int32": 5, "bool": 8, "string": 9, "bytes": 12, "uint32": 13}
POINT = {
    **{number: (name, "float") for number, name in enumerate("xyzi", start=1)},
    5: ("d", "uint32"),
    6: ("t", "double"),
    7: ("is_ground", "bool"),
}
REQUIRED = {
    *("x", "y", "z", "w", "lat", "long", "bearing", "position", "heading", "image_url"),
    *("device_position", "fx", "fy", "cx", "cy"),
}


def witness() -> Any:
    """The class LidarFrame of google.protobuf."""
    file = descriptor_pb2.FileDescriptorProto(name="lidar_frame.proto", syntax="proto2")
    for kind, fields in {**MESSAGES, "Point": POINT}.items():
        message = file.message_type.add(name=kind)
        points = {4: ("points", "Point*")} if kind == "LidarFrame" else {}
        for number, (name, type_) in (fields | points).items():
            label = 3 if type_.endswith("*") else 2 if name in REQUIRED else 1
            field = message.field.add(name=name, number=number, label=label)
            if type_ in KINDS:
                field.type = KINDS[type_]  # pyright: ignore[reportAttributeAccessIssue] - a number
            else:
                field.type_name = f".{type_.rstrip('*')}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("LidarFrame"))


LidarFrame = witness()
