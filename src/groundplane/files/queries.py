"""Statements on uploaded files: one function each."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from groundplane.storage.database import Connection, Mode, Tenant, execute, many, one, scalar


class FileRow(msgspec.Struct, frozen=True):
    file_id: UUID
    sha256: str
    size_bytes: int
    name: str
    mime_type: str
    created_at: datetime
    project: str | None
    reference_id: str | None
    metadata: str


class NewFile(msgspec.Struct, frozen=True, kw_only=True):
    """`metadata` is JSON text."""

    sha256: str
    size_bytes: int
    name: str
    mime_type: str
    project_id: str | None = None
    reference_id: str | None = None
    metadata: str = "{}"


class FileName(msgspec.Struct, frozen=True):
    account_id: str
    mode: Mode
    file_id: UUID


COLUMNS: LiteralString = """
    f.file_id, f.sha256, f.size_bytes, f.name, f.mime_type, f.created_at, p.name AS project,
    f.reference_id, f.metadata::text AS metadata
"""
TABLES: LiteralString = " file f LEFT JOIN project p USING (account_id, mode, project_id) "


async def insert_blob(db: Connection, tenant: Tenant, sha256: str, size_bytes: int) -> None:
    """New or not, the row is locked against the sweep until the end."""
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


async def insert_file(db: Connection, tenant: Tenant, new: NewFile) -> FileRow | None:
    """A new file of a blob; None: the reference_id is taken."""
    return await one(
        db,
        FileRow,
        "WITH file AS ("  # noqa: S608  # constants of this file
        """
            INSERT INTO file (account_id, mode, file_id, sha256, size_bytes, name, mime_type,
                              project_id, reference_id, metadata)
            VALUES (%(account_id)s, %(mode)s, gen_random_uuid(), %(sha256)s, %(size_bytes)s,
                    %(name)s, %(mime_type)s, %(project_id)s, %(reference_id)s,
                    %(metadata)s::jsonb)
            ON CONFLICT (account_id, mode, reference_id) WHERE reference_id IS NOT NULL
                DO NOTHING
            RETURNING *
        )
        SELECT""" + COLUMNS + "FROM" + TABLES,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        sha256=new.sha256,
        size_bytes=new.size_bytes,
        name=new.name,
        mime_type=new.mime_type,
        project_id=new.project_id,
        reference_id=new.reference_id,
        metadata=new.metadata,
    )


async def is_reference_taken(db: Connection, tenant: Tenant, reference_id: str) -> bool:
    return await scalar(
        db,
        """
        SELECT EXISTS (
            SELECT 1 FROM file
            WHERE account_id = %(account_id)s AND mode = %(mode)s
              AND reference_id = %(reference_id)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        reference_id=reference_id,
    )


async def files_of_project(
    db: Connection,
    tenant: Tenant,
    project_id: str,
    *,
    metadata: str,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[FileRow]:
    """Newest first: those whose metadata holds this, behind a position."""
    before_at, before_id = before or (None, None)
    return await many(
        db,
        FileRow,
        "SELECT"  # constants of this file
        + COLUMNS
        + "FROM"
        + TABLES
        + """
        WHERE f.account_id = %(account_id)s AND f.mode = %(mode)s
          AND f.project_id = %(project_id)s AND f.metadata @> %(metadata)s::jsonb
          AND (%(before_at)s::timestamptz IS NULL
               OR (f.created_at, f.file_id) < (%(before_at)s, %(before_id)s::uuid))
        ORDER BY f.created_at DESC, f.file_id DESC
        LIMIT %(limit)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        project_id=project_id,
        metadata=metadata,
        before_at=before_at,
        before_id=before_id,
        limit=limit,
    )


async def file(db: Connection, tenant: Tenant, file_id: UUID) -> FileRow | None:
    """The tenant's file of that id."""
    return await one(
        db,
        FileRow,
        "SELECT"  # constants of this file
        + COLUMNS
        + "FROM"
        + TABLES
        + """
        WHERE f.account_id = %(account_id)s AND f.mode = %(mode)s AND f.file_id = %(file_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        file_id=file_id,
    )


async def use_file(db: Connection, tenant: Tenant, file_id: UUID) -> FileRow | None:
    """The tenant's file of that id, from now on one that a task uses."""
    return await one(
        db,
        FileRow,
        "WITH file AS ("  # noqa: S608  # constants of this file
        """
            UPDATE file SET used_at = coalesce(used_at, now())
            WHERE account_id = %(account_id)s AND mode = %(mode)s AND file_id = %(file_id)s
            RETURNING *
        )
        SELECT""" + COLUMNS + "FROM" + TABLES,
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
