"""Edits: changes that apply whole or not at all, invert, and merge.

A change is its own undo: swap `before` and `after`. `base` is the transaction that last wrote the
part as its author knew it, the author's own unsent transactions included, so a chain made offline
is valid as it stands; None when the part was never written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec

from groundplane.annotations.document import Document, ObjectParts, PlainJson, Written
from groundplane.annotations.kinds import (
    SCENE_ID,
    Attribute,
    InPicture,
    LinkObject,
    Located,
    OutlineGeometry,
    PathGeometry,
    SegmentObject,
    Uuid,
    Value,
)
from groundplane.annotations.parts import OBJECT, decode_value, parse_part
from groundplane.errors import Conflict, InvalidParameter


@dataclass(frozen=True, slots=True)
class Change:
    object_id: str
    part: str
    base: str | None
    before: Value | None
    after: Value | None


class SentChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change on the wire; `part` says how to read `before` and `after` (kinds.py)."""

    object_id: Uuid
    part: str
    base: Uuid | None
    before: PlainJson
    after: PlainJson


class Transaction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One gesture, one undo step. `op_id` and `at` (ISO 8601) are made by the client.

    `active_ms` is the time worked since the one before; idling over 60 s is left out.
    """

    op_id: Uuid
    at: str
    active_ms: Annotated[int, msgspec.Meta(ge=0, le=86_400_000)]
    changes: Sequence[SentChange]


class ConflictingChange(Conflict):
    """Parts were not as the changes expected them; `parts` are (object_id, part)."""

    def __init__(self, parts: Sequence[tuple[str, str]]) -> None:
        self.parts = parts
        names = ", ".join(f"{part} of {object_id}" for object_id, part in parts[:3])
        more = f" and {len(parts) - 3} more" if len(parts) > 3 else ""
        super().__init__(f"Changed by somebody else in the meantime: {names}{more}.")


def read_changes(sent: Sequence[SentChange]) -> tuple[Change, ...]:
    """Typed changes from those on the wire.

    Raises:
        InvalidParameter: names the change and the field, e.g. `changes[2].after.size_m[0]`.
    """
    if not sent:
        raise InvalidParameter("changes", "must not be empty")
    seen: set[tuple[str, str]] = set()
    for index, change in enumerate(sent):
        if (change.object_id, change.part) in seen:
            raise InvalidParameter(f"changes[{index}].part", "is changed twice in one transaction")
        seen.add((change.object_id, change.part))
    return tuple(_read_change(index, change) for index, change in enumerate(sent))


def _read_change(index: int, sent: SentChange) -> Change:
    path = f"changes[{index}]"
    try:
        parse_part(sent.part)
    except ValueError as error:
        raise InvalidParameter(f"{path}.part", f"is unknown: {error}") from None
    if sent.object_id == SCENE_ID and sent.part == OBJECT:
        raise InvalidParameter(f"{path}.part", "the scene itself is neither made nor deleted")
    before = _read_value(f"{path}.before", sent.part, sent.before)
    after = _read_value(f"{path}.after", sent.part, sent.after)
    if before is None and after is None:
        raise InvalidParameter(f"{path}.after", "must not be null where there was nothing")
    return Change(sent.object_id, sent.part, sent.base, before, after)


def _read_value(path: str, part: str, value: object) -> Value | None:
    if value is None:
        return None
    try:
        return decode_value(part, value)
    except msgspec.ValidationError as error:
        reason, _, where = str(error).partition(" - at `$.value")
        raise InvalidParameter(path + where.rstrip("`"), f"is invalid: {reason}") from None


def send_change(change: Change) -> SentChange:
    """The wire form; `read_changes` gives the same change back."""
    before, after = msgspec.to_builtins((change.before, change.after))
    return SentChange(change.object_id, change.part, change.base, before, after)


def apply(document: Document, changes: Sequence[Change], op_id: str) -> Document:
    """The document after a transaction; the one given is untouched.

    Raises:
        ConflictingChange: names every part whose `base` or `before` is not what the document
            holds, or which stands without its object: because that does not exist, or because
            its deletion left the part behind.
    """
    refused = _not_as_expected(document, changes)
    if refused:
        raise ConflictingChange(refused)
    after = write(document, changes, op_id)
    without_object = [
        (object_id, name)
        for object_id in dict.fromkeys(change.object_id for change in changes)
        if not after.exists(object_id)
        for name, written in after.parts_of(object_id).parts.items()
        if written.value is not None
    ]
    if without_object:
        raise ConflictingChange(without_object)
    return after


def _not_as_expected(document: Document, changes: Sequence[Change]) -> list[tuple[str, str]]:
    seen: set[tuple[str, str]] = set()
    refused: list[tuple[str, str]] = []
    for change in changes:
        name = (change.object_id, change.part)
        written = document.parts_of(change.object_id).parts.get(change.part)
        value, base = (written.value, written.op_id) if written else (None, None)
        if name in seen or base != change.base or value != change.before:
            refused.append(name)
        seen.add(name)
    return refused


def write(document: Document, changes: Iterable[Change], op_id: str) -> Document:
    """Like `apply`, but believes the changes: for replaying what was already accepted."""
    objects = dict(document.objects)
    touched: dict[str, dict[str, Written]] = {}
    for change in changes:
        parts = touched.get(change.object_id)
        if parts is None:
            parts = touched[change.object_id] = dict(document.parts_of(change.object_id).parts)
        parts[change.part] = Written(change.after, op_id)
    for object_id, parts in touched.items():
        objects[object_id] = ObjectParts(parts)
    return Document(objects)


def invert(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The undo, with the bases of the original: `rebase` it before applying.

    A part changes once in a transaction, so the order of the changes means nothing.
    """
    return tuple(
        Change(c.object_id, c.part, c.base, before=c.after, after=c.before) for c in changes
    )


