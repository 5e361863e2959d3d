"""Statements for what customers change on their tasks: one function each."""

from collections.abc import Sequence

import msgspec
import psycopg.errors

from groundplane.storage.database import Connection, Tenant, execute
from groundplane.tasks.lifecycle import Event, State


class NewAudit(msgspec.Struct, frozen=True):
    """A fix has a `response` (JSON text), which replaces the one before.

    `api_key` names the key that it was made with; `audited_by` is always a person.
    """

    result: str
    audited_by: str
    comment: str | None
    response: str | None = None
    time_s: int = 0
    active_s: int | None = None
    api_key: str | None = None


async def set_metadata(db: Connection, tenant: Tenant, task_id: str, metadata: str) -> bool:
    """False: there is no such task."""
    touched = await execute(
        db,
        """
        UPDATE task SET metadata = %(metadata)s::jsonb, updated_at = clock_timestamp()
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        metadata=metadata,
    )
    return touched == 1


async def set_tags(db: Connection, tenant: Tenant, task_id: str, tags: Sequence[str]) -> None:
    await execute(
        db,
        """
        UPDATE task SET tags = %(tags)s, updated_at = clock_timestamp()
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
          AND tags <> %(tags)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        tags=list(tags),
    )


async def set_unique_id(db: Connection, tenant: Tenant, task_id: str, unique_id: str) -> bool:
    """False: another task has it, or is about to; the transaction goes on as if not asked."""
    try:
        async with db.transaction():
            await execute(
                db,
                """
                UPDATE task SET unique_id = %(unique_id)s, updated_at = clock_timestamp()
                WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
                  AND unique_id IS DISTINCT FROM %(unique_id)s
                """,
                account_id=tenant.account_id,
                mode=tenant.mode.value,
                task_id=task_id,
                unique_id=unique_id,
            )
    except psycopg.errors.UniqueViolation:
        return False
    return True


async def add_audit(db: Connection, tenant: Tenant, task_id: str, audit: NewAudit) -> None:
    """A customer's audit and its event, in one statement; nothing unless the task is completed.

    The task's batch knows when one of its tasks was audited last.
    """
    await execute(
        db,
        """
        WITH audited AS (
            UPDATE task
            SET event_seq = event_seq + 1,
                updated_at = clock.now,
                customer_review_status = %(result)s::text,
                audits = jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
                    'seq', event_seq + 1, 'audited_by', %(audited_by)s::text,
                    'api_key', %(api_key)s::text,
                    'audited_at', clock.now, 'audit_time_secs', %(time_s)s::integer,
                    'audit_active_time_secs', %(active_s)s::integer,
                    'audit_result', %(result)s::text, 'audit_source', 'customer',
                    'comment', %(comment)s::text))) || audits,
                response = coalesce(%(response)s::jsonb, response),
                prior_responses = CASE WHEN response IS NULL OR %(response)s::jsonb IS NULL
                                       THEN prior_responses
                                       ELSE prior_responses || jsonb_build_array(response) END
            FROM (SELECT clock_timestamp() AS now) AS clock
            WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
              AND state = %(state)s::task_state
            RETURNING account_id, mode, task_id, batch_id, event_seq, state, updated_at
        ), dated AS (
            UPDATE batch b SET last_audited_at = greatest(b.last_audited_at, a.updated_at)
            FROM audited a
            WHERE b.account_id = a.account_id AND b.mode = a.mode AND b.batch_id = a.batch_id
        )
        INSERT INTO task_event (account_id, mode, task_id, seq, event, from_state, to_state, at)
        SELECT account_id, mode, task_id, event_seq, %(event)s::text, state, state, updated_at
        FROM audited
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        **msgspec.structs.asdict(audit),
        state=State.COMPLETED.value,
        event=Event.AUDITED.value,
    )
