"""Statements on uploaded files: one function each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from groundplane.storage.database import Connection, Mode, Tenant, execute, many, one


@dataclass(frozen=True, slots=True)
class FileRow:
    file_id: UUID
    sha256: str
    size_bytes: int
    name: str
    mime_type: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FileName:
    account_id: str
    mode: Mode
    file_id: UUID


async def insert_file(
    db: Connection, tenant: Tenant, *, sha256: str, size_bytes: int, name: str, mime_type: str
) -> FileRow:
    """A new file; its blob's row, new or not, is locked against the sweep until the end."""
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
    made = await one(
        db,
        FileRow,
        """
        INSERT INTO file (account_id, mode, file_id, sha256, size_bytes, name, mime_type)
        VALUES (%(account_id)s, %(mode)s, gen_random_uuid(), %(sha256)s, %(size_bytes)s, %(name)s,
                %(mime_type)s)
        RETURNING file_id, sha256, size_bytes, name, mime_type, created_at
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        sha256=sha256,
        size_bytes=size_bytes,
        name=name,
        mime_type=mime_type,
    )
    assert made is not None
    return made


async def use_file(db: Connection, tenant: Tenant, file_id: UUID) -> FileRow | None:
    """The tenant's file of that id, from now on one that a task uses."""
    return await one(
        db,
        FileRow,
        """
        UPDATE file SET used_at = coalesce(used_at, now())
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND file_id = %(file_id)s
        RETURNING file_id, sha256, size_bytes, name, mime_type, created_at
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        file_id=file_id,
    )


async def unused_files(db: Connection, *, older_than_s: int, most: int) -> list[FileName]:
    """The oldest of all accounts; in a transaction of no tenant."""
    return await many(
        db,
        FileName,
        """
        SELECT account_id, mode, file_id
        FROM unused_files(%(older_than_s)s, %(most)s)
        """,
        older_than_s=older_than_s,
        most=most,
    )


async def delete_unused(db: Connection, tenant: Tenant, file_id: UUID) -> None:
    """Unless a task has come to use it meanwhile."""
    await execute(
        db,
        """
        DELETE FROM file
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND file_id = %(file_id)s
          AND used_at IS NULL
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        file_id=file_id,
    )
