"""The answers as Scale writes them: docs of lidarannotation, lidarsegmentation, lidarlinking.

Of lidartopdown no response is documented; ours is that of imageannotation with metres.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar, cast

import msgspec

from groundplane.scenes.formats.scene_frames import Loss
from groundplane.scenes.formats.unreadable import UnreadableFile
from groundplane.scenes.responses.kinds import POINT_KEYS, Tree

T = TypeVar("T")
Answers = dict[str, Any]  # attributes: any JSON by name

_AT: Final = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)


class Vector(msgspec.Struct):
    x: float
    y: float
    z: float = 0.0


class Vector3(msgspec.Struct):
    x: float
    y: float
    z: float


class WireCuboid(msgspec.Struct):
    """`yaw` 0 looks along +y, counter-clockwise; x of `dimensions` is the width, y the length."""

    uuid: str
    label: str
    position: Vector3
    dimensions: Vector3
    yaw: float
    pitch: float = 0.0
    roll: float = 0.0
    stationary: bool = False
    attributes: Answers | None = None
    camera_used: int | None = None
    numberOfPoints: int | None = None  # noqa: N815 - the wire's spelling
    distance_to_device: float | None = None


class CuboidFrame(msgspec.Struct):
    cuboids: list[WireCuboid]


class WireObject(msgspec.Struct):
    label: str
    index: int
    instance: bool = False


class Segmentation(msgspec.Struct):
    """`points[k][i]` is the index of the object that point i of frame k belongs to; 0: none."""

    objects: list[WireObject]
    points: list[list[int]]


class WireShape(msgspec.Struct):
    """A shape in a picture, in pixels, or on the ground, in metres."""

    label: str
    type: str | None = None
    geometry: str | None = None  # what older answers call the type
    cuboid_uuid: str | None = None
    uuid: str | None = None
    left: float | None = None
    top: float | None = None
    width: float | None = None
    height: float | None = None
    x: float | None = None
    y: float | None = None
    z: float | None = None
    vertices: list[Vector] | None = None
    attributes: Answers | None = None
    not_in_lidar: bool = False


class CameraAnswer(msgspec.Struct):
    camera_used: int
    annotations: list[WireShape]


class LinkingFrame(msgspec.Struct):
    camera_responses: list[CameraAnswer]


class Topdown(msgspec.Struct):
    annotations: list[WireShape]
    links: list[Any] | None = None
    global_attributes: Answers | None = None


def parsed(tree: Tree, type_: type[T], name: str) -> T:
    """The tree as the type has it.

    Raises:
        UnreadableFile: a member is missing or of another type; says which.
    """
    try:
        return msgspec.convert(tree, type_)
    except msgspec.ValidationError as error:
        found = _AT.match(str(error))
        what, path = (found["what"], found["path"] or "") if found else (str(error), "")
        raise UnreadableFile(name, path, f"{what}.") from error


def segmentation_of(tree: Tree, name: str) -> Segmentation:
    """With its points under either name.

    Raises:
        UnreadableFile: as `parsed`, and an index that no object or more than one has.
    """
    key = next(key for key in POINT_KEYS if key in tree)
    objects = parsed(tree["objects"], list[WireObject], name)
    points = parsed(tree[key], list[list[int]], name)
    indices = [one.index for one in objects]
    for index in indices:
        if index < 1 or indices.count(index) > 1:
            raise UnreadableFile(name, "objects", f"{index} is no index of one object.")
    known = {0, *indices}
    for frame, labels in enumerate(points):
        strange = set(labels) - known
        if strange:
            raise UnreadableFile(name, f"{key}[{frame}]", f"{min(strange)} is no object's index.")
    return Segmentation(objects, points)


def strange_members(trees: Iterable[Tree], type_: type[msgspec.Struct], what: str) -> list[Loss]:
    """Of objects that were parsed already, what they hold beside the members of the type."""
    known = set(type_.__struct_fields__)
    counts: dict[str, int] = {}
    for tree in trees:
        for key in cast("Mapping[str, Any]", tree).keys() - known:
            counts[key] = counts.get(key, 0) + 1
    return [Loss(f"{what}.{key}", count, "is not known") for key, count in counts.items()]
