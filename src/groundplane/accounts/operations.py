"""Verbs on accounts, people and keys. None commits: the caller's transaction does."""

import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta

from groundplane.accounts import queries
from groundplane.accounts.model import Person, Role, SignedIn
from groundplane.errors import InvalidParameter, Unauthorized
from groundplane.storage.database import Connection, Mode, Tenant
from groundplane.storage.secrets import InstanceSecret
from groundplane.wire.people import SESSION_S, ApiKey
from groundplane.wire.values import new_id

LINK_LIFETIME = timedelta(hours=24)
MOST_SECRET_CHARACTERS = 512
# Good enough to catch a slip; only a mail that arrives proves an address.
EMAIL = re.compile(r"[^@\s<>,;\x00-\x1f]{1,128}@[^@\s<>,;\x00-\x1f]{1,190}")


def hash_secret(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


async def first_account(db: Connection, name: str = "default") -> str:
    """The account of this installation, made when there is none.

    Args:
        db: a transaction of no tenant; it is the account's afterwards.
        name: of the account, if it is made now.
    """
    await queries.lock_first_account(db)
    account_id = await queries.only_account_id(db)
    if account_id is not None:
        await queries.enter_account(db, account_id)
        return account_id
    account_id = new_id()
    await queries.enter_account(db, account_id)
    await queries.insert_account(db, account_id, name)
    return account_id


async def create_key(db: Connection, tenant: Tenant) -> str:
    """A new API key. It is returned here and never again: only its hash is kept."""
    key = f"{tenant.mode.value}_{secrets.token_hex(20)}"
    await queries.insert_key(db, tenant, new_id(), key, hash_secret(key))
    return key


async def find_key(db: Connection, key_hash: bytes) -> ApiKey | None:
    row = await queries.find_key(db, key_hash)
    return None if row is None else ApiKey(Tenant(row.account_id, Mode(row.mode)), row.key_id)


async def shown_keys(db: Connection, tenant: Tenant) -> list[queries.ShownKeyRow]:
    """The keys of this world, revoked ones too, oldest first."""
    return await queries.keys(db, tenant)


async def revoke_key(db: Connection, tenant: Tenant, key_id: str) -> bool:
    """A web process may answer this key until KNOWN_FOR_S later. False: there is no such key."""
    return await queries.revoke_key(db, tenant, key_id)


async def key_name(db: Connection, key: ApiKey) -> str:
    """How a key is named to those who may not see it, e.g. "API key live_…1a2b"."""
    return f"API key {await queries.key_hint(db, key.tenant, key.key_id)}"


async def key_email(db: Connection, key: ApiKey) -> str | None:
    """Who answers for what is done with a key: nobody owns one, so the account's first manager."""
    return await queries.first_manager_email(db, key.tenant.account_id)


async def create_person(db: Connection, account_id: str, email: str, role: Role) -> Person:
    """A person with this role; one who is already there gets the role and keeps the id.

    Raises:
        InvalidParameter: that is no e-mail address.
    """
    if EMAIL.fullmatch(email) is None:
        raise InvalidParameter("email", "must be a valid email")
    return _person(await queries.upsert_person(db, account_id, new_id(), email, role.value))


async def is_empty(db: Connection, account_id: str) -> bool:
    """Whether nobody has been invited yet."""
    return await queries.count_people(db, account_id) == 0


async def has_signed_in_manager(db: Connection, account_id: str) -> bool:
    """Whether a manager has ever come in; until then each start offers a link."""
    return await queries.has_signed_in_manager(db, account_id)


async def create_sign_in_link(db: Connection, person: Person) -> str:
    """The secret of a link that signs this person in once within 24 hours."""
    token = secrets.token_urlsafe(32)
    await queries.insert_sign_in_link(
        db, person.account_id, person.person_id, hash_secret(token), _now() + LINK_LIFETIME
    )
    return token


def sign_in_url(public_url: str, token: str) -> str:
    """The link itself, of a token that create_sign_in_link gave."""
    return f"{public_url}/sign-in?token={token}"


async def sign_in(db: Connection, link_token: str) -> SignedIn:
    """Spend a link on a session.

    Args:
        db: a transaction of no tenant; it is the person's account's afterwards.
        link_token: what create_sign_in_link gave.

    Raises:
        Unauthorized: the link is unknown, spent or too old, or the person was disabled.
    """
    link = None
    if len(link_token) <= MOST_SECRET_CHARACTERS:
        link = await queries.redeem_sign_in_link(db, hash_secret(link_token))
    if link is None:
        raise Unauthorized("This sign-in link has been used or is too old. Ask for a new one.")
    await queries.enter_account(db, link.account_id)
    row = await queries.person(db, link.account_id, link.person_id)
    if row is None:
        raise Unauthorized("This person may no longer sign in.")
    token = secrets.token_urlsafe(32)
    await queries.insert_session(
        db,
        row.account_id,
        row.person_id,
        hash_secret(token),
        _now() + timedelta(seconds=SESSION_S),
    )
    return SignedIn(token, _person(row))


async def find_session(db: Connection, token: str) -> Person | None:
    if len(token) > MOST_SECRET_CHARACTERS:
        return None
    row = await queries.find_session(db, hash_secret(token))
    return None if row is None else _person(row)


async def sign_out(db: Connection, person: Person, token: str) -> None:
    await queries.end_session(db, person.account_id, hash_secret(token))


async def callback_secret(db: Connection, tenant: Tenant, instance: InstanceSecret) -> str:
    """The value of the header scale-callback-auth (api.md 6.3), made on first use."""
    sealed = await queries.callback_secret(db, tenant)
    if sealed is None:
        made = f"{tenant.mode.value}_auth_{secrets.token_hex(16)}"
        await queries.insert_callback_secret(db, tenant, instance.seal(made.encode()))
        sealed = await queries.callback_secret(db, tenant)
    assert sealed is not None
    return instance.open(sealed).decode()


def _person(row: queries.PersonRow) -> Person:
    return Person(row.account_id, row.person_id, row.email, Role(row.role))


def _now() -> datetime:
    return datetime.now(UTC)
