"""Batches of an account elsewhere that speaks the same dialect."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from groundplane.batches import queries
from groundplane.batches.model import Status
from groundplane.batches.queries import ImportedBatch
from groundplane.errors import InvalidRequest
from groundplane.storage.database import Connection, Tenant
from groundplane.wire import bodies
from groundplane.wire.values import JSON, is_id, new_id


class ForeignBatch(msgspec.Struct, kw_only=True):
    """What of a batch's answer is kept; whatever else is in it is left."""

    id: str | None = None
    name: str
    project: str
    status: Status
    created_at: datetime
    completed_at: datetime | None = None
    callback: str | None = None
    metadata: dict[str, object] = {}


def read(given: Mapping[str, JSON]) -> ForeignBatch:
    """A batch's answer.

    Raises:
        InvalidParameter: a field is not what it is in this dialect.
        InvalidRequest: it cannot be kept here.
    """
    batch = bodies.convert(given, ForeignBatch)
    if bodies.holds_nul(msgspec.json.encode(batch)):
        raise InvalidRequest("It holds the character U+0000, which the database cannot keep.")
    return batch


async def take_over(
    db: Connection, tenant: Tenant, batch: ForeignBatch, project_id: str | None
) -> tuple[str | None, bool]:
    """The id of the batch of that name here, and whether it is new.

    When it was completed is not always said; then it was when it was made. Without a project,
    in a dry run, nothing is written and a new one has no id.

    Raises:
        InvalidRequest: there is one of that name in another project.
    """
    known = await queries.by_name(db, tenant, batch.name)
    is_new = known is None
    if known is None:
        if project_id is None:
            return None, True
        completed = batch.status is Status.COMPLETED
        new = ImportedBatch(
            batch_id=batch.id if batch.id is not None and is_id(batch.id) else new_id(),
            project_id=project_id,
            name=batch.name,
            callback=batch.callback or None,
            metadata=msgspec.json.encode(batch.metadata).decode(),
            created_at=batch.created_at,
            completed_at=(batch.completed_at or batch.created_at) if completed else None,
            finalized=batch.status is not Status.STAGING,
        )
        await queries.insert_imported(db, tenant, new)
        known = await queries.by_name(db, tenant, batch.name)
        assert known is not None
    if known.project != batch.project:
        raise InvalidRequest(f"A batch of that name here is one of project {known.project}.")
    return known.batch_id, is_new
