"""Statements on batches: one function each."""

from datetime import datetime
from typing import LiteralString

import msgspec

from groundplane.batches.model import BatchFilter, NewBatch
from groundplane.storage.database import Connection, Tenant, execute, many, one, scalar


class BatchRow(msgspec.Struct, frozen=True):
    """A batch with its project's name; metadata as JSON text."""

    batch_id: str
    project_id: str
    project: str
    name: str
    status: str
    callback: str | None
    calibration: bool
    self_label: bool
    metadata: str
    created_at: datetime
    completed_at: datetime | None
    last_audited_at: datetime | None
    archived_at: datetime | None


class ImportedBatch(msgspec.Struct, frozen=True, kw_only=True):
    """A batch of another account, as it was there; metadata as JSON text."""

    batch_id: str
    project_id: str
    name: str
    callback: str | None
    metadata: str
    created_at: datetime
    completed_at: datetime | None
    finalized: bool


STATUS: LiteralString = """
    CASE WHEN b.finalized_at IS NULL THEN 'staging'
         WHEN b.completed_at IS NULL THEN 'in_progress'
         ELSE 'completed' END
"""
COLUMNS: LiteralString = (
    """
    b.batch_id, b.project_id, p.name AS project, b.name,
    """
    + STATUS
    + """
    AS status, b.callback, b.calibration, b.self_label, b.metadata::text AS metadata,
    b.created_at, b.completed_at, b.last_audited_at, b.archived_at
"""
)
TABLES: LiteralString = " batch b JOIN project p USING (account_id, mode, project_id) "
MATCHES: LiteralString = (
    """
    b.account_id = %(account_id)s AND b.mode = %(mode)s
    AND (%(created_from)s::timestamptz IS NULL OR b.created_at >= %(created_from)s)
    AND (%(created_to)s::timestamptz IS NULL OR b.created_at <= %(created_to)s)
    AND (%(completed_from)s::timestamptz IS NULL OR b.completed_at >= %(completed_from)s)
    AND (%(completed_to)s::timestamptz IS NULL OR b.completed_at <= %(completed_to)s)
    AND (%(audited_from)s::timestamptz IS NULL OR b.last_audited_at >= %(audited_from)s)
    AND (%(audited_to)s::timestamptz IS NULL OR b.last_audited_at <= %(audited_to)s)
    AND (%(project)s::text IS NULL OR p.name = %(project)s)
    AND NOT (%(exclude_archived)s AND b.archived_at IS NOT NULL)
    AND (%(status)s::text IS NULL OR %(status)s =
    """
    + STATUS
    + ")"
)


