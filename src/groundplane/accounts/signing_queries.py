"""Statements on the secrets that callbacks are signed with: one function each."""

from datetime import datetime

import msgspec

from groundplane.storage.database import Connection, Tenant, execute, many


class SigningSecretRow(msgspec.Struct, frozen=True):
    sealed: bytes
    retires_at: datetime | None


async def signing_secrets(db: Connection, tenant: Tenant) -> list[SigningSecretRow]:
    """Those that have not retired, the current one first."""
    return await many(
        db,
        SigningSecretRow,
        """
        SELECT sealed, retires_at FROM callback_signing_secret
        WHERE account_id = %(account_id)s AND mode = %(mode)s
          AND (retires_at IS NULL OR retires_at > now())
        ORDER BY retires_at DESC NULLS FIRST
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
    )


async def insert_signing_secret(db: Connection, tenant: Tenant, sealed: bytes) -> None:
    """As the current one; keeps the one that is there, if there is one."""
    await execute(
        db,
        """
        INSERT INTO callback_signing_secret (account_id, mode, sealed)
        VALUES (%(account_id)s, %(mode)s, %(sealed)s)
        ON CONFLICT (account_id, mode) WHERE retires_at IS NULL DO NOTHING
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        sealed=sealed,
    )


async def retire_current(db: Connection, tenant: Tenant, *, after_h: int) -> None:
    await execute(
        db,
        """
        UPDATE callback_signing_secret
        SET retires_at = now() + make_interval(hours => %(after_h)s)
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND retires_at IS NULL
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        after_h=after_h,
    )


async def delete_retiring(db: Connection, tenant: Tenant) -> None:
    """All but the current one: what signs no longer is not kept."""
    await execute(
        db,
        """
        DELETE FROM callback_signing_secret
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND retires_at IS NOT NULL
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
    )
