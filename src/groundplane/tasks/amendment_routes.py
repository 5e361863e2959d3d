"""What customers change on their tasks over /v1 (api.md 3.1.5 to 3.1.8)."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec
from litestar.openapi.spec import OpenAPIType

from groundplane.accounts import operations as accounts
from groundplane.errors import InvalidParameter
from groundplane.storage.database import Connection, Database, Tenant
from groundplane.tasks import amendments, operations
from groundplane.tasks.model import PublicTask
from groundplane.tasks.queries import TaskRow
from groundplane.wire import bodies
from groundplane.wire.people import ApiKey
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import FromPath, NamedDependency, delete, described, post, put

TAGS = "/v1/task/{task_id:str}/tags"
UNIQUE_ID = "/v1/task/{task_id:str}/unique_id"
LIST_OF_TAGS = described(body="Tags.", body_type=OpenAPIType.ARRAY)


_ChangeOfTags = Callable[[Connection, Tenant, str, Sequence[str]], Awaitable[TaskRow]]


class _UniqueId(msgspec.Struct):
    unique_id: str | int | float | None = None


class _Audit(msgspec.Struct):
    accepted: bool
    comments: str | None = None


@post(
    "/v1/task/{task_id:str}/setMetadata",
    never_conflicts=True,
    operation_class=described(body="The new metadata, as it is."),
)
async def set_metadata(
    request: HttpRequest,
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicTask:
    """Replace the metadata of a task; no body is no metadata."""
    metadata = await bodies.read_object(request)
    async with database.transaction(tenant) as db:
        row = await amendments.set_metadata(db, tenant, task_id, metadata)
    return operations.public_task(row)


@post(UNIQUE_ID, operation_class=described(body="unique_id: the new one."))
async def set_unique_id(
    request: HttpRequest,
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicTask:
    """Give a task a unique_id, or another one."""
    given = await bodies.read_object(request)
    unique_id = bodies.convert(given, _UniqueId, from_form=bodies.is_form(request)).unique_id
    if unique_id is None:
        raise InvalidParameter("unique_id", "is required")
    async with database.transaction(tenant) as db:
        row = await amendments.set_unique_id(db, tenant, task_id, unique_id)
    return operations.public_task(row)


@delete(UNIQUE_ID, never_conflicts=True)
async def clear_unique_id(
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicTask:
    """Free the unique_id of a task."""
    async with database.transaction(tenant) as db:
        row = await amendments.clear_unique_id(db, tenant, task_id)
    return operations.public_task(row)


@put(TAGS, never_conflicts=True, operation_class=LIST_OF_TAGS)
async def add_tags(
    request: HttpRequest,
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicTask:
    """Add tags to a task."""
    return await _with_tags(request, database, tenant, task_id, amendments.add_tags)


@post(TAGS, never_conflicts=True, operation_class=LIST_OF_TAGS)
async def replace_tags(
    request: HttpRequest,
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicTask:
    """Replace the tags of a task; no body is no tags."""
    return await _with_tags(request, database, tenant, task_id, amendments.replace_tags)


@delete(TAGS, never_conflicts=True, operation_class=LIST_OF_TAGS)
async def remove_tags(
    request: HttpRequest,
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicTask:
    """Remove tags from a task."""
    return await _with_tags(request, database, tenant, task_id, amendments.remove_tags)


@post(
    "/v1/task/{task_id:str}/audit",
    operation_class=described(body="accepted: boolean; comments: text, or null."),
)
async def audit_task(
    request: HttpRequest,
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    api_key: NamedDependency[ApiKey],
    database: NamedDependency[Database],
) -> PublicTask:
    """Accept or reject a completed task."""
    given = await bodies.read_object(request)
    told = bodies.convert(given, _Audit, from_form=bodies.is_form(request))
    async with database.transaction(tenant) as db:
        key_name = await accounts.key_name(db, api_key)
        row = await amendments.audit(
            db,
            tenant,
            task_id,
            opinion="accepted" if told.accepted else "rejected",
            comment=told.comments,
            audited_by=await accounts.key_email(db, api_key) or key_name,
            api_key=key_name,
        )
    return operations.public_task(row)


ROUTES = (
    *(set_metadata, set_unique_id, clear_unique_id),
    *(add_tags, replace_tags, remove_tags, audit_task),
)


async def _with_tags(
    request: HttpRequest, database: Database, tenant: Tenant, task_id: str, change: _ChangeOfTags
) -> PublicTask:
    """The task after this change by the tags in the body."""
    tags = await bodies.read_list(request, "tags")
    async with database.transaction(tenant) as db:
        row = await change(db, tenant, task_id, tags)
    return operations.public_task(row)
