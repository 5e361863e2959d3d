"""/app/projects: which there are, for whoever makes a task in the browser."""

import msgspec

from groundplane.projects import api_routes, operations, queries
from groundplane.projects.model import Archived
from groundplane.storage.database import Database, Tenant
from groundplane.wire.people import Person, Role
from groundplane.wire.routing import FromPath, JSONBody, NamedDependency, get, put


class ProjectHead(msgspec.Struct, frozen=True):
    """`type` is the only one of tasks that it takes."""

    name: str
    type: str


class ProjectHeads(msgspec.Struct, frozen=True):
    projects: list[ProjectHead]


@get("/app/projects")
async def list_project_heads(
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> ProjectHeads:
    """The projects of the account that are not archived, by name."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        rows = await queries.all_by_name(db, tenant, archived=False)
    return ProjectHeads([ProjectHead(row.name, row.type) for row in rows])


@put("/app/projects/{name:str}/archived")
async def archive_project(
    name: FromPath[str],
    data: JSONBody[Archived],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> Archived:
    """Take a project out of lists, or back; nothing deletes one."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        await operations.archive(db, tenant, name, archived=data.archived)
    return data


ROUTES = (list_project_heads, archive_project, *api_routes.ROUTES)
