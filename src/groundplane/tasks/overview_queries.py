"""Statements behind the app's pages of tasks: the list and its count."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from groundplane.storage.database import Connection, Tenant, many, scalar
from groundplane.tasks.lifecycle import State
from groundplane.wire.pages import Position


class OverviewFilter(msgspec.Struct, frozen=True, kw_only=True):
    """All are ANDed; None asks nothing."""

    states: Sequence[State] | None = None
    type_name: str | None = None
    project: str | None = None
    task_id: str | None = None

    def parameters(self) -> dict[str, object]:
        return {
            "states": None if self.states is None else [state.value for state in self.states],
            "type": self.type_name,
            "project": self.project,
            "task_id": self.task_id,
        }


class OverviewRow(msgspec.Struct, frozen=True):
    """A line of the list. `lease_holder` is the e-mail of who works on it now."""

    task_id: str
    type: str
    state: str
    project: str | None
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
    wanted: OverviewFilter,
    *,
    after: Position | None,
    limit: int,
    instruction_characters: int,
) -> list[OverviewRow]:
    """Newest first."""
    return await many(
        db,
        OverviewRow,
        """
        SELECT t.task_id, t.type, t.state, p.name AS project, t.created_at, t.updated_at,
               t.completed_at, t.unique_id,
               left(t.instruction, %(instruction_characters)s) AS instruction,
               frames.total AS frames_total, frames.settled AS frames_settled,
               frames.failed AS frames_failed, lease.holder AS lease_holder
        FROM task t
        LEFT JOIN project p USING (account_id, mode, project_id)
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
        WHERE t.account_id = %(account_id)s AND t.mode = %(mode)s
          AND (%(states)s::task_state[] IS NULL OR t.state = ANY(%(states)s::task_state[]))
          AND (%(type)s::text IS NULL OR t.type = %(type)s)
          AND (%(project)s::text IS NULL OR p.name = %(project)s)
          AND (%(task_id)s::text IS NULL OR t.task_id = %(task_id)s)
          AND (%(position_at)s::timestamptz IS NULL
               OR (t.created_at, t.task_id) < (%(position_at)s, %(position_id)s))
        ORDER BY t.created_at DESC, t.task_id DESC
        LIMIT %(limit)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        **wanted.parameters(),
        position_at=None if after is None else after.created_at,
        position_id=None if after is None else after.row_id,
        limit=limit,
        instruction_characters=instruction_characters,
    )


async def count_overview(db: Connection, tenant: Tenant, wanted: OverviewFilter) -> int:
    return await scalar(
        db,
        """
        SELECT count(*) FROM task t
        LEFT JOIN project p USING (account_id, mode, project_id)
        WHERE t.account_id = %(account_id)s AND t.mode = %(mode)s
          AND (%(states)s::task_state[] IS NULL OR t.state = ANY(%(states)s::task_state[]))
          AND (%(type)s::text IS NULL OR t.type = %(type)s)
          AND (%(project)s::text IS NULL OR p.name = %(project)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        **wanted.parameters(),
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
