"""Statements on the pictures of instructions and on who saw which version."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from groundplane.storage.database import Connection, Tenant, execute, many


class PictureRow(msgspec.Struct, frozen=True):
    """A picture that was fetched, or why it was not: `sha256` or `error` is set."""

    url: str
    sha256: str | None
    size_bytes: int | None
    content_type: str | None
    error: str | None


class SeenRow(msgspec.Struct, frozen=True):
    email: str
    instruction_sha256: str
    first_seen_at: datetime


async def pictures(db: Connection, tenant: Tenant, task_id: str) -> list[PictureRow]:
    return await many(
        db,
        PictureRow,
        """
        SELECT url, sha256, size_bytes, content_type, error
        FROM instruction_picture
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )


async def insert_pictures(
    db: Connection, tenant: Tenant, task_id: str, rows: Sequence[PictureRow]
) -> None:
    """Record what became of each; the first answer stays."""
    await execute(
        db,
        """
        INSERT INTO instruction_picture
            (account_id, mode, task_id, url_sha256, url, sha256, size_bytes, content_type, error)
        SELECT %(account_id)s, %(mode)s::mode, %(task_id)s,
               encode(sha256(convert_to(url, 'UTF8')), 'hex'),
               url, sha256, size_bytes, content_type, error
        FROM unnest(%(urls)s::text[], %(digests)s::text[], %(sizes)s::bigint[],
                    %(content_types)s::text[], %(errors)s::text[])
             AS given (url, sha256, size_bytes, content_type, error)
        ON CONFLICT DO NOTHING
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        urls=[row.url for row in rows],
        digests=[row.sha256 for row in rows],
        sizes=[row.size_bytes for row in rows],
        content_types=[row.content_type for row in rows],
        errors=[row.error for row in rows],
    )


async def insert_seen(
    db: Connection, tenant: Tenant, task_id: str, person_id: str, text: str
) -> None:
    """This person has this text before the eyes; only the first time counts."""
    await execute(
        db,
        """
        WITH version AS (SELECT encode(sha256(convert_to(%(text)s, 'UTF8')), 'hex') AS sha256),
             kept AS (INSERT INTO instruction_text (account_id, mode, instruction_sha256, text)
                      SELECT %(account_id)s, %(mode)s::mode, sha256, %(text)s FROM version
                      ON CONFLICT DO NOTHING)
        INSERT INTO instruction_seen
            (account_id, mode, task_id, person_id, instruction_sha256)
        SELECT %(account_id)s, %(mode)s::mode, %(task_id)s, %(person_id)s, sha256 FROM version
        ON CONFLICT DO NOTHING
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        person_id=person_id,
        text=text,
    )


async def seen(db: Connection, tenant: Tenant, task_id: str) -> list[SeenRow]:
    """Who saw which version, the first first."""
    return await many(
        db,
        SeenRow,
        """
        SELECT p.email, s.instruction_sha256, s.first_seen_at
        FROM instruction_seen s JOIN person p USING (account_id, person_id)
        WHERE s.account_id = %(account_id)s AND s.mode = %(mode)s AND s.task_id = %(task_id)s
        ORDER BY s.first_seen_at
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )
