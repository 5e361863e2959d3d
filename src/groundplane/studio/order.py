"""One batch's place among those that are to be worked on. None commits."""

from groundplane.batches import operations as batches
from groundplane.errors import Conflict, InvalidParameter
from groundplane.storage.database import Connection, Tenant
from groundplane.studio import queries


async def place_of(db: Connection, tenant: Tenant, batch_id: str) -> tuple[int | None, int]:
    """From 1 on, and of how many; None: it is not pending."""
    ids = [row.batch_id for row in await queries.pending_batches(db, tenant)]
    return (ids.index(batch_id) + 1 if batch_id in ids else None), len(ids)


async def move(db: Connection, tenant: Tenant, name: str, place: int) -> None:
    """Put a batch into this place; the others keep their order.

    A place beyond the last is the last.

    Raises:
        NotFound: no such batch.
        InvalidParameter: there is no such place.
        Conflict: it is not pending.
    """
    if place < 1:
        raise InvalidParameter("place", "must be an integer of >= 1")
    batch = await batches.get(db, tenant, name)
    ids = [row.batch_id for row in await queries.pending_batches(db, tenant)]
    if batch.batch_id not in ids:
        raise Conflict("The batch is complete or archived: it waits in no order.")
    ids.remove(batch.batch_id)
    ids.insert(place - 1, batch.batch_id)
    await queries.set_priorities(db, tenant, ids)
