"""Names of parts, the grain of conflict, and which type of value each may hold.

A name inside a part has `%` and `/` percent-encoded and nothing else, so that every part has
exactly one spelling; times are decimal integers without leading zeros.
"""

from dataclasses import dataclass
from functools import lru_cache

import msgspec

from groundplane.annotations.kinds import (
    LARGEST_TIME_NS,
    Attribute,
    Geometry,
    ObjectValue,
    PointLabels,
    Value,
    Visible,
)

OBJECT = "object"


@dataclass(frozen=True, slots=True)
class ObjectPart:
    pass


@dataclass(frozen=True, slots=True)
class KeyPart:
    time_ns: int


@dataclass(frozen=True, slots=True)
class VisiblePart:
    time_ns: int


@dataclass(frozen=True, slots=True)
class AttributePart:
    """`time_ns` None is the answer for the whole track."""

    name: str
    time_ns: int | None


@dataclass(frozen=True, slots=True)
class PointsPart:
    sensor: str
    sweep_ns: int


PartName = ObjectPart | KeyPart | VisiblePart | AttributePart | PointsPart


def key_part(time_ns: int) -> str:
    return f"key/{time_ns}"


def visible_part(time_ns: int) -> str:
    return f"visible/{time_ns}"


def attribute_part(name: str, time_ns: int | None = None) -> str:
    whole = f"attribute/{_encoded(name)}"
    return whole if time_ns is None else f"{whole}/{time_ns}"


def points_part(sensor: str, sweep_ns: int) -> str:
    return f"points/{_encoded(sensor)}/{sweep_ns}"


@lru_cache(maxsize=65536)
def parse_part(part: str) -> PartName:
    """Raises ValueError: not a part, or not its one spelling."""
    match part.split("/"):
        case ["object"]:
            return ObjectPart()
        case ["key", time]:
            return KeyPart(_time(part, time))
        case ["visible", time]:
            return VisiblePart(_time(part, time))
        case ["attribute", name]:
            return AttributePart(_decoded(part, name), None)
        case ["attribute", name, time]:
            return AttributePart(_decoded(part, name), _time(part, time))
        case ["points", sensor, time]:
            return PointsPart(_decoded(part, sensor), _time(part, time))
        case _:
            raise ValueError(f'"{part}" is not a part of an annotation')


def decode_value(part: str, value: object) -> Value:
    """The value of a part from plain JSON data.

    Raises:
        ValueError: not a part.
        msgspec.ValidationError: (a ValueError too) not what this part may hold; its sentence ends
            with the place, such as " - at `$.value.size_m[0]`".
    """
    return msgspec.convert({"value": value}, _HELD[type(parse_part(part))]).value


# msgspec prepares a Struct once but a bare union at every call: held in a Struct, a value is read
# 8 times faster (measured), and a document has 50,000 of them.
class _Object(msgspec.Struct):
    value: ObjectValue


class _Key(msgspec.Struct):
    value: Geometry


class _Visible(msgspec.Struct):
    value: Visible


class _Attribute(msgspec.Struct):
    value: Attribute


class _Points(msgspec.Struct):
    value: PointLabels


_Held = _Object | _Key | _Visible | _Attribute | _Points
_HELD: dict[type[PartName], type[_Held]] = {
    ObjectPart: _Object,
    KeyPart: _Key,
    VisiblePart: _Visible,
    AttributePart: _Attribute,
    PointsPart: _Points,
}


def _encoded(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2F")


def _decoded(part: str, text: str) -> str:
    name = text.replace("%2F", "/").replace("%25", "%")
    if not name or _encoded(name) != text:
        raise ValueError(f'"{part}" is not a part of an annotation')
    return name


def _time(part: str, text: str) -> int:
    canonical = text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")
    if not canonical or len(text) > 16 or int(text) > LARGEST_TIME_NS:
        raise ValueError(f'"{part}" does not name a time in nanoseconds since the scene\'s start')
    return int(text)
