import base64

import httpx
import pytest
from probe import probe_client

from groundplane.wire.auth import session_cookie_name

MANAGER = {"Cookie": "groundplane_session=session-of-manager"}
LABELER = {"Cookie": "groundplane_session=session-of-labeler"}
JSON = {"Content-Type": "application/json"}


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


async def ask(
    path: str, headers: dict[str, str], method: str = "GET", content: bytes = b""
) -> httpx.Response:
    async with probe_client() as client:
        return await client.request(method, path, headers=headers, content=content)


@pytest.mark.parametrize(
    ("header", "mode"),
    [
        (basic("live_one:"), "live"),
        (basic("test_one:"), "test"),
        (basic("live_one"), "live"),
        ("Bearer live_one", "live"),
        ("bearer  test_one ", "test"),
    ],
)
async def test_the_key_alone_chooses_the_world(header: str, mode: str) -> None:
    reply = await ask("/v1/whose", {"Authorization": header}, "PUT")
    assert reply.json()["mode"] == mode


@pytest.mark.parametrize(
    "header",
    [
        "",
        "live_one",
        "Basic !!",
        "Basic /w==",
        "Digest live_one",
        "Bearer ",
        basic("x:"),
        "Bearer " + "k" * 600,
    ],
)
async def test_without_a_known_key_nothing_is_answered(header: str) -> None:
    reply = await ask("/v1/whose", {"Authorization": header}, "PUT")
    assert reply.status_code == 401
    assert reply.json() == {
        "status_code": 401,
        "error": "Unauthorized: no valid API key provided.",
    }
    assert reply.headers["www-authenticate"] == 'Basic realm="scale"'


async def test_a_stranger_is_refused_before_the_body_is_judged() -> None:
    assert (await ask("/v1/body", {}, "POST", b"[")).status_code == 401
    assert (await ask("/app/work", JSON, "POST", b"[")).status_code == 401


async def test_a_key_opens_nothing_under_app_and_a_session_nothing_under_v1() -> None:
    assert (await ask("/app/me", {"Authorization": "Bearer live_one"})).status_code == 401
    assert (await ask("/v1/whose", MANAGER, "PUT")).status_code == 401


async def test_a_person_is_known_by_the_cookie() -> None:
    reply = await ask("/app/me", LABELER)
    assert reply.json() == {"email": "labeler@example.com", "mode": "live"}


async def test_an_unknown_session_is_asked_to_sign_in() -> None:
    reply = await ask("/app/me", {"Cookie": "groundplane_session=old"})
    assert (reply.status_code, reply.json()["error"]) == (401, "Please sign in.")
    assert "www-authenticate" not in reply.headers


async def test_the_test_world_is_for_managers() -> None:
    assert (await ask("/app/me?mode=test", MANAGER)).json()["mode"] == "test"
    assert (await ask("/app/me?mode=test", LABELER)).status_code == 403
    assert (await ask("/app/me?mode=other", MANAGER)).status_code == 400


async def test_a_role_that_is_too_low_is_told_which_is_needed() -> None:
    reply = await ask("/app/managers", LABELER)
    assert (reply.status_code, reply.json()["error"]) == (403, "This needs the role manager.")
    assert (await ask("/app/managers", MANAGER)).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (JSON, 200),
        (JSON | {"Origin": "http://probe.test"}, 200),
        (JSON | {"Origin": "http://probe.test", "Sec-Fetch-Site": "same-origin"}, 200),
        (JSON | {"Content-Type": "application/json; charset=utf-8"}, 200),
        (JSON | {"Origin": "http://evil.test"}, 403),
        (JSON | {"Origin": "null"}, 403),
        (JSON | {"Origin": "http://probe.test.evil.test"}, 403),
        (JSON | {"Sec-Fetch-Site": "cross-site"}, 403),
        (JSON | {"Sec-Fetch-Site": "same-site"}, 403),
        ({"Content-Type": "text/plain"}, 400),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 400),
        ({}, 400),
    ],
)
async def test_a_cookie_alone_cannot_act(headers: dict[str, str], status: int) -> None:
    reply = await ask("/app/work", MANAGER | headers, "POST", b'{"count": 1}')
    assert reply.status_code == status


async def test_signing_in_is_open_to_strangers_but_not_to_other_sites() -> None:
    assert (await ask("/app/open", JSON, "POST", b"{}")).status_code == 200
    assert (
        await ask("/app/open", JSON | {"Origin": "http://evil.test"}, "POST")
    ).status_code == 403


def test_the_cookie_is_bound_to_the_host_when_there_is_tls() -> None:
    assert session_cookie_name("https://x.test") == "__Host-groundplane_session"
    assert session_cookie_name("http://x.test") == "groundplane_session"
