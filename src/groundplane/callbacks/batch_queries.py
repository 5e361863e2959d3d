"""Statements on the events and deliveries of batches: one function each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from groundplane.callbacks.queries import DELIVERY_COLUMNS, DELIVERY_TABLES, DeliveryRow
from groundplane.storage.database import Connection, Tenant, execute, many


class BatchEventName(msgspec.Struct, frozen=True):
    account_id: str
    mode: str
    batch_id: str
    seq: int


class BatchEventRow(msgspec.Struct, frozen=True):
    batch_id: str
    seq: int
    event: str
    at: datetime


async def unnoticed_events(db: Connection, most: int) -> list[BatchEventName]:
    """Of all tenants, oldest first."""
    return await many(
        db,
        BatchEventName,
        "SELECT account_id, mode::text, batch_id, seq FROM unnoticed_batch_events(%(most)s)",
        most=most,
    )


async def take_events(
    db: Connection, tenant: Tenant, names: Sequence[BatchEventName]
) -> list[BatchEventRow]:
    """Mark as noticed what is new of these events' batches; in order."""
    return await many(
        db,
        BatchEventRow,
        """
        WITH taken AS (
            UPDATE batch_event SET noticed = true
            WHERE account_id = %(account_id)s AND mode = %(mode)s
              AND batch_id = ANY(%(batch_ids)s) AND NOT noticed
            RETURNING batch_id, seq, event, at
        )
        SELECT batch_id, seq, event, at FROM taken ORDER BY batch_id, seq
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_ids=list({name.batch_id for name in names}),
    )


async def insert_delivery(
    db: Connection,
    tenant: Tenant,
    delivery_id: UUID,
    event: BatchEventRow,
    *,
    url: str,
    payload_zstd: bytes,
) -> None:
    """Due at once; the unique event makes a second one impossible."""
    await execute(
        db,
        """
        INSERT INTO callback_delivery
            (account_id, mode, delivery_id, batch_id, batch_event_seq, url, payload_zstd, state,
             next_attempt_at)
        VALUES (%(account_id)s, %(mode)s, %(delivery_id)s, %(batch_id)s, %(event_seq)s, %(url)s,
                %(payload_zstd)s, 'pending', now())
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        delivery_id=delivery_id,
        batch_id=event.batch_id,
        event_seq=event.seq,
        url=url,
        payload_zstd=payload_zstd,
    )


async def deliveries(db: Connection, tenant: Tenant, batch_id: str) -> list[DeliveryRow]:
    """A batch's, in the order of its events."""
    return await many(
        db,
        DeliveryRow,
        "SELECT"  # constants of callbacks.queries
        + DELIVERY_COLUMNS
        + "FROM"
        + DELIVERY_TABLES
        + """
        WHERE d.account_id = %(account_id)s AND d.mode = %(mode)s AND d.batch_id = %(batch_id)s
        ORDER BY d.batch_event_seq
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_id=batch_id,
    )
