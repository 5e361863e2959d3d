"""Statements on events, deliveries and attempts: one function each."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from groundplane.storage.database import Connection, Tenant, execute, many, one, scalar


class EventName(msgspec.Struct, frozen=True):
    account_id: str
    mode: str
    task_id: str
    seq: int


class EventRow(msgspec.Struct, frozen=True):
    task_id: str
    seq: int
    event: str
    to_state: str
    at: datetime


class DeliveryName(msgspec.Struct, frozen=True):
    account_id: str
    mode: str
    delivery_id: UUID


class DeliveryRow(msgspec.Struct, frozen=True):
    """Of an event of a task or of a batch; what is the other one's is None."""

    delivery_id: UUID
    task_id: str | None
    batch_id: str | None
    batch: str | None
    event_seq: int
    event: str
    url: str
    state: str
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    settled_at: datetime | None


class ClaimRow(msgspec.Struct, frozen=True):
    """What an enqueued attempt is named by."""

    delivery_id: UUID
    url: str
    attempts: int


class AttemptRow(msgspec.Struct, frozen=True):
    delivery_id: UUID
    attempt: int
    at: datetime
    duration_ms: int
    status: int | None
    outcome: str


DELIVERY_COLUMNS: LiteralString = """
    d.delivery_id, d.task_id, d.batch_id, n.name AS batch,
    coalesce(d.event_seq, d.batch_event_seq) AS event_seq,
    coalesce(e.event, b.event) AS event, d.url, d.state::text, d.attempts, d.next_attempt_at,
    d.created_at, d.settled_at
"""
DELIVERY_TABLES: LiteralString = """
    callback_delivery d
    LEFT JOIN task_event e ON (e.account_id, e.mode, e.task_id, e.seq)
                            = (d.account_id, d.mode, d.task_id, d.event_seq)
    LEFT JOIN batch_event b ON (b.account_id, b.mode, b.batch_id, b.seq)
                             = (d.account_id, d.mode, d.batch_id, d.batch_event_seq)
    LEFT JOIN batch n ON (n.account_id, n.mode, n.batch_id)
                       = (d.account_id, d.mode, d.batch_id)
"""


async def unnoticed_events(db: Connection, most: int) -> list[EventName]:
    """Of all tenants, oldest first."""
    return await many(
        db,
        EventName,
        "SELECT account_id, mode::text, task_id, seq FROM unnoticed_task_events(%(most)s)",
        most=most,
    )


async def lock_notice(db: Connection, tenant: Tenant, of: str) -> bool:
    """Let one transaction at a time take a tenant's events; False: another one does."""
    return await scalar(
        db,
        "SELECT pg_try_advisory_xact_lock(hashtextextended('callbacks.notice ' || %(name)s, 0))",
        name=f"{of} {tenant.account_id} {tenant.mode.value}",
    )


async def take_events(db: Connection, tenant: Tenant, names: Sequence[EventName]) -> list[EventRow]:
    """Mark as noticed what is new of these events' tasks, also before and after them; in order."""
    return await many(
        db,
        EventRow,
        """
        WITH taken AS (
            UPDATE task_event SET noticed = true
            WHERE account_id = %(account_id)s AND mode = %(mode)s
              AND task_id = ANY(%(task_ids)s) AND NOT noticed
            RETURNING task_id, seq, event, to_state::text, at
        )
        SELECT task_id, seq, event, to_state, at FROM taken ORDER BY task_id, seq
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_ids=list({name.task_id for name in names}),
    )


async def insert_delivery(
    db: Connection,
    tenant: Tenant,
    delivery_id: UUID,
    event: EventRow,
    *,
    url: str,
    payload_zstd: bytes,
) -> None:
    """Due at once; the unique event makes a second one impossible."""
    await execute(
        db,
        """
        INSERT INTO callback_delivery
            (account_id, mode, delivery_id, task_id, event_seq, url, payload_zstd, state,
             next_attempt_at)
        VALUES (%(account_id)s, %(mode)s, %(delivery_id)s, %(task_id)s, %(event_seq)s, %(url)s,
                %(payload_zstd)s, 'pending', now())
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        delivery_id=delivery_id,
        task_id=event.task_id,
        event_seq=event.seq,
        url=url,
        payload_zstd=payload_zstd,
    )


async def due_deliveries(db: Connection, most: int) -> list[DeliveryName]:
    """Of all tenants, the longest due first."""
    return await many(
        db,
        DeliveryName,
        "SELECT account_id, mode::text, delivery_id FROM due_callbacks(%(most)s)",
        most=most,
    )


