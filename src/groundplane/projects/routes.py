"""/app/projects: which there are, for whoever makes a task in the browser."""

import msgspec

from groundplane.projects import queries
from groundplane.storage.database import Database, Tenant
from groundplane.wire.people import Person, Role
from groundplane.wire.routing import NamedDependency, get


class ProjectHead(msgspec.Struct, frozen=True):
    """`type` is the only one of tasks that it takes."""

    name: str
    type: str


class ProjectHeads(msgspec.Struct, frozen=True):
    projects: list[ProjectHead]


@get("/app/projects")
async def list_projects(
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> ProjectHeads:
    """The projects of the account, by name."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        rows = await queries.all_by_name(db, tenant)
    return ProjectHeads([ProjectHead(row.name, row.type) for row in rows])


ROUTES = (list_projects,)
