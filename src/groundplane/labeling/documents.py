"""The document's log: accept transactions, read the present, read a revision.

`seq` is given under the document's row lock, so the log has one order. `document_part` is the head
of the log, written in the same transaction; a snapshot every SNAPSHOT_EVERY keeps old revisions
cheap to read. An op_id that is in the log already is acknowledged again and changes nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec
import zstandard

from groundplane.annotations import document as documents
from groundplane.annotations import edits
from groundplane.annotations.checks import check_changes
from groundplane.annotations.document import Document, StoredPart
from groundplane.annotations.edits import Change, ConflictingChange, SentChange, Transaction
from groundplane.annotations.kinds import SCENE_ID
from groundplane.annotations.taxonomy import StageConfig
from groundplane.errors import InvalidParameter, NotFound
from groundplane.labeling import queries
from groundplane.labeling.model import Acknowledged, LoggedTransaction, Received, Refused
from groundplane.labeling.queries import DocumentRow, LogRow, NewLogRow, PartRow, StageRow
from groundplane.storage.database import Connection, Tenant
from groundplane.wire.values import parse_time

SNAPSHOT_EVERY = 500
MOST_LOGGED_AT_ONCE = 500
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_decode_parts = msgspec.json.Decoder(list[StoredPart]).decode
_decode_changes = msgspec.json.Decoder(list[SentChange]).decode


@dataclass(slots=True)
class _Writing:
    """A request's transactions on their way into the log."""

    config: StageConfig
    document: Document
    seq: int
    known: dict[str, int]
    log: list[NewLogRow] = field(default_factory=list[NewLogRow])
    written: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])


async def accept(
    db: Connection,
    tenant: Tenant,
    task_id: str,
    stage: StageRow,
    transactions: Sequence[Transaction],
    *,
    actor: str,
) -> Received:
    """Put each transaction into the log, or refuse it whole and say why.

    Args:
        db: holds the lock of `stage` (assignment.held_stage).
        tenant: whose task.
        task_id: the task.
        stage: where the work is done, under the sender's lease.
        transactions: in the order in which they were made.
        actor: person_id of who made them.
    """
    row = await queries.document(db, tenant, task_id, for_update=True)
    if row is None:
        raise NotFound("Task with that ID")
    ops = await queries.known_ops(db, tenant, row.document_id, [t.op_id for t in transactions])
    writing = _Writing(
        config=msgspec.json.decode(stage.config, type=StageConfig),
        document=await _touched(db, tenant, row.document_id, transactions),
        seq=row.seq,
        known={str(op.op_id): op.seq for op in ops},
    )
    results = [_accept_one(writing, transaction) for transaction in transactions]
    if writing.log:
        await _store(db, tenant, row, stage, writing, actor=actor)
    return Received(results, writing.seq)


def _accept_one(writing: _Writing, transaction: Transaction) -> Acknowledged | Refused:
    known = writing.known.get(transaction.op_id)
    if known is not None:
        return Acknowledged(transaction.op_id, known)
    try:
        at = parse_time("at", transaction.at)
        changes = edits.read_changes(transaction.changes)
        check_changes(writing.config, writing.document, changes)
        writing.document = edits.apply(writing.document, changes, transaction.op_id)
    except (InvalidParameter, ConflictingChange) as error:
        return Refused(transaction.op_id, str(error), _held(writing.document, transaction))
    writing.seq += 1
    writing.known[transaction.op_id] = writing.seq
    writing.written |= {(change.object_id, change.part) for change in changes}
    writing.log.append(
        NewLogRow(
            op_id=UUID(transaction.op_id),
            seq=writing.seq,
            at=at,
            active_ms=transaction.active_ms,
            changes=msgspec.json.encode(transaction.changes).decode(),
        )
    )
    return Acknowledged(transaction.op_id, writing.seq)


async def _store(
    db: Connection,
    tenant: Tenant,
    row: DocumentRow,
    stage: StageRow,
    writing: _Writing,
    *,
    actor: str,
) -> None:
    await queries.append_log(
        db,
        tenant,
        row.document_id,
        writing.log,
        stage_id=stage.stage_id,
        lease_id=str(stage.lease_id),
        fence=stage.lease_fence,
        actor=actor,
    )
    await queries.write_parts(db, tenant, row.document_id, list(_rows(writing)))
    await queries.set_seq(db, tenant, row.document_id, writing.seq)
    if writing.seq // SNAPSHOT_EVERY != row.seq // SNAPSHOT_EVERY:
        present = await parts_of(db, tenant, row.document_id)
        packed = zstandard.compress(msgspec.json.encode(present))
        await queries.insert_snapshot(db, tenant, row.document_id, writing.seq, packed)


