"""/app/groups, /app/assignments and what a batch's page says of who works on it, and when."""

import msgspec

from groundplane.batches import operations as batches
from groundplane.storage.database import Connection, Database, Tenant
from groundplane.studio import group_queries, grouping, operations, order
from groundplane.studio.model import Assignment, NewGroup, read_assignment
from groundplane.wire.pages import Query
from groundplane.wire.people import Person, Role
from groundplane.wire.routing import (
    FromPath,
    JSONBody,
    NamedDependency,
    described,
    get,
    post,
    put,
)


class GroupView(msgspec.Struct):
    """`batches` that are not complete and kept for it; a singleton stands for its one person."""

    group_id: str
    project: str
    name: str
    is_singleton: bool
    emails: list[str]
    batches: list[str]


class GroupList(msgspec.Struct):
    groups: list[GroupView]


class GroupAsTyped(msgspec.Struct):
    """The name and the whole of the members."""

    name: str
    emails: list[str]


class DeletedGroup(msgspec.Struct):
    deleted: bool


class AssignedProjects(msgspec.Struct):
    email: str
    projects: list[str]


class AssignmentList(msgspec.Struct):
    """Of everybody who is not disabled."""

    people: list[AssignedProjects]


class AssignmentChange(Assignment):
    """With `remove` they are assigned no more."""

    remove: bool = False


class BatchWorkers(msgspec.Struct):
    name: str
    people: int


class BatchPlace(msgspec.Struct):
    """Its place of the `pending` batches, from 1 on; null: it is not pending.

    Without `groups` everybody of the project may work on it.
    """

    place: int | None
    pending: int
    groups: list[BatchWorkers]


class WantedPlace(msgspec.Struct):
    place: int


class WantedGroups(msgspec.Struct):
    """Names of groups, or e-mail addresses of single people."""

    groups: list[str]


@get("/app/groups", operation_class=described(query={"project": "project name"}))
async def list_groups_for_app(
    asked: NamedDependency[Query],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> GroupList:
    """The groups of a project, or of all that are not archived."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        return await _groups(db, tenant, asked.text("project"))


@post("/app/projects/{name:str}/groups")
async def make_group(
    name: FromPath[str],
    data: JSONBody[GroupAsTyped],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> GroupList:
    """Make a group of people who are assigned to a project."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        await operations.create_group(db, tenant, name, NewGroup(data.name, data.emails))
        return await _groups(db, tenant, name)


@put("/app/groups/{group_id:str}")
async def rewrite_group(
    group_id: FromPath[str],
    data: JSONBody[GroupAsTyped],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> GroupAsTyped:
    """Rename a group, and say who is in it."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        await grouping.rewrite(db, tenant, group_id, data.name, data.emails)
    return data


@post("/app/groups/{group_id:str}/delete")
async def delete_group(
    group_id: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> DeletedGroup:
    """Give a group up; its people stay in the project."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        await grouping.delete(db, tenant, group_id)
    return DeletedGroup(deleted=True)


@get("/app/assignments")
async def list_assignments_for_app(
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> AssignmentList:
    """Which projects people are assigned to."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        found = await operations.assignments(db, tenant)
    return _assignments(found)


@post("/app/assignments")
async def change_assignments(
    data: JSONBody[AssignmentChange],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> AssignmentList:
    """Assign people to projects, or no more; who leaves a project leaves its groups."""
    person.must_be(Role.MANAGER)
    asked = read_assignment(
        {"emails": [*data.emails], "projects": [*data.projects]}, from_form=False
    )
    async with database.transaction(tenant) as db:
        found = await operations.assign(db, tenant, asked, remove=data.remove)
    return _assignments(found)


@get("/app/batches/{name:str}/place")
async def read_place(
    name: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> BatchPlace:
    """When a batch is to be worked on, and by whom."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        return await _place(db, tenant, name)


@put("/app/batches/{name:str}/place")
async def set_place(
    name: FromPath[str],
    data: JSONBody[WantedPlace],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> BatchPlace:
    """Put a batch into this place among all that are pending."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        await order.move(db, tenant, name, data.place)
        return await _place(db, tenant, name)


@put("/app/batches/{name:str}/groups")
async def set_workers(
    name: FromPath[str],
    data: JSONBody[WantedGroups],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> BatchPlace:
    """Say who is to work on a batch, instead of who was."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        await operations.set_groups(db, tenant, name, data.groups)
        return await _place(db, tenant, name)


ROUTES = (
    *(list_groups_for_app, make_group, rewrite_group, delete_group),
    *(list_assignments_for_app, change_assignments),
    *(read_place, set_place, set_workers),
)


async def _groups(db: Connection, tenant: Tenant, project: str | None) -> GroupList:
    return GroupList(
        [
            GroupView(
                row.group_id, row.project, row.name, row.is_singleton, row.emails, row.batches
            )
            for row in await group_queries.shown_groups(db, tenant, project)
        ]
    )


async def _place(db: Connection, tenant: Tenant, name: str) -> BatchPlace:
    batch = await batches.get(db, tenant, name)
    place, pending = await order.place_of(db, tenant, batch.batch_id)
    groups = await group_queries.workers_of_batch(db, tenant, batch.batch_id)
    return BatchPlace(place, pending, [BatchWorkers(row.name, row.people) for row in groups])


def _assignments(found: dict[str, list[str]]) -> AssignmentList:
    return AssignmentList([AssignedProjects(email, names) for email, names in found.items()])
