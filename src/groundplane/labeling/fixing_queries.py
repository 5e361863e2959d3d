"""Statements on fixes and recalls of delivered work: one function each."""

from datetime import datetime
from typing import Literal

import msgspec

from groundplane.storage.database import Connection, Tenant, execute, many, one


class FixRow(msgspec.Struct, frozen=True):
    """A fix that is open; `holder` has it open now. `revision` once it was handed in."""

    base_revision: int
    begun_by: str
    begun_at: datetime
    holder: str | None
    revision: int | None


class EndedFixRow(msgspec.Struct, frozen=True):
    """What the audit says of a fix; of one that was discarded it is nobody's."""

    fixed_by: str
    comment: str | None
    time_s: int
    active_s: int


class HeldFixRow(msgspec.Struct, frozen=True):
    task_id: str
    unique_id: str | None
    project: str | None
    batch: str | None
    type: str
    since: datetime


async def insert_fix(
    db: Connection, tenant: Tenant, task_id: str, stage_id: str, *, person_id: str, revision: int
) -> None:
    """Begun now, of the document as it is; the index refuses a second one."""
    await execute(
        db,
        """
        INSERT INTO fix (account_id, mode, task_id, seq, stage_id, begun_by, base_revision)
        SELECT %(account_id)s, %(mode)s::mode, %(task_id)s, 1 + count(*), %(stage_id)s,
               %(person_id)s, %(revision)s
        FROM fix
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        stage_id=stage_id,
        person_id=person_id,
        revision=revision,
    )


async def open_fix(db: Connection, tenant: Tenant, task_id: str) -> FixRow | None:
    """People by e-mail address."""
    return await one(
        db,
        FixRow,
        """
        SELECT f.base_revision, b.email AS begun_by, f.begun_at, f.revision,
               CASE WHEN s.lease_expires_at > clock_timestamp() THEN h.email END AS holder
        FROM fix f
        JOIN stage s USING (account_id, mode, stage_id)
        JOIN person b ON b.account_id = f.account_id AND b.person_id = f.begun_by
        LEFT JOIN person h ON h.account_id = s.account_id AND h.person_id = s.lease_person_id
        WHERE f.account_id = %(account_id)s AND f.mode = %(mode)s AND f.task_id = %(task_id)s
          AND f.outcome IS NULL
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )


async def hand_in_fix(
    db: Connection,
    tenant: Tenant,
    task_id: str,
    document_id: str,
    *,
    person_id: str,
    revision: int,
    comment: str | None,
) -> None:
    """With the time since the fix was begun, and the active time of all the edits in it."""
    await execute(
        db,
        """
        UPDATE fix f
        SET revision = %(revision)s, fixed_by = %(person_id)s, comment = %(comment)s,
            time_s = extract(epoch FROM clock_timestamp() - f.begun_at)::integer,
            active_s = (
                SELECT coalesce(sum(x.active_ms), 0)::integer / 1000
                FROM document_transaction x
                WHERE (x.account_id, x.mode) = (f.account_id, f.mode)
                  AND x.document_id = %(document_id)s
                  AND x.seq > f.base_revision AND x.seq <= %(revision)s)
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
          AND outcome IS NULL
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        document_id=document_id,
        person_id=person_id,
        revision=revision,
        comment=comment,
    )


async def end_fix(
    db: Connection, tenant: Tenant, task_id: str, *, outcome: Literal["delivered", "discarded"]
) -> EndedFixRow | None:
    """None: no fix is open."""
    return await one(
        db,
        EndedFixRow,
        """
        UPDATE fix f SET outcome = %(outcome)s, ended_at = clock_timestamp()
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
          AND outcome IS NULL
        RETURNING coalesce((SELECT email FROM person p
                            WHERE (p.account_id, p.person_id) = (f.account_id, f.fixed_by)), '')
                      AS fixed_by,
                  comment, coalesce(time_s, 0) AS time_s, coalesce(active_s, 0) AS active_s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        outcome=outcome,
    )


async def fixes_held_by(db: Connection, tenant: Tenant, person_id: str) -> list[HeldFixRow]:
    """Fixes that a person began, or had open last, and did not hand in; the newest first."""
    return await many(
        db,
        HeldFixRow,
        """
        SELECT t.task_id, t.unique_id, p.name AS project, b.name AS batch, t.type,
               f.begun_at AS since
        FROM fix f
        JOIN stage s USING (account_id, mode, stage_id)
        JOIN task t ON (t.account_id, t.mode, t.task_id) = (f.account_id, f.mode, f.task_id)
        LEFT JOIN project p
            ON (p.account_id, p.mode, p.project_id) = (t.account_id, t.mode, t.project_id)
        LEFT JOIN batch b ON (b.account_id, b.mode, b.batch_id) = (t.account_id, t.mode, t.batch_id)
        WHERE f.account_id = %(account_id)s AND f.mode = %(mode)s
          AND f.outcome IS NULL AND f.revision IS NULL
          AND coalesce(s.lease_person_id, f.begun_by) = %(person_id)s
        ORDER BY f.begun_at DESC
        LIMIT 200
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        person_id=person_id,
    )


async def open_stage(db: Connection, tenant: Tenant, stage_id: str) -> None:
    """Done work takes edits again; what was delivered of it stays pinned."""
    await execute(
        db,
        """
        UPDATE stage SET state = 'fixing'
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND stage_id = %(stage_id)s
          AND state = 'done'
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        stage_id=stage_id,
    )


async def close_stage(db: Connection, tenant: Tenant, stage_id: str) -> None:
    """A fix was given up; whoever holds its lease loses it."""
    await execute(
        db,
        """
        UPDATE stage
        SET state = 'done', lease_fence = lease_fence + 1, lease_id = NULL,
            lease_person_id = NULL, lease_client_id = NULL, lease_expires_at = NULL
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND stage_id = %(stage_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        stage_id=stage_id,
    )


async def reopen_stage(db: Connection, tenant: Tenant, stage_id: str) -> None:
    """Back to whoever labeled it, if they still work here; else to whoever comes next."""
    await execute(
        db,
        """
        UPDATE stage s
        SET state = 'ready', lease_fence = lease_fence + 1, lease_id = NULL,
            lease_person_id = NULL, lease_client_id = NULL, lease_expires_at = NULL,
            assigned_to = (SELECT person_id FROM person p
                           WHERE (p.account_id, p.person_id) = (s.account_id, s.submitted_by)
                             AND p.disabled_at IS NULL)
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND stage_id = %(stage_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        stage_id=stage_id,
    )


async def add_recall(
    db: Connection, tenant: Tenant, stage_id: str, *, person_id: str, comment: str
) -> None:
    """A verdict on delivered work; labelers see it, customers do not."""
    await execute(
        db,
        """
        INSERT INTO review (account_id, mode, task_id, seq, stage_id, verdict, comment,
                            reviewed_by, labeled_by, submitted_revision, revision, time_s,
                            active_s)
        SELECT account_id, mode, task_id,
               1 + (SELECT count(*) FROM review v
                    WHERE (v.account_id, v.mode, v.task_id)
                          = (s.account_id, s.mode, s.task_id)),
               stage_id, 'recalled', %(comment)s, %(person_id)s, submitted_by,
               submitted_revision, submitted_revision, 0, 0
        FROM stage s
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND stage_id = %(stage_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        stage_id=stage_id,
        person_id=person_id,
        comment=comment,
    )
