"""Statements on capabilities: what may be read by whoever knows the address."""

from collections.abc import Sequence

import msgspec

from groundplane.storage.database import Connection, Mode, Tenant, execute, one


class CapabilityRow(msgspec.Struct, frozen=True):
    account_id: str
    mode: Mode
    sha256: str
    size_bytes: int
    content_type: str
    content_encoding: str | None


class NewCapability(msgspec.Struct, frozen=True):
    token_hash: bytes
    sha256: str
    content_type: str
    content_encoding: str | None


async def find_capability(db: Connection, token_hash: bytes) -> CapabilityRow | None:
    """In a transaction of no tenant: the address alone says whose it is."""
    return await one(
        db,
        CapabilityRow,
        """
        SELECT account_id, mode, sha256, size_bytes, content_type, content_encoding
        FROM find_capability(%(token_hash)s)
        """,
        token_hash=token_hash,
    )


async def insert_capabilities(
    db: Connection, tenant: Tenant, task_id: str, rows: Sequence[NewCapability]
) -> None:
    """Those that exist stay as they are, the revoked ones revoked."""
    await execute(
        db,
        """
        INSERT INTO capability
            (account_id, mode, token_hash, task_id, sha256, content_type, content_encoding)
        SELECT %(account_id)s, %(mode)s::mode, token_hash, %(task_id)s, sha256, content_type,
               content_encoding
        FROM unnest(%(hashes)s::bytea[], %(digests)s::text[], %(types)s::text[],
                    %(encodings)s::text[]) AS given (token_hash, sha256, content_type,
                                                     content_encoding)
        ON CONFLICT DO NOTHING
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
        hashes=[row.token_hash for row in rows],
        digests=[row.sha256 for row in rows],
        types=[row.content_type for row in rows],
        encodings=[row.content_encoding for row in rows],
    )
