"""Documents, gestures and histories for Hypothesis."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from annotations.examples import (
    BY_PERSON,
    PROVENANCES,
    cuboid,
    cuboid_object,
    every_geometry,
    every_object,
    op,
    uid,
)
from groundplane.annotations import kinds as k
from groundplane.annotations.document import EMPTY, Document, Written
from groundplane.annotations.edits import Change, Operation, apply
from groundplane.annotations.parts import (
    OBJECT,
    attribute_part,
    key_part,
    points_part,
    visible_part,
)

LAW = settings(
    max_examples=50,
    deadline=None,  # the machine may be busy with other tests
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
IDS = [uid(1), uid(2), uid(3)]
TIMES_NS = st.sampled_from([0, 100, 250, k.LARGEST_TIME_NS])
NUMBERS = st.floats(-1000, 1000, width=32)
BY = st.sampled_from(PROVENANCES)

cuboids = st.builds(
    cuboid,
    st.tuples(NUMBERS, NUMBERS, NUMBERS),
    rotation_wxyz=st.floats(-3, 3).map(
        lambda yaw: (math.cos(yaw / 2), 0.0, 0.0, math.sin(yaw / 2))
    ),
    camera_used=st.none() | st.integers(0, 5),
)
objects = st.sampled_from(every_object()) | st.builds(
    cuboid_object, label=st.sampled_from(["Car", "Van"]), stationary=st.booleans(), provenance=BY
)
geometries = st.sampled_from(every_geometry()) | cuboids
visibles = st.builds(k.Visible, visible=st.booleans(), provenance=BY)
attributes = st.builds(
    k.Attribute, value=st.sampled_from(["yes", 2, 0.5, ("a", "b"), None]), provenance=BY
)
point_labels = st.builds(
    k.PointLabels,
    sha256=st.sampled_from(["ab" * 32, "cd" * 32]),
    count=st.integers(0, 9),
    provenance=st.just(BY_PERSON),
)


@st.composite
def said(draw: st.DrawFn) -> tuple[str, k.Value]:
    """A part of an object, other than the object itself, and a value for it."""
    time_ns = draw(TIMES_NS)
    name = draw(st.sampled_from(["occlusion", "a/b%"]))
    form = draw(st.sampled_from(["key", "visible", "attribute", "step"]))
    if form == "key":
        return key_part(time_ns), draw(geometries)
    if form == "visible":
        return visible_part(time_ns), draw(visibles)
    return attribute_part(name, time_ns if form == "step" else None), draw(attributes)


def change(document: Document, object_id: str, part: str, after: k.Value | None) -> Change:
    """A change that is right on this document."""
    written = document.parts_of(object_id).parts.get(part)
    value, base = (written.value, written.op_id) if written else (None, None)
    return Change(object_id, part, base, before=value, after=after)


@st.composite
def gestures(draw: st.DrawFn, document: Document, ids: Sequence[str] = IDS) -> tuple[Change, ...]:
    """A transaction that applies: one object is made, changed, deleted or brought back."""
    object_id = draw(st.sampled_from(ids))
    writes: dict[str, k.Value | None] = dict(draw(st.lists(said(), max_size=3)))
    held = document.parts_of(object_id).parts
    if not document.exists(object_id):
        writes[OBJECT] = draw(objects)
    elif draw(st.integers(0, 4)) == 0:
        writes = {part: None for part, written in held.items() if written.value is not None}
    elif draw(st.booleans()) or not writes:
        writes[OBJECT] = draw(objects)
    else:
        erased = [p for p, w in held.items() if w.value is not None and p not in {*writes, OBJECT}]
        writes |= (
            dict.fromkeys(draw(st.lists(st.sampled_from(erased), max_size=1))) if erased else {}
        )
    return tuple(change(document, object_id, part, after) for part, after in writes.items())


@st.composite
def scene_gestures(draw: st.DrawFn, document: Document) -> tuple[Change, ...]:
    part, value = draw(
        st.tuples(st.just(points_part("lidar", 100)), point_labels)
        | st.tuples(st.just(attribute_part("weather")), attributes)
    )
    return (change(document, k.SCENE_ID, part, value),)


@dataclass(frozen=True, slots=True)
class History:
    """Operations that apply one after the other, and the document after each."""

    operations: tuple[Operation, ...]
    documents: tuple[Document, ...]

    @property
    def document(self) -> Document:
        return self.documents[-1]


@st.composite
def histories(
    draw: st.DrawFn,
    *,
    start: Document = EMPTY,
    first_op: int = 1,
    most: int = 5,
    ids: Sequence[str] = IDS,
) -> History:
    documents, operations = [start], list[Operation]()
    for number in range(first_op, first_op + draw(st.integers(0, most))):
        here = documents[-1]
        on_scene = draw(st.integers(0, 5)) == 0
        changes = draw(scene_gestures(here) if on_scene else gestures(here, ids))
        operations.append(Operation(op(number), changes))
        documents.append(apply(here, changes, op(number)))
    return History(tuple(operations), tuple(documents))


@st.composite
def spoiled(draw: st.DrawFn, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The same gesture by somebody who knew another document."""
    index = draw(st.integers(0, len(changes) - 1))
    c = changes[index]
    base = None if c.base is not None and draw(st.booleans()) else op(999)
    wrong = Change(c.object_id, c.part, base, before=c.before, after=c.after)
    return (*changes[:index], wrong, *changes[index + 1 :])


def values(document: Document) -> dict[tuple[str, str], k.Value]:
    """What is said, without who said it last and what is deleted."""
    return {
        (object_id, part): written.value
        for object_id, parts in document.objects.items()
        for part, written in parts.parts.items()
        if written.value is not None
    }


def written(document: Document) -> dict[tuple[str, str], Written]:
    return {
        (object_id, part): one
        for object_id, parts in document.objects.items()
        for part, one in parts.parts.items()
    }


@dataclass(frozen=True, slots=True)
class Merge:
    """Two people who went on from `confirmed`: one offline, one on the server."""

    confirmed: Document
    pending: tuple[Operation, ...]
    remote: tuple[Operation, ...]


@st.composite
def merges(draw: st.DrawFn) -> Merge:
    """The server may have accepted the first of the pending ones before the others' work."""
    confirmed = draw(histories(most=2)).document
    pending = draw(histories(start=confirmed, first_op=100, most=4))
    received = draw(st.integers(0, len(pending.operations)))
    theirs = draw(histories(start=pending.documents[received], first_op=200, most=3))
    return Merge(confirmed, pending.operations, pending.operations[:received] + theirs.operations)