def rebase(document: Document, changes: Iterable[Change]) -> tuple[Change, ...]:
    """The same changes, based on what this document holds.

    Only `base` follows: where `before` is no longer true, `apply` still refuses.
    """

    def base_of(change: Change) -> str | None:
        written = document.parts_of(change.object_id).parts.get(change.part)
        return written.op_id if written else None

    return tuple(
        Change(c.object_id, c.part, base_of(c), before=c.before, after=c.after) for c in changes
    )


def difference(present: Document, wanted: Document) -> tuple[Change, ...]:
    """What has to be written so that the present document holds what the wanted one holds."""
    ids = dict.fromkeys([*present.objects, *wanted.objects])
    return tuple(
        change
        for object_id in ids
        for change in _difference(object_id, present.parts_of(object_id), wanted)
    )


def _difference(object_id: str, present: ObjectParts, wanted: Document) -> Iterable[Change]:
    then = wanted.parts_of(object_id).parts
    for part in dict.fromkeys([*present.parts, *then]):
        now = present.parts.get(part)
        before = now.value if now else None
        after = then[part].value if part in then else None
        if before != after:
            yield Change(object_id, part, now.op_id if now else None, before, after)


def objects_named(changes: Iterable[Change]) -> set[str]:
    """The objects that are touched and those that the new values refer to.

    `apply` needs the first and `checks` all of them, so a document of these suffices for both.
    """
    named: set[str] = set()
    for change in changes:
        named.add(change.object_id)
        named.update(name for name in _named_by(change.after) if name is not None)
    return named


def _named_by(value: Value | None) -> Sequence[str | None]:
    if isinstance(value, PathGeometry):
        return value.vertex_ids
    if isinstance(value, OutlineGeometry):
        return value.line_ids
    if isinstance(value, LinkObject):
        return [value.from_id, value.to_id]
    if isinstance(value, Attribute) and isinstance(value.value, str):
        return [value.value]  # perhaps a linked attribute's; another string names nothing
    if isinstance(value, Located | SegmentObject):
        return [value.parent_id, value.projection_of if isinstance(value, InPicture) else None]
    return []


# Merging ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Operation:
    """A transaction as far as the document is concerned."""

    op_id: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """Every pending operation is in `pending`, in `quarantined`, or was among the remote ones.

    `confirmed` is what the server has; `document` is that with `pending` on top.
    """

    confirmed: Document
    document: Document
    pending: tuple[Operation, ...]
    quarantined: tuple[Operation, ...]


def merge(confirmed: Document, pending: Sequence[Operation], remote: Iterable[Operation]) -> Merged:
    """Put operations that were not sent yet on top of those that the server has accepted since.

    One whose parts were changed by others in the meantime is quarantined, and so is every one
    built on it, which its `base` shows. The others keep their order and need no rewriting.

    Raises:
        ConflictingChange: the remote operations do not follow on `confirmed`.
    """
    acknowledged: set[str] = set()
    for operation in remote:
        confirmed = apply(confirmed, operation.changes, operation.op_id)
        acknowledged.add(operation.op_id)
    document = confirmed
    kept: list[Operation] = []
    quarantined: list[Operation] = []
    for operation in pending:
        if operation.op_id in acknowledged:
            continue
        try:
            document = apply(document, operation.changes, operation.op_id)
        except ConflictingChange:
            quarantined.append(operation)
        else:
            kept.append(operation)
    return Merged(confirmed, document, tuple(kept), tuple(quarantined))
