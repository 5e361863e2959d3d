"""A task's blobs: what it uses stays, what nobody uses is for the sweep (sweep_jobs)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from groundplane.errors import Unavailable
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import blob_queries

KeepBlob = Callable[[Connection, Tenant, str, str, int], Awaitable[None]]


async def keep(
    db: Connection,
    blobs: Blobs,
    tenant: Tenant,
    user_id: str,
    sizes: Mapping[str, int],
    *,
    keep_blob: KeepBlob = blob_queries.keep_blob,
) -> None:
    """Let the task use what was put, in the transaction that settles it.

    The file may be gone again by now: it was there from an earlier task, so the put wrote
    nothing, and the sweep took it in between (sweep_jobs). With the rows locked no sweep can take
    it any more, so what is seen here stays.

    Args:
        db: the transaction that names the blobs.
        blobs: where they were put.
        tenant: whose they are.
        user_id: the task that uses them, or what else `keep_blob` knows.
        sizes: sha256 → length in bytes.
        keep_blob: records one use and holds the blob's row.

    Raises:
        Unavailable: one is gone. Roll back, put it again and settle again.
    """
    for sha256 in sorted(sizes):  # in one order, so that no two wait for each other
        await keep_blob(db, tenant, user_id, sha256, sizes[sha256])
    there = await asyncio.gather(*(blobs.exists(tenant.account_id, sha256) for sha256 in sizes))
    if not all(there):
        raise Unavailable("A file was swept away while it was stored again.")


async def leave_to_the_sweep(db: Connection, tenant: Tenant, sizes: Mapping[str, int]) -> None:
    """Record what was put for a task that has no use for it."""
    for sha256 in sorted(sizes):
        await blob_queries.insert_blob(db, tenant, sha256, sizes[sha256])
