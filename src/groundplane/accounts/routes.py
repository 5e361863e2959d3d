"""Signing in and out, who one is and what one prefers; finding the holder of a key or a session."""

from typing import Any

import msgspec
from litestar import Response
from litestar.datastructures import Cookie

from groundplane.accounts import operations, preferences, signing, team_routes
from groundplane.accounts.known_keys import KnownKeys
from groundplane.accounts.model import Person, Role
from groundplane.storage.database import Database, Tenant
from groundplane.storage.secrets import InstanceSecret
from groundplane.wire.auth import FindKey, FindSession, is_tls, session_cookie_name
from groundplane.wire.people import SESSION_S, ApiKey
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import FromPath, JSONBody, NamedDependency, get, post, put


class SignIn(msgspec.Struct):
    token: str


class Me(msgspec.Struct):
    person_id: str
    email: str
    role: Role


class SignedOut(msgspec.Struct):
    signed_out: bool


class Preference(msgspec.Struct):
    """Any JSON of at most 16 KB; null when the person has none."""

    value: Any


class CallbackSecret(msgspec.Struct):
    """What customers know callbacks by.

    Attributes:
        mode: of which half of the account.
        secret: the header scale-callback-auth is equal to it.
        signing_secrets: `whsec_…`; the header webhook-signature holds a signature by each
            (Standard Webhooks). The current one first; after a rotation the one before it, for a
            day.
    """

    mode: str
    secret: str
    signing_secrets: list[str]


def find_key_in(database: Database) -> FindKey:
    """How the guard of the app finds a key and its tenant."""

    async def look(key_hash: bytes) -> ApiKey | None:
        async with database.lookup() as db:
            return await operations.find_key(db, key_hash)

    known = KnownKeys(look)

    async def find_key(key: str) -> ApiKey | None:
        return await known.holder(operations.hash_secret(key))

    return find_key


def find_session_in(database: Database) -> FindSession:
    """How the guard of the app finds the person of a session."""

    async def find_session(token: str) -> Person | None:
        async with database.lookup() as db:
            return await operations.find_session(db, token)

    return find_session


@post("/app/sign-in", public=True)
async def sign_in(
    data: JSONBody[SignIn],
    database: NamedDependency[Database],
    public_url: NamedDependency[str],
) -> Response[Me]:
    """Spend a one-time link; the answer sets the session cookie."""
    async with database.transaction() as db:
        signed_in = await operations.sign_in(db, data.token)
    return Response(
        _me(signed_in.person), cookies=[_cookie(public_url, signed_in.token, SESSION_S)]
    )


@post("/app/sign-out")
async def sign_out(
    request: HttpRequest,
    person: NamedDependency[Person],
    database: NamedDependency[Database],
    public_url: NamedDependency[str],
) -> Response[SignedOut]:
    async with database.transaction(request.state.tenant) as db:
        token = request.cookies[session_cookie_name(public_url)]
        await operations.sign_out(db, person, token)
    return Response(SignedOut(signed_out=True), cookies=[_cookie(public_url, "", 0)])


@get("/app/me")
async def me(person: NamedDependency[Person]) -> Me:
    return _me(person)


@get("/app/me/preferences/{name:str}")
async def preference(
    name: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> Preference:
    wanted = preferences.preference_name(name)
    async with database.transaction(tenant) as db:
        return Preference(await preferences.read(db, person, wanted))


@put("/app/me/preferences/{name:str}")
async def keep_preference(
    name: FromPath[str],
    data: JSONBody[Preference],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> Preference:
    """The last one written counts."""
    wanted = preferences.preference_name(name)
    async with database.transaction(tenant) as db:
        await preferences.keep(db, person, wanted, data.value)
    return data


@get("/app/callback-secret")
async def callback_secret(
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    secret: NamedDependency[InstanceSecret],
) -> CallbackSecret:
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        shown = await operations.callback_secret(db, tenant, secret)
        return CallbackSecret(
            tenant.mode.value, shown, await signing.signing_secrets(db, tenant, secret)
        )


@post("/app/callback-secret/rotate-signing")
async def rotate_signing_secret(
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    secret: NamedDependency[InstanceSecret],
) -> CallbackSecret:
    """Sign with a new secret from now on, and with the one before it for 24 hours more."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        shown = await operations.callback_secret(db, tenant, secret)
        return CallbackSecret(
            tenant.mode.value, shown, await signing.rotate_signing_secret(db, tenant, secret)
        )


ROUTES = (
    *(sign_in, sign_out, me, preference, keep_preference),
    *(callback_secret, rotate_signing_secret),
    *team_routes.ROUTES,
)


def _me(person: Person) -> Me:
    return Me(person.person_id, person.email, person.role)


def _cookie(public_url: str, token: str, lifetime_s: int) -> Cookie:
    return Cookie(
        key=session_cookie_name(public_url),
        value=token,
        max_age=lifetime_s,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_tls(public_url),
    )
