"""Two-dimensional shapes and links between annotations, as several types take them.

The Structs are the wire's spelling (Scale's docs on boxes, polygons, lines, points, cuboids,
ellipses and links).
"""

from collections.abc import Mapping, Sequence
from typing import Literal
from uuid import UUID

import msgspec

from groundplane.annotations.taxonomy import leaves
from groundplane.errors import InvalidParameter
from groundplane.tasks.types import checks
from groundplane.tasks.types.definitions import LabelDescription, read_labels
from groundplane.wire.values import JSON

GeometryName = Literal["box", "polygon", "line", "point", "cuboid", "ellipse"]
TOPDOWN_SHAPES = ("box", "polygon", "line", "point")
DEFAULTS: Mapping[str, Mapping[str, JSON]] = {
    "box": {
        "objects_to_annotate": [],
        "min_height": 0,
        "min_width": 0,
        "can_rotate": False,
        "integer_pixels": False,
    },
    "polygon": {"objects_to_annotate": [], "min_vertices": 1, "max_vertices": None},
    "line": {"objects_to_annotate": [], "min_vertices": 1, "max_vertices": None},
    "point": {"objects_to_annotate": [], "connections": []},
    "cuboid": {"objects_to_annotate": [], "min_height": 0, "min_width": 0},
    "ellipse": {"objects_to_annotate": []},
}


class Connection(msgspec.Struct):
    pair: list[str]
    connection_attribute: str | None = None


class Quaternion(msgspec.Struct):
    w: float
    x: float
    y: float
    z: float


class Intrinsics(msgspec.Struct):
    """Scale's docs spell the factor both ways."""

    fx: float
    fy: float
    cx: float
    cy: float
    scalefactor: float | None = None
    scale_factor: float | None = None
    skew: float = 0


class Geometry(msgspec.Struct):
    """Of any shape; a field of another shape's is kept unread."""

    objects_to_annotate: list[str | LabelDescription] = []
    min_height: float = 0
    min_width: float = 0
    can_rotate: bool = False
    integer_pixels: bool = False
    min_vertices: int = 1
    max_vertices: int | None = None
    connections: list[Connection] = []
    camera_intrinsics: Intrinsics | None = None
    camera_rotation_quaternion: Quaternion | None = None
    camera_height: float | None = None


class LinkRule(msgspec.Struct):
    is_bidirectional: bool = False
    from_allowed_labels: list[str] = []
    to_allowed_labels: list[str] = []


Geometries = dict[str, Geometry]
Links = dict[str, LinkRule | list[LinkRule]]


def check_geometries(path: str, geometries: Geometries, shapes: Sequence[str]) -> None:
    """Raises InvalidParameter: a shape, label or number that cannot be."""
    for name, one in geometries.items():
        where = f"{path}.{name}"
        if name not in shapes:
            raise InvalidParameter(where, f"is not allowed; shapes are [{', '.join(shapes)}]")
        labels = leaves(read_labels(f"{where}.objects_to_annotate", one.objects_to_annotate))
        checks.at_least(f"{where}.min_height", one.min_height, 0)
        checks.at_least(f"{where}.min_width", one.min_width, 0)
        checks.at_least(f"{where}.min_vertices", one.min_vertices, 1)
        if one.max_vertices is not None and one.max_vertices < one.min_vertices:
            raise InvalidParameter(
                f"{where}.max_vertices", "must be greater than or equal to min_vertices"
            )
        for index, connection in enumerate(one.connections):
            pair = f"{where}.connections.{index}.pair"
            if len(connection.pair) != 2:
                raise InvalidParameter(pair, "must contain 2 items")
            checks.among(pair, connection.pair, labels, "objects_to_annotate")


def labels_of(geometries: Geometries, shape: str) -> list[str]:
    """The labels that can be chosen for this shape."""
    one = geometries.get(shape)
    return [] if one is None else leaves(read_labels(shape, one.objects_to_annotate))


def check_links(path: str, links: Links) -> None:
    """Raises InvalidParameter: a link without a name, or between labels without one."""
    for name, rules in links.items():
        if not name:
            raise InvalidParameter(path, "is not allowed to have an empty name")
        for index, rule in enumerate(rules if isinstance(rules, list) else [rules]):
            where = f"{path}.{name}.{index}"
            checks.texts(f"{where}.from_allowed_labels", rule.from_allowed_labels)
            checks.texts(f"{where}.to_allowed_labels", rule.to_allowed_labels)


def filled_geometries(given: JSON) -> JSON:
    """As given, with the documented defaults of each shape; an empty list means none."""
    if not isinstance(given, dict):
        return {} if given == [] else given
    return {name: _filled(DEFAULTS.get(name, {}), one) for name, one in given.items()}


def listed_links(given: JSON) -> JSON:
    """Scale's client types a single rule, its docs a list of them: shown as a list."""
    if not isinstance(given, dict):
        return given
    return {name: [rules] if isinstance(rules, dict) else rules for name, rules in given.items()}


def made_up(shape: str, label: str, number: int = 1) -> dict[str, JSON]:
    """A small annotation of that shape near the picture's corner, for a test key."""
    corners: list[JSON] = [{"x": 10, "y": 10}, {"x": 110, "y": 10}, {"x": 60, "y": 90}]
    place: dict[str, dict[str, JSON]] = {
        "box": {"left": 10, "top": 10, "width": 100, "height": 80},
        "polygon": {"vertices": corners},
        "line": {"vertices": corners},
        "point": {"x": 60, "y": 50},
        "cuboid": {"vertices": _cuboid_vertices(), "edges": []},
        "ellipse": {
            "vertices": [
                {"x": 60, "y": 10},
                {"x": 110, "y": 50},
                {"x": 60, "y": 90},
                {"x": 10, "y": 50},
            ]
        },
    }
    uuid = str(UUID(int=0x7E57DA7A_0000_4000_8000_000000000000 + number))
    return {"uuid": uuid, "type": shape, "label": label, "attributes": {}, **place[shape]}


def _filled(defaults: Mapping[str, JSON], one: JSON) -> JSON:
    if not isinstance(one, dict):
        return one
    said = {name: value for name, value in one.items() if value is not None or name not in defaults}
    return {**defaults, **said}


def _cuboid_vertices() -> list[JSON]:
    places = {
        "face-topleft": (10, 30),
        "face-bottomleft": (10, 90),
        "face-topright": (80, 30),
        "face-bottomright": (80, 90),
        "side-topcorner": (110, 10),
        "side-bottomcorner": (110, 70),
    }
    return [
        {"x": x, "y": y, "type": "vertex", "description": description}
        for description, (x, y) in places.items()
    ]
