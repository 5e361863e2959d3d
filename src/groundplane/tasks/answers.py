"""Test mode: a task is answered at once, with a made-up file, by nobody (api.md 2.4)."""

import hashlib
import secrets
from dataclasses import dataclass

import msgspec

from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import blob_keeping, operations, queries
from groundplane.tasks.lifecycle import Event, State
from groundplane.tasks.operations import Order
from groundplane.tasks.queries import TaskRow


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    sha256: str
    size_bytes: int


async def store(blobs: Blobs, tenant: Tenant, order: Order) -> StoredAnswer:
    content = msgspec.json.encode(order.kind.fabricate(order.own))
    return StoredAnswer(await blobs.put(tenant.account_id, content), len(content))


async def create_answered(
    db: Connection,
    blobs: Blobs,
    tenant: Tenant,
    order: Order,
    answer: StoredAnswer,
    public_url: str,
) -> TaskRow:
    """A new task that is completed already.

    Raises: as operations.create and blob_keeping.keep.
    """
    row = await operations.create(db, tenant, order)
    sizes = {answer.sha256: answer.size_bytes}
    await blob_keeping.keep(db, blobs, tenant, row.task_id, sizes)
    token = await grant(db, tenant, row.task_id, answer.sha256)
    await operations.move(
        db,
        tenant,
        row.task_id,
        State.CREATED,
        Event.ANSWERED,
        response={"annotations": {"url": f"{public_url}/blobs/{token}"}},
    )
    return await operations.get(db, tenant, row.task_id)


async def grant(db: Connection, tenant: Tenant, task_id: str, sha256: str) -> str:
    """A secret address part under which anybody may read this JSON file until it is revoked."""
    token = secrets.token_urlsafe(24)
    await queries.insert_capability(
        db, tenant, task_id, hashlib.sha256(token.encode()).digest(), sha256, "application/json"
    )
    return token
