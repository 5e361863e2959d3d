"""Statements on assignments, groups and the order of batches: one function each."""

from collections.abc import Sequence

import msgspec

from groundplane.storage.database import Connection, Tenant, execute, many, scalar


class AssignmentRow(msgspec.Struct, frozen=True):
    """`project` is None of somebody who has none; who was invited is active once they came in."""

    email: str
    project: str | None
    is_active: bool


class GroupRow(msgspec.Struct, frozen=True):
    group_id: str
    name: str
    is_singleton: bool


class WorkerRow(msgspec.Struct, frozen=True):
    group_id: str
    person_id: str
    email: str


class StudioBatchRow(msgspec.Struct, frozen=True):
    batch_id: str
    name: str
    project_id: str
    project: str
    calibration: bool
    studio_priority: int | None


class BatchGroupRow(msgspec.Struct, frozen=True):
    batch_id: str
    name: str


async def assignments(db: Connection, tenant: Tenant) -> list[AssignmentRow]:
    """Of everybody who is not disabled."""
    return await many(
        db,
        AssignmentRow,
        """
        SELECT p.email, j.name AS project,
               p.invited_until IS NULL OR EXISTS (
                   SELECT 1 FROM session s
                   WHERE s.account_id = p.account_id AND s.person_id = p.person_id) AS is_active
        FROM person p
        LEFT JOIN project_person a
            ON a.account_id = p.account_id AND a.person_id = p.person_id
           AND a.mode = %(mode)s
        LEFT JOIN project j
            ON (j.account_id, j.mode, j.project_id) = (a.account_id, a.mode, a.project_id)
        WHERE p.account_id = %(account_id)s AND p.disabled_at IS NULL
        ORDER BY p.created_at, p.person_id, j.name
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
    )


async def assign(
    db: Connection, tenant: Tenant, project_ids: Sequence[str], person_ids: Sequence[str]
) -> None:
    """Each of the people to each of the projects; again changes nothing."""
    await execute(
        db,
        """
        INSERT INTO project_person (account_id, mode, project_id, person_id)
        SELECT %(account_id)s, %(mode)s, project_id, person_id
        FROM unnest(%(project_ids)s::text[]) AS project_id,
             unnest(%(person_ids)s::text[]) AS person_id
        ON CONFLICT DO NOTHING
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_ids=list(project_ids),
        person_ids=list(person_ids),
    )


