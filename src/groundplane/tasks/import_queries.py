"""The statement by which a task of another account is written."""

from datetime import datetime

import msgspec

from groundplane.storage.database import Connection, Tenant, scalar
from groundplane.tasks.lifecycle import State


class ImportedTask(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a task; JSON columns as text."""

    task_id: str
    type: str
    state: State
    project_id: str | None
    batch_id: str | None
    project_param_version: int | None
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None
    unique_id: str | None
    priority: int
    instruction: str | None
    callback_url: str | None
    callback_succeeded: bool | None
    metadata: str
    tags: list[str]
    work_started: bool
    response: str | None
    audits: str
    customer_review_status: str | None
    prior_responses: str
    params_zstd: bytes


async def put_task(db: Connection, tenant: Tenant, task: ImportedTask) -> bool | None:
    """A task with its params and one event, which tells nobody.

    One that was imported while it was pending, and has not been touched here, is replaced as soon
    as it is no longer pending.

    Returns:
        True: it is new. False: it was replaced. None: it was there and stays as it is.
    """
    return await scalar(
        db,
        """
        WITH put AS (
            INSERT INTO task (
                account_id, mode, task_id, type, state, project_id, batch_id,
                project_param_version, created_at, updated_at, completed_at, unique_id, priority,
                instruction, callback_url, callback_succeeded, metadata, tags, work_started,
                response, audits, customer_review_status, prior_responses, event_seq)
            VALUES (
                %(account_id)s, %(mode)s, %(task_id)s, %(type)s, %(state)s, %(project_id)s,
                %(batch_id)s, %(project_param_version)s, %(created_at)s, %(updated_at)s,
                %(completed_at)s, %(unique_id)s, %(priority)s, %(instruction)s,
                %(callback_url)s, %(callback_succeeded)s, %(metadata)s::jsonb, %(tags)s,
                %(work_started)s, %(response)s::jsonb, %(audits)s::jsonb,
                %(customer_review_status)s, %(prior_responses)s::jsonb, 1)
            ON CONFLICT (account_id, mode, task_id) DO UPDATE
            SET state = excluded.state, updated_at = excluded.updated_at,
                completed_at = excluded.completed_at, unique_id = excluded.unique_id,
                callback_succeeded = excluded.callback_succeeded, metadata = excluded.metadata,
                tags = excluded.tags, work_started = excluded.work_started,
                response = excluded.response, audits = excluded.audits,
                customer_review_status = excluded.customer_review_status,
                prior_responses = excluded.prior_responses, event_seq = task.event_seq + 1
            WHERE task.state = 'created' AND excluded.state <> 'created' AND EXISTS (
                SELECT 1 FROM task_event e
                WHERE (e.account_id, e.mode, e.task_id)
                      = (task.account_id, task.mode, task.task_id) AND e.event = 'imported')
            RETURNING account_id, mode, task_id, event_seq, state
        ), kept AS (
            INSERT INTO task_params (account_id, mode, task_id, params_zstd)
            SELECT account_id, mode, task_id, %(params_zstd)s FROM put
            ON CONFLICT DO NOTHING
        ), told AS (
            INSERT INTO task_event (
                account_id, mode, task_id, seq, event, to_state, at, noticed, dependents_read)
            SELECT account_id, mode, task_id, event_seq, 'imported', state, now(), true, true
            FROM put
        )
        SELECT event_seq = 1 FROM put
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        **(msgspec.structs.asdict(task) | {"state": task.state.value}),
    )
