"""When a batch is complete: it has tasks, and none of them is pending.

Decided in the transaction that moves a task, under the batch's lock, so that of two last tasks
that end at the same time the second one sees the first.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from groundplane.batches import operations as batches
from groundplane.batches import queries
from groundplane.batches.queries import BatchRow
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import batch_queries
from groundplane.tasks.lifecycle import PUBLIC_STATUS, State

PENDING = PUBLIC_STATUS[State.READY]


async def settle(db: Connection, tenant: Tenant, task_id: str) -> None:
    """Complete or reopen the batch of a task whose public status has changed."""
    batch_id = await batch_queries.batch_of(db, tenant, task_id)
    if batch_id is not None:
        await queries.lock(db, tenant, batch_id)
        await _judge(db, tenant, batch_id)


async def finalize(db: Connection, tenant: Tenant, name: str) -> BatchRow:
    """Say that no more tasks come; for batches that do not wait for that it changes nothing.

    Raises:
        NotFound: no such batch.
    """
    batch = await batches.get_locked(db, tenant, name)
    await queries.finalize(db, tenant, batch.batch_id)
    await _judge(db, tenant, batch.batch_id)
    return await batches.get(db, tenant, name)


async def counts(
    db: Connection, tenant: Tenant, batch_ids: Sequence[str]
) -> dict[str, Counter[str]]:
    """By batch: how many of its tasks have which public status."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in await batch_queries.count_states(db, tenant, batch_ids):
        found[row.batch_id][PUBLIC_STATUS[State(row.state)]] += row.tasks
    return found


async def _judge(db: Connection, tenant: Tenant, batch_id: str) -> None:
    of_status = (await counts(db, tenant, [batch_id]))[batch_id]
    if of_status[PENDING]:
        await queries.reopen(db, tenant, batch_id)
    elif of_status.total():
        await queries.complete(db, tenant, batch_id)
