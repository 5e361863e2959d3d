"""/app/projects: for managers, who make projects and look after their parameters."""

from typing import cast

import msgspec
from msgspec import Raw

from groundplane.projects import api_routes, operations, queries, shown_queries
from groundplane.projects.model import Archived, check_name, read_new
from groundplane.projects.queries import Project
from groundplane.projects.shown_queries import ShownVersionRow
from groundplane.storage.database import Connection, Database, Tenant
from groundplane.wire import bodies
from groundplane.wire.people import Person, Role
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import (
    FromPath,
    JSONBody,
    NamedDependency,
    described,
    get,
    post,
    put,
)
from groundplane.wire.values import JSON, timestamp

MOST_VERSIONS_SHOWN = 50


class ProjectHead(msgspec.Struct, frozen=True):
    """`type` is the only one of tasks that it takes."""

    name: str
    type: str


class ProjectHeads(msgspec.Struct, frozen=True):
    projects: list[ProjectHead]


class ParamsVersion(msgspec.Struct):
    """`made_by`: an e-mail address or a key, as it was called then; null: not known."""

    version: int
    created_at: str
    made_by: str | None
    params: Raw


class OntologyVersion(msgspec.Struct):
    version: int
    created_at: str
    made_by: str | None
    name: str | None
    ontology: Raw


class ProjectView(msgspec.Struct):
    """The newest versions, newest first. Batches of one that `waits` are to be finalized."""

    name: str
    type: str
    created_at: str
    archived: bool
    waits: bool
    versions: list[ParamsVersion]
    ontologies: list[OntologyVersion]


class NewParams(msgspec.Struct):
    """The whole of the parameters, written with this version in view."""

    params: dict[str, object]
    after_version: int


class NewOntology(msgspec.Struct):
    ontology: object
    name: str | None = None


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


@post(
    "/app/projects",
    operation_class=described(body="As of POST /v1/projects: type and name; params, studio."),
)
async def make_project(
    request: HttpRequest,
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    task_words: NamedDependency[frozenset[str]],
) -> ProjectView:
    """Make a project of one task type."""
    person.must_be(Role.MANAGER)
    new = read_new(await bodies.read_object(request), from_form=False)
    async with database.transaction(tenant) as db:
        project = await operations.create_new(db, tenant, new, task_words, made_by=person.email)
        return await _shown(db, tenant, project)


@get("/app/projects/{name:str}")
async def show_project(
    name: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> ProjectView:
    """A project with the newest versions of its parameters and ontologies."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        return await _shown(db, tenant, await operations.get(db, tenant, name))


@post("/app/projects/{name:str}/params")
async def give_params(
    name: FromPath[str],
    data: JSONBody[NewParams],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> ProjectView:
    """Give a project a new version of its parameters; refused when there is a newer one."""
    person.must_be(Role.MANAGER)
    # A parameter of this name says how the others are meant, over the API; here it is no parameter.
    given = cast("dict[str, JSON]", {**data.params, "patch": False})
    async with database.transaction(tenant) as db:
        project = await operations.set_params(
            db, tenant, name, given, made_by=person.email, after_version=data.after_version
        )
        return await _shown(db, tenant, project)


@post("/app/projects/{name:str}/ontology")
async def give_ontology(
    name: FromPath[str],
    data: JSONBody[NewOntology],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> ProjectView:
    """Give a project a new ontology; those before are kept."""
    person.must_be(Role.MANAGER)
    if data.name is not None:
        check_name("name", data.name)
    given = cast("dict[str, JSON]", {"ontology": data.ontology, "name": data.name})
    async with database.transaction(tenant) as db:
        project = await operations.set_ontology(db, tenant, name, given, made_by=person.email)
        return await _shown(db, tenant, project)


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


ROUTES = (
    *(list_project_heads, make_project, show_project),
    *(give_params, give_ontology, archive_project),
    *api_routes.ROUTES,
)


async def _shown(db: Connection, tenant: Tenant, project: Project) -> ProjectView:
    of_project = (db, tenant, project.project_id, MOST_VERSIONS_SHOWN)
    return ProjectView(
        name=project.name,
        type=project.type,
        created_at=timestamp(project.created_at),
        archived=project.archived_at is not None,
        waits=project.rapid or project.studio,
        versions=[_version(row) for row in await shown_queries.newest_params(*of_project)],
        ontologies=[_ontology(row) for row in await shown_queries.newest_ontologies(*of_project)],
    )


def _version(row: ShownVersionRow) -> ParamsVersion:
    return ParamsVersion(
        row.version, timestamp(row.created_at), row.made_by, Raw(row.content.encode())
    )


def _ontology(row: ShownVersionRow) -> OntologyVersion:
    return OntologyVersion(
        row.version, timestamp(row.created_at), row.made_by, row.name, Raw(row.content.encode())
    )
