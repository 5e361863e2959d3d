import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psycopg
import pytest

from databases import Urls
from groundplane.accounts import operations
from groundplane.accounts.model import Role
from groundplane.accounts.routes import ROUTES, find_key_in, find_session_in
from groundplane.errors import InvalidParameter, Unauthorized
from groundplane.storage.database import Database, Mode, Tenant
from groundplane.storage.secrets import InstanceSecret
from groundplane.wire.app_parts import Services, build_app

JSON = {"Content-Type": "application/json"}
PUBLIC_URL = "http://accounts.test"


@pytest.fixture
async def client(database: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    services = Services(
        find_key_in(database),
        find_session_in(database),
        PUBLIC_URL,
        {"database": database, "secret": InstanceSecret.load_or_create(tmp_path)},
    )
    transport = httpx.ASGITransport(build_app(ROUTES, services))  # pyright: ignore[reportArgumentType]  # httpx types ASGI more loosely
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
        yield client


async def link_for(database: Database, tenant: Tenant, role: Role) -> str:
    async with database.transaction(tenant) as db:
        person = await operations.create_person(db, tenant.account_id, "ada@example.com", role)
        return await operations.create_sign_in_link(db, person)


async def test_the_first_account_is_made_once(database: Database) -> None:
    async def first() -> str:
        async with database.transaction() as db:
            return await operations.first_account(db)

    made = await asyncio.gather(first(), first(), first())
    assert len(set(made)) == 1


async def test_nobody_is_there_until_somebody_is_invited(database: Database) -> None:
    async with database.transaction() as db:
        account_id = await operations.first_account(db)
        assert await operations.is_empty(db, account_id)
        await operations.create_person(db, account_id, "ada@example.com", Role.MANAGER)
        assert not await operations.is_empty(db, account_id)


@pytest.mark.parametrize("mode", list(Mode))
async def test_a_key_is_found_in_its_own_world_and_kept_only_as_a_hash(
    database: Database, database_urls: Urls, tenant: Tenant, mode: Mode
) -> None:
    world = Tenant(tenant.account_id, mode)
    async with database.transaction(world) as db:
        key = await operations.create_key(db, world)
    assert key.startswith(f"{mode.value}_")
    assert len(key) >= len(mode.value) + 33
    found = await find_key_in(database)(key)
    assert found is not None
    assert found.tenant == world
    assert await find_key_in(database)(key[:-1]) is None
    with psycopg.connect(database_urls.owner) as owner:
        (row,) = owner.execute("SELECT api_key::text FROM api_key").fetchall()
    assert key not in row[0]


async def test_a_revoked_key_is_no_key(
    database: Database, database_urls: Urls, tenant: Tenant
) -> None:
    async with database.transaction(tenant) as db:
        key = await operations.create_key(db, tenant)
    with psycopg.connect(database_urls.owner, autocommit=True) as owner:
        owner.execute("UPDATE api_key SET revoked_at = now()")
    assert await find_key_in(database)(key) is None


@pytest.mark.parametrize("email", ["", "ada", "a b@c.d", "<ada@c.d>", "ada@", "@c.d", "a@b@c"])
async def test_what_is_no_address_is_refused(
    database: Database, tenant: Tenant, email: str
) -> None:
    async with database.transaction(tenant) as db:
        with pytest.raises(InvalidParameter):
            await operations.create_person(db, tenant.account_id, email, Role.LABELER)


async def test_an_invited_person_keeps_the_id_and_takes_the_new_role(
    database: Database, tenant: Tenant
) -> None:
    async with database.transaction(tenant) as db:
        before = await operations.create_person(db, tenant.account_id, "ada@x.org", Role.LABELER)
        after = await operations.create_person(db, tenant.account_id, "Ada@X.org", Role.MANAGER)
    assert (after.person_id, after.role) == (before.person_id, Role.MANAGER)


async def test_a_link_signs_in_once_and_signing_out_ends_it(
    client: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    link = await link_for(database, tenant, Role.LABELER)
    reply = await client.post("/app/sign-in", json={"token": link})
    assert reply.json()["email"] == "ada@example.com"
    assert reply.json()["role"] == "labeler"
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie

    again = await client.post("/app/sign-in", json={"token": link})
    assert again.status_code == 401
    assert (await client.get("/app/me")).json()["email"] == "ada@example.com"

    kept = client.cookies["groundplane_session"]
    assert (await client.post("/app/sign-out", json={})).json() == {"signed_out": True}
    client.cookies.set("groundplane_session", kept, domain="accounts.test")
    assert (await client.get("/app/me")).status_code == 401


async def test_of_two_who_redeem_a_link_at_once_one_is_signed_in(
    client: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    link = await link_for(database, tenant, Role.LABELER)
    replies = await asyncio.gather(
        *(client.post("/app/sign-in", json={"token": link}) for _ in range(4))
    )
    assert sorted(reply.status_code for reply in replies) == [200, 401, 401, 401]


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE sign_in_link SET expires_at = now() - interval '1 second'",
        "UPDATE person SET disabled_at = now()",
    ],
)
async def test_a_link_that_is_too_old_or_of_a_disabled_person_opens_nothing(
    client: httpx.AsyncClient, database: Database, database_urls: Urls, tenant: Tenant, spoil: str
) -> None:
    link = await link_for(database, tenant, Role.MANAGER)
    with psycopg.connect(database_urls.owner, autocommit=True) as owner:
        owner.execute(spoil.encode())
    reply = await client.post("/app/sign-in", json={"token": link})
    assert (reply.status_code, reply.json()["status_code"]) == (401, 401)


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE session SET expires_at = now() - interval '1 second'",
        "UPDATE person SET disabled_at = now()",
    ],
)
async def test_a_session_ends_with_its_time_or_its_person(
    client: httpx.AsyncClient, database: Database, database_urls: Urls, tenant: Tenant, spoil: str
) -> None:
    link = await link_for(database, tenant, Role.MANAGER)
    await client.post("/app/sign-in", json={"token": link})
    with psycopg.connect(database_urls.owner, autocommit=True) as owner:
        owner.execute(spoil.encode())
    assert (await client.get("/app/me")).status_code == 401


