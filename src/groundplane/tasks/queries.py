"""Statements on tasks: one function each. Those that ingest needs are in ingest_queries."""

from datetime import datetime
from typing import LiteralString

import msgspec

from groundplane.jobs.queue import DEFER, NO_JOB, JobParameters
from groundplane.storage.database import Connection, Tenant, execute, many, one, scalar
from groundplane.tasks.filtering import TaskFilter, behind
from groundplane.tasks.lifecycle import Event, State
from groundplane.wire.pages import Position


class TaskRow(msgspec.Struct, frozen=True):
    """A task with its params (compressed JSON) and its project's name; JSON columns as text."""

    account_id: str
    mode: str
    task_id: str
    type: str
    state: str
    project_id: str | None
    project: str | None
    batch: str | None
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None
    unique_id: str | None
    clear_unique_id_on_error: bool
    priority: int
    instruction: str | None
    callback_url: str | None
    metadata: str
    tags: list[str]
    work_started: bool
    callback_succeeded: bool | None
    response: str | None
    audits: str
    customer_review_status: str | None
    prior_responses: str
    project_param_version: int | None
    params_zstd: bytes
    dependents: str | None


class NewTask(msgspec.Struct, frozen=True):
    task_id: str
    type: str
    project_id: str | None
    batch_id: str | None
    project_param_version: int | None
    unique_id: str | None
    clear_unique_id_on_error: bool
    priority: int
    instruction: str | None
    callback_url: str | None
    metadata: str
    tags: list[str]
    params_zstd: bytes


class MadeRow(msgspec.Struct, frozen=True):
    """What of a new task the database has the last word on."""

    created_at: datetime
    metadata: str
    job_ids: list[int] | None


class EventRow(msgspec.Struct, frozen=True):
    seq: int
    event: str
    from_state: str | None
    to_state: str
    at: datetime


COLUMNS: LiteralString = """
    t.account_id, t.mode, t.task_id, t.type, t.state, t.project_id, p.name AS project,
    b.name AS batch,
    t.created_at, t.updated_at, t.completed_at, t.unique_id, t.clear_unique_id_on_error,
    t.priority, t.instruction, t.callback_url, t.metadata::text AS metadata, t.tags,
    t.work_started, t.callback_succeeded, t.response::text AS response,
    t.audits::text AS audits, t.customer_review_status,
    t.prior_responses::text AS prior_responses, t.project_param_version, r.params_zstd,
    (SELECT jsonb_build_object(
        'defs', d.defs,
        'require_audit', d.require_audit,
        'task_ids', coalesce((
            SELECT jsonb_agg(c.task_id ORDER BY c.position) FROM dependent_task c
            WHERE (c.account_id, c.mode, c.root_task_id) = (d.account_id, d.mode, d.task_id)
              AND c.made_at IS NOT NULL), '[]'))::text
     FROM dependents d
     WHERE (d.account_id, d.mode, d.task_id) = (t.account_id, t.mode, t.task_id)) AS dependents
"""
TABLES: LiteralString = """
    task t
    JOIN task_params r USING (account_id, mode, task_id)
    LEFT JOIN project p USING (account_id, mode, project_id)
    LEFT JOIN batch b USING (account_id, mode, batch_id)
"""


