"""Verbs on batches. None commits: the caller's transaction does."""

import msgspec
from msgspec import UNSET, Raw

from groundplane.batches import queries
from groundplane.batches.model import NewBatch, PublicBatch, Status
from groundplane.batches.queries import BatchRow
from groundplane.errors import Conflict, InvalidRequest, NotFound
from groundplane.projects import operations as projects
from groundplane.storage.database import Connection, Tenant
from groundplane.wire.values import new_id, timestamp

BATCH = "Batch with that name"


async def create(db: Connection, tenant: Tenant, new: NewBatch) -> BatchRow:
    """A batch without tasks. One of a Rapid or Studio project waits to be finalized.

    Raises:
        NotFound: no such project.
        Conflict: there is one of that name, in whatever project.
    """
    project = await projects.get(db, tenant, new.project)
    waits = project.rapid or project.studio
    made = await queries.insert(
        db, tenant, new_id(), new, project_id=project.project_id, finalized=not waits
    )
    if not made:
        raise Conflict(f"A batch with the name {new.name} already exists.")
    return await get(db, tenant, new.name)


async def get(db: Connection, tenant: Tenant, name: str) -> BatchRow:
    """Raises NotFound: there is none of that name in this world (live or test)."""
    batch = await queries.by_name(db, tenant, name)
    if batch is None:
        raise NotFound(BATCH)
    return batch


async def get_locked(db: Connection, tenant: Tenant, name: str) -> BatchRow:
    """As get, and nobody else adds a task, finalizes or completes it meanwhile."""
    batch = await get(db, tenant, name)
    await queries.lock(db, tenant, batch.batch_id)
    return await get(db, tenant, name)


async def for_new_task(db: Connection, tenant: Tenant, name: str) -> BatchRow:
    """The batch that a new task joins, locked; it is complete no more.

    Raises:
        NotFound: no such batch.
        InvalidRequest: it was finalized, which only batches of Rapid and Studio projects are.
    """
    batch = await get_locked(db, tenant, name)
    project = await projects.get(db, tenant, batch.project)
    if (project.rapid or project.studio) and batch.status != Status.STAGING:
        raise InvalidRequest(f"Batch {name} has been finalized and takes no more tasks.")
    await queries.reopen(db, tenant, batch.batch_id)
    return batch


async def set_metadata(
    db: Connection, tenant: Tenant, name: str, metadata: dict[str, object]
) -> BatchRow:
    """Replaces all of it. Raises NotFound: no such batch."""
    batch = await get(db, tenant, name)
    text = msgspec.json.encode(metadata).decode()
    await queries.set_metadata(db, tenant, batch.batch_id, text)
    return await get(db, tenant, name)


async def archive(db: Connection, tenant: Tenant, name: str, *, archived: bool) -> None:
    """Take a batch out of lists, or back. Raises NotFound: no such batch."""
    batch = await get(db, tenant, name)
    await queries.set_archived(db, tenant, batch.batch_id, archived=archived)


def public_batch(row: BatchRow) -> PublicBatch:
    """A batch as /v1 and callbacks show it."""
    return PublicBatch(
        id=row.batch_id,
        project=row.project,
        name=row.name,
        status=Status(row.status),
        callback=UNSET if row.callback is None else row.callback,
        calibration_batch=row.calibration,
        self_label_batch=row.self_label,
        metadata=Raw(row.metadata.encode()),
        created_at=timestamp(row.created_at),
        completed_at=UNSET if row.completed_at is None else timestamp(row.completed_at),
        last_audited_at=UNSET if row.last_audited_at is None else timestamp(row.last_audited_at),
        archived=row.archived_at is not None,
    )
