"""/v1/studio (Scale's docs, "Studio")."""

from groundplane.errors import InvalidParameter
from groundplane.storage.database import Database, Tenant
from groundplane.studio import app_routes, operations
from groundplane.studio.model import (
    BatchGroups,
    Group,
    GroupChange,
    NewGroup,
    StudioBatch,
    read_assignment,
    read_order,
)
from groundplane.wire import bodies
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import FromPath, NamedDependency, described, get, post, put

WHO = "emails: of whom; projects: their names."


@get("/v1/studio/assignments")
async def list_assignments(
    tenant: NamedDependency[Tenant], database: NamedDependency[Database]
) -> dict[str, list[str]]:
    """By e-mail address: the projects that people are assigned to."""
    async with database.transaction(tenant) as db:
        return await operations.assignments(db, tenant, active_only=True)


@post("/v1/studio/assignments/add", operation_class=described(body=WHO))
async def add_assignments(
    request: HttpRequest, tenant: NamedDependency[Tenant], database: NamedDependency[Database]
) -> dict[str, list[str]]:
    """Assign people to projects."""
    return await _assign(request, tenant, database, remove=False)


@post("/v1/studio/assignments/remove", operation_class=described(body=WHO))
async def remove_assignments(
    request: HttpRequest, tenant: NamedDependency[Tenant], database: NamedDependency[Database]
) -> dict[str, list[str]]:
    """Assign people to projects no more."""
    return await _assign(request, tenant, database, remove=True)


@get("/v1/studio/projects/{project:str}/groups")
async def list_groups(
    project: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> list[Group]:
    """The groups of a project."""
    async with database.transaction(tenant) as db:
        return await operations.groups(db, tenant, project)


@post(
    "/v1/studio/projects/{project:str}/groups",
    operation_class=described(body="name; emails: of people who are assigned to the project."),
)
async def create_group(
    request: HttpRequest,
    project: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> Group:
    """Make a group of people in a project."""
    given = await bodies.read_object(request)
    new = bodies.convert(given, NewGroup, from_form=bodies.is_form(request))
    async with database.transaction(tenant) as db:
        return await operations.create_group(db, tenant, project, new)


@put(
    "/v1/studio/projects/{project:str}/groups/{group:str}",
    operation_class=described(body="add_emails, remove_emails."),
)
async def change_group(
    request: HttpRequest,
    project: FromPath[str],
    group: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> Group:
    """Let people join and leave a group."""
    given = await bodies.read_object(request)
    change = bodies.convert(given, GroupChange, from_form=bodies.is_form(request))
    async with database.transaction(tenant) as db:
        return await operations.change_group(db, tenant, project, group, change)


@get("/v1/studio/batches")
async def list_studio_batches(
    tenant: NamedDependency[Tenant], database: NamedDependency[Database]
) -> list[StudioBatch]:
    """The batches that are not complete, in the order in which they are to be worked on."""
    async with database.transaction(tenant) as db:
        return await operations.pending_batches(db, tenant)


@put(
    "/v1/studio/batches/{batch:str}",
    operation_class=described(body="groups: names, or e-mail addresses of single people."),
)
async def set_batch_groups(
    request: HttpRequest,
    batch: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> StudioBatch:
    """Say who is to work on a batch, instead of who was."""
    given = await bodies.read_object(request)
    named = bodies.convert(given, BatchGroups, from_form=bodies.is_form(request))
    for index, name in enumerate(named.groups):
        if not name:
            raise InvalidParameter(f"groups.{index}", "is not allowed to be empty")
    async with database.transaction(tenant) as db:
        return await operations.set_groups(db, tenant, batch, named.groups)


@post(
    "/v1/studio/batches/set_priorities",
    operation_class=described(body="batches: objects with the name of each pending batch."),
)
async def set_priorities(
    request: HttpRequest, tenant: NamedDependency[Tenant], database: NamedDependency[Database]
) -> list[StudioBatch]:
    """Put all pending batches into an order."""
    names = read_order(await bodies.read_object(request))
    async with database.transaction(tenant) as db:
        return await operations.set_priorities(db, tenant, names)


@post("/v1/studio/batches/reset_priorities", operation_class=described(body="Nothing."))
async def reset_priorities(
    tenant: NamedDependency[Tenant], database: NamedDependency[Database]
) -> list[StudioBatch]:
    """Put the pending batches into their first order: calibration, then the oldest."""
    async with database.transaction(tenant) as db:
        return await operations.reset_priorities(db, tenant)


ROUTES = (
    *(list_assignments, add_assignments, remove_assignments),
    *(list_groups, create_group, change_group),
    *(list_studio_batches, set_batch_groups, set_priorities, reset_priorities),
    *app_routes.ROUTES,
)


async def _assign(
    request: HttpRequest, tenant: Tenant, database: Database, *, remove: bool
) -> dict[str, list[str]]:
    given = await bodies.read_object(request)
    asked = read_assignment(given, from_form=bodies.is_form(request))
    async with database.transaction(tenant) as db:
        return await operations.assign(db, tenant, asked, remove=remove)
