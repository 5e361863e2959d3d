"""Statements behind the app's pages of tasks."""

from datetime import datetime
from typing import LiteralString

import msgspec

from groundplane.storage.database import Connection, Tenant, many, one
from groundplane.tasks.filtering import TaskFilter, behind
from groundplane.wire.pages import Position

COLUMNS: LiteralString = """
    t.task_id, t.type, t.state, p.name AS project, b.name AS batch, t.created_at, t.updated_at,
    t.completed_at, t.unique_id, left(t.instruction, %(instruction_characters)s) AS instruction,
    frames.total AS frames_total, frames.settled AS frames_settled,
    frames.failed AS frames_failed, lease.holder AS lease_holder
"""
# To what is called `t`: as many rows of `task` as a page has, before each is looked at closely.
JOINED: LiteralString = """
    LEFT JOIN project p USING (account_id, mode, project_id)
    LEFT JOIN batch b USING (account_id, mode, batch_id)
    CROSS JOIN LATERAL (
        SELECT count(*) AS total, count(settled_at) AS settled, count(error) AS failed
        FROM scene_frame f
        WHERE (f.account_id, f.mode, f.task_id) = (t.account_id, t.mode, t.task_id)
    ) AS frames
    LEFT JOIN LATERAL (
        SELECT person.email AS holder
        FROM stage s
        JOIN person ON person.account_id = s.account_id
                   AND person.person_id = s.lease_person_id
        WHERE (s.account_id, s.mode, s.task_id) = (t.account_id, t.mode, t.task_id)
          AND s.lease_expires_at > now()
        ORDER BY s.lease_expires_at DESC
        LIMIT 1
    ) AS lease ON true
"""


class OverviewRow(msgspec.Struct, frozen=True):
    """A line of the list. `lease_holder` is the e-mail of who works on it now."""

    task_id: str
    type: str
    state: str
    project: str | None
    batch: str | None
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None
    unique_id: str | None
    instruction: str | None
    frames_total: int
    frames_settled: int
    frames_failed: int
    lease_holder: str | None


class FrameErrorRow(msgspec.Struct, frozen=True):
    frame_index: int
    attachment_url: str
    error: str


async def list_overview(
    db: Connection,
    tenant: Tenant,
    wanted: TaskFilter,
    *,
    after: Position | None,
    limit: int,
    instruction_characters: int,
) -> list[OverviewRow]:
    """Newest first."""
    return await many(
        db,
        OverviewRow,
        "WITH page AS (SELECT t.* FROM task t WHERE"  # noqa: S608 - constants
        + wanted.matches()
        + behind(after)
        + "ORDER BY t.created_at DESC, t.task_id DESC LIMIT %(limit)s) SELECT"
        + COLUMNS
        + "FROM page t"
        + JOINED
        + "ORDER BY t.created_at DESC, t.task_id DESC",
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        **wanted.parameters(),
        position_at=None if after is None else after.created_at,
        position_id=None if after is None else after.row_id,
        limit=limit,
        instruction_characters=instruction_characters,
    )


async def overview(
    db: Connection, tenant: Tenant, task_id: str, *, instruction_characters: int
) -> OverviewRow | None:
    """The line of one task."""
    return await one(
        db,
        OverviewRow,
        "SELECT"
        + COLUMNS
        + "FROM task t"
        + JOINED
        + """
        WHERE t.account_id = %(account_id)s AND t.mode = %(mode)s AND t.task_id = %(task_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        instruction_characters=instruction_characters,
    )


async def frame_errors(db: Connection, tenant: Tenant, task_id: str) -> list[FrameErrorRow]:
    """The frames that are known to be bad while others are still on their way."""
    return await many(
        db,
        FrameErrorRow,
        """
        SELECT frame_index, attachment_url, error::text AS error FROM scene_frame
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
          AND error IS NOT NULL
        ORDER BY frame_index
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )
