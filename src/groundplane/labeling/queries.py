"""Statements on stages, leases and documents: one function each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from groundplane.storage.database import Connection, Tenant, execute, many, one, scalar


class StageRow(msgspec.Struct, frozen=True):
    """`config` is JSON text. `lease_alive` is judged by the database's clock, the only one."""

    stage_id: str
    state: str
    config: str
    lease_id: UUID | None
    lease_fence: int
    lease_person_id: str | None
    lease_client_id: str | None
    lease_holder: str | None
    lease_alive: bool
    submitted_revision: int | None
    assigned_to: str | None


class LeaseRow(msgspec.Struct, frozen=True):
    lease_id: UUID
    lease_fence: int
    lease_expires_at: datetime


class DocumentRow(msgspec.Struct, frozen=True):
    document_id: str
    seq: int


class PartRow(msgspec.Struct, frozen=True):
    """`value` is JSON text, None when the part was deleted; `seq` that of its first write."""

    object_id: str
    part: str
    op_id: UUID
    seq: int
    value: str | None


class LogRow(msgspec.Struct, frozen=True):
    """`changes` is JSON text."""

    op_id: UUID
    seq: int
    actor: str
    at: datetime
    changes: str


class NewLogRow(msgspec.Struct, frozen=True):
    op_id: UUID
    seq: int
    at: datetime
    active_ms: int
    changes: str


class OpRow(msgspec.Struct, frozen=True):
    op_id: UUID
    seq: int


class SnapshotRow(msgspec.Struct, frozen=True):
    seq: int
    parts_zstd: bytes


async def stage(
    db: Connection, tenant: Tenant, task_id: str, *, for_update: bool = False
) -> StageRow | None:
    """The stage that a plain task has; locked to the end of the transaction on request."""
    plain = """
        SELECT s.stage_id, s.state::text AS state, s.config::text AS config, s.lease_id,
               s.lease_fence, s.lease_person_id, s.lease_client_id, p.email AS lease_holder,
               coalesce(s.lease_expires_at > clock_timestamp(), false) AS lease_alive,
               s.submitted_revision, s.assigned_to
        FROM stage s
        LEFT JOIN person p ON p.account_id = s.account_id AND p.person_id = s.lease_person_id
        WHERE s.account_id = %(account_id)s AND s.mode = %(mode)s AND s.task_id = %(task_id)s
        ORDER BY s.position LIMIT 1
        """
    locked = plain + " FOR UPDATE OF s"
    return await one(
        db,
        StageRow,
        locked if for_update else plain,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )


async def claim_stage(
    db: Connection,
    tenant: Tenant,
    stage_id: str,
    *,
    person_id: str,
    client_id: str,
    lifetime_s: int,
) -> LeaseRow | None:
    """A new lease with the next fence; the caller holds the row's lock and has judged."""
    return await one(
        db,
        LeaseRow,
        """
        UPDATE stage
        SET state = CASE WHEN state IN ('in_review', 'fixing') THEN state ELSE 'claimed' END,
            review_started_at = CASE state WHEN 'in_review'
                THEN coalesce(review_started_at, clock_timestamp()) END,
            lease_id = gen_random_uuid(), lease_fence = lease_fence + 1,
            lease_person_id = %(person_id)s, lease_client_id = %(client_id)s,
            lease_expires_at = clock_timestamp() + make_interval(secs => %(lifetime_s)s)
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND stage_id = %(stage_id)s
          AND state IN ('ready', 'claimed', 'in_review', 'fixing')
        RETURNING lease_id, lease_fence, lease_expires_at
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        stage_id=stage_id,
        person_id=person_id,
        client_id=client_id,
        lifetime_s=lifetime_s,
    )


async def renew_lease(
    db: Connection,
    tenant: Tenant,
    task_id: str,
    *,
    person_id: str,
    lease_id: str,
    fence: int,
    lifetime_s: int,
) -> LeaseRow | None:
    """The same lease of the same person, for longer; None when another one was given meanwhile."""
    return await one(
        db,
        LeaseRow,
        """
        UPDATE stage
        SET lease_expires_at = clock_timestamp() + make_interval(secs => %(lifetime_s)s)
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
          AND state IN ('claimed', 'in_review', 'fixing')
          AND lease_id = %(lease_id)s AND lease_fence = %(fence)s
          AND lease_person_id = %(person_id)s
        RETURNING lease_id, lease_fence, lease_expires_at
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        person_id=person_id,
        lease_id=lease_id,
        fence=fence,
        lifetime_s=lifetime_s,
    )


