"""Statements on endpoints and on what is held for them: one function each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from groundplane.callbacks.queries import ClaimRow, DeliveryRow
from groundplane.storage.database import Connection, Tenant, execute, many, one, scalar


class EndpointName(msgspec.Struct, frozen=True):
    account_id: str
    mode: str
    endpoint: str


class EndpointRow(msgspec.Struct, frozen=True):
    failures: int
    deliveries: int
    pause_s: int
    open_until: datetime | None
    is_due: bool  # the pause is over, so one attempt may go
    probe_delivery_id: UUID | None


class WaitRow(msgspec.Struct, frozen=True):
    """What a pending delivery waits for, if it is more than a moment of its own."""

    delivery_id: UUID
    held: bool
    open_until: datetime | None


class RestingRow(msgspec.Struct, frozen=True):
    endpoint: str
    failures: int
    open_until: datetime
    held: int


async def resting(db: Connection, tenant: Tenant) -> list[RestingRow]:
    """The endpoints at rest, each with how many deliveries are held for it."""
    return await many(
        db,
        RestingRow,
        """
        SELECT e.endpoint, e.failures, e.open_until,
               (SELECT count(*) FROM callback_delivery d
                WHERE (d.account_id, d.mode, d.endpoint) = (e.account_id, e.mode, e.endpoint)
                  AND d.held AND d.state = 'pending') AS held
        FROM callback_endpoint e
        WHERE e.account_id = %(account_id)s AND e.mode = %(mode)s AND e.open_until IS NOT NULL
        ORDER BY e.endpoint
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
    )


async def due_probes(db: Connection, most: int) -> list[EndpointName]:
    """Of all tenants, the longest due first."""
    return await many(
        db,
        EndpointName,
        "SELECT account_id, mode::text, endpoint FROM due_callback_probes(%(most)s)",
        most=most,
    )


async def lock_endpoint(db: Connection, tenant: Tenant, endpoint: str) -> EndpointRow | None:
    """None: it answers, as far as is known.

    Taken before any row of a delivery, so that no two transactions wait for each other.
    """
    return await one(
        db,
        EndpointRow,
        """
        SELECT failures, cardinality(failed_deliveries) AS deliveries, pause_s, open_until,
               coalesce(open_until <= now(), false) AS is_due, probe_delivery_id
        FROM callback_endpoint
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND endpoint = %(endpoint)s
        FOR UPDATE
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        endpoint=endpoint,
    )


async def count_failure(
    db: Connection, tenant: Tenant, endpoint: str, delivery_id: UUID
) -> EndpointRow | None:
    return await one(
        db,
        EndpointRow,
        """
        INSERT INTO callback_endpoint AS e
            (account_id, mode, endpoint, failures, failed_deliveries)
        VALUES (%(account_id)s, %(mode)s, %(endpoint)s, 1, ARRAY[%(delivery_id)s::uuid])
        ON CONFLICT (account_id, mode, endpoint) DO UPDATE
        SET failures = e.failures + 1,
            failed_deliveries = CASE
                WHEN cardinality(e.failed_deliveries) >= 2
                  OR %(delivery_id)s::uuid = ANY(e.failed_deliveries) THEN e.failed_deliveries
                ELSE e.failed_deliveries || %(delivery_id)s::uuid END
        RETURNING failures, cardinality(failed_deliveries) AS deliveries, pause_s, open_until,
                  coalesce(open_until <= now(), false) AS is_due, probe_delivery_id
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        endpoint=endpoint,
        delivery_id=delivery_id,
    )


async def pause(
    db: Connection,
    tenant: Tenant,
    endpoint: str,
    *,
    pause_s: int,
    stays_s: float,
    probe: UUID | None,
) -> None:
    """No attempts for `stays_s`, but that of `probe`; `pause_s` is what the next one grows from."""
    await execute(
        db,
        """
        UPDATE callback_endpoint
        SET pause_s = %(pause_s)s,
            open_until = now() + make_interval(secs => %(stays_s)s),
            probe_delivery_id = %(probe)s
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND endpoint = %(endpoint)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        endpoint=endpoint,
        pause_s=pause_s,
        stays_s=stays_s,
        probe=probe,
    )


async def forget_endpoint(db: Connection, tenant: Tenant, endpoint: str) -> None:
    await execute(
        db,
        """
        DELETE FROM callback_endpoint
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND endpoint = %(endpoint)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        endpoint=endpoint,
    )


