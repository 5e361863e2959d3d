"""Stage configs whose every limit is named by the test that is about it."""

from collections.abc import Sequence
from typing import Any

from groundplane.annotations.kinds import Kind
from groundplane.annotations.taxonomy import (
    AttributeDefinition,
    Conditions,
    Deed,
    Grant,
    LabelChoice,
    StageConfig,
)

ALL_DEEDS: Sequence[Deed] = ["create", "move", "relabel", "describe", "delete"]


def choice(name: str) -> LabelChoice:
    return LabelChoice(
        choice=name,
        display=name,
        description=None,
        instance_label=False,
        groups=[],
        subchoices=[],
    )


def attribute(name: str, **fields: Any) -> AttributeDefinition:
    plain: dict[str, Any] = {
        "type": "category",
        "description": None,
        "scope": "frame",
        "required": False,
        "conditions": Conditions(labels=None, attributes=[]),
        "choices": [choice("yes"), choice("no")],
        "allow_multiple": False,
        "min": None,
        "max": None,
        "step": None,
        "allowed_labels": [],
    }
    return AttributeDefinition(name=name, **{**plain, **fields})


def grant(kind: Kind, may: Sequence[Deed] = ALL_DEEDS, **limits: Any) -> Grant:
    plain: dict[str, Any] = dict.fromkeys(("labels", "attributes", "frames", "sensors"))
    return Grant(kind=kind, may=may, **{**plain, **limits})


def config(**fields: Any) -> StageConfig:
    kinds: Sequence[Kind] = fields.pop("kinds", ["cuboid"])
    plain: dict[str, Any] = {
        "labels": [choice("Car"), choice("Van")],
        "attributes": [],
        "cameras": None,
        "frames": [0, 1, 2],
        "frame_times_ns": [0, 100, 200],
        "grants": [grant(kind) for kind in (*kinds, "scene")],
        "every_condition": False,
        "pitch_and_roll_enabled": False,
        "max_distance_m": None,
    }
    return StageConfig(kinds=kinds, **{**plain, **fields})
