"""Statements on projects: one function each."""

from dataclasses import dataclass

from groundplane.storage.database import Connection, Tenant, execute, many, one


@dataclass(frozen=True, slots=True)
class Project:
    project_id: str
    name: str
    type: str


async def by_name(db: Connection, tenant: Tenant, name: str) -> Project | None:
    return await one(
        db,
        Project,
        """
        SELECT project_id, name, type FROM project
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND name = %(name)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        name=name,
    )


async def all_by_name(db: Connection, tenant: Tenant) -> list[Project]:
    return await many(
        db,
        Project,
        """
        SELECT project_id, name, type FROM project
        WHERE account_id = %(account_id)s AND mode = %(mode)s
        ORDER BY lower(name), name
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
    )


async def insert(db: Connection, tenant: Tenant, project: Project) -> None:
    """Keeps the one of that name, if there is one."""
    await execute(
        db,
        """
        INSERT INTO project (account_id, mode, project_id, name, type)
        VALUES (%(account_id)s, %(mode)s, %(project_id)s, %(name)s, %(type)s)
        ON CONFLICT (account_id, mode, name) DO NOTHING
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_id=project.project_id,
        name=project.name,
        type=project.type,
    )