async def insert_task(
    db: Connection, tenant: Tenant, task: NewTask, job: JobParameters = NO_JOB
) -> MadeRow | None:
    """A task in state created, its params, its first event and a job, in one statement.

    None: the unique_id is taken.
    """
    return await one(
        db,
        MadeRow,
        """
        WITH made AS (
            INSERT INTO task (
                account_id, mode, task_id, type, state, project_id, batch_id,
                project_param_version, created_at, updated_at, unique_id,
                clear_unique_id_on_error, priority, instruction, callback_url, metadata, tags,
                event_seq)
            SELECT %(account_id)s, %(mode)s, %(task_id)s, %(type)s, 'created', %(project_id)s,
                   %(batch_id)s, %(project_param_version)s, clock.now, clock.now,
                   %(unique_id)s, %(clear_unique_id_on_error)s,
                   %(priority)s, %(instruction)s, %(callback_url)s, %(metadata)s::jsonb,
                   %(tags)s, 1
            FROM (SELECT clock_timestamp() AS now) AS clock
            ON CONFLICT (account_id, mode, unique_id) WHERE unique_id IS NOT NULL DO NOTHING
            RETURNING account_id, mode, task_id, state, created_at, metadata::text
        ), kept AS (
            INSERT INTO task_params (account_id, mode, task_id, params_zstd)
            SELECT account_id, mode, task_id, %(params_zstd)s FROM made
        ), told AS (
            INSERT INTO task_event (account_id, mode, task_id, seq, event, to_state, at)
            SELECT account_id, mode, task_id, 1, 'created', state, created_at FROM made
        )
        SELECT created_at, metadata, """  # noqa: S608  # constants
        + DEFER
        + " AS job_ids FROM made",
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task.task_id,
        type=task.type,
        project_id=task.project_id,
        batch_id=task.batch_id,
        project_param_version=task.project_param_version,
        unique_id=task.unique_id,
        clear_unique_id_on_error=task.clear_unique_id_on_error,
        priority=task.priority,
        instruction=task.instruction,
        callback_url=task.callback_url,
        metadata=task.metadata,
        tags=task.tags,
        params_zstd=task.params_zstd,
        **job,
    )


def row_of(
    tenant: Tenant,
    new: NewTask,
    made: MadeRow,
    project: str | None,
    batch: str | None,
    dependents: str | None,
) -> TaskRow:
    """The row as a read in the same transaction would give it."""
    return TaskRow(
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=new.task_id,
        type=new.type,
        state=State.CREATED.value,
        project_id=new.project_id,
        project=project,
        batch=batch,
        created_at=made.created_at,
        updated_at=made.created_at,
        completed_at=None,
        unique_id=new.unique_id,
        clear_unique_id_on_error=new.clear_unique_id_on_error,
        priority=new.priority,
        instruction=new.instruction,
        callback_url=new.callback_url,
        metadata=made.metadata,
        tags=new.tags,
        work_started=False,
        callback_succeeded=None,
        response=None,
        audits="[]",
        customer_review_status=None,
        prior_responses="[]",
        project_param_version=new.project_param_version,
        params_zstd=new.params_zstd,
        dependents=dependents,
    )


