"""Statements on groups as a manager sees and changes them in the browser: one function each."""

from collections.abc import Sequence

import msgspec

from groundplane.storage.database import Connection, Tenant, execute, many, one, scalar


class ShownGroupRow(msgspec.Struct, frozen=True):
    """`emails` of members who are not disabled; `batches` that are pending and kept for it."""

    group_id: str
    project: str
    name: str
    is_singleton: bool
    emails: list[str]
    batches: list[str]


class NamedGroupRow(msgspec.Struct, frozen=True):
    project_id: str
    project: str
    name: str
    is_singleton: bool


class BatchWorkersRow(msgspec.Struct, frozen=True):
    """A group that a batch is kept for, and how many people of it may work."""

    name: str
    people: int


async def shown_groups(
    db: Connection, tenant: Tenant, project: str | None = None
) -> list[ShownGroupRow]:
    """Of one project, or of all that are not archived; by project, oldest first."""
    return await many(
        db,
        ShownGroupRow,
        """
        SELECT g.group_id, j.name AS project, g.name, g.is_singleton,
               array(SELECT p.email FROM project_group_person m
                     JOIN person p USING (account_id, person_id)
                     WHERE (m.account_id, m.mode, m.group_id) = (g.account_id, g.mode, g.group_id)
                       AND p.disabled_at IS NULL
                     ORDER BY p.email) AS emails,
               array(SELECT b.name FROM batch_group a
                     JOIN batch b USING (account_id, mode, batch_id)
                     WHERE (a.account_id, a.mode, a.group_id) = (g.account_id, g.mode, g.group_id)
                       AND b.completed_at IS NULL AND b.archived_at IS NULL
                     ORDER BY b.name) AS batches
        FROM project_group g JOIN project j USING (account_id, mode, project_id)
        WHERE g.account_id = %(account_id)s AND g.mode = %(mode)s
          AND CASE WHEN %(project)s::text IS NULL THEN j.archived_at IS NULL
                   ELSE j.name = %(project)s END
        ORDER BY lower(j.name), j.name, g.created_at, g.group_id
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project=project,
    )


async def lock_group(db: Connection, tenant: Tenant, group_id: str) -> NamedGroupRow | None:
    """Which nobody else renames or gives up before this transaction ends."""
    return await one(
        db,
        NamedGroupRow,
        """
        SELECT g.project_id, j.name AS project, g.name, g.is_singleton
        FROM project_group g JOIN project j USING (account_id, mode, project_id)
        WHERE g.account_id = %(account_id)s AND g.mode = %(mode)s AND g.group_id = %(group_id)s
        FOR UPDATE OF g
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        group_id=group_id,
    )


async def rename_group(db: Connection, tenant: Tenant, group_id: str, name: str) -> bool:
    """False: the project has another one of that name."""
    renamed = await scalar(
        db,
        """
        UPDATE project_group g SET name = %(name)s
        WHERE g.account_id = %(account_id)s AND g.mode = %(mode)s AND g.group_id = %(group_id)s
          AND NOT EXISTS (
              SELECT 1 FROM project_group o
              WHERE (o.account_id, o.mode, o.project_id) = (g.account_id, g.mode, g.project_id)
                AND o.name = %(name)s AND o.group_id <> g.group_id)
        RETURNING group_id
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        group_id=group_id,
        name=name,
    )
    return renamed is not None


async def set_members(
    db: Connection, tenant: Tenant, group_id: str, project_id: str, person_ids: Sequence[str]
) -> None:
    """These, and nobody else who is not disabled."""
    await execute(
        db,
        """
        WITH gone AS (
            DELETE FROM project_group_person m USING person p
            WHERE m.account_id = %(account_id)s AND m.mode = %(mode)s
              AND m.group_id = %(group_id)s
              AND (p.account_id, p.person_id) = (m.account_id, m.person_id)
              AND p.disabled_at IS NULL AND p.person_id <> ALL(%(person_ids)s))
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


async def delete_group(db: Connection, tenant: Tenant, group_id: str) -> None:
    """Batches are kept for it no more; its people stay in the project."""
    await execute(
        db,
        """
        WITH kept AS (
            DELETE FROM batch_group
            WHERE account_id = %(account_id)s AND mode = %(mode)s AND group_id = %(group_id)s
        ), joined AS (
            DELETE FROM project_group_person
            WHERE account_id = %(account_id)s AND mode = %(mode)s AND group_id = %(group_id)s
        )
        DELETE FROM project_group
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND group_id = %(group_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        group_id=group_id,
    )


async def leave_all(db: Connection, tenant: Tenant, person_id: str) -> None:
    """Out of every project, and with that out of its groups."""
    await execute(
        db,
        """
        DELETE FROM project_person
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND person_id = %(person_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        person_id=person_id,
    )


async def workers_of_batch(db: Connection, tenant: Tenant, batch_id: str) -> list[BatchWorkersRow]:
    """The groups that a batch is kept for; none: everybody of its project may work on it."""
    return await many(
        db,
        BatchWorkersRow,
        """
        SELECT g.name,
               (SELECT count(*) FROM project_group_person m
                JOIN person p USING (account_id, person_id)
                WHERE (m.account_id, m.mode, m.group_id) = (g.account_id, g.mode, g.group_id)
                  AND p.disabled_at IS NULL)::integer AS people
        FROM batch_group a JOIN project_group g USING (account_id, mode, group_id)
        WHERE a.account_id = %(account_id)s AND a.mode = %(mode)s AND a.batch_id = %(batch_id)s
        ORDER BY g.created_at, g.group_id
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_id=batch_id,
    )