async def unassign(
    db: Connection, tenant: Tenant, project_ids: Sequence[str], person_ids: Sequence[str]
) -> None:
    """And out of the projects' groups."""
    await execute(
        db,
        """
        DELETE FROM project_person
        WHERE account_id = %(account_id)s AND mode = %(mode)s
          AND project_id = ANY(%(project_ids)s) AND person_id = ANY(%(person_ids)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_ids=list(project_ids),
        person_ids=list(person_ids),
    )


async def count_assigned(
    db: Connection, tenant: Tenant, project_id: str, person_ids: Sequence[str]
) -> int:
    """How many of these people are assigned to the project."""
    return await scalar(
        db,
        """
        SELECT count(*) FROM project_person
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND project_id = %(project_id)s
          AND person_id = ANY(%(person_ids)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_id=project_id,
        person_ids=list(person_ids),
    )


async def insert_group(db: Connection, tenant: Tenant, project_id: str, group: GroupRow) -> bool:
    """False: the project has one of that name."""
    made = await scalar(
        db,
        """
        INSERT INTO project_group (account_id, mode, group_id, project_id, name, is_singleton,
                                   created_at)
        VALUES (%(account_id)s, %(mode)s, %(group_id)s, %(project_id)s, %(name)s,
                %(is_singleton)s, clock_timestamp())
        ON CONFLICT (account_id, mode, project_id, name) DO NOTHING
        RETURNING group_id
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        group_id=group.group_id,
        project_id=project_id,
        name=group.name,
        is_singleton=group.is_singleton,
    )
    return made is not None


async def groups(db: Connection, tenant: Tenant, project_id: str) -> list[GroupRow]:
    """A project's, oldest first."""
    return await many(
        db,
        GroupRow,
        """
        SELECT group_id, name, is_singleton FROM project_group
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND project_id = %(project_id)s
        ORDER BY created_at, group_id
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_id=project_id,
    )


async def workers(db: Connection, tenant: Tenant, project_id: str) -> list[WorkerRow]:
    """Of all groups of a project."""
    return await many(
        db,
        WorkerRow,
        """
        SELECT m.group_id, m.person_id, p.email
        FROM project_group_person m JOIN person p USING (account_id, person_id)
        WHERE m.account_id = %(account_id)s AND m.mode = %(mode)s
          AND m.project_id = %(project_id)s AND p.disabled_at IS NULL
        ORDER BY m.group_id, p.email
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_id=project_id,
    )


async def join_group(
    db: Connection, tenant: Tenant, project_id: str, group_id: str, person_ids: Sequence[str]
) -> None:
    """Again changes nothing."""
    await execute(
        db,
        """
        INSERT INTO project_group_person (account_id, mode, group_id, project_id, person_id)
        SELECT %(account_id)s, %(mode)s, %(group_id)s, %(project_id)s, person_id
        FROM unnest(%(person_ids)s::text[]) AS person_id
        ON CONFLICT DO NOTHING
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        group_id=group_id,
        project_id=project_id,
        person_ids=list(person_ids),
    )


async def leave_group(
    db: Connection, tenant: Tenant, group_id: str, person_ids: Sequence[str]
) -> None:
    await execute(
        db,
        """
        DELETE FROM project_group_person
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND group_id = %(group_id)s
          AND person_id = ANY(%(person_ids)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        group_id=group_id,
        person_ids=list(person_ids),
    )


async def pending_batches(db: Connection, tenant: Tenant) -> list[StudioBatchRow]:
    """Neither complete nor archived, in the order in which they are to be worked on."""
    return await many(
        db,
        StudioBatchRow,
        """
        SELECT b.batch_id, b.name, b.project_id, p.name AS project, b.calibration,
               b.studio_priority
        FROM batch b JOIN project p USING (account_id, mode, project_id)
        WHERE b.account_id = %(account_id)s AND b.mode = %(mode)s
          AND b.completed_at IS NULL AND b.archived_at IS NULL
        ORDER BY b.studio_priority NULLS LAST, b.calibration DESC, b.created_at, b.batch_id
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
    )


async def batch(db: Connection, tenant: Tenant, batch_id: str) -> list[StudioBatchRow]:
    """Whatever its status; none when there is no such batch."""
    return await many(
        db,
        StudioBatchRow,
        """
        SELECT b.batch_id, b.name, b.project_id, p.name AS project, b.calibration,
               b.studio_priority
        FROM batch b JOIN project p USING (account_id, mode, project_id)
        WHERE b.account_id = %(account_id)s AND b.mode = %(mode)s AND b.batch_id = %(batch_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_id=batch_id,
    )


async def groups_of_batches(
    db: Connection, tenant: Tenant, batch_ids: Sequence[str]
) -> list[BatchGroupRow]:
    return await many(
        db,
        BatchGroupRow,
        """
        SELECT a.batch_id, g.name
        FROM batch_group a JOIN project_group g USING (account_id, mode, group_id)
        WHERE a.account_id = %(account_id)s AND a.mode = %(mode)s
          AND a.batch_id = ANY(%(batch_ids)s)
        ORDER BY a.batch_id, g.created_at, g.group_id
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_ids=list(batch_ids),
    )


async def clear_groups_of_batch(db: Connection, tenant: Tenant, batch_id: str) -> None:
    await execute(
        db,
        """
        DELETE FROM batch_group
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND batch_id = %(batch_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_id=batch_id,
    )


async def add_groups_to_batch(
    db: Connection, tenant: Tenant, batch_id: str, group_ids: Sequence[str]
) -> None:
    await execute(
        db,
        """
        INSERT INTO batch_group (account_id, mode, batch_id, group_id)
        SELECT %(account_id)s, %(mode)s, %(batch_id)s, group_id
        FROM unnest(%(group_ids)s::text[]) AS group_id
        ON CONFLICT DO NOTHING
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_id=batch_id,
        group_ids=list(group_ids),
    )


async def set_priorities(db: Connection, tenant: Tenant, batch_ids: Sequence[str]) -> None:
    """The first of these gets 1; all others have none from now on."""
    await execute(
        db,
        """
        UPDATE batch b
        SET studio_priority = array_position(%(batch_ids)s::text[], b.batch_id)
        WHERE b.account_id = %(account_id)s AND b.mode = %(mode)s
          AND (b.studio_priority IS NOT NULL OR b.batch_id = ANY(%(batch_ids)s))
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_ids=list(batch_ids),
    )