async def holder_of_unique_id(db: Connection, tenant: Tenant, unique_id: str) -> str | None:
    return await scalar(
        db,
        """
        SELECT task_id FROM task
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND unique_id = %(unique_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        unique_id=unique_id,
    )


async def task(db: Connection, tenant: Tenant, task_id: str) -> TaskRow | None:
    return await one(
        db,
        TaskRow,
        "SELECT"
        + COLUMNS
        + "FROM"
        + TABLES
        + """
        WHERE t.account_id = %(account_id)s AND t.mode = %(mode)s AND t.task_id = %(task_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )


async def lock_task(db: Connection, tenant: Tenant, task_id: str) -> State | None:
    """The state, which nobody else changes before this transaction ends."""
    found = await scalar(
        db,
        """
        SELECT state FROM task
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        FOR UPDATE
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )
    return None if found is None else State(found)


async def move_task(
    db: Connection,
    tenant: Tenant,
    task_id: str,
    event: Event,
    *,
    from_state: State,
    to_state: State,
    response: str | None,
    clear_unique_id: bool,
) -> bool:
    """Compare the state, change it and record the event in one statement; False: it differed.

    What leaves the state completed has no response any more, nor what the customer thought of it.
    """
    moved = await scalar(
        db,
        """
        WITH moved AS (
            UPDATE task
            SET state = %(to_state)s,
                updated_at = clock.now,
                completed_at = CASE WHEN %(to_state)s = %(from_state)s THEN completed_at
                                    WHEN %(to_state)s::task_state = 'completed' THEN clock.now
                                    WHEN %(from_state)s::task_state = 'completed' THEN NULL
                                    ELSE completed_at END,
                work_started = work_started OR %(to_state)s::task_state = 'in_progress',
                response = CASE WHEN %(takes_back)s THEN NULL
                                ELSE coalesce(%(response)s::jsonb, response) END,
                prior_responses = CASE WHEN response IS NOT NULL
                                            AND (%(takes_back)s OR %(response)s::jsonb IS NOT NULL)
                                       THEN prior_responses || jsonb_build_array(response)
                                       ELSE prior_responses END,
                customer_review_status = CASE WHEN %(takes_back)s THEN NULL
                                              ELSE customer_review_status END,
                unique_id = CASE WHEN %(clear_unique_id)s THEN NULL ELSE unique_id END,
                event_seq = event_seq + 1
            FROM (SELECT clock_timestamp() AS now) AS clock
            WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
              AND state = %(from_state)s
            RETURNING account_id, mode, task_id, event_seq, state, updated_at
        )
        INSERT INTO task_event (account_id, mode, task_id, seq, event, from_state, to_state, at)
        SELECT account_id, mode, task_id, event_seq, %(event)s, %(from_state)s, state, updated_at
        FROM moved
        RETURNING seq
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        event=event.value,
        from_state=from_state.value,
        to_state=to_state.value,
        response=response,
        takes_back=from_state is State.COMPLETED and to_state is not State.COMPLETED,
        clear_unique_id=clear_unique_id,
    )
    return moved is not None


async def clear_unique_id(db: Connection, tenant: Tenant, task_id: str) -> None:
    await execute(
        db,
        """
        UPDATE task SET unique_id = NULL, updated_at = clock_timestamp()
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
          AND unique_id IS NOT NULL
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )


async def count_tasks(db: Connection, tenant: Tenant, wanted: TaskFilter) -> int:
    return await scalar(
        db,
        "SELECT count(*) FROM task t WHERE" + wanted.matches(),  # noqa: S608  # constants
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        **wanted.parameters(),
    )


async def list_tasks(
    db: Connection,
    tenant: Tenant,
    wanted: TaskFilter,
    *,
    after: Position | None,
    offset: int,
    limit: int,
    most_bytes: int,
) -> list[TaskRow]:
    """Newest first, up to `limit`, and fewer when what is stored of them exceeds most_bytes.

    The first row always comes, however big it is.
    """
    return await many(
        db,
        TaskRow,
        "WITH page AS (SELECT"  # noqa: S608  # constants
        + COLUMNS
        + "FROM"
        + TABLES
        + "WHERE"
        + wanted.matches()
        + behind(after)
        + """
            ORDER BY t.created_at DESC, t.task_id DESC
            LIMIT %(limit)s OFFSET %(offset)s
        ), sized AS (
            SELECT page.*,
                   row_number() OVER newest_first AS place,
                   sum(octet_length(params_zstd) + octet_length(coalesce(instruction, '')))
                       OVER newest_first AS bytes_so_far
            FROM page
            WINDOW newest_first AS (ORDER BY created_at DESC, task_id DESC)
        )
        SELECT account_id, mode, task_id, type, state, project_id, project, batch, created_at,
               updated_at, completed_at, unique_id, clear_unique_id_on_error, priority,
               instruction, callback_url, metadata, tags, work_started, callback_succeeded,
               response, audits, customer_review_status, prior_responses,
               project_param_version, params_zstd, dependents
        FROM sized
        WHERE bytes_so_far <= %(most_bytes)s OR place = 1
        ORDER BY created_at DESC, task_id DESC
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        position_at=None if after is None else after.created_at,
        position_id=None if after is None else after.row_id,
        offset=offset,
        limit=limit,
        most_bytes=most_bytes,
        **wanted.parameters(),
    )


async def is_task_behind(
    db: Connection, tenant: Tenant, wanted: TaskFilter, position: Position
) -> bool:
    """Whether the list goes on after this position."""
    return await scalar(
        db,
        "SELECT EXISTS (SELECT 1 FROM task t WHERE"  # noqa: S608  # constants of this file
        + wanted.matches()
        + behind(position)
        + ")",
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        position_at=position.created_at,
        position_id=position.row_id,
        **wanted.parameters(),
    )


async def events(db: Connection, tenant: Tenant, task_id: str) -> list[EventRow]:
    """In the order in which they happened."""
    return await many(
        db,
        EventRow,
        """
        SELECT seq, event, from_state, to_state, at FROM task_event
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        ORDER BY seq
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )
