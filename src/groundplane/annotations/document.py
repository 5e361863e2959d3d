"""The document: what has been said about a scene, as it stands after some transaction.

Documents never change; an edit makes a new one that shares every object it did not touch.
A deleted part stays as a Written without a value, because its op_id is what the next change to
that part is based on.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated

import msgspec

from groundplane.annotations.kinds import (
    SCENE_ID,
    Attribute,
    Geometry,
    ObjectValue,
    Value,
    Visible,
)
from groundplane.annotations.parts import (
    OBJECT,
    AttributePart,
    KeyPart,
    VisiblePart,
    decode_value,
    parse_part,
)


@dataclass(frozen=True, slots=True)
class Written:
    """What a part holds (None: deleted) and the transaction that wrote it last."""

    value: Value | None
    op_id: str


@dataclass(frozen=True)
class ObjectParts:
    """All parts of one object; what is derived from them is computed once."""

    parts: Mapping[str, Written] = field(default_factory=dict[str, Written])

    @property
    def value(self) -> ObjectValue | None:
        """What the object is; None when it does not exist (the scene never has one)."""
        written = self.parts.get(OBJECT)
        return written.value if written and isinstance(written.value, ObjectValue) else None

    @cached_property
    def keys(self) -> tuple[tuple[int, Geometry], ...]:
        """(time_ns, geometry), ascending."""
        found: list[tuple[int, Geometry]] = []
        for name, value in self._values("key/"):
            part = parse_part(name)
            if isinstance(part, KeyPart) and isinstance(value, Geometry):
                found.append((part.time_ns, value))
        return tuple(sorted(found, key=lambda timed: timed[0]))

    @cached_property
    def visible_steps(self) -> tuple[tuple[int, bool], ...]:
        """(time_ns, visible from then on), ascending."""
        found: list[tuple[int, bool]] = []
        for name, value in self._values("visible/"):
            part = parse_part(name)
            if isinstance(part, VisiblePart) and isinstance(value, Visible):
                found.append((part.time_ns, value.visible))
        return tuple(sorted(found))

    @cached_property
    def attribute_steps(self) -> Mapping[str, tuple[tuple[int, Attribute], ...]]:
        """By name: (time_ns, answer), ascending; the whole track's answer stands at time -1."""
        found: dict[str, list[tuple[int, Attribute]]] = {}
        for name, value in self._values("attribute/"):
            part = parse_part(name)
            if isinstance(part, AttributePart) and isinstance(value, Attribute):
                time_ns = -1 if part.time_ns is None else part.time_ns
                found.setdefault(part.name, []).append((time_ns, value))
        return {
            name: tuple(sorted(steps, key=lambda timed: timed[0])) for name, steps in found.items()
        }

    def _values(self, start: str) -> Iterator[tuple[str, Value]]:
        for name, written in self.parts.items():
            if written.value is not None and name.startswith(start):
                yield name, written.value


NO_PARTS = ObjectParts()


@dataclass(frozen=True, slots=True)
class Document:
    """Objects by id, those deleted included (`ids` gives the ones that exist)."""

    objects: Mapping[str, ObjectParts] = field(default_factory=dict[str, ObjectParts])

    def parts_of(self, object_id: str) -> ObjectParts:
        return self.objects.get(object_id, NO_PARTS)

    def value_of(self, object_id: str) -> ObjectValue | None:
        return self.parts_of(object_id).value

    def exists(self, object_id: str) -> bool:
        return object_id == SCENE_ID or self.value_of(object_id) is not None

    def ids(self) -> list[str]:
        """Objects that exist, in the order of their first creation; not the scene."""
        return [object_id for object_id, parts in self.objects.items() if parts.value is not None]


EMPTY = Document()


PlainJson = Annotated[
    object, msgspec.Meta(extra_json_schema={"description": "A value of kinds.py as plain JSON."})
]


class StoredPart(msgspec.Struct, frozen=True):
    """A part as it is stored and sent: `value` is plain JSON data, None when deleted."""

    object_id: str
    part: str
    op_id: str
    value: PlainJson


def from_parts(stored: Iterable[StoredPart]) -> Document:
    """The document of a snapshot, or of some of its objects.

    Raises:
        ValueError: a part or value that this version of the model does not know.
    """
    objects: dict[str, dict[str, Written]] = {}
    for row in stored:
        value = None if row.value is None else decode_value(row.part, row.value)
        objects.setdefault(row.object_id, {})[row.part] = Written(value, row.op_id)
    return Document({object_id: ObjectParts(parts) for object_id, parts in objects.items()})


def to_parts(document: Document) -> list[StoredPart]:
    """Every part, the deleted ones too; `from_parts` gives the same document back."""
    return [
        StoredPart(object_id, name, written.op_id, msgspec.to_builtins(written.value))
        for object_id, parts in document.objects.items()
        for name, written in parts.parts.items()
    ]
