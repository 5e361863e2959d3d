"""Statements on the tasks of projects, for managers' pages: one function each."""

from datetime import datetime

import msgspec

from groundplane.storage.database import Connection, Tenant, many


class ProjectOverviewRow(msgspec.Struct, frozen=True):
    """A project with how many of its tasks have which status, and of its batches are not done."""

    name: str
    type: str
    created_at: datetime
    archived_at: datetime | None
    pending: int
    completed: int
    error: int
    canceled: int
    open_batches: int


class StatusCount(msgspec.Struct, frozen=True):
    status: str
    tasks: int


async def count_statuses(db: Connection, tenant: Tenant, project_id: str) -> list[StatusCount]:
    """How many tasks of a project have which of the wire's words; none of a word has no row."""
    return await many(
        db,
        StatusCount,
        """
        SELECT status, count(*)::integer AS tasks FROM task
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND project_id = %(project_id)s
        GROUP BY status
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_id=project_id,
    )


async def overview(db: Connection, tenant: Tenant) -> list[ProjectOverviewRow]:
    """All, archived ones too, by name. Tasks are counted in one pass over an index."""
    return await many(
        db,
        ProjectOverviewRow,
        """
        WITH tasks AS (
            SELECT project_id,
                   (count(*) FILTER (WHERE status = 'pending'))::integer AS pending,
                   (count(*) FILTER (WHERE status = 'completed'))::integer AS completed,
                   (count(*) FILTER (WHERE status = 'error'))::integer AS error,
                   (count(*) FILTER (WHERE status = 'canceled'))::integer AS canceled
            FROM task
            WHERE account_id = %(account_id)s AND mode = %(mode)s AND project_id IS NOT NULL
            GROUP BY project_id
        ), batches AS (
            SELECT project_id, count(*)::integer AS open
            FROM batch
            WHERE account_id = %(account_id)s AND mode = %(mode)s
              AND completed_at IS NULL AND archived_at IS NULL
            GROUP BY project_id
        )
        SELECT p.name, p.type, p.created_at, p.archived_at,
               coalesce(t.pending, 0) AS pending, coalesce(t.completed, 0) AS completed,
               coalesce(t.error, 0) AS error, coalesce(t.canceled, 0) AS canceled,
               coalesce(b.open, 0) AS open_batches
        FROM project p
        LEFT JOIN tasks t USING (project_id)
        LEFT JOIN batches b USING (project_id)
        WHERE p.account_id = %(account_id)s AND p.mode = %(mode)s
        ORDER BY lower(p.name), p.name
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
    )