async def first_due_at(db: Connection, tenant: Tenant, delivery_id: UUID) -> datetime:
    """Since when a delivery's retries are counted; when it was made, for one that still waits."""
    return await scalar(
        db,
        """
        SELECT coalesce(first_due_at, created_at) FROM callback_delivery
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND delivery_id = %(delivery_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        delivery_id=delivery_id,
    )


async def hold(
    db: Connection,
    tenant: Tenant,
    delivery_id: UUID,
    *,
    attempts: int,
    endpoint: str,
    until: datetime,
) -> None:
    """Out of its job's hands, until its endpoint answers or `until`."""
    await execute(
        db,
        """
        UPDATE callback_delivery
        SET held = true, endpoint = %(endpoint)s, next_attempt_at = %(until)s, claimed_until = NULL
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND delivery_id = %(delivery_id)s
          AND state = 'pending' AND attempts = %(attempts)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        delivery_id=delivery_id,
        attempts=attempts,
        endpoint=endpoint,
        until=until,
    )


async def release_held(db: Connection, tenant: Tenant, endpoint: str) -> None:
    """All due now; the lanes let a few at a time through."""
    await execute(
        db,
        """
        UPDATE callback_delivery SET held = false, next_attempt_at = now()
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND endpoint = %(endpoint)s
          AND held AND state = 'pending'
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        endpoint=endpoint,
    )


async def claim_probe(
    db: Connection, tenant: Tenant, endpoint: str, *, claim_s: float
) -> ClaimRow | None:
    """Take one of what is held into hand: the least tried, so that nobody's retries are used up."""
    return await one(
        db,
        ClaimRow,
        """
        UPDATE callback_delivery
        SET held = false, next_attempt_at = now(),
            claimed_until = now() + make_interval(secs => %(claim_s)s)
        WHERE delivery_id = (
            SELECT delivery_id FROM callback_delivery
            WHERE account_id = %(account_id)s AND mode = %(mode)s AND endpoint = %(endpoint)s
              AND held AND state = 'pending'
              AND (claimed_until IS NULL OR claimed_until <= now())
            ORDER BY attempts, first_due_at LIMIT 1
            FOR UPDATE SKIP LOCKED
        ) AND account_id = %(account_id)s AND mode = %(mode)s
        RETURNING delivery_id, url, attempts
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        endpoint=endpoint,
        claim_s=claim_s,
    )


async def waits(db: Connection, tenant: Tenant, delivery_ids: Sequence[UUID]) -> list[WaitRow]:
    """Of these, the pending ones that wait for their endpoint or for an earlier event."""
    return await many(
        db,
        WaitRow,
        """
        SELECT d.delivery_id, d.held, e.open_until
        FROM callback_delivery d
        LEFT JOIN callback_endpoint e ON (e.account_id, e.mode, e.endpoint)
                                       = (d.account_id, d.mode, d.endpoint)
        WHERE d.account_id = %(account_id)s AND d.mode = %(mode)s
          AND d.delivery_id = ANY(%(delivery_ids)s)
          AND d.state = 'pending' AND (d.held OR d.next_attempt_at IS NULL)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        delivery_ids=list(delivery_ids),
    )


# The order of the events of a task or batch -------------------------------------------------------


class PendingRow(msgspec.Struct, frozen=True):
    delivery_id: UUID


async def lock_earlier(db: Connection, tenant: Tenant, row: DeliveryRow) -> bool:
    """Whether an earlier event of the same is unsettled, and stays it in this transaction."""
    rows = await many(
        db,
        PendingRow,
        """
        SELECT delivery_id FROM callback_delivery
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND state = 'pending'
          AND (task_id = %(task_id)s AND event_seq < %(event_seq)s
               OR batch_id = %(batch_id)s AND batch_event_seq < %(event_seq)s)
        ORDER BY coalesce(event_seq, batch_event_seq) FOR UPDATE
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=row.task_id,
        batch_id=row.batch_id,
        event_seq=row.event_seq,
    )
    return bool(rows)


async def wait_for_turn(db: Connection, tenant: Tenant, delivery_id: UUID) -> None:
    await execute(
        db,
        """
        UPDATE callback_delivery SET next_attempt_at = NULL, first_due_at = NULL
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND delivery_id = %(delivery_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        delivery_id=delivery_id,
    )


async def let_next_have_its_turn(db: Connection, tenant: Tenant, row: DeliveryRow) -> None:
    """The first of the same that waits, unless one before it is still tried."""
    await execute(
        db,
        """
        UPDATE callback_delivery SET next_attempt_at = now(), first_due_at = now()
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND next_attempt_at IS NULL
          AND delivery_id = (
              SELECT delivery_id FROM callback_delivery
              WHERE account_id = %(account_id)s AND mode = %(mode)s AND state = 'pending'
                AND (task_id = %(task_id)s OR batch_id = %(batch_id)s)
              ORDER BY coalesce(event_seq, batch_event_seq) LIMIT 1)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=row.task_id,
        batch_id=row.batch_id,
    )
