"""/v1/batches but what needs their tasks (tasks.batch_routes); Scale's docs, "Batches"."""

import msgspec

from groundplane.batches import operations, queries
from groundplane.batches.model import BatchFilter, PublicBatch, read_new, read_status
from groundplane.projects.model import Archived
from groundplane.storage.database import Database, Tenant
from groundplane.wire import bodies
from groundplane.wire.checks import check_metadata
from groundplane.wire.pages import Query
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

LIST_QUERY = {
    "project": "project name",
    "status": "staging, in_progress or completed",
    "start_time": "least created_at",
    "end_time": "greatest created_at",
    "completed_after": "least completed_at",
    "completed_before": "greatest completed_at",
    "audited_after": "least last_audited_at",
    "audited_before": "greatest last_audited_at",
    "exclude_archived": "boolean",
    "limit": "1 to 100",
    "offset": "how many to skip",
}


class BatchPage(msgspec.Struct):
    """The official clients read the number of all as `totalDocs` (Python) or `total` (Node)."""

    docs: list[PublicBatch]
    total: int
    total_docs: int = msgspec.field(name="totalDocs")
    limit: int
    offset: int
    has_more: bool


class GivenMetadata(msgspec.Struct):
    """All of it, in place of what was."""

    metadata: dict[str, object]


@post(
    "/v1/batches",
    operation_class=described(
        body="project and name; callback, calibration_batch, self_label_batch, metadata."
    ),
)
async def create_batch(
    request: HttpRequest,
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicBatch:
    """Create a batch in a project."""
    given = await bodies.read_object(request)
    new = read_new(given, from_form=bodies.is_form(request))
    async with database.transaction(tenant) as db:
        return operations.public_batch(await operations.create(db, tenant, new))


@get("/v1/batches", operation_class=described(query=LIST_QUERY))
async def list_batches(
    asked: NamedDependency[Query],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> BatchPage:
    """List batches, newest first."""
    wanted, limit, offset = _filter(asked), asked.limit(), asked.offset()
    async with database.transaction(tenant) as db:
        total = await queries.count(db, tenant, wanted)
        rows = await queries.page(db, tenant, wanted, offset=offset, limit=limit)
    docs = [operations.public_batch(row) for row in rows]
    return BatchPage(docs, total, total, limit, offset, offset + len(docs) < total and bool(docs))


@get("/v1/batches/{name:str}")
async def retrieve_batch(
    name: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicBatch:
    """Retrieve a batch."""
    async with database.transaction(tenant) as db:
        return operations.public_batch(await operations.get(db, tenant, name))


@post(
    "/v1/batches/{name:str}/setMetadata",
    operation_class=described(body="The new metadata, in place of all that was."),
)
async def set_batch_metadata(
    request: HttpRequest,
    name: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicBatch:
    """Replace a batch's metadata."""
    metadata = dict[str, object](await bodies.read_object(request))
    check_metadata(metadata)
    async with database.transaction(tenant) as db:
        return operations.public_batch(await operations.set_metadata(db, tenant, name, metadata))


@post(
    "/app/batches",
    operation_class=described(
        body="As of POST /v1/batches: project and name; callback, metadata, the two flags."
    ),
)
async def make_batch(
    request: HttpRequest,
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicBatch:
    """Make a batch in a project."""
    person.must_be(Role.MANAGER)
    new = read_new(await bodies.read_object(request), from_form=False)
    async with database.transaction(tenant) as db:
        return operations.public_batch(await operations.create(db, tenant, new))


@put("/app/batches/{name:str}/metadata")
async def replace_metadata(
    name: FromPath[str],
    data: JSONBody[GivenMetadata],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicBatch:
    """Replace a batch's metadata."""
    person.must_be(Role.MANAGER)
    check_metadata(data.metadata)
    async with database.transaction(tenant) as db:
        row = await operations.set_metadata(db, tenant, name, data.metadata)
        return operations.public_batch(row)


@put("/app/batches/{name:str}/archived")
async def archive_batch(
    name: FromPath[str],
    data: JSONBody[Archived],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> Archived:
    """Take a batch out of lists, or back; nothing deletes one."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        await operations.archive(db, tenant, name, archived=data.archived)
    return data


ROUTES = (
    *(create_batch, list_batches, retrieve_batch, set_batch_metadata),
    *(make_batch, replace_metadata, archive_batch),
)


def _filter(asked: Query) -> BatchFilter:
    """Raises InvalidParameter: naming the value that cannot be."""
    status = asked.text("status")
    return BatchFilter(
        created_from=asked.time("start_time"),
        created_to=asked.last_time("end_time"),
        completed_from=asked.time("completed_after"),
        completed_to=asked.last_time("completed_before"),
        audited_from=asked.time("audited_after"),
        audited_to=asked.last_time("audited_before"),
        status=None if status is None else read_status(status),
        project=asked.text("project"),
        exclude_archived=asked.flag("exclude_archived"),
    )
