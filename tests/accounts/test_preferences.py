"""What a person prefers follows the person, and nobody else."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from groundplane.accounts import operations
from groundplane.accounts.model import Role
from groundplane.accounts.preferences import MOST_BYTES, PreferenceName
from groundplane.accounts.routes import ROUTES, find_key_in, find_session_in
from groundplane.storage.database import Database, Tenant
from groundplane.storage.secrets import InstanceSecret
from groundplane.wire.app_parts import Services, build_app

URL = "http://accounts.test"
PANELS = "/app/me/preferences/panels"


@pytest.fixture
async def app(database: Database, tmp_path: Path) -> AsyncIterator[httpx.ASGITransport]:
    services = Services(
        find_key_in(database),
        find_session_in(database),
        URL,
        {"database": database, "secret": InstanceSecret.load_or_create(tmp_path)},
    )
    transport = httpx.ASGITransport(build_app(ROUTES, services))  # pyright: ignore[reportArgumentType]  # httpx types ASGI more loosely
    async with transport:
        yield transport


async def signed_in(
    app: httpx.ASGITransport, database: Database, tenant: Tenant, email: str
) -> httpx.AsyncClient:
    """A browser of its own."""
    async with database.transaction(tenant) as db:
        person = await operations.create_person(db, tenant.account_id, email, Role.LABELER)
        link = await operations.create_sign_in_link(db, person)
    client = httpx.AsyncClient(transport=app, base_url=URL)
    (await client.post("/app/sign-in", json={"token": link})).raise_for_status()
    return client


async def test_the_last_value_is_found_in_another_browser_of_the_person_and_by_no_other(
    app: httpx.ASGITransport, database: Database, tenant: Tenant
) -> None:
    here = await signed_in(app, database, tenant, "ada@example.com")
    there = await signed_in(app, database, tenant, "ada@example.com")
    other = await signed_in(app, database, tenant, "bo@example.com")
    assert (await here.get(PANELS)).json() == {"value": None}
    for value in ({"version": 1, "root": [3, "é", None]}, {"version": 2}):
        reply = await here.put(PANELS, json={"value": value})
        assert (reply.status_code, reply.json()) == (200, {"value": value})
        assert (await there.get(PANELS)).json() == {"value": value}
    assert (await other.get(PANELS)).json() == {"value": None}
    assert (await here.get("/app/me/preferences/keys")).json() == {"value": None}


@pytest.mark.parametrize("name", list(PreferenceName))
async def test_a_value_may_fill_its_room_and_no_byte_more(
    app: httpx.ASGITransport, database: Database, tenant: Tenant, name: str
) -> None:
    client = await signed_in(app, database, tenant, "ada@example.com")
    path = f"/app/me/preferences/{name}"
    full = "x" * (MOST_BYTES - 2)  # and two quotes
    assert (await client.put(path, json={"value": full})).status_code == 200
    reply = await client.put(path, json={"value": full + "y"})
    assert reply.status_code == 400
    assert "16384" in reply.json()["error"]
    assert (await client.get(path)).json() == {"value": full}


async def test_only_known_names_exist_and_only_for_who_is_signed_in(
    app: httpx.ASGITransport, database: Database, tenant: Tenant
) -> None:
    client = await signed_in(app, database, tenant, "ada@example.com")
    for name in ("wallpaper", "PANELS", "%F0%9F%98%80"):
        path = f"/app/me/preferences/{name}"
        assert (await client.get(path)).status_code == 404
        assert (await client.put(path, json={"value": 1})).status_code == 404
    assert (await client.put(PANELS, json={})).status_code == 400
    assert (
        await client.put(PANELS, content=b"{", headers={"content-type": "application/json"})
    ).status_code == 400
    nobody = httpx.AsyncClient(transport=app, base_url=URL)
    assert (await nobody.get(PANELS)).status_code == 401
    assert (await nobody.put(PANELS, json={"value": 1})).status_code == 401
