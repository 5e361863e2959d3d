"""Statements on keys of buckets: one function each. They are of both halves of an account."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from groundplane.buckets.model import Endpoint
from groundplane.storage.database import Connection, Tenant, execute, many, one


class BucketKeyRow(msgspec.Struct, frozen=True):
    address: str
    endpoint: str
    region: str
    key_id: str
    changed_at: datetime


class SealedKeyRow(msgspec.Struct, frozen=True):
    address: str
    endpoint: str
    region: str
    key_id: str
    sealed: bytes


async def bucket_keys(db: Connection, tenant: Tenant) -> list[BucketKeyRow]:
    return await many(
        db,
        BucketKeyRow,
        """
        SELECT address, endpoint, region, key_id, changed_at FROM bucket_key
        WHERE account_id = %(account_id)s ORDER BY address
        """,
        account_id=tenant.account_id,
    )


async def nearest_key(
    db: Connection, tenant: Tenant, addresses: Sequence[str]
) -> SealedKeyRow | None:
    """That of the longest of these addresses that has one."""
    return await one(
        db,
        SealedKeyRow,
        """
        SELECT address, endpoint, region, key_id, sealed FROM bucket_key
        WHERE account_id = %(account_id)s AND address = ANY(%(addresses)s)
        ORDER BY length(address) DESC LIMIT 1
        """,
        account_id=tenant.account_id,
        addresses=list(addresses),
    )


async def keep_key(db: Connection, tenant: Tenant, at: Endpoint, sealed: bytes) -> None:
    """In place of the one that the address had."""
    await execute(
        db,
        """
        INSERT INTO bucket_key (account_id, address, endpoint, region, key_id, sealed)
        VALUES (%(account_id)s, %(address)s, %(endpoint)s, %(region)s, %(key_id)s, %(sealed)s)
        ON CONFLICT (account_id, address) DO UPDATE
        SET endpoint = excluded.endpoint, region = excluded.region, key_id = excluded.key_id,
            sealed = excluded.sealed, changed_at = now()
        """,
        account_id=tenant.account_id,
        address=at.address,
        endpoint=at.endpoint,
        region=at.region,
        key_id=at.key_id,
        sealed=sealed,
    )


async def delete_key(db: Connection, tenant: Tenant, address: str) -> int:
    """How many there were."""
    return await execute(
        db,
        "DELETE FROM bucket_key WHERE account_id = %(account_id)s AND address = %(address)s",
        account_id=tenant.account_id,
        address=address,
    )
