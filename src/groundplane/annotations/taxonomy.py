"""What may be said in a stage: labels, attributes and their conditions, grants.

The customer's JSON (api.md 8.1, 8.2) is read once into these values; web/src/model/taxonomy.ts
evaluates the same conditions, and both are held to tests/golden/conditions.json.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from groundplane.annotations.kinds import AttributeAnswer, Kind, Scalar

Deed = Literal["create", "move", "relabel", "describe", "delete"]
AttributeType = Literal["category", "number", "angle", "text", "x_line", "y_line", "linked"]


class LabelChoice(msgspec.Struct, frozen=True):
    """A node of a tree of labels or choices; only leaves are chosen and answered.

    `display` is for labelers only and never leaves in an answer.
    """

    choice: str
    display: str
    description: str | None
    instance_label: bool
    groups: Sequence[str]
    subchoices: Sequence["LabelChoice"]


class Conditions(msgspec.Struct, frozen=True):
    """When an attribute applies; `labels` None is any, empty `attributes` is always.

    Each of `attributes` maps attribute names to the answers that satisfy it.
    """

    labels: Sequence[str] | None
    attributes: Sequence[Mapping[str, Sequence[Scalar]]]


class AttributeDefinition(msgspec.Struct, frozen=True):
    """One attribute; the fields of other types than its own are None or empty.

    `scope`: `scene` is answered once for the scene (api.md "is_global"), `track` once for a whole
    track ("global"), `frame` may change from frame to frame.
    """

    name: str
    type: AttributeType
    description: str | None
    scope: Literal["scene", "track", "frame"]
    required: bool
    conditions: Conditions
    choices: Sequence[LabelChoice]
    allow_multiple: bool
    min: float | None
    max: float | None
    step: float | None
    allowed_labels: Sequence[str]


class Grant(msgspec.Struct, frozen=True):
    """What may be done to objects of one kind; None is no limit.

    `frames` are indexes into the scene's frames, `sensors` are spaces such as `sensor:0`.
    """

    kind: Kind
    may: Sequence[Deed]
    labels: Sequence[str] | None
    attributes: Sequence[str] | None
    frames: Sequence[int] | None
    sensors: Sequence[str] | None


class StageConfig(msgspec.Struct, frozen=True):
    """All that the editor and the server's checks need to know about a piece of work.

    `frame_times_ns` are the times of all frames of the scene; `frames` are the indexes of those
    to label, ascending. `cameras` None is all. `every_condition` is the older reading in which
    conditions are never alternatives (api.md 10, row 8).
    """

    kinds: Sequence[Kind]
    labels: Sequence[LabelChoice]
    attributes: Sequence[AttributeDefinition]
    cameras: Sequence[int] | None
    frames: Sequence[int]
    frame_times_ns: Sequence[int]
    grants: Sequence[Grant]
    every_condition: bool
    pitch_and_roll_enabled: bool
    max_distance_m: float | None


def leaves(choices: Sequence[LabelChoice]) -> list[str]:
    """The names that can be chosen, in the order of the tree."""
    return [leaf.choice for leaf in leaf_choices(choices)]


def leaf_choices(choices: Sequence[LabelChoice]) -> list[LabelChoice]:
    """What can be chosen, in the order of the tree."""
    found: list[LabelChoice] = []
    for choice in choices:
        found += leaf_choices(choice.subchoices) if choice.subchoices else [choice]
    return found


def applies(
    attribute: AttributeDefinition,
    label: str | None,
    answers: Mapping[str, AttributeAnswer],
    *,
    every_condition: bool,
) -> bool:
    """Whether an attribute is asked of an object with this label and these answers.

    api.md 10, row 8: the label must be among those named, and of the attribute conditions one
    element (or, by the older reading, every element) must hold; an element holds when all its keys
    do. An answer of several choices satisfies a key when one of them does.
    """
    conditions = attribute.conditions
    if conditions.labels is not None and label not in conditions.labels:
        return False
    if not conditions.attributes:
        return True
    held = (
        all(_answers_one_of(answers.get(name), wanted) for name, wanted in element.items())
        for element in conditions.attributes
    )
    return all(held) if every_condition else any(held)


def _answers_one_of(answer: AttributeAnswer, wanted: Sequence[Scalar]) -> bool:
    if answer is None:
        return False
    if isinstance(answer, str | int | float):
        return answer in wanted
    return any(choice in wanted for choice in answer)


def applicable(
    config: StageConfig, label: str | None, answers: Mapping[str, AttributeAnswer]
) -> list[AttributeDefinition]:
    """The attributes to ask of an object, in the order of the config; scene ones are left out.

    An answer to a question that is itself not asked counts for nothing, so a chain of conditions
    falls together; attributes that wait for each other in a circle are not asked.
    """
    questions = [a for a in config.attributes if a.scope != "scene"]
    asked: set[str] = set()
    # Each round hears the answers to the questions of the round before. More answers never make a
    # condition fail, so the set only grows and the loop ends.
    while True:
        heard = {name: answers.get(name) for name in asked}
        now = {
            a.name
            for a in questions
            if applies(a, label, heard, every_condition=config.every_condition)
        }
        if now == asked:
            return [a for a in questions if a.name in asked]
        asked = now
