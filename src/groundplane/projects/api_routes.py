"""/v1/projects (Scale's docs, "Projects")."""

from groundplane.accounts import operations as accounts
from groundplane.errors import InvalidRequest
from groundplane.projects import operations, queries
from groundplane.projects.model import PublicProject, read_new
from groundplane.storage.database import Database, Tenant
from groundplane.wire import bodies
from groundplane.wire.pages import Query
from groundplane.wire.people import ApiKey
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import FromPath, NamedDependency, described, get, post


@post(
    "/v1/projects",
    operation_class=described(
        body="type and name; params, rapid, studio, pipeline, num_attempts, datasetId."
    ),
)
async def create_project(
    request: HttpRequest,
    tenant: NamedDependency[Tenant],
    api_key: NamedDependency[ApiKey],
    database: NamedDependency[Database],
    task_words: NamedDependency[frozenset[str]],
) -> PublicProject:
    """Create a project of one task type."""
    given = await bodies.read_object(request)
    new = read_new(given, from_form=bodies.is_form(request))
    async with database.transaction(tenant) as db:
        by = await accounts.key_name(db, api_key)
        project = await operations.create_new(db, tenant, new, task_words, made_by=by)
        return (await operations.shown(db, tenant, [project]))[0]


@get(
    "/v1/projects",
    operation_class=described(query={"archived": "boolean: only those that are, or are not"}),
)
async def list_projects(
    asked: NamedDependency[Query],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> list[PublicProject]:
    """All projects, by name."""
    archived = None if asked.text("archived") is None else asked.flag("archived")
    async with database.transaction(tenant) as db:
        projects = await queries.all_by_name(db, tenant, archived=archived)
        return await operations.shown(db, tenant, projects)


@get("/v1/projects/{name:str}")
async def retrieve_project(
    name: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicProject:
    """Retrieve a project with every version of its parameters."""
    async with database.transaction(tenant) as db:
        project = await operations.get(db, tenant, name)
        return (await operations.shown(db, tenant, [project]))[0]


@post(
    "/v1/projects/{name:str}/setParams",
    operation_class=described(body="The parameters; with patch, those that change."),
)
async def set_params(
    request: HttpRequest,
    name: FromPath[str],
    tenant: NamedDependency[Tenant],
    api_key: NamedDependency[ApiKey],
    database: NamedDependency[Database],
) -> PublicProject:
    """Give a project a new version of its parameters."""
    given = await bodies.read_object(request)
    async with database.transaction(tenant) as db:
        by = await accounts.key_name(db, api_key)
        project = await operations.set_params(db, tenant, name, given, made_by=by)
        return (await operations.shown(db, tenant, [project]))[0]


@post(
    "/v1/projects/{name:str}/setOntology",
    operation_class=described(body="ontology: the choices; name."),
)
async def set_ontology(
    request: HttpRequest,
    name: FromPath[str],
    tenant: NamedDependency[Tenant],
    api_key: NamedDependency[ApiKey],
    database: NamedDependency[Database],
) -> PublicProject:
    """Give a project a new ontology."""
    given = await bodies.read_object(request)
    async with database.transaction(tenant) as db:
        by = await accounts.key_name(db, api_key)
        project = await operations.set_ontology(db, tenant, name, given, made_by=by)
        return (await operations.shown(db, tenant, [project]))[0]


@get("/v1/projects/{name:str}/taskTemplates")
async def task_template(
    name: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> dict[str, object]:
    """Always refused: templates belong to projects that collect texts, which nobody makes here."""
    async with database.transaction(tenant) as db:
        project = await operations.get(db, tenant, name)
    raise InvalidRequest(f"Projects of type {project.type} have no task template.")


ROUTES = (
    *(create_project, list_projects, retrieve_project),
    *(set_params, set_ontology, task_template),
)
