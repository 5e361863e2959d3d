"""Verbs on projects."""

from groundplane.errors import InvalidRequest, NotFound
from groundplane.projects import queries
from groundplane.projects.queries import Project
from groundplane.storage.database import Connection, Tenant
from groundplane.wire.values import new_id


async def create(db: Connection, tenant: Tenant, name: str, task_type: str) -> Project:
    """The project of that name, made when there is none; its type stays as it was first."""
    await queries.insert(db, tenant, Project(new_id(), name, task_type))
    made = await queries.by_name(db, tenant, name)
    assert made is not None
    return made


async def for_new_task(db: Connection, tenant: Tenant, name: str, task_type: str) -> Project:
    """The project that a new task names.

    Raises:
        NotFound: there is none of that name in this world (live or test).
        InvalidRequest: it is a project of another task type (api.md 3.1.1).
    """
    project = await queries.by_name(db, tenant, name)
    if project is None:
        raise NotFound("Project with that name")
    if project.type != task_type:
        raise InvalidRequest(f"Project {name} only accepts tasks of type {project.type}.")
    return project