async def release_lease(
    db: Connection, tenant: Tenant, task_id: str, *, lease_id: str, fence: int
) -> bool:
    released = await execute(
        db,
        """
        UPDATE stage SET lease_expires_at = clock_timestamp()
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
          AND state IN ('claimed', 'in_review', 'fixing')
          AND lease_id = %(lease_id)s AND lease_fence = %(fence)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        lease_id=lease_id,
        fence=fence,
    )
    return released == 1


async def submit_stage(
    db: Connection, tenant: Tenant, stage_id: str, *, revision: int, person_id: str
) -> None:
    await execute(
        db,
        """
        UPDATE stage
        SET state = 'submitted', submitted_revision = %(revision)s, submitted_by = %(person_id)s,
            submitted_at = clock_timestamp()
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND stage_id = %(stage_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        stage_id=stage_id,
        revision=revision,
        person_id=person_id,
    )


async def finish_stage(db: Connection, tenant: Tenant, stage_id: str) -> bool:
    """From submitted to done, once."""
    finished = await execute(
        db,
        """
        UPDATE stage SET state = 'done'
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND stage_id = %(stage_id)s
          AND state = 'submitted'
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        stage_id=stage_id,
    )
    return finished == 1


async def document(
    db: Connection, tenant: Tenant, task_id: str, *, for_update: bool = False
) -> DocumentRow | None:
    """The document of a plain task; its lock is what orders the log."""
    plain = """
        SELECT document_id, seq FROM document
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
          AND pass = 'main'
        """
    locked = plain + " FOR UPDATE"
    return await one(
        db,
        DocumentRow,
        locked if for_update else plain,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )


async def parts(
    db: Connection, tenant: Tenant, document_id: str, object_ids: Sequence[str] | None = None
) -> list[PartRow]:
    """What a document holds, or some of its objects do; objects in the order of their making."""
    return await many(
        db,
        PartRow,
        """
        SELECT object_id, part, op_id, first_seq AS seq, value::text AS value FROM document_part
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND document_id = %(document_id)s
          AND (%(object_ids)s::text[] IS NULL OR object_id = ANY(%(object_ids)s))
        ORDER BY min(first_seq) OVER (PARTITION BY object_id), object_id, part
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        document_id=document_id,
        object_ids=None if object_ids is None else list(object_ids),
    )


async def known_ops(
    db: Connection, tenant: Tenant, document_id: str, op_ids: Sequence[str]
) -> list[OpRow]:
    """Which of these transactions are in the log already."""
    return await many(
        db,
        OpRow,
        """
        SELECT op_id, seq FROM document_op
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND document_id = %(document_id)s
          AND op_id = ANY(%(op_ids)s::uuid[])
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        document_id=document_id,
        op_ids=list(op_ids),
    )


async def append_log(
    db: Connection,
    tenant: Tenant,
    document_id: str,
    rows: Sequence[NewLogRow],
    *,
    stage_id: str,
    lease_id: str,
    fence: int,
    actor: str,
) -> None:
    """New transactions, in order; their op_ids are taken for ever in the same statement."""
    await execute(
        db,
        """
        WITH sent AS (
            SELECT * FROM unnest(%(op_ids)s::uuid[], %(seqs)s::bigint[], %(ats)s::timestamptz[],
                                 %(active)s::integer[], %(changes)s::jsonb[])
                AS given (op_id, seq, at, active_ms, changes)
        ), named AS (
            INSERT INTO document_op (account_id, mode, document_id, op_id, seq)
            SELECT %(account_id)s, %(mode)s::mode, %(document_id)s, op_id, seq FROM sent
        )
        INSERT INTO document_transaction
            (account_id, mode, document_id, seq, op_id, stage_id, lease_id, lease_fence, actor,
             at, active_ms, changes)
        SELECT %(account_id)s, %(mode)s::mode, %(document_id)s, seq, op_id, %(stage_id)s,
               %(lease_id)s::uuid, %(fence)s, %(actor)s, at, active_ms, changes
        FROM sent
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        document_id=document_id,
        op_ids=[row.op_id for row in rows],
        seqs=[row.seq for row in rows],
        ats=[row.at for row in rows],
        active=[row.active_ms for row in rows],
        changes=[row.changes for row in rows],
        stage_id=stage_id,
        lease_id=lease_id,
        fence=fence,
        actor=actor,
    )


async def write_parts(
    db: Connection, tenant: Tenant, document_id: str, rows: Sequence[PartRow]
) -> None:
    """Each part of `rows`, which names none twice."""
    await execute(
        db,
        """
        INSERT INTO document_part
            (account_id, mode, document_id, object_id, part, op_id, first_seq, value)
        SELECT %(account_id)s, %(mode)s::mode, %(document_id)s, object_id, part, op_id, seq, value
        FROM unnest(%(object_ids)s::text[], %(parts)s::text[], %(op_ids)s::uuid[],
                    %(seqs)s::bigint[], %(contents)s::jsonb[])
            AS given (object_id, part, op_id, seq, value)
        ON CONFLICT (account_id, mode, document_id, object_id, part)
        DO UPDATE SET op_id = excluded.op_id, value = excluded.value
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        document_id=document_id,
        object_ids=[row.object_id for row in rows],
        parts=[row.part for row in rows],
        op_ids=[row.op_id for row in rows],
        seqs=[row.seq for row in rows],
        contents=[row.value for row in rows],
    )


async def set_seq(db: Connection, tenant: Tenant, document_id: str, seq: int) -> None:
    await execute(
        db,
        """
        UPDATE document SET seq = %(seq)s
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND document_id = %(document_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        document_id=document_id,
        seq=seq,
    )


async def log_between(
    db: Connection, tenant: Tenant, document_id: str, *, after: int, until: int, most: int
) -> list[LogRow]:
    """Transactions with after < seq ≤ until, in order; the actor by e-mail address."""
    return await many(
        db,
        LogRow,
        """
        SELECT t.op_id, t.seq, coalesce(p.email, t.actor) AS actor, t.at,
               t.changes::text AS changes
        FROM document_transaction t
        LEFT JOIN person p ON p.account_id = t.account_id AND p.person_id = t.actor
        WHERE t.account_id = %(account_id)s AND t.mode = %(mode)s
          AND t.document_id = %(document_id)s AND t.seq > %(after)s AND t.seq <= %(until)s
        ORDER BY t.seq LIMIT %(most)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        document_id=document_id,
        after=after,
        until=until,
        most=most,
    )


async def log_before(
    db: Connection, tenant: Tenant, document_id: str, *, before: int, most: int
) -> list[LogRow]:
    """Transactions with seq < before, the newest first; the actor by e-mail address."""
    return await many(
        db,
        LogRow,
        """
        SELECT t.op_id, t.seq, coalesce(p.email, t.actor) AS actor, t.at,
               t.changes::text AS changes
        FROM document_transaction t
        LEFT JOIN person p ON p.account_id = t.account_id AND p.person_id = t.actor
        WHERE t.account_id = %(account_id)s AND t.mode = %(mode)s
          AND t.document_id = %(document_id)s AND t.seq < %(before)s
        ORDER BY t.seq DESC LIMIT %(most)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        document_id=document_id,
        before=before,
        most=most,
    )


async def insert_snapshot(
    db: Connection, tenant: Tenant, document_id: str, seq: int, parts_zstd: bytes
) -> None:
    await execute(
        db,
        """
        INSERT INTO document_snapshot (account_id, mode, document_id, seq, parts_zstd)
        VALUES (%(account_id)s, %(mode)s, %(document_id)s, %(seq)s, %(parts_zstd)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        document_id=document_id,
        seq=seq,
        parts_zstd=parts_zstd,
    )


async def snapshot_before(
    db: Connection, tenant: Tenant, document_id: str, seq: int
) -> SnapshotRow | None:
    """The latest snapshot at or before a sequence number."""
    return await one(
        db,
        SnapshotRow,
        """
        SELECT seq, parts_zstd FROM document_snapshot
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND document_id = %(document_id)s
          AND seq <= %(seq)s
        ORDER BY seq DESC LIMIT 1
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        document_id=document_id,
        seq=seq,
    )


async def scene_manifest(db: Connection, tenant: Tenant, task_id: str) -> str | None:
    """JSON text of scenes.model.Scene."""
    return await scalar(
        db,
        """
        SELECT manifest::text FROM scene
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )
