from typing import Any

import msgspec
import pytest

from annotations.factories import attribute, config
from annotations.factories import choice as leaf
from geometry.golden import golden
from groundplane.annotations.taxonomy import (
    AttributeDefinition,
    Conditions,
    LabelChoice,
    applicable,
    applies,
    leaves,
)

GOLDEN = golden("conditions.json")


def conditional(name: str, conditions: dict[str, Any]) -> AttributeDefinition:
    return attribute(name, conditions=msgspec.convert(conditions, Conditions))


def answers(case: dict[str, Any]) -> dict[str, Any]:
    plain = case["answers"]
    return {name: tuple(a) if isinstance(a, list) else a for name, a in plain.items()}


@pytest.mark.parametrize("case", GOLDEN["applies"], ids=lambda case: case["name"])
def test_golden_conditions_in_both_readings(case: dict[str, Any]) -> None:
    """The same file is read by web/src/model/taxonomy.test.ts."""
    asked = conditional("asked", case["conditions"])
    held = {
        reading: applies(asked, case["label"], answers(case), every_condition=reading == "every")
        for reading in ("any", "every")
    }
    assert held == {"any": case["any"], "every": case["every"]}


@pytest.mark.parametrize("chain", GOLDEN["applicable"], ids=lambda chain: chain["name"])
def test_golden_chains(chain: dict[str, Any]) -> None:
    stage = config(
        attributes=[conditional(one["name"], one["conditions"]) for one in chain["attributes"]]
    )
    for case in chain["cases"]:
        asked = applicable(stage, case["label"], answers(case))
        assert [one.name for one in asked] == case["asked"]


def test_scene_attributes_are_not_asked_of_an_object() -> None:
    stage = config(attributes=[attribute("weather", scope="scene"), attribute("occlusion")])
    assert [one.name for one in applicable(stage, "Car", {})] == ["occlusion"]


def test_only_leaves_can_be_chosen() -> None:
    def choice(name: str, *subchoices: LabelChoice) -> LabelChoice:
        return msgspec.structs.replace(leaf(name), subchoices=subchoices)

    tree = [choice("Road"), choice("Vehicle", choice("Car"), choice("Truck", choice("Tow")))]
    assert leaves(tree) == ["Road", "Car", "Tow"]
