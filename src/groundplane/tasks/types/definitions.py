"""Definitions that several task types share (api.md 8): the customer's JSON, read once.

The Structs here are the wire's spelling; annotations.taxonomy holds what they mean.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from groundplane.annotations.taxonomy import (
    AttributeDefinition,
    AttributeType,
    Conditions,
    LabelChoice,
    leaves,
)
from groundplane.errors import InvalidParameter

MOST_LABELS = 50
DEFAULT_STEP = 1.0
ATTRIBUTES_OF_3D = ("category", "number", "angle", "text", "linked")
Answer = str | int | float


class Vector3(msgspec.Struct, frozen=True):
    x: float
    y: float
    z: float


class LabelDescription(msgspec.Struct):
    """A label or choice with more than a name (api.md 8.1); unknown fields are kept unread."""

    choice: str
    subchoices: "list[str | LabelDescription] | None" = None
    instance_label: bool = False
    display: str | None = None
    groups: list[str] | None = None
    description: str | None = None


class LabelCondition(msgspec.Struct):
    label: str | list[str]


class ConditionsDescription(msgspec.Struct):
    label_condition: LabelCondition | None = None
    attribute_conditions: list[dict[str, Answer | list[Answer]]] | None = None
    is_global: bool = False


class AttributeDescription(msgspec.Struct):
    """One of annotation_attributes (api.md 8.2); `global` is a word of Python."""

    type: AttributeType = "category"
    description: str | None = None
    conditions: ConditionsDescription | None = None
    global_: bool = msgspec.field(name="global", default=False)
    required: bool = False
    choices: list[str | LabelDescription] | None = None
    allow_multiple: bool = False
    min: float | None = None
    max: float | None = None
    step: float | None = None
    allowed_labels: list[str] | None = None


class BaseAnnotations(msgspec.Struct):
    """Annotations to begin with: what the response of the same type has, frame by frame."""

    annotations: object


class Dependents(msgspec.Struct):
    """Tasks to be made when this one is completed; each `defs` is an order for one."""

    defs: list[dict[str, object]]
    require_audit: bool = False


def orders_of(dependents: Dependents | None) -> Sequence[Mapping[str, object]]:
    return () if dependents is None else dependents.defs


def read_labels(
    path: str, described: Sequence[str | LabelDescription], *, most: int | None = None
) -> list[LabelChoice]:
    """A tree of labels.

    Args:
        path: the parameter that is blamed.
        described: what the customer sent.
        most: entries at the top; None is no limit.

    Raises:
        InvalidParameter: there are too many, or a name is empty or there twice.
    """
    if most is not None and len(described) > most:
        raise InvalidParameter(path, f"must contain less than or equal to {most} items")
    tree = [_label(f"{path}.{index}", item, ()) for index, item in enumerate(described)]
    names = leaves(tree)
    if twice := {name for name in names if names.count(name) > 1}:
        raise InvalidParameter(path, f"contains the label {min(twice)} more than once")
    return tree


def read_attributes(
    path: str, described: Mapping[str, AttributeDescription]
) -> list[AttributeDefinition]:
    """Raises InvalidParameter: naming the definition that cannot be answered."""
    return [_attribute(f"{path}.{name}", name, one) for name, one in described.items()]


def check_3d_attributes(path: str, described: Mapping[str, AttributeDescription]) -> None:
    """Raises InvalidParameter: one cannot be answered, or only on a picture."""
    read_attributes(path, described)
    for name, one in described.items():
        if one.type not in ATTRIBUTES_OF_3D:
            words = ", ".join(ATTRIBUTES_OF_3D)
            raise InvalidParameter(f"{path}.{name}.type", f"must be one of [{words}]")


def _label(
    path: str, described: str | LabelDescription, inherited_groups: Sequence[str]
) -> LabelChoice:
    one = LabelDescription(described) if isinstance(described, str) else described
    if not one.choice:
        name = path if isinstance(described, str) else f"{path}.choice"
        raise InvalidParameter(name, "is not allowed to be empty")
    groups = one.groups if one.groups is not None else inherited_groups
    return LabelChoice(
        choice=one.choice,
        display=one.display or one.choice,
        description=one.description,
        instance_label=one.instance_label,
        groups=groups,
        subchoices=[
            _label(f"{path}.subchoices.{index}", item, groups)
            for index, item in enumerate(one.subchoices or ())
        ],
    )


def _attribute(path: str, name: str, one: AttributeDescription) -> AttributeDefinition:
    if not name:
        raise InvalidParameter(path, "is not allowed to have an empty name")
    if one.type == "category" and not one.choices:
        raise InvalidParameter(f"{path}.choices", "is required")
    if one.type == "linked" and not one.allowed_labels:
        raise InvalidParameter(f"{path}.allowed_labels", "is required")
    if one.min is not None and one.max is not None and one.min > one.max:
        raise InvalidParameter(f"{path}.min", "must be less than or equal to max")
    if one.step is not None and one.step <= 0:
        raise InvalidParameter(f"{path}.step", "must be greater than 0")
    return AttributeDefinition(
        name=name,
        type=one.type,
        description=one.description,
        scope=_scope(one),
        # A link that may be missing would leave the cuboid without its partner (api.md 8.2, 6).
        required=one.required or one.type == "linked",
        conditions=_conditions(one.conditions or ConditionsDescription()),
        choices=read_labels(f"{path}.choices", one.choices) if one.choices else [],
        allow_multiple=one.allow_multiple,
        min=one.min,
        max=one.max,
        step=DEFAULT_STEP if one.step is None and one.type == "number" else one.step,
        allowed_labels=one.allowed_labels or [],
    )


def _scope(one: AttributeDescription) -> Literal["scene", "track", "frame"]:
    if one.conditions is not None and one.conditions.is_global:
        return "scene"
    return "track" if one.global_ else "frame"


def _conditions(described: ConditionsDescription) -> Conditions:
    label = None if described.label_condition is None else described.label_condition.label
    return Conditions(
        labels=[label] if isinstance(label, str) else label,
        attributes=[
            {
                name: wanted if isinstance(wanted, list) else [wanted]
                for name, wanted in element.items()
            }
            for element in described.attribute_conditions or ()
        ],
    )
