import asyncio
import time

import pytest
from fetch_rig import Rig

from groundplane.fetch.fetcher import UNREACHABLE, Posted
from loopback import Answer, drip, hang, redirect, reply, reset

URL = "http://pub.test/hook"


async def post(rig: Rig, url: str = URL, total_timeout_s: float = 5) -> Posted:
    return await rig.fetcher().post(
        url,
        b'{"task_id":"1"}',
        {"content-type": "application/json", "scale-callback-auth": "test_auth_1"},
        connect_timeout_s=0.2,
        total_timeout_s=total_timeout_s,
    )


async def test_a_post_arrives_as_it_was_given(rig: Rig) -> None:
    rig.page("/hook", reply(204))
    posted = await post(rig)
    assert (posted.status, posted.received, posted.outcome) == (
        204,
        True,
        "The receiver answered 204.",
    )
    (seen,) = rig.seen
    assert (seen.method, seen.path, seen.body) == ("POST", "/hook", b'{"task_id":"1"}')
    assert seen.headers["scale-callback-auth"] == "test_auth_1"
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["content-length"] == "15"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_a_failure_and_is_not_followed(rig: Rig, status: int) -> None:
    rig.page("/hook", redirect("/other", status))
    posted = await post(rig)
    assert (posted.status, posted.received) == (status, False)
    assert len(rig.seen) == 1


@pytest.mark.parametrize("status", [200, 201, 299, 400, 410, 429, 500, 503])
async def test_only_a_2xx_is_received(rig: Rig, status: int) -> None:
    rig.page("/hook", reply(status, b"internal secret", {"Retry-After": "120"}))
    posted = await post(rig)
    assert (posted.status, posted.received) == (status, status < 300)
    assert posted.retry_after_s == 120
    assert "secret" not in posted.outcome


@pytest.mark.parametrize("value", ["-1", "1.5", "Wed, 21 Oct 2026 07:28:00 GMT", "9" * 30, "x"])
async def test_a_retry_after_that_is_not_whole_seconds_is_none(rig: Rig, value: str) -> None:
    rig.page("/hook", reply(503, b"", {"Retry-After": value}))
    assert (await post(rig)).retry_after_s is None


@pytest.mark.parametrize("answer", [hang, reset])
async def test_no_answer_is_no_status(rig: Rig, answer: Answer) -> None:
    rig.page("/hook", answer)
    posted = await post(rig, total_timeout_s=0.4)
    assert (posted.status, posted.received) == (None, False)
    assert posted.duration_ms < 4000


async def test_closed_private_and_unknown_read_and_last_the_same(rig: Rig) -> None:
    rig.name("private.test", ["10.0.0.5"])
    for url in ("http://private.test/", "http://pub.test:8443/", "http://unknown.test/"):
        posted = await post(rig, url)
        assert (posted.status, posted.outcome) == (None, UNREACHABLE)
        assert 195 <= posted.duration_ms < 4000


async def test_an_address_that_is_none_is_refused_without_a_connect(rig: Rig) -> None:
    posted = await post(rig, "http://127.1/")
    assert posted.status is None
    assert rig.connects == []


async def test_a_reply_without_an_end_is_cut_and_its_status_still_counts(rig: Rig) -> None:
    sent = 0

    async def flood(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
        while True:
            writer.write(bytes(16_384))
            sent += 16_384
            await writer.drain()

    rig.page("/flood", flood)
    rig.page("/drip", drip)
    start_s = time.monotonic()
    assert (await post(rig, "http://pub.test/flood")).received
    assert sent < 20_000_000  # what the sockets' buffers take; 64 KiB of it were read
    assert (await post(rig, "http://pub.test/drip", total_timeout_s=2)).received
    assert time.monotonic() - start_s < 10


async def test_a_header_that_would_split_is_not_sent(rig: Rig) -> None:
    rig.page("/hook", reply(200))
    posted = await rig.fetcher().post(URL, b"", {"x": "a\r\nHost: b"}, connect_timeout_s=0.2)
    assert not posted.received
    assert rig.seen == []
