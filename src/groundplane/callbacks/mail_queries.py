"""Statements on who may get mail and how much of it: one function each."""

from datetime import datetime
from uuid import UUID

import msgspec

from groundplane.storage.database import Connection, Tenant, execute, one, scalar


class HourRow(msgspec.Struct, frozen=True):
    messages: int
    ends_at: datetime


async def is_somebody(db: Connection, tenant: Tenant, recipient: str) -> bool:
    """Whether it is the address of a person of the account who may sign in."""
    return await scalar(
        db,
        """
        SELECT EXISTS (SELECT 1 FROM person WHERE account_id = %(account_id)s
                       AND lower(email) = lower(%(recipient)s) AND disabled_at IS NULL)
        """,
        account_id=tenant.account_id,
        recipient=recipient,
    )


async def count_message(db: Connection, tenant: Tenant, recipient: str) -> HourRow:
    """One message more in the hour of this address; the hour begins with its first message."""
    row = await one(
        db,
        HourRow,
        """
        INSERT INTO mail_sent AS m (account_id, mode, recipient, hour_from, messages)
        VALUES (%(account_id)s, %(mode)s, lower(%(recipient)s), now(), 1)
        ON CONFLICT (account_id, mode, recipient) DO UPDATE
        SET messages = CASE WHEN m.hour_from > now() - interval '1 hour'
                            THEN m.messages + 1 ELSE 1 END,
            hour_from = CASE WHEN m.hour_from > now() - interval '1 hour'
                             THEN m.hour_from ELSE now() END
        RETURNING messages, hour_from + interval '1 hour' AS ends_at
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        recipient=recipient,
    )
    assert row is not None
    return row


async def put_off(
    db: Connection, tenant: Tenant, delivery_id: UUID, *, attempts: int, until: datetime
) -> None:
    """Out of its job's hands until then."""
    await execute(
        db,
        """
        UPDATE callback_delivery SET next_attempt_at = %(until)s, claimed_until = NULL
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND delivery_id = %(delivery_id)s
          AND state = 'pending' AND attempts = %(attempts)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        delivery_id=delivery_id,
        attempts=attempts,
        until=until,
    )
