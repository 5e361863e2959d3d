"""Statements on accounts, people, keys, links and sessions: one function each.

Keys, links and sessions are found by the SHA-256 of a secret with at least 128 random bits, so
a slow hash would protect nothing.
"""

from datetime import datetime

import msgspec

from groundplane.storage.database import Connection, Mode, Tenant, execute, many, one, scalar


class ShownKeyRow(msgspec.Struct, frozen=True):
    """A key as it may be shown: by what it begins and ends with."""

    key_id: str
    hint: str
    created_at: datetime
    revoked_at: datetime | None


class KeyRow(msgspec.Struct, frozen=True):
    account_id: str
    mode: Mode
    key_id: str


class PersonRow(msgspec.Struct, frozen=True):
    account_id: str
    person_id: str
    email: str
    role: str


class LinkRow(msgspec.Struct, frozen=True):
    account_id: str
    person_id: str


async def lock_first_account(db: Connection) -> None:
    """Held to the end of the transaction, so that two first starts make one account."""
    await execute(db, "SELECT pg_advisory_xact_lock(hashtext('groundplane.first_account'))")


async def only_account_id(db: Connection) -> str | None:
    return await scalar(db, "SELECT only_account_id()")


async def enter_account(db: Connection, account_id: str) -> None:
    """The rest of the transaction sees this account; for what is found by a secret alone."""
    await execute(
        db,
        "SELECT set_config('groundplane.account_id', %(account_id)s, true)",
        account_id=account_id,
    )


async def enter_world(db: Connection, tenant: Tenant) -> None:
    """The rest of the transaction sees this half of the account; people belong to both."""
    await execute(
        db,
        """
        SELECT set_config('groundplane.account_id', %(account_id)s, true),
               set_config('groundplane.mode', %(mode)s, true)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
    )


async def insert_account(db: Connection, account_id: str, name: str) -> None:
    await execute(
        db,
        "INSERT INTO account (account_id, name) VALUES (%(account_id)s, %(name)s)",
        account_id=account_id,
        name=name,
    )


async def upsert_person(
    db: Connection, account_id: str, person_id: str, email: str, role: str
) -> PersonRow:
    """A person of this e-mail with this role; one who exists keeps the id.

    The first manager of an account is its admin for as long as the role is manager.
    """
    row = await one(
        db,
        PersonRow,
        """
        INSERT INTO person (account_id, person_id, email, role, created_at, is_admin)
        SELECT %(account_id)s, %(person_id)s, %(email)s, %(role)s, clock_timestamp(),
               %(role)s = 'manager' AND NOT EXISTS (
                   SELECT 1 FROM person WHERE account_id = %(account_id)s AND is_admin)
        ON CONFLICT (account_id, lower(email))
        DO UPDATE SET role = excluded.role, disabled_at = NULL, removed_at = NULL,
                      is_admin = excluded.role = 'manager'
                                 AND (person.is_admin OR excluded.is_admin)
        RETURNING account_id, person_id, email, role
        """,
        account_id=account_id,
        person_id=person_id,
        email=email,
        role=role,
    )
    assert row is not None
    return row


async def person(db: Connection, account_id: str, person_id: str) -> PersonRow | None:
    return await one(
        db,
        PersonRow,
        """
        SELECT account_id, person_id, email, role FROM person
        WHERE account_id = %(account_id)s AND person_id = %(person_id)s AND disabled_at IS NULL
        """,
        account_id=account_id,
        person_id=person_id,
    )


async def count_people(db: Connection, account_id: str) -> int:
    found = await scalar(
        db,
        "SELECT count(*) FROM person WHERE account_id = %(account_id)s",
        account_id=account_id,
    )
    return found or 0


async def has_signed_in_manager(db: Connection, account_id: str) -> bool:
    return await scalar(
        db,
        """
        SELECT EXISTS (
            SELECT 1 FROM session s JOIN person p USING (account_id, person_id)
            WHERE s.account_id = %(account_id)s AND p.role = 'manager' AND p.disabled_at IS NULL)
        """,
        account_id=account_id,
    )


async def insert_sign_in_link(
    db: Connection, account_id: str, person_id: str, token_hash: bytes, expires_at: datetime
) -> None:
    await execute(
        db,
        """
        INSERT INTO sign_in_link (account_id, token_hash, person_id, expires_at)
        VALUES (%(account_id)s, %(token_hash)s, %(person_id)s, %(expires_at)s)
        """,
        account_id=account_id,
        token_hash=token_hash,
        person_id=person_id,
        expires_at=expires_at,
    )


async def redeem_sign_in_link(db: Connection, token_hash: bytes) -> LinkRow | None:
    """Whose link it was, once: the second of two who redeem it gets nothing."""
    return await one(
        db,
        LinkRow,
        "SELECT account_id, person_id FROM redeem_sign_in_link(%(token_hash)s)",
        token_hash=token_hash,
    )


async def insert_session(
    db: Connection, account_id: str, person_id: str, token_hash: bytes, expires_at: datetime
) -> None:
    await execute(
        db,
        """
        INSERT INTO session (account_id, token_hash, person_id, expires_at)
        VALUES (%(account_id)s, %(token_hash)s, %(person_id)s, %(expires_at)s)
        """,
        account_id=account_id,
        token_hash=token_hash,
        person_id=person_id,
        expires_at=expires_at,
    )


async def find_session(db: Connection, token_hash: bytes) -> PersonRow | None:
    return await one(
        db,
        PersonRow,
        "SELECT account_id, person_id, email, role FROM find_session(%(token_hash)s)",
        token_hash=token_hash,
    )


async def end_session(db: Connection, account_id: str, token_hash: bytes) -> None:
    await execute(
        db,
        """
        UPDATE session SET ended_at = now()
        WHERE account_id = %(account_id)s AND token_hash = %(token_hash)s AND ended_at IS NULL
        """,
        account_id=account_id,
        token_hash=token_hash,
    )


async def insert_key(
    db: Connection, tenant: Tenant, key_id: str, key: str, key_hash: bytes
) -> None:
    """Keeps the hash, and of the key itself only what lets its owner recognise it."""
    await execute(
        db,
        """
        INSERT INTO api_key (account_id, mode, key_id, key_hash, prefix, last4)
        VALUES (%(account_id)s, %(mode)s, %(key_id)s, %(key_hash)s, %(prefix)s, %(last4)s)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        key_id=key_id,
        key_hash=key_hash,
        prefix=key[: key.index("_") + 1],
        last4=key[-4:],
    )


