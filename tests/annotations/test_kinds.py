from collections.abc import Mapping
from typing import Any, get_args

import msgspec
import pytest

from annotations.examples import as_json, every_geometry, every_object, every_value
from geometry.golden import golden
from groundplane.annotations import kinds as k
from groundplane.annotations.parts import (
    AttributePart,
    KeyPart,
    ObjectPart,
    PartName,
    PointsPart,
    VisiblePart,
    attribute_part,
    decode_value,
    key_part,
    parse_part,
    points_part,
    visible_part,
)

PARTS = golden("parts.json")


def test_every_kind_and_geometry_has_an_example() -> None:
    kinds = {k.kind_of(value) for value in every_object()}
    assert kinds | {"scene"} == set(get_args(k.Kind))
    shapes = {k.geometry_of(value) for value in every_geometry()}
    assert shapes == {shape.__struct_config__.tag for shape in get_args(k.Geometry)}
    assert set().union(*k.GEOMETRIES_OF_KIND.values()) == shapes


def test_the_golden_values_are_the_examples_there_and_back() -> None:
    """The same file is read by web/src/model/decode.test.ts."""
    rows = golden("kinds.json")["values"]
    assert [(row["part"], decode_value(row["part"], row["value"])) for row in rows] == every_value()
    assert [as_json(value) for _, value in every_value()] == [row["value"] for row in rows]


@pytest.mark.parametrize(("part", "value"), every_value())
def test_a_field_more_or_less_is_refused(part: str, value: k.Value) -> None:
    plain: dict[str, Any] = as_json(value)
    with pytest.raises(msgspec.ValidationError):
        decode_value(part, {**plain, "strange": 1})
    for name in plain:
        with pytest.raises(msgspec.ValidationError):
            decode_value(part, {other: plain[other] for other in plain if other != name})


def test_a_value_belongs_to_its_sort_of_part() -> None:
    for part, value in every_value():
        for other in ("object", "key/1", "visible/1", "attribute/a", "points/lidar/1"):
            if type(parse_part(other)) is not type(parse_part(part)):
                with pytest.raises(msgspec.ValidationError):
                    decode_value(other, as_json(value))


def named(part: PartName) -> tuple[Mapping[str, object], str]:
    """The golden form of a part, and its spelling made anew."""
    match part:
        case ObjectPart():
            return {"type": "object"}, "object"
        case KeyPart(time_ns):
            return {"type": "key", "time_ns": time_ns}, key_part(time_ns)
        case VisiblePart(time_ns):
            return {"type": "visible", "time_ns": time_ns}, visible_part(time_ns)
        case AttributePart(name, time_ns):
            form = {"type": "attribute", "name": name, "time_ns": time_ns}
            return form, attribute_part(name, time_ns)
        case PointsPart(sensor, sweep_ns):
            form = {"type": "points", "sensor": sensor, "sweep_ns": sweep_ns}
            return form, points_part(sensor, sweep_ns)


@pytest.mark.parametrize("case", PARTS["valid"], ids=lambda case: case["part"])
def test_a_part_has_one_spelling(case: dict[str, Any]) -> None:
    """The same file is read by web/src/model/parts.test.ts."""
    assert named(parse_part(case["part"])) == (case["name"], case["part"])


@pytest.mark.parametrize("part", PARTS["invalid"], ids=repr)
def test_what_is_not_a_part_is_refused(part: str) -> None:
    with pytest.raises(ValueError, match=r"part of an annotation|does not name a time"):
        parse_part(part)