async def write_back(
    db: Connection, tenant: Tenant, task_id: str, stage: StageRow, revision: int, *, actor: str
) -> None:
    """One more transaction by which the document holds what it held after `revision`.

    Its values were judged when they were written first; no rule that is new may stop them.
    """
    row = await queries.document(db, tenant, task_id, for_update=True)
    assert row is not None, "a stage has a document"
    if row.seq == revision:
        return
    present = documents.from_parts(await parts_of(db, tenant, row.document_id))
    was = await read_revision(db, tenant, row.document_id, revision)
    changes = edits.difference(present, was)
    if not changes:
        return
    op_id = uuid4()
    writing = _Writing(
        config=msgspec.json.decode(stage.config, type=StageConfig),
        document=edits.write(present, changes, str(op_id)),
        seq=row.seq + 1,
        known={str(op_id): row.seq + 1},
        written={(change.object_id, change.part) for change in changes},
    )
    sent = msgspec.json.encode([edits.send_change(change) for change in changes]).decode()
    writing.log.append(NewLogRow(op_id, writing.seq, datetime.now(UTC), 0, sent))
    await _store(db, tenant, row, stage, writing, actor=actor)


def _rows(writing: _Writing) -> Iterable[PartRow]:
    for object_id, part in sorted(writing.written):
        written = writing.document.parts_of(object_id).parts[part]
        value = None if written.value is None else msgspec.json.encode(written.value).decode()
        seq = writing.known[written.op_id]
        yield PartRow(object_id, part, UUID(written.op_id), seq, value)


async def _touched(
    db: Connection, tenant: Tenant, document_id: str, transactions: Sequence[Transaction]
) -> Document:
    """As much of the document as these transactions touch or are judged by."""
    ids = {one for t in transactions for change in t.changes for one in _ids_named(change)}
    return documents.from_parts(await parts_of(db, tenant, document_id, sorted(ids)))


def _ids_named(change: SentChange) -> Iterable[str]:
    """The object of a change, the scene, and every object that its values name."""
    yield change.object_id
    yield SCENE_ID
    names = [change.before, change.after]
    while names:
        match names.pop():
            case str() as text if UUID_TEXT.fullmatch(text):
                yield text
            case list() as several:
                names += several
            case dict() as fields:
                names += fields.values()
            case _:
                pass


def _held(document: Document, transaction: Transaction) -> list[StoredPart]:
    ids = {change.object_id for change in transaction.changes}
    objects = {one: parts for one, parts in document.objects.items() if one in ids}
    return documents.to_parts(Document(objects))


async def parts_of(
    db: Connection, tenant: Tenant, document_id: str, object_ids: Sequence[str] | None = None
) -> list[StoredPart]:
    """The present of a document, or of some of its objects."""
    return [
        StoredPart(
            row.object_id,
            row.part,
            str(row.op_id),
            None if row.value is None else msgspec.json.decode(row.value),
        )
        for row in await queries.parts(db, tenant, document_id, object_ids)
    ]


async def read_revision(db: Connection, tenant: Tenant, document_id: str, seq: int) -> Document:
    """The document as it was after transaction `seq`: the snapshot before it, and the log since."""
    snapshot = await queries.snapshot_before(db, tenant, document_id, seq)
    document, after = documents.EMPTY, 0
    if snapshot is not None:
        stored = _decode_parts(zstandard.decompress(snapshot.parts_zstd))
        document, after = documents.from_parts(stored), snapshot.seq
    while after < seq:
        rows = await queries.log_between(
            db, tenant, document_id, after=after, until=seq, most=MOST_LOGGED_AT_ONCE
        )
        if not rows:
            raise NotFound("Revision with that number")
        for row in rows:
            document = edits.write(document, logged_changes(row), str(row.op_id))
        after = rows[-1].seq
    return document


async def known_among(
    db: Connection, tenant: Tenant, document_id: str, op_ids: Sequence[str]
) -> list[Acknowledged]:
    """Those of the transactions that are in the log, whoever asks and whatever became of leases."""
    rows = await queries.known_ops(db, tenant, document_id, op_ids)
    return [Acknowledged(str(row.op_id), row.seq) for row in rows]


async def log_after(
    db: Connection, tenant: Tenant, document: DocumentRow, after: int
) -> list[LoggedTransaction]:
    """What to tell an editor that has read until `after`; at most MOST_LOGGED_AT_ONCE."""
    rows = await queries.log_between(
        db,
        tenant,
        document.document_id,
        after=after,
        until=document.seq,
        most=MOST_LOGGED_AT_ONCE,
    )
    return [_told(row) for row in rows]


async def log_before(
    db: Connection, tenant: Tenant, document_id: str, *, before: int, most: int
) -> list[LoggedTransaction]:
    """The newest transactions that came before a sequence number, the newest first."""
    rows = await queries.log_before(db, tenant, document_id, before=before, most=most)
    return [_told(row) for row in rows]


def _told(row: LogRow) -> LoggedTransaction:
    return LoggedTransaction(
        str(row.op_id),
        row.seq,
        row.actor,
        row.at.astimezone(UTC),
        _decode_changes(row.changes),
    )


def logged_changes(row: LogRow) -> tuple[Change, ...]:
    """Raises InvalidParameter: a change that this version of the model does not know."""
    return edits.read_changes(_decode_changes(row.changes))
