"""A batch's callback: sent when it is complete, and tried as those of tasks are.

Scale's docs say that there is one and not what is in it: `batch` is the batch as /v1 shows it.
"""

from collections.abc import Sequence
from uuid import uuid4

import msgspec
import zstandard

from groundplane.batches import operations as batches
from groundplane.batches import queries as batch_rows
from groundplane.batches.model import PublicBatch, Status
from groundplane.callbacks import batch_queries, operations, queries
from groundplane.callbacks.batch_queries import BatchEventName
from groundplane.callbacks.model import DeliveryView
from groundplane.jobs.queue import Queue
from groundplane.storage.database import Connection, Tenant


class BatchPayload(msgspec.Struct):
    """The body of a batch's callback."""

    batch: PublicBatch
    status: Status


async def notice(
    db: Connection, queue: Queue, tenant: Tenant, names: Sequence[BatchEventName]
) -> None:
    """Turn completions into deliveries, each with its first attempt enqueued."""
    if not await queries.lock_notice(db, tenant, "batches"):
        return  # another worker notices this tenant's events; two would lose their order
    for event in await batch_queries.take_events(db, tenant, names):
        if event.event != Status.COMPLETED:
            continue
        row = await batch_rows.by_id(db, tenant, event.batch_id)
        if row is None or row.callback is None:
            continue
        # As the event left it, though it may have been reopened before that was noticed.
        then = msgspec.structs.replace(row, status=Status.COMPLETED, completed_at=event.at)
        body = msgspec.json.encode(BatchPayload(batches.public_batch(then), Status.COMPLETED))
        delivery_id = uuid4()
        await batch_queries.insert_delivery(
            db,
            tenant,
            delivery_id,
            event,
            url=row.callback,
            payload_zstd=zstandard.compress(body),
        )
        await operations.begin(db, queue, tenant, delivery_id)


async def of_batch(db: Connection, tenant: Tenant, name: str) -> list[DeliveryView]:
    """Raises NotFound: no such batch, or not this tenant's."""
    batch = await batches.get(db, tenant, name)
    rows = await batch_queries.deliveries(db, tenant, batch.batch_id)
    return await operations.views(db, tenant, rows)