async def claim(
    db: Connection, tenant: Tenant, delivery_ids: Sequence[UUID], *, claim_s: float
) -> list[ClaimRow]:
    """Take what is due into hand for a while; those that this transaction took."""
    return await many(
        db,
        ClaimRow,
        """
        UPDATE callback_delivery SET claimed_until = now() + make_interval(secs => %(claim_s)s)
        WHERE delivery_id IN (
            SELECT delivery_id FROM callback_delivery
            WHERE account_id = %(account_id)s AND mode = %(mode)s
              AND delivery_id = ANY(%(delivery_ids)s)
              AND state = 'pending' AND next_attempt_at <= now()
              AND (claimed_until IS NULL OR claimed_until <= now())
            FOR UPDATE SKIP LOCKED
        ) AND account_id = %(account_id)s AND mode = %(mode)s
        RETURNING delivery_id, url, attempts
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        delivery_ids=list(delivery_ids),
        claim_s=claim_s,
    )


async def delivery(db: Connection, tenant: Tenant, delivery_id: UUID) -> DeliveryRow | None:
    return await one(
        db,
        DeliveryRow,
        "SELECT"  # constants of this file
        + DELIVERY_COLUMNS
        + "FROM"
        + DELIVERY_TABLES
        + """
        WHERE d.account_id = %(account_id)s AND d.mode = %(mode)s
          AND d.delivery_id = %(delivery_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        delivery_id=delivery_id,
    )


async def payload_zstd(db: Connection, tenant: Tenant, delivery_id: UUID) -> bytes:
    return await scalar(
        db,
        """
        SELECT payload_zstd FROM callback_delivery
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND delivery_id = %(delivery_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        delivery_id=delivery_id,
    )


async def newest_deliveries(
    db: Connection,
    tenant: Tenant,
    *,
    state: str | None,
    held: bool | None,
    after: DeliveryRow | None,
    limit: int,
) -> list[DeliveryRow]:
    """Newest first, of this state (None: any), held for an endpoint or not (None: either).

    `after` is the last delivery of the page before.
    """
    return await many(
        db,
        DeliveryRow,
        "SELECT"  # constants of this file
        + DELIVERY_COLUMNS
        + "FROM"
        + DELIVERY_TABLES
        + """
        WHERE d.account_id = %(account_id)s AND d.mode = %(mode)s
          AND (%(state)s::delivery_state IS NULL OR d.state = %(state)s::delivery_state)
          AND (%(held)s::boolean IS NULL OR d.held = %(held)s)
          AND (%(position_at)s::timestamptz IS NULL
               OR (d.created_at, d.delivery_id) < (%(position_at)s, %(position_id)s))
        ORDER BY d.created_at DESC, d.delivery_id DESC
        LIMIT %(limit)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        state=state,
        held=held,
        position_at=None if after is None else after.created_at,
        position_id=None if after is None else after.delivery_id,
        limit=limit,
    )


async def deliveries(db: Connection, tenant: Tenant, task_id: str) -> list[DeliveryRow]:
    """A task's, in the order of its events."""
    return await many(
        db,
        DeliveryRow,
        "SELECT"  # constants of this file
        + DELIVERY_COLUMNS
        + "FROM"
        + DELIVERY_TABLES
        + """
        WHERE d.account_id = %(account_id)s AND d.mode = %(mode)s AND d.task_id = %(task_id)s
        ORDER BY d.event_seq
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )


async def attempts(
    db: Connection, tenant: Tenant, delivery_ids: Sequence[UUID]
) -> list[AttemptRow]:
    return await many(
        db,
        AttemptRow,
        """
        SELECT delivery_id, attempt, at, duration_ms, status, outcome FROM callback_attempt
        WHERE account_id = %(account_id)s AND mode = %(mode)s
          AND delivery_id = ANY(%(delivery_ids)s)
        ORDER BY delivery_id, attempt
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        delivery_ids=list(delivery_ids),
    )


async def settle_delivery(
    db: Connection,
    tenant: Tenant,
    delivery_id: UUID,
    *,
    attempts: int,
    state: str,
    next_attempt_at: datetime | None,
) -> bool:
    """Count one attempt more, if nobody else has counted it; False: somebody has."""
    settled = await execute(
        db,
        """
        UPDATE callback_delivery
        SET attempts = attempts + 1,
            state = %(state)s,
            next_attempt_at = %(next_attempt_at)s,
            claimed_until = NULL,
            held = false,
            settled_at = CASE WHEN %(state)s = 'pending'::delivery_state THEN NULL
                              WHEN %(state)s = state THEN settled_at
                              ELSE now() END
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND delivery_id = %(delivery_id)s
          AND attempts = %(attempts)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        delivery_id=delivery_id,
        attempts=attempts,
        state=state,
        next_attempt_at=next_attempt_at,
    )
    return settled == 1


async def insert_attempt(db: Connection, tenant: Tenant, attempt: AttemptRow) -> None:
    await execute(
        db,
        """
        INSERT INTO callback_attempt
            (account_id, mode, delivery_id, attempt, at, duration_ms, status, outcome)
        VALUES (%(account_id)s, %(mode)s, %(delivery_id)s, %(attempt)s, %(at)s, %(duration_ms)s,
                %(status)s, %(outcome)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        delivery_id=attempt.delivery_id,
        attempt=attempt.attempt,
        at=attempt.at,
        duration_ms=attempt.duration_ms,
        status=attempt.status,
        outcome=attempt.outcome,
    )


async def set_callback_succeeded(
    db: Connection, tenant: Tenant, task_id: str, event_seq: int, *, succeeded: bool
) -> None:
    """On the task, unless the callback of a later event has said so already."""
    await execute(
        db,
        """
        UPDATE task SET callback_succeeded = %(succeeded)s
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
          AND NOT EXISTS (
              SELECT 1 FROM callback_delivery later
              WHERE later.account_id = %(account_id)s AND later.mode = %(mode)s
                AND later.task_id = %(task_id)s AND later.event_seq > %(event_seq)s
                AND later.state <> 'pending')
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        event_seq=event_seq,
        succeeded=succeeded,
    )
