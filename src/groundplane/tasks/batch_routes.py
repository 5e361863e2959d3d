"""What /v1/batches says and does by a batch's tasks (Scale's docs, "Batches")."""

import msgspec
from msgspec import UNSET, UnsetType

from groundplane.batches import operations
from groundplane.batches.model import PublicBatch, Status
from groundplane.storage.database import Database, Tenant
from groundplane.tasks import batch_work
from groundplane.wire.routing import FromPath, NamedDependency, described, get, post


class BatchProgress(msgspec.Struct, kw_only=True):
    """How many tasks have which status; what no task has is absent."""

    status: Status
    pending: int | UnsetType = UNSET
    completed: int | UnsetType = UNSET
    error: int | UnsetType = UNSET
    canceled: int | UnsetType = UNSET


@get("/v1/batches/{name:str}/status")
async def batch_status(
    name: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> BatchProgress:
    """How far a batch is."""
    async with database.transaction(tenant) as db:
        batch = await operations.get(db, tenant, name)
        of_status = (await batch_work.counts(db, tenant, [batch.batch_id]))[batch.batch_id]
    return BatchProgress(
        status=Status(batch.status),
        pending=of_status["pending"] or UNSET,
        completed=of_status["completed"] or UNSET,
        error=of_status["error"] or UNSET,
        canceled=of_status["canceled"] or UNSET,
    )


@post("/v1/batches/{name:str}/finalize", operation_class=described(body="Nothing."))
async def finalize_batch(
    name: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicBatch:
    """Say that no more tasks come; only batches of Rapid and Studio projects wait for it."""
    async with database.transaction(tenant) as db:
        return operations.public_batch(await batch_work.finalize(db, tenant, name))


ROUTES = (batch_status, finalize_batch)
