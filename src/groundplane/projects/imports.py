"""Projects of an account elsewhere that speaks the same dialect, with every version they had."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from groundplane.errors import InvalidParameter, InvalidRequest
from groundplane.projects import queries
from groundplane.projects.model import OF_THE_VERSION
from groundplane.projects.queries import ImportedProject
from groundplane.storage.database import Connection, Tenant
from groundplane.wire import bodies
from groundplane.wire.values import JSON, is_id, new_id


class ForeignProject(msgspec.Struct, kw_only=True):
    """What of a project's answer is kept; whatever else is in it is left."""

    id: str | None = None
    name: str
    type: str
    created_at: datetime
    param_history: list[dict[str, object]] = []
    archived: bool = False
    rapid: bool = False
    studio: bool = False


class _Version(msgspec.Struct):
    version: int
    created_at: datetime | None = None


def read(given: Mapping[str, JSON]) -> ForeignProject:
    """Raises InvalidParameter: a field is not what it is in this dialect."""
    return bodies.convert(given, ForeignProject)


async def take_over(
    db: Connection, tenant: Tenant, project: ForeignProject, *, dry: bool
) -> tuple[str | None, bool]:
    """The id of the project of that name here, and whether it is new.

    With `dry` nothing is written, and a new one has no id.

    Raises:
        InvalidRequest: there is one of that name with other tasks in it.
        InvalidParameter: a version of its parameters has no number, or one twice.
    """
    known = await queries.by_name(db, tenant, project.name)
    is_new = known is None
    if known is None:
        if dry:
            return None, True
        versions = [bodies.convert(_json(one), _Version) for one in project.param_history]
        if len({one.version for one in versions}) < len(versions):
            raise InvalidParameter("param_history", "contains a duplicate value")
        new = ImportedProject(
            project_id=project.id if project.id is not None and is_id(project.id) else new_id(),
            name=project.name,
            type=project.type,
            rapid=project.rapid,
            studio=project.studio,
            created_at=project.created_at,
            archived=project.archived,
            versions=[one.version for one in versions] or [0],
            moments=[one.created_at or project.created_at for one in versions]
            or [project.created_at],
            params=[_params(one) for one in project.param_history] or ["{}"],
        )
        await queries.insert_imported(db, tenant, new)
        known = await queries.by_name(db, tenant, project.name)
        assert known is not None
    if known.type != project.type:
        raise InvalidRequest(f"A project of that name here takes tasks of type {known.type}.")
    return known.project_id, is_new


def _params(given: Mapping[str, object]) -> str:
    kept = {name: value for name, value in given.items() if name not in OF_THE_VERSION}
    return msgspec.json.encode(kept).decode()


def _json(given: Mapping[str, object]) -> dict[str, JSON]:
    return {name: value for name, value in given.items() if isinstance(value, int | str)}