async def insert(
    db: Connection,
    tenant: Tenant,
    batch_id: str,
    new: NewBatch,
    *,
    project_id: str,
    finalized: bool,
) -> bool:
    """False: there is one of that name, in this project or another."""
    made = await scalar(
        db,
        """
        INSERT INTO batch (account_id, mode, batch_id, project_id, name, callback, calibration,
                           self_label, metadata, finalized_at)
        VALUES (%(account_id)s, %(mode)s, %(batch_id)s, %(project_id)s, %(name)s, %(callback)s,
                %(calibration)s, %(self_label)s, %(metadata)s::jsonb,
                CASE WHEN %(finalized)s THEN now() END)
        ON CONFLICT (account_id, mode, name) DO NOTHING
        RETURNING batch_id
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_id=batch_id,
        project_id=project_id,
        name=new.name,
        callback=new.callback,
        calibration=new.calibration_batch,
        self_label=new.self_label_batch,
        metadata=msgspec.json.encode(new.metadata).decode(),
        finalized=finalized,
    )
    return made is not None


async def insert_imported(db: Connection, tenant: Tenant, batch: ImportedBatch) -> None:
    """That it is complete is news to nobody."""
    await execute(
        db,
        """
        INSERT INTO batch (account_id, mode, batch_id, project_id, name, callback, metadata,
                           created_at, finalized_at, completed_at)
        VALUES (%(account_id)s, %(mode)s, %(batch_id)s, %(project_id)s, %(name)s, %(callback)s,
                %(metadata)s::jsonb, %(created_at)s,
                CASE WHEN %(finalized)s THEN %(created_at)s::timestamptz END, %(completed_at)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_id=batch.batch_id,
        project_id=batch.project_id,
        name=batch.name,
        callback=batch.callback,
        metadata=batch.metadata,
        created_at=batch.created_at,
        completed_at=batch.completed_at,
        finalized=batch.finalized,
    )


async def by_name(db: Connection, tenant: Tenant, name: str) -> BatchRow | None:
    return await one(
        db,
        BatchRow,
        "SELECT"  # constants of this file
        + COLUMNS
        + "FROM"
        + TABLES
        + """
        WHERE b.account_id = %(account_id)s AND b.mode = %(mode)s AND b.name = %(name)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        name=name,
    )


async def by_id(db: Connection, tenant: Tenant, batch_id: str) -> BatchRow | None:
    return await one(
        db,
        BatchRow,
        "SELECT"  # constants of this file
        + COLUMNS
        + "FROM"
        + TABLES
        + """
        WHERE b.account_id = %(account_id)s AND b.mode = %(mode)s AND b.batch_id = %(batch_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_id=batch_id,
    )


async def lock(db: Connection, tenant: Tenant, batch_id: str) -> None:
    """Until the end of this transaction nobody else adds a task, finalizes or completes it."""
    await execute(
        db,
        """
        SELECT FROM batch
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND batch_id = %(batch_id)s
        FOR NO KEY UPDATE
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_id=batch_id,
    )


async def finalize(db: Connection, tenant: Tenant, batch_id: str) -> None:
    """Again changes nothing."""
    await execute(
        db,
        """
        UPDATE batch SET finalized_at = clock_timestamp()
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND batch_id = %(batch_id)s
          AND finalized_at IS NULL
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_id=batch_id,
    )


async def complete(db: Connection, tenant: Tenant, batch_id: str) -> None:
    """Once, with its event; nothing when it is complete or not finalized."""
    await execute(
        db,
        """
        WITH moved AS (
            UPDATE batch SET completed_at = clock_timestamp(), event_seq = event_seq + 1
            WHERE account_id = %(account_id)s AND mode = %(mode)s AND batch_id = %(batch_id)s
              AND finalized_at IS NOT NULL AND completed_at IS NULL
            RETURNING account_id, mode, batch_id, event_seq, completed_at
        )
        INSERT INTO batch_event (account_id, mode, batch_id, seq, event, at)
        SELECT account_id, mode, batch_id, event_seq, 'completed', completed_at FROM moved
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_id=batch_id,
    )


async def reopen(db: Connection, tenant: Tenant, batch_id: str) -> None:
    """With its event; nothing when it is not complete."""
    await execute(
        db,
        """
        WITH moved AS (
            UPDATE batch SET completed_at = NULL, event_seq = event_seq + 1
            WHERE account_id = %(account_id)s AND mode = %(mode)s AND batch_id = %(batch_id)s
              AND completed_at IS NOT NULL
            RETURNING account_id, mode, batch_id, event_seq
        )
        INSERT INTO batch_event (account_id, mode, batch_id, seq, event, at)
        SELECT account_id, mode, batch_id, event_seq, 'reopened', clock_timestamp() FROM moved
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_id=batch_id,
    )


async def set_metadata(db: Connection, tenant: Tenant, batch_id: str, metadata: str) -> None:
    await execute(
        db,
        """
        UPDATE batch SET metadata = %(metadata)s::jsonb
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND batch_id = %(batch_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_id=batch_id,
        metadata=metadata,
    )


async def set_archived(db: Connection, tenant: Tenant, batch_id: str, *, archived: bool) -> None:
    """Again keeps the moment of the first time."""
    await execute(
        db,
        """
        UPDATE batch
        SET archived_at = CASE WHEN %(archived)s THEN coalesce(archived_at, now()) END
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND batch_id = %(batch_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_id=batch_id,
        archived=archived,
    )


async def note_audit(db: Connection, tenant: Tenant, batch_id: str, at: datetime) -> None:
    """One of its tasks was audited then."""
    await execute(
        db,
        """
        UPDATE batch SET last_audited_at = greatest(last_audited_at, %(at)s)
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND batch_id = %(batch_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_id=batch_id,
        at=at,
    )


async def count(db: Connection, tenant: Tenant, wanted: BatchFilter) -> int:
    return await scalar(
        db,
        "SELECT count(*) FROM" + TABLES + "WHERE" + MATCHES,  # constants of this file
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        **wanted.parameters(),
    )


async def page(
    db: Connection, tenant: Tenant, wanted: BatchFilter, *, offset: int, limit: int
) -> list[BatchRow]:
    """Newest first."""
    return await many(
        db,
        BatchRow,
        "SELECT"  # constants of this file
        + COLUMNS
        + "FROM"
        + TABLES
        + "WHERE"
        + MATCHES
        + """
        ORDER BY b.created_at DESC, b.batch_id DESC
        LIMIT %(limit)s OFFSET %(offset)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        offset=offset,
        limit=limit,
        **wanted.parameters(),
    )