async def find_key(db: Connection, key_hash: bytes) -> KeyRow | None:
    return await one(
        db,
        KeyRow,
        "SELECT account_id, mode, key_id FROM find_api_key(%(key_hash)s)",
        key_hash=key_hash,
    )


async def keys(db: Connection, tenant: Tenant) -> list[ShownKeyRow]:
    """Oldest first."""
    return await many(
        db,
        ShownKeyRow,
        """
        SELECT key_id, prefix || '…' || last4 AS hint, created_at, revoked_at FROM api_key
        WHERE account_id = %(account_id)s AND mode = %(mode)s ORDER BY created_at, key_id
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
    )


async def revoke_key(db: Connection, tenant: Tenant, key_id: str) -> bool:
    """False: there is no such key. One that was revoked before stays as it was."""
    touched = await execute(
        db,
        """
        UPDATE api_key SET revoked_at = coalesce(revoked_at, now())
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND key_id = %(key_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        key_id=key_id,
    )
    return touched > 0


async def key_hint(db: Connection, tenant: Tenant, key_id: str) -> str | None:
    """The parts of a key that may be shown."""
    return await scalar(
        db,
        """
        SELECT prefix || '…' || last4 FROM api_key
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND key_id = %(key_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        key_id=key_id,
    )


async def first_manager_email(db: Connection, account_id: str) -> str | None:
    """Of who is its admin, else of the manager who has been there longest."""
    return await scalar(
        db,
        """
        SELECT email FROM person
        WHERE account_id = %(account_id)s AND role = 'manager'
          AND disabled_at IS NULL AND removed_at IS NULL
        ORDER BY is_admin DESC, created_at, person_id
        LIMIT 1
        """,
        account_id=account_id,
    )


async def insert_callback_secret(db: Connection, tenant: Tenant, sealed: bytes) -> None:
    """Keeps the one that is there, if there is one."""
    await execute(
        db,
        """
        INSERT INTO callback_secret (account_id, mode, sealed)
        VALUES (%(account_id)s, %(mode)s, %(sealed)s)
        ON CONFLICT (account_id, mode) DO NOTHING
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        sealed=sealed,
    )


async def callback_secret(db: Connection, tenant: Tenant) -> bytes | None:
    return await scalar(
        db,
        """
        SELECT sealed FROM callback_secret
        WHERE account_id = %(account_id)s AND mode = %(mode)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
    )


async def preference(db: Connection, account_id: str, person_id: str, name: str) -> str | None:
    return await scalar(
        db,
        """
        SELECT value FROM preference
         WHERE account_id = %(account_id)s AND person_id = %(person_id)s AND name = %(name)s
        """,
        account_id=account_id,
        person_id=person_id,
        name=name,
    )


async def upsert_preference(
    db: Connection, account_id: str, person_id: str, name: str, value: str
) -> None:
    await execute(
        db,
        """
        INSERT INTO preference (account_id, person_id, name, value)
        VALUES (%(account_id)s, %(person_id)s, %(name)s, %(value)s)
        ON CONFLICT (account_id, person_id, name)
        DO UPDATE SET value = excluded.value, updated_at = now()
        """,
        account_id=account_id,
        person_id=person_id,
        name=name,
        value=value,
    )