async def test_secrets_that_are_far_too_long_are_not_even_hashed(database: Database) -> None:
    assert await find_session_in(database)("x" * 513) is None
    async with database.transaction() as db:
        with pytest.raises(Unauthorized):
            await operations.sign_in(db, "x" * 513)


async def test_the_callback_secret_is_one_per_world_sealed_and_for_managers(
    client: httpx.AsyncClient, database: Database, database_urls: Urls, tenant: Tenant
) -> None:
    link = await link_for(database, tenant, Role.MANAGER)
    await client.post("/app/sign-in", json={"token": link})
    live = (await client.get("/app/callback-secret")).json()["secret"]
    test = (await client.get("/app/callback-secret?mode=test")).json()["secret"]
    assert (await client.get("/app/callback-secret")).json()["secret"] == live
    assert live.startswith("live_auth_")
    assert test.startswith("test_auth_")
    with psycopg.connect(database_urls.owner) as owner:
        sealed = owner.execute("SELECT sealed FROM callback_secret").fetchall()
    assert all(live.encode() not in row[0] for row in sealed)

    await client.post(
        "/app/sign-in", json={"token": await link_for(database, tenant, Role.REVIEWER)}
    )
    assert (await client.get("/app/callback-secret")).status_code == 403


async def test_with_tls_the_cookie_is_secure_and_bound_to_the_host(
    database: Database, tenant: Tenant
) -> None:
    services = Services(
        find_key_in(database), find_session_in(database), "https://x.test", {"database": database}
    )
    app = build_app([route for route in ROUTES if "secret" not in route.handler_name], services)
    link = await link_for(database, tenant, Role.LABELER)
    transport = httpx.ASGITransport(app)  # pyright: ignore[reportArgumentType]  # the same
    async with httpx.AsyncClient(transport=transport, base_url="https://x.test") as client:
        reply = await client.post("/app/sign-in", json={"token": link})
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith("__Host-groundplane_session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
