"""Statements of test mode's answers."""

from groundplane.storage.database import Connection, Tenant, execute


async def insert_capability(
    db: Connection,
    tenant: Tenant,
    task_id: str,
    token_hash: bytes,
    sha256: str,
    content_type: str,
) -> None:
    await execute(
        db,
        """
        INSERT INTO capability (account_id, mode, token_hash, task_id, sha256, content_type)
        VALUES (%(account_id)s, %(mode)s, %(token_hash)s, %(task_id)s, %(sha256)s,
                %(content_type)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        token_hash=token_hash,
        task_id=task_id,
        sha256=sha256,
        content_type=content_type,
    )


async def count_as_called_back(db: Connection, tenant: Tenant, task_id: str) -> None:
    await execute(
        db,
        """
        UPDATE task SET callback_succeeded = true
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )
