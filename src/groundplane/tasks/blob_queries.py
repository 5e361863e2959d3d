"""Statements on blobs and on which tasks use them."""

import msgspec

from groundplane.storage.database import Connection, Tenant, execute, many, scalar


class BlobName(msgspec.Struct, frozen=True):
    account_id: str
    sha256: str


async def keep_blob(
    db: Connection, tenant: Tenant, task_id: str, sha256: str, size_bytes: int
) -> None:
    """The task uses what Blobs.put has made durable. For blob_keeping.keep, which verifies it."""
    await hold_blob(db, tenant, sha256, size_bytes)
    await execute(
        db,
        """
        INSERT INTO blob_use (account_id, mode, task_id, sha256)
        VALUES (%(account_id)s, %(mode)s, %(task_id)s, %(sha256)s)
        ON CONFLICT DO NOTHING
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        sha256=sha256,
    )


async def hold_blob(db: Connection, tenant: Tenant, sha256: str, size_bytes: int) -> None:
    """New or not, the row is locked against the sweep until the transaction ends."""
    await execute(
        db,
        """
        INSERT INTO blob (account_id, sha256, size_bytes)
        VALUES (%(account_id)s, %(sha256)s, %(size_bytes)s)
        ON CONFLICT (account_id, sha256) DO UPDATE SET size_bytes = excluded.size_bytes
        """,
        account_id=tenant.account_id,
        sha256=sha256,
        size_bytes=size_bytes,
    )


async def insert_blob(db: Connection, tenant: Tenant, sha256: str, size_bytes: int) -> None:
    """A blob that no task uses, unless it is there already."""
    await execute(
        db,
        """
        INSERT INTO blob (account_id, sha256, size_bytes)
        VALUES (%(account_id)s, %(sha256)s, %(size_bytes)s)
        ON CONFLICT (account_id, sha256) DO NOTHING
        """,
        account_id=tenant.account_id,
        sha256=sha256,
        size_bytes=size_bytes,
    )


async def release_blobs(db: Connection, tenant: Tenant, task_id: str) -> None:
    """The task uses no blob any more, and no address of its leads to one."""
    names = {"account_id": tenant.account_id, "mode": tenant.mode.value, "task_id": task_id}
    await execute(
        db,
        """
        DELETE FROM capability
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        """,
        **names,
    )
    await execute(
        db,
        """
        DELETE FROM blob_use
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        """,
        **names,
    )


async def unused_blobs(db: Connection, *, older_than_s: int, most: int) -> list[BlobName]:
    """The oldest of all accounts; in a transaction of no tenant."""
    return await many(
        db,
        BlobName,
        """
        SELECT account_id, sha256
        FROM unused_blobs(%(older_than_s)s, %(most)s)
        """,
        older_than_s=older_than_s,
        most=most,
    )


async def lock_blob(db: Connection, tenant: Tenant, sha256: str) -> bool:
    """Hold a blob's row; False when it is gone, or somebody else holds it."""
    found = await scalar(
        db,
        """
        SELECT 1 FROM blob
        WHERE account_id = %(account_id)s AND sha256 = %(sha256)s
        FOR UPDATE SKIP LOCKED
        """,
        account_id=tenant.account_id,
        sha256=sha256,
    )
    return found is not None


async def blob_in_use(db: Connection, sha256: str) -> bool:
    """By a task of either mode of the transaction's account."""
    return await scalar(db, "SELECT blob_in_use(%(sha256)s)", sha256=sha256)


async def delete_blob(db: Connection, tenant: Tenant, sha256: str) -> None:
    await execute(
        db,
        "DELETE FROM blob WHERE account_id = %(account_id)s AND sha256 = %(sha256)s",
        account_id=tenant.account_id,
        sha256=sha256,
    )
