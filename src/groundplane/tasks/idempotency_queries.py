"""Statements on idempotency keys: one function each."""

import msgspec

from groundplane.storage.database import Connection, Mode, Tenant, execute, many, one, scalar

REMEMBERED_S = 24 * 3600


class AnswerRow(msgspec.Struct, frozen=True):
    key_id: str
    request_sha256: bytes
    status: int
    body_zstd: bytes


class _TenantRow(msgspec.Struct, frozen=True):
    account_id: str
    mode: str


async def lock(db: Connection, tenant: Tenant, key: str) -> bool:
    """Held to the end of the transaction; False: somebody else holds it."""
    return await scalar(
        db,
        """
        SELECT pg_try_advisory_xact_lock(hashtextextended(
            concat_ws(' ', 'groundplane.idempotency', %(account_id)s::text, %(mode)s::text,
                      %(key)s::text), 0))
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        key=key,
    )


async def answer(
    db: Connection, tenant: Tenant, key: str, *, younger_than_s: int
) -> AnswerRow | None:
    return await one(
        db,
        AnswerRow,
        """
        SELECT key_id, request_sha256, status, body_zstd FROM idempotency_key
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND key = %(key)s
          AND created_at > clock_timestamp() - make_interval(secs => %(younger_than_s)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        key=key,
        younger_than_s=younger_than_s,
    )


async def upsert_answer(db: Connection, tenant: Tenant, key: str, row: AnswerRow) -> None:
    """In place of one that is too old to count, if there is one."""
    await execute(
        db,
        """
        INSERT INTO idempotency_key
            (account_id, mode, key, key_id, request_sha256, status, body_zstd, created_at)
        VALUES (%(account_id)s, %(mode)s, %(key)s, %(key_id)s, %(request_sha256)s, %(status)s,
                %(body_zstd)s, clock_timestamp())
        ON CONFLICT (account_id, mode, key) DO UPDATE
        SET key_id = excluded.key_id, request_sha256 = excluded.request_sha256,
            status = excluded.status, body_zstd = excluded.body_zstd,
            created_at = excluded.created_at
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        key=key,
        key_id=row.key_id,
        request_sha256=row.request_sha256,
        status=row.status,
        body_zstd=row.body_zstd,
    )


async def tenants_with_old_answers(db: Connection, *, older_than_s: int, most: int) -> list[Tenant]:
    rows = await many(
        db,
        _TenantRow,
        """
        SELECT account_id, mode::text
        FROM tenants_with_old_idempotency_keys(%(older_than_s)s, %(most)s)
        """,
        older_than_s=older_than_s,
        most=most,
    )
    return [Tenant(row.account_id, Mode(row.mode)) for row in rows]


async def delete_old_answers(db: Connection, tenant: Tenant, *, older_than_s: int) -> None:
    await execute(
        db,
        """
        DELETE FROM idempotency_key
        WHERE account_id = %(account_id)s AND mode = %(mode)s
          AND created_at < clock_timestamp() - make_interval(secs => %(older_than_s)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        older_than_s=older_than_s,
    )
