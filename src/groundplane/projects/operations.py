"""Verbs on projects. None commits: the caller's transaction does."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import msgspec
from msgspec import UNSET, Raw

from groundplane.errors import Conflict, InvalidParameter, InvalidRequest, NotFound
from groundplane.projects import queries
from groundplane.projects.model import (
    MOST_VERSIONS,
    NewProject,
    PublicOntology,
    PublicProject,
    check_ontology,
    check_params,
    shown_version,
)
from groundplane.projects.queries import OntologyRow, ParamsRow, Project
from groundplane.storage.database import Connection, Tenant
from groundplane.wire.values import JSON, new_id, timestamp

PROJECT = "Project with that name"


async def create(db: Connection, tenant: Tenant, name: str, task_type: str) -> Project:
    """The project of that name, made when there is none; its type stays as it was first."""
    await queries.insert(db, tenant, new_id(), NewProject(type=task_type, name=name))
    return await get(db, tenant, name)


async def create_new(
    db: Connection,
    tenant: Tenant,
    new: NewProject,
    types: Collection[str],
    *,
    made_by: str | None = None,
) -> Project:
    """A project that was not there before.

    `made_by` is who shows as the maker of its first parameters, here and below of others.

    Raises:
        InvalidParameter: its type is none of these.
        Conflict: there is one of that name.
    """
    if new.type not in types:
        raise InvalidParameter("type", "must be a task type")
    made = await queries.insert(db, tenant, new_id(), new, made_by=made_by)
    if not made:
        raise Conflict(f"A project with the name {new.name} already exists.")
    return await get(db, tenant, new.name)


async def get(db: Connection, tenant: Tenant, name: str) -> Project:
    """Raises NotFound: there is none of that name in this world (live or test)."""
    project = await queries.by_name(db, tenant, name)
    if project is None:
        raise NotFound(PROJECT)
    return project


async def for_new_task(db: Connection, tenant: Tenant, name: str, task_type: str) -> Project:
    """The project that a new task names.

    Raises:
        NotFound: there is none of that name in this world (live or test).
        InvalidRequest: it is a project of another task type (Scale's docs: a project has one).
    """
    project = await get(db, tenant, name)
    if project.type != task_type:
        raise InvalidRequest(f"Project {name} only accepts tasks of type {project.type}.")
    return project


async def set_params(
    db: Connection,
    tenant: Tenant,
    name: str,
    given: Mapping[str, JSON],
    *,
    made_by: str | None = None,
    after_version: int | None = None,
) -> Project:
    """Give a project a new version of its parameters; tasks that exist keep theirs.

    With `patch` the latest version is kept where nothing new is given, and null takes a
    parameter out.

    Raises:
        NotFound: no such project.
        Conflict: `after_version` was not the latest.
        InvalidParameter: `patch` is no boolean, or a parameter cannot be.
        InvalidRequest: it has had too many versions.
    """
    patch = given.get("patch") or False
    if not isinstance(patch, bool):
        raise InvalidParameter("patch", "must be a boolean")
    params = check_params({name: value for name, value in given.items() if name != "patch"})
    project = await _locked(db, tenant, name)
    latest = await queries.params_version(db, tenant, project.project_id, None)
    version = 0 if latest is None else latest.version + 1
    if after_version is not None and version != after_version + 1:
        raise Conflict(
            f"There is a version {version - 1} by now. Look at it, then save what you want again."
        )
    if version >= MOST_VERSIONS:
        raise InvalidRequest(f"A project has at most {MOST_VERSIONS} versions of parameters.")
    if patch and latest is not None:
        params = msgspec.json.decode(latest.params, type=dict[str, object]) | params
    present = {name: value for name, value in params.items() if value is not None}
    text = msgspec.json.encode(present).decode()
    await queries.insert_params(
        db, tenant, project.project_id, version, params=text, made_by=made_by
    )
    return project


async def set_ontology(
    db: Connection,
    tenant: Tenant,
    name: str,
    given: Mapping[str, JSON],
    *,
    made_by: str | None = None,
) -> Project:
    """Give a project a new ontology; those before are kept.

    Raises:
        NotFound: no such project.
        InvalidParameter: it is no ontology, or a choice is in it twice.
    """
    ontology, called = given.get("ontology"), given.get("name")
    if ontology is None:
        raise InvalidParameter("ontology", "is required")
    check_ontology(ontology)
    if called is not None and not isinstance(called, str):
        raise InvalidParameter("name", "must be a string")
    project = await _locked(db, tenant, name)
    text = msgspec.json.encode(ontology).decode()
    await queries.insert_ontology(
        db, tenant, project.project_id, name=called, ontology=text, made_by=made_by
    )
    return project


async def archive(db: Connection, tenant: Tenant, name: str, *, archived: bool) -> None:
    """Take a project out of lists, or back into them; its tasks go on.

    Raises:
        NotFound: no such project.
    """
    project = await get(db, tenant, name)
    await queries.set_archived(db, tenant, project.project_id, archived=archived)


async def params_of_version(
    db: Connection, tenant: Tenant, project: Project, version: int | None
) -> tuple[int, dict[str, JSON]]:
    """The number and the parameters of a version; None asks for the latest.

    Raises:
        InvalidParameter: the project has no such version.
    """
    row = None
    if version is None or 0 <= version < MOST_VERSIONS:
        row = await queries.params_version(db, tenant, project.project_id, version)
    if row is None:
        raise InvalidParameter("project_version", "must be a version of the project")
    return row.version, msgspec.json.decode(row.params)


async def shown(db: Connection, tenant: Tenant, projects: Sequence[Project]) -> list[PublicProject]:
    """Projects as /v1 shows them, in the same order."""
    ids = [project.project_id for project in projects]
    params: dict[str, list[ParamsRow]] = defaultdict(list)
    for row in await queries.params_of(db, tenant, ids):
        params[row.project_id].append(row)
    ontologies: dict[str, list[OntologyRow]] = defaultdict(list)
    for row in await queries.ontologies_of(db, tenant, ids):
        ontologies[row.project_id].append(row)
    return [
        PublicProject(
            id=project.project_id,
            type=project.type,
            name=project.name,
            param_history=[
                shown_version(row.version, row.created_at, row.params)
                for row in params[project.project_id]
            ],
            created_at=timestamp(project.created_at),
            archived=project.archived_at is not None,
            rapid=project.rapid,
            studio=project.studio,
            pipeline=UNSET if project.pipeline is None else project.pipeline,
            num_attempts=UNSET if project.num_attempts is None else project.num_attempts,
            dataset_id=UNSET if project.dataset_id is None else project.dataset_id,
            ontology_history=[_ontology(row) for row in ontologies[project.project_id]] or UNSET,
        )
        for project in projects
    ]


def _ontology(row: OntologyRow) -> PublicOntology:
    return PublicOntology(
        version=row.version,
        created_at=timestamp(row.created_at),
        name=UNSET if row.name is None else row.name,
        ontology=Raw(row.ontology.encode()),
    )


async def _locked(db: Connection, tenant: Tenant, name: str) -> Project:
    project = await queries.lock_by_name(db, tenant, name)
    if project is None:
        raise NotFound(PROJECT)
    return project
