"""What a new task has from its batch and its project (Scale's docs, "Projects").

A batch implies its project. The latest version of the project's parameters, or the one that the
request names, fills what the request leaves out; the two instructions are joined. A request that
names version -1 inherits nothing.
"""

from collections.abc import Mapping

import msgspec

from groundplane.batches import operations as batches
from groundplane.errors import InvalidParameter, InvalidRequest, NotFound
from groundplane.projects import operations as projects
from groundplane.projects.model import NO_INHERITANCE
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks.model import Common
from groundplane.wire.values import JSON

# Said of one task, never of all in a project.
OF_ONE_TASK = frozenset({"project", "batch", "unique_id", "project_version", "patch"})
VERSION = "project_param_version"
VERSIONS = ("project_version", VERSION)
BETWEEN_INSTRUCTIONS = "\n\n"


async def fill(
    db: Connection,
    tenant: Tenant,
    type_name: str,
    given: Mapping[str, JSON],
    *,
    may_lack_project: bool = False,
) -> dict[str, JSON]:
    """A creation body with what it inherits filled in; `project_param_version` says from where.

    Values of a wrong type are left to whoever checks the body.

    Args:
        db: a transaction.
        tenant: whose task.
        type_name: of the task.
        given: the body as it came.
        may_lack_project: a project that does not exist is to be made later.

    Raises:
        NotFound: the batch or the project does not exist in this world.
        InvalidRequest: the project takes another type of task.
        InvalidParameter: the batch is of another project, or there is no such version.
    """
    filled = dict(given)
    await _name_project(db, tenant, filled)
    version = _wanted_version(filled)
    filled.pop(VERSION, None)
    name = filled.get("project")
    if not isinstance(name, str):
        return filled
    try:
        project = await projects.for_new_task(db, tenant, name, type_name)
    except NotFound:
        if may_lack_project:
            return filled | {VERSION: 0}  # which is the first that it will have
        raise
    if version == NO_INHERITANCE:
        return filled
    used, params = await projects.params_of_version(db, tenant, project, version)
    inherited = {key: value for key, value in params.items() if key not in OF_ONE_TASK}
    missing = {key: value for key, value in inherited.items() if filled.get(key) is None}
    return filled | missing | _instruction(filled, inherited) | {VERSION: used}


def concerns(given: Mapping[str, JSON]) -> bool:
    """Whether `fill` has anything to say of this body; if not, that costs no transaction."""
    return any(given.get(name) is not None for name in ("project", "batch", *VERSIONS))


class Place(msgspec.Struct, frozen=True):
    """Where a new task is put."""

    project_id: str | None = None
    project: str | None = None
    batch_id: str | None = None


async def place(db: Connection, tenant: Tenant, type_name: str, common: Common) -> Place:
    """The project and the batch that a new task is put into.

    Raises:
        NotFound: one does not exist in this world.
        InvalidRequest: the project takes another type of task, or the batch no more tasks.
        InvalidParameter: the batch is of another project.
    """
    name, batch_id = common.project, None
    if common.batch is not None:
        batch = await batches.for_new_task(db, tenant, common.batch)
        if name not in (None, batch.project):
            raise _other_project(batch.project)
        name, batch_id = batch.project, batch.batch_id
    if name is None:
        return Place()
    project = await projects.for_new_task(db, tenant, name, type_name)
    return Place(project.project_id, project.name, batch_id)


async def _name_project(db: Connection, tenant: Tenant, filled: dict[str, JSON]) -> None:
    name = filled.get("batch")
    if not isinstance(name, str):
        return
    batch = await batches.get(db, tenant, name)
    if filled.get("project") is None:
        filled["project"] = batch.project
    elif filled["project"] != batch.project:
        raise _other_project(batch.project)


def _wanted_version(filled: dict[str, JSON]) -> int | None:
    """Raises InvalidRequest: it is no integer, or the two spellings disagree."""
    spelled = {name: filled.get(name) for name in VERSIONS}
    wanted = {_version(name, value) for name, value in spelled.items() if value is not None}
    if len(wanted) > 1:
        raise InvalidRequest("project_version and project_param_version must not differ.")
    return next(iter(wanted), None)


def _version(name: str, value: JSON) -> int:
    """Forms spell numbers as text. Raises InvalidParameter: it is no integer."""
    try:
        return int(value) if isinstance(value, str) else _integral(value)
    except (ValueError, OverflowError):
        raise InvalidParameter(name, "must be an integer") from None


def _integral(value: JSON) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise ValueError
    return int(value)


def _instruction(filled: Mapping[str, JSON], inherited: Mapping[str, JSON]) -> dict[str, JSON]:
    """The project's instruction goes behind the task's instead of being overridden."""
    of_task, of_project = filled.get("instruction"), inherited.get("instruction")
    if isinstance(of_task, str) and of_task and isinstance(of_project, str) and of_project:
        return {"instruction": of_task + BETWEEN_INSTRUCTIONS + of_project}
    return {}


def _other_project(project: str) -> InvalidParameter:
    return InvalidParameter("batch", f"must be a batch of the project; it is one of {project}")
